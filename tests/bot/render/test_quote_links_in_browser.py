"""Links that open a page at a quote, followed in a real Chromium: are its words marked, and all?

Pages stand on loopback and say `::target-text { background: magenta }`; where magenta is on a
screenshot is compared with where the quote stands on the page.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from re import sub
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from matplotlib.image import imread

from bot.render.quote_links import quote_link
from retrieval.records import Span

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")

FILLER = "Something else stands here, of no interest to anybody who reads it."


@dataclass(frozen=True)
class Case:
    """A page: its paragraphs as HTML, the quote, and which of its occurrences is meant."""

    paragraphs: tuple[str, ...]
    quote: str
    occurrence: int = 0
    language: str = "en"

    @property
    def text(self) -> str:
        """The article's text, a paragraph a line, as it is stored."""
        return "\n".join(unescape(sub(r"<[^>]+>", "", each)) for each in self.paragraphs)

    @property
    def span(self) -> Span:
        """Where the quote stands in the text."""
        start = -1
        for _ in range(self.occurrence + 1):
            start = self.text.index(self.quote, start + 1)
        return Span(start, start + len(self.quote))


LONG = (
    "The commission, which had met in closed session since Monday, said in a report of nine "
    "hundred pages that the dam had been inspected twice, that cracks in the sluice gate were "
    "known to the engineers, to the ministry and to the insurer, and that nobody had asked for a "
    "repair which would have cost less than the celebration of its tenth year."
)
CASES = {
    "indonesian": Case(
        (FILLER, "Presiden menelepon koleganya. Harga beras naik 5 persen sejak Senin."),
        "Harga beras naik 5 persen sejak Senin.",
        language="id",
    ),
    "punctuation": Case(
        (FILLER, "“It’s a well-known 50% cut,” he said – “for A&amp;B, too.” Then he left."),
        "“It’s a well-known 50% cut,” he said – “for A&B, too.”",
    ),
    "long": Case((FILLER, f"{FILLER} {LONG} {FILLER}"), LONG),
    "inline tags": Case(
        (
            FILLER,
            'Before. <b>Putin</b> called <a href="/x">Presi<i>den</i>t Erdogan</a> on '
            "<em>Monday</em>. After.",
        ),
        "Putin called President Erdogan on Monday.",
    ),
    "two paragraphs": Case(
        (FILLER, "The first sentence of it all.", "And the second one, said apart.", FILLER),
        "The first sentence of it all.\nAnd the second one, said apart.",
    ),
    "said twice": Case(
        (
            "Nobody was hurt. The police left.",
            FILLER,
            "The fire was out at nine. Nobody was hurt. The owner thanked everyone.",
        ),
        "Nobody was hurt.",
        occurrence=1,
    ),
    "said twice, apart": Case(
        ("Nobody was hurt.", FILLER, "A fire broke out.", "Nobody was hurt.", FILLER),
        "Nobody was hurt.",
        occurrence=1,
    ),
    "long, said twice": Case((LONG, FILLER, f"Again: {LONG}"), LONG, occurrence=1),
    "one sentence begins as another": Case(
        (f"{LONG[:-18]} and more.", FILLER, f"{FILLER} {LONG}"),
        LONG,
    ),
    "arabic": Case(
        (
            FILLER,
            "قال الوزير إن الأسعار ارتفعت. اتصل الرئيس بوتين بنظيره التركي أمس، وناقشا الحرب.",
        ),
        "اتصل الرئيس بوتين بنظيره التركي أمس، وناقشا الحرب.",
        language="ar",
    ),
    "chinese": Case(
        (FILLER, "天气很好。普京总统星期一给土耳其总统埃尔多安打了电话。双方讨论了战争。"),
        "普京总统星期一给土耳其总统埃尔多安打了电话。",
        language="zh",
    ),
    "chinese, long": Case(
        (
            FILLER,
            "天气很好。普京总统星期一给土耳其总统埃尔多安打了电话，双方讨论了乌克兰战争的最新局势以及两国之间的"
            "贸易往来，并同意在下个月再次举行会谈，地点可能在伊斯坦布尔或者安卡拉。" + "会谈很短。",
        ),
        "普京总统星期一给土耳其总统埃尔多安打了电话，双方讨论了乌克兰战争的最新局势以及两国之间的"
        "贸易往来，并同意在下个月再次举行会谈，地点可能在伊斯坦布尔或者安卡拉。",
        language="zh",
    ),
    "chinese, long and without a comma": Case(
        (
            FILLER,
            "普京总统星期一给土耳其总统埃尔多安打了电话并且讨论了乌克兰战争的最新局势以及两国之间的贸易往来。"
            "会谈很短。",
        ),
        "普京总统星期一给土耳其总统埃尔多安打了电话并且讨论了乌克兰战争的最新局势以及两国之间的贸易往来。",
        language="zh",
    ),
    "japanese, long": Case(
        (
            FILLER,
            "天気は良かった。プーチン大統領は月曜日にトルコのエルドアン大統領に電話をかけ、ウクライナでの戦争と両国の"
            "貿易について話し合い、来月イスタンブールで再び会談することで合意したと発表した。会談は短かった。",
        ),
        "プーチン大統領は月曜日にトルコのエルドアン大統領に電話をかけ、ウクライナでの戦争と両国の"
        "貿易について話し合い、来月イスタンブールで再び会談することで合意したと発表した。",
        language="ja",
    ),
    "thai": Case(
        (
            FILLER,
            "อากาศดีมาก ประธานาธิบดีปูตินโทรศัพท์หาประธานาธิบดีเออร์โดกันของตุรกีเมื่อวันจันทร์ ทั้งสองหารือเรื่องสงคราม",
        ),
        "ประธานาธิบดีปูตินโทรศัพท์หาประธานาธิบดีเออร์โดกันของตุรกีเมื่อวันจันทร์ ทั้งสองหารือเรื่องสงคราม",
        language="th",
    ),
    "begins with a quotation": Case(
        (FILLER, 'He left. "Nothing was lost," she said, "but time."'),
        '"Nothing was lost," she said, "but time."',
    ),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with ExitStack() as stack:
        driver = stack.enter_context(sync_playwright())
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        stack.callback(chromium.close)
        yield chromium


@pytest.fixture
def page(browser: Any) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 700, "height": 500})
    yield opened
    opened.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pages")
    for number, case in enumerate(CASES.values()):
        _write(folder / f"{number}.html", case)
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _write(path: Path, case: Case) -> None:
    paragraphs = "\n".join(f"<p>{each}</p>" for each in case.paragraphs)
    path.write_text(
        f"<!doctype html><html lang={case.language}><meta charset=utf-8><style>"
        "::target-text { background: magenta; color: magenta }"
        "body { margin: 2000px 20px; font: 16px sans-serif }"
        f"</style><article>{paragraphs}</article></html>",
        encoding="utf-8",
    )


