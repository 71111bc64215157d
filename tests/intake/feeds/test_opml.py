"""Lists of feeds, read from other programs and written for them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from retrieval.errors import IntakeError
from retrieval.intake.cleaning import clean_line
from retrieval.intake.feeds.opml import read_opml, write_opml
from retrieval.records import Feed, FoundFeed
from tests.intake.feeds.reading import sample


def test_feeds_are_read_out_of_all_folders_each_once() -> None:
    assert read_opml(sample("subscriptions.opml")) == [
        FoundFeed("https://warta.example.org/feed", "Warta & Pesisir"),
        FoundFeed("https://harian.example.org/rss", "Harian Lembah"),
        FoundFeed("http://wire.example.com/rss", None),
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1251"])
def test_a_list_may_be_in_any_encoding(encoding: str) -> None:
    written = (
        '<?xml version="1.0" encoding="windows-1251"?><opml version="2.0"><body>'
        '<outline text="Новости Заречья" xmlUrl="https://example.org/f"/></body></opml>'
    )
    assert read_opml(written.encode(encoding))[0].title == "Новости Заречья"


def test_a_list_that_is_no_sound_xml_is_read_as_far_as_it_goes() -> None:
    broken = b'<opml><body><outline text="A & B" xmlUrl="https://example.org/f?a=1&b=2"><outline'
    assert read_opml(broken) == [FoundFeed("https://example.org/f?a=1&b=2", "A & B")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no list of feeds"),
        (b"https://example.org/feed", "no list of feeds"),
        (b"<rss/>", "no list of feeds"),
        (b"<!DOCTYPE html><html>", "no list of feeds"),
        (b"%PDF-1.7\n\xff", "PDF"),
        (b"<opml>" + b"<outline>" * 1_000, "nested deeper"),
        (
            b'<!DOCTYPE opml [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><opml>&b;</opml>',
            "made of others",
        ),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(IntakeError, match=reason) as caught:
        read_opml(content, "mine.opml")
    assert caught.value.where == "mine.opml"


def test_an_empty_list_is_one() -> None:
    assert read_opml(b"<opml version='2.0'><body/></opml>") == []
    assert read_opml(write_opml([]).encode()) == []


def test_what_is_written_says_all_that_other_programs_need() -> None:
    feed = Feed("https://example.org/f?a=1&b=2", title='"A" & <B>', site_url="https://example.org/")
    written = write_opml([feed, FoundFeed("https://example.org/g", None)], "My list")
    assert written.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">')
    root = etree.fromstring(written.encode())
    assert root.findtext("head/title") == "My list"
    first, second = root.findall("body/outline")
    assert dict(first.attrib) == {
        "type": "rss",
        "text": '"A" & <B>',
        "title": '"A" & <B>',
        "xmlUrl": "https://example.org/f?a=1&b=2",
        "htmlUrl": "https://example.org/",
    }
    assert (second.get("text"), second.get("title")) == ("https://example.org/g", None)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_titles_come_back_as_they_were(titles: list[str]) -> None:
    feeds = [
        FoundFeed(f"https://example.org/{n}", clean_line(title) or None)
        for n, title in enumerate(titles)
    ]
    read_back = read_opml(write_opml(feeds).encode())
    assert [feed.url for feed in read_back] == [feed.url for feed in feeds]
    for feed, back in zip(feeds, read_back, strict=True):
        assert back.title == (feed.title or feed.url)
