"""Several outlets in one answer, over HTTP: who says the same, and who says otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.playground.local import LocalBotApi
from bot.render.translation import LANGUAGES, translator
from retrieval.kabar import Kabar
from tests.bot.conftest import BotStarter, answer_to, wait_until
from tests.conftest import LibraryOpener, SettingsFactory

Json = dict[str, Any]

REPORTS = (
    ("Suara Timur", "Feri tenggelam di Selat Buton, lima tewas",
     "Sedikitnya lima orang tewas setelah feri Cahaya Murni tenggelam di Selat Buton pada Minggu "
     "malam."),
    ("Pacific <Ledger>", "Ferry sinks off Buton",
     "At least five people died when the ferry Cahaya Murni sank in the Buton Strait on Sunday "
     "night."),
    ("Harian Bahari", "Korban feri Cahaya Murni",
     "Feri Cahaya Murni tenggelam di Selat Buton pada Minggu malam dan menewaskan sembilan orang."),
)  # fmt: skip
QUESTION = "berapa orang tewas saat feri Cahaya Murni tenggelam di Selat Buton?"


@pytest.fixture(scope="module")
def ferry(
    settings: SettingsFactory,
    open_library: LibraryOpener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Kabar]:
    """A library in which three outlets, in two languages, tell how many died."""
    path = tmp_path_factory.mktemp("ferry") / "articles.jsonl"
    articles = [
        {"source": source, "title": title, "text": text, "url": f"https://{number}.example/ferry",
         "published_at": "2025-03-03T06:00:00Z"}
        for number, (source, title, text) in enumerate(REPORTS)
    ]  # fmt: skip
    path.write_text("".join(f"{json.dumps(one)}\n" for one in articles), encoding="utf-8")
    with open_library(settings()) as kabar:
        kabar.ingest([path])
        kabar.index_pending()
        yield kabar


@pytest.fixture(scope="module")
def shared_bot(shared_api: LocalBotApi, ferry: Kabar) -> Iterator[None]:
    starter = BotStarter(shared_api, ferry)
    starter()
    yield
    starter.stop()


@pytest.mark.usefixtures("shared_bot")
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_names_who_says_the_same_and_shows_who_differs(
    language: str, shared_api: LocalBotApi
) -> None:
    t = translator(language)
    person = shared_api.person("Ana", language)
    message = answer_to(shared_api, person.says(QUESTION))
    text = message["text"]
    also, differs = t("Also told by:"), t("Told differently:")
    for source, _, _ in REPORTS:
        assert text.count(source) == 1
    assert f"\n{also} " in text
    assert f"\n\n{differs}\n" in text
    five, nine = text.split(f"\n\n{differs}\n")
    assert "Harian Bahari" in (five if "sembilan" in five else nine)
    assert ("sembilan" in five) != ("sembilan" in nine)
    links = {
        text[each["offset"] : each["offset"] + each["length"]]: each["url"]
        for each in message["entities"]
        if each["type"] == "text_link"
    }
    named = text.split(f"{also} ")[1].split("\n")[0]
    assert links[named].startswith("https://")
    assert ":~:text=" in links[named]
    assert len(links) == len(REPORTS)  # each has its own
    # What was named is kept with the turn, and comes back.
    person.presses(message, t("Context"))
    wait_until(lambda: message["text"] != text)
    person.presses(message, t("« Back to the answer"))
    wait_until(lambda: message["text"] == text)


@pytest.mark.usefixtures("shared_bot")
def test_inline_results_keep_those_that_differ_together(shared_api: LocalBotApi) -> None:
    person = shared_api.person("Bima", "en")
    query = person.types_inline(QUESTION)
    wait_until(lambda: query in shared_api.world.offers)
    results = shared_api.world.offers[query]
    message = results[0]["input_message_content"]["message_text"]
    assert "Told differently:" in message
    assert "Also told by:" in message
    assert len(results) == 1