PLACE = """([start, end]) => {
  const range = document.createRange();
  let at = 0;
  for (const paragraph of document.querySelectorAll('article p')) {
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); at += node.data.length) {
      if (at <= start && start < at + node.data.length) range.setStart(node, start - at);
      if (at < end && end <= at + node.data.length) range.setEnd(node, end - at);
    }
    at += 1;
  }
  const box = range.getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom];
}"""


def _marked(page: Page) -> list[float] | None:
    """Return the box of what is magenta: left, top, right, bottom, in pixels."""
    pixels = imread(BytesIO(page.screenshot()))[:, :, :3]  # from 0 to 1
    rows, columns = np.nonzero((abs(pixels - (1, 0, 1)) < 0.03).all(axis=2))
    if not len(rows):
        return None
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@pytest.mark.parametrize("name", CASES)
def test_a_link_scrolls_to_the_quote_and_marks_all_of_it(name: str, page: Page, site: str) -> None:
    case = CASES[name]
    number = list(CASES).index(name)
    page.goto(quote_link(f"{site}/{number}.html", case.text, case.span))
    page.wait_for_function("window.scrollY > 0", timeout=3_000)
    page.wait_for_timeout(50)
    place = page.evaluate(PLACE, list(case.span))
    marked = _marked(page)
    assert marked is not None
    assert np.allclose(marked, place, atol=4), (marked, place)
