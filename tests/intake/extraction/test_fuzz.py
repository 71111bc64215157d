"""Whatever a page is made of, it gives an `ExtractedPage` or an `IntakeError`."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.errors import IntakeError
from retrieval.intake.articles import article_from_page
from retrieval.intake.extraction import extract_page
from retrieval.records import Extent, ExtractedPage, FeedEntry

PAGES = Path(__file__).parents[1] / "pages"
SOURCES = sorted(path.read_bytes() for path in PAGES.glob("*.html"))
URL = "https://news.example.org/2024/05/ferry-returns-88120"
ENTRY = FeedEntry("1", URL, "Ferry returns", "The ferry sails again.")

TYPES = st.sampled_from(
    [
        None, "", "text/html", "text/html; charset=utf-8", "charset=", "a; charset=zz",
        "text/html; charset=utf-16", "text/html; charset=idna",
    ]
)  # fmt: skip
WRONG_TYPES = b"""<script type="application/ld+json">
{"@type": ["NewsArticle", 5, null], "author": [[], {"name": [1]}], "image": [[{"url": {}}]],
 "articleBody": 7, "headline": {}, "datePublished": [], "publisher": "x", "wordCount": "many",
 "isAccessibleForFree": [], "hasPart": [1, {}], "mainEntityOfPage": [1],
 "inLanguage": {"name": "English"}, "description": [1]}</script>"""
SNIPPETS = st.sampled_from(
    [
        b"<table><tr><td>", b"</article>", b"<script>", b"<!--", b"]]>", b"<br>" * 50, b"&#0;",
        b"<p>Baca juga:</p><ul><li><a href='http://[x'>y</a></ul>", b"<svg><p>", b"<template>",
        b"\xff", b"\x00", b'<link rel="canonical" href="http://[::1">', b"<base href='//'>",
        b'<meta property="og:image" content="http://[">', b"<h1>", b"<frameset>",
        b'<a href="?page=99999999999999999999">2</a>', WRONG_TYPES,
    ]
)  # fmt: skip


def read(content: bytes, content_type: str | None, entry: FeedEntry | None) -> None:
    try:
        extracted = extract_page([(content, URL, content_type)] * 2, entry=entry)
    except IntakeError as error:
        assert error.where == URL  # noqa: PT017
        return
    assert isinstance(extracted, ExtractedPage)
    assert extracted.text
    try:
        article_from_page(extracted, url=URL, entry=entry)
    except IntakeError as error:
        assert "no text" in error.reason  # noqa: PT017


slowly = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


@slowly
@given(st.binary(max_size=2_000), TYPES, st.sampled_from([None, ENTRY]))
def test_bytes_of_any_kind(content: bytes, content_type: str | None, entry: FeedEntry) -> None:
    read(content, content_type, entry)


@slowly
@given(st.data())
def test_layouts_that_were_cut_mixed_and_broken(data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(SOURCES))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(len(content), start + 3_000)))
        content = content[:start] + data.draw(SNIPPETS | st.binary(max_size=20)) + content[end:]
    read(content, data.draw(TYPES), data.draw(st.sampled_from([None, ENTRY])))


@pytest.mark.parametrize(
    "source", SOURCES, ids=[path.stem for path in sorted(PAGES.glob("*.html"), key=Path.read_bytes)]
)
def test_every_line_of_text_stands_in_the_page(source: bytes) -> None:
    """A quote is somebody's words: no line has a character that its page has not."""
    from lxml import html

    charsets = {b"charset=gb2312": "gb18030", b'CONTENT="ru"': "cp1251"}
    name = next((each for mark, each in charsets.items() if mark in source), "utf-8")
    extracted = extract_page([(source, URL, f"text/html; charset={name}")], entry=ENTRY)
    page = html.fromstring(source.decode(name).encode(), parser=html.HTMLParser(encoding="utf-8"))
    shown = page.text_content() + " ".join(page.xpath("//meta/@content"))
    visible = re.sub(
        r"\s", "", shown.replace("\\n", "").replace("&quot;", '"').replace("&#39;", "'")
    )
    for line in extracted.text.split("\n"):
        assert re.sub(r"\s", "", line) in visible


@pytest.mark.parametrize(
    "content",
    [
        b"<div>" * 200_000 + b"words",
        b"<html><body><p>" + b"<b>" * 200_000 + b"words",
        b"<html><body>" + b"<ul><li>" * 100_000 + b"words",
        b"<html><body>" + b"<table><tr><td>" * 60_000 + b"words",
        b"<html><body><p>" + b"a <span>" * 100_000,
        b'<html><script type="application/ld+json">' + b"[" * 200_000 + b"</script><p>words</p>",
        b'<html><script type="application/ld+json">'
        + b'{"@graph":' * 100_000
        + b"</script><p>a</p>",
        b"<html " + b"a " * 200_000 + b"><p>words</p>",
    ],
    ids=["div", "b", "ul", "table", "span", "json", "graph", "attributes"],
)
def test_two_hundred_thousand_nested_tags_end_clearly(content: bytes) -> None:
    read(content, "text/html", None)


def test_a_page_of_an_entry_is_never_less_than_a_summary() -> None:
    extracted = extract_page([(b"<html><body></body></html>", URL, None)], entry=ENTRY)
    assert (extracted.title, extracted.text) == ("Ferry returns", "The ferry sails again.")
    assert extracted.extent is Extent.SUMMARY
