"""Finding the feeds that a page names."""

from __future__ import annotations

import pytest

from retrieval.errors import IntakeError
from retrieval.intake.feeds.discovery import find_feeds
from retrieval.records import FoundFeed

URL = "https://paper.example.org/news/index.html"


def found(page: str | bytes, content_type: str | None = None) -> list[tuple[str, str | None]]:
    content = page.encode() if isinstance(page, str) else page
    feeds = find_feeds(content, url=URL, content_type=content_type)
    return [(feed.url, feed.title) for feed in feeds]


FRONT_PAGE = """<!doctype html>
<html lang="id"><head>
  <meta charset="utf-8"><title>Harian Lembah</title>
  <link rel="stylesheet" href="/s.css">
  <link rel="alternate" hreflang="en" href="/en/">
  <link rel="alternate" type="application/rss+xml" title="Komentar" href="/comments/feed/">
  <link rel="alternate" type="application/rss+xml" title="Harian &raquo; Berita" href="/feed/">
  <link rel="alternate" type="application/atom+xml" href="atom.xml?utm_source=page">
  <link rel="Alternate Home" type="application/feed+json; charset=utf-8" href="//cdn.example.org/f.json" title="">
  <link rel="alternate" type="application/json+oembed" href="/oembed?url=x">
  <link rel="alternate" type="application/rss+xml" title="Again" href="/feed/">
  <link rel="amphtml" href="/amp">
</head><body><a href="/rss">RSS</a></body></html>"""  # noqa: E501


def test_the_feeds_of_a_front_page_are_found_those_of_comments_last() -> None:
    assert found(FRONT_PAGE) == [
        ("https://paper.example.org/feed/", "Harian » Berita"),
        ("https://paper.example.org/news/atom.xml", None),
        ("https://cdn.example.org/f.json", None),
        ("https://paper.example.org/comments/feed/", "Komentar"),
    ]


def test_addresses_are_relative_to_the_base_of_the_page() -> None:
    link = '<link rel=alternate type="application/rss+xml" href="feed">'
    assert found(f'<base href="https://other.example.org/a/">{link}') == [
        ("https://other.example.org/a/feed", None)
    ]
    assert found(f'<base href="/b/">{link}') == [("https://paper.example.org/b/feed", None)]
    assert found(f'<base href="javascript:1">{link}')[0][0].endswith("/news/feed")


@pytest.mark.parametrize(
    ("attributes", "is_feed"),
    [
        ('rel="alternate" type="APPLICATION/RSS+XML"', True),
        ('rel="feed" type="text/html"', True),
        ('rel="alternate" type="application/rdf+xml"', True),
        ('rel="alternate" type="text/xml"', True),
        ('rel="alternate"', True),
        ('rel="alternate" type="text/html"', False),
        ('rel="alternate stylesheet" type="application/rss+xml"', False),
        ('rel="canonical" type="application/rss+xml"', False),
        ('type="application/rss+xml"', False),
    ],
)
def test_a_link_is_a_feed_by_its_relation_and_type(attributes: str, is_feed: bool) -> None:
    assert bool(found(f'<link {attributes} href="/rss.xml">')) is is_feed


def test_a_page_without_feeds_has_none() -> None:
    assert found("<html><p>Nothing here.</p></html>") == []
    assert found("") == []
    assert found('<link rel="alternate" type="application/rss+xml">') == []


def test_links_anywhere_and_in_any_encoding_are_found() -> None:
    page = '<body><p>x<link rel="alternate" type="application/rss+xml" title="Новости" href="/r">'
    assert found(page.encode("cp1251"), "text/html; charset=windows-1251") == [
        ("https://paper.example.org/r", "Новости")
    ]
    assert found(page.encode("utf-16"))[0][1] == "Новости"


def test_a_page_that_is_no_text_is_refused() -> None:
    with pytest.raises(IntakeError, match="PDF"):
        find_feeds(b"%PDF-1.7\n\xff\xfe", url=URL)


def test_hostile_pages_cost_nothing() -> None:
    links = '<link rel="alternate" type="application/rss+xml" href="/f{}">'
    many = "".join(links.format(n) for n in range(5_000))
    assert len(found(many)) == 50
    assert found("<div>" * 100_000 + links.format(1)) == [("https://paper.example.org/f1", None)]


def test_a_found_feed_is_a_record() -> None:
    assert find_feeds(b'<link rel=feed href="/f">', url=URL) == [
        FoundFeed("https://paper.example.org/f", None)
    ]
