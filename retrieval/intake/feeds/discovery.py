"""Find the feeds that a page links to, without building its tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from retrieval.intake.cleaning import clean_line
from retrieval.intake.decoding import charset_of, decode_html
from retrieval.intake.feeds.entries import absolute_url
from retrieval.records import FoundFeed

MAX_FEEDS = 50
_MAX_TITLE_CHARS = 200

_TYPES = frozenset(
    {
        "application/rss+xml", "application/atom+xml", "application/feed+json",
        "application/rdf+xml", "application/x.atom+xml", "application/x-atom+xml",
        "application/rss", "application/atom", "text/rss", "text/rss+xml", "text/atom+xml",
    }
)  # fmt: skip
# Types of anything; a link of one of them is a feed only if its address says so.
_WIDE_TYPES = frozenset({"application/json", "application/xml", "text/xml", ""})
_FEED_ADDRESS = re.compile(r"\b(?:rss|atom|feeds?)\b|feed\.json", re.I)
_COMMENTS = re.compile(r"\b(?:comments?|komentar|comentarios|commentaires|kommentare)\b", re.I)


def find_feeds(content: bytes, *, url: str, content_type: str | None = None) -> list[FoundFeed]:
    """Find the feeds that a page names by ``<link rel="alternate">``.

    Args:
        content: The page.
        url: Where it was fetched from.
        content_type: The header as it was sent.

    Returns:
        The feeds in the page's order, feeds of comments last; none if it names none.

    Raises:
        IntakeError: If it is no text.
    """
    page = decode_html(content, url, charset=charset_of(content_type))
    links = _Links()
    parser = etree.HTMLParser(target=links, encoding="utf-8", no_network=True)
    etree.fromstring(page.replace("\0", "").encode("utf-8", "replace") or b"<p>", parser)
    base = absolute_url(links.base, url) or url
    found: dict[str, FoundFeed] = {}
    for address, title in links.feeds:
        feed_url = absolute_url(address, base)
        if feed_url:
            name = clean_line(title[: _MAX_TITLE_CHARS * 2])[:_MAX_TITLE_CHARS].strip()
            found.setdefault(feed_url, FoundFeed(feed_url, name or None))
    return sorted(found.values(), key=_is_of_comments)[:MAX_FEEDS]


def _is_of_comments(feed: FoundFeed) -> bool:
    return bool(_COMMENTS.search(f"{feed.title or ''} {feed.url}"))


@dataclass(slots=True)
class _Links:
    """What the parser reports to: notes links to feeds, and the base of addresses."""

    base: str | None = None
    feeds: list[tuple[str, str]] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "base" and self.base is None:
            self.base = attributes.get("href")
        if tag != "link" or len(self.feeds) >= MAX_FEEDS * 4:
            return
        address = (attributes.get("href") or "").strip()
        relations = (attributes.get("rel") or "").lower().split()
        form = (attributes.get("type") or "").partition(";")[0].strip().lower()
        is_feed = form in _TYPES or (
            form in _WIDE_TYPES
            and "hreflang" not in attributes  # the same page in another language
            and bool(_FEED_ADDRESS.search(address))
        )
        named = "feed" in relations or ("alternate" in relations and is_feed)
        if address and named and "stylesheet" not in relations:
            self.feeds.append((address, attributes.get("title") or ""))

    def end(self, tag: str) -> None:
        """Of no interest."""

    def data(self, data: str) -> None:
        """Of no interest."""

    def comment(self, text: str) -> None:
        """Of no interest."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Of no interest."""

    def close(self) -> None:
        """There is nothing to hand back: the links are here."""
