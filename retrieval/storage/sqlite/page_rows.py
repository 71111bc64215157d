"""Pages, and what a feed says of them, as rows.

Always true: a page's ``host`` is that of its address, and ``newest_at`` never lies after the
moment it was found, so that a feed which dates its entries into the future does not go first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from retrieval.records import FeedEntry, Page
from retrieval.storage.sqlite.codec import from_micros, to_micros

PAGE_COLUMNS = (
    "pages.url, feeds.url, entry, article_id, pages.etag, pages.last_modified, found_at, read_at, "
    "due_at, attempts, pages.error"
)

PAGES = "pages LEFT JOIN feeds ON feeds.id = feed_id"
"""What `PAGE_COLUMNS` are taken from."""

_FIELDS = tuple(field.name for field in fields(FeedEntry))
_TIMES = ("published_at", "updated_at")
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_INSERT = (
    "INSERT INTO pages (url, host, feed_id, article_id, etag, last_modified, newest_at, found_at,"
    " listed_at, read_at, due_at, attempts, error, entry) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def to_page(row: Sequence[Any]) -> Page:
    """Return the page that a row of `PAGE_COLUMNS` stands for."""
    url, feed_url, entry, article_id, etag, last_modified, found, read, due, attempts, error = row
    return Page(
        url=url,
        feed_url=feed_url,
        entry=to_entry(entry),
        article_id=article_id,
        etag=etag,
        last_modified=last_modified,
        found_at=from_micros(found),
        read_at=from_micros(read),
        due_at=from_micros(due),
        attempts=attempts,
        error=error,
    )


def insert_page(db: Database, page: Page, feed_id: int | None, now: int) -> int:
    """Add a page whose address is not known.

    Args:
        db: A connection inside a transaction that may write.
        page: Its state.
        feed_id: The feed that listed it, None for none.
        now: The present moment, in microseconds: when it was found, unless the page says.

    Returns:
        Its id.
    """
    found = to_micros(page.found_at)
    found = now if found is None else found
    identity = db.execute(
        _INSERT,
        (
            page.url,
            host_of(page.url),
            feed_id,
            page.article_id,
            page.etag,
            page.last_modified,
            newest_at(page.entry, found),
            found,
            now,
            to_micros(page.read_at),
            to_micros(page.due_at),
            page.attempts,
            page.error,
            from_entry(page.entry),
        ),
    ).lastrowid
    assert identity is not None  # noqa: S101  a plain INSERT always has one
    return identity


def host_of(url: str) -> str:
    """Return the host of an address in lower case, empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # what looks like an IPv6 address and is none
        return ""


def newest_at(entry: FeedEntry | None, found: int) -> int:
    """Return by when a page is ordered: when it was published, never after it was found."""
    published = to_micros(entry.published_at) if entry else None
    return found if published is None else min(published, found)


def from_entry(entry: FeedEntry | None) -> str | None:
    """Return what a feed says as JSON, None for nothing."""
    if entry is None:
        return None
    said = {name: getattr(entry, name) for name in _FIELDS}
    said.update({name: to_micros(said[name]) for name in _TIMES})
    return _to_json({name: value for name, value in said.items() if value not in (None, "")})


def to_entry(text: str | None) -> FeedEntry | None:
    """Return what a feed said, from its JSON."""
    if text is None:
        return None
    said = {"url": None, "title": "", **json.loads(text)}
    said.update({name: from_micros(said.get(name)) for name in _TIMES})
    return FeedEntry(**said)


def digest_of(entry: FeedEntry | None) -> bytes:
    """Return what tells whether a feed says the same of an article as before, 16 bytes.

    Addresses are left out: that of an image is often signed anew at every visit, and would have
    every article read again each time.
    """
    words: list[str | None] = []
    if entry is not None:
        words = [entry.title, entry.text, entry.author]
        words += [str(to_micros(time)) for time in (entry.published_at, entry.updated_at)]
    text = _to_json(words).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).digest()
