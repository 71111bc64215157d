"""What the tests of this folder share: reading a feed as it would be read."""

from __future__ import annotations

from pathlib import Path

from retrieval.intake.feeds.reading import read_feed
from retrieval.records import FeedContent, FeedEntry

SAMPLES = Path(__file__).parent / "samples"
URL = "https://feeds.example.net/news/feed.xml"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def read(content: bytes | str, *, url: str = URL, content_type: str | None = None) -> FeedContent:
    document = content.encode() if isinstance(content, str) else content
    return read_feed(document, url=url, content_type=content_type)


def rss(items: str, channel: str = "<title>News</title>") -> str:
    return f'<rss version="2.0"><channel>{channel}{items}</channel></rss>'


def only_entry(content: bytes | str, *, url: str = URL) -> FeedEntry:
    (entry,) = read(content, url=url).entries
    return entry


def entry_of(item: str) -> FeedEntry:
    return only_entry(rss(f"<item>{item}</item>"))
