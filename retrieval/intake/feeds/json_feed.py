"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/).

Numbers are read as text: a feed's ids are names, and a number of a million digits is no work.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from retrieval.errors import IntakeError
from retrieval.intake.feeds.entries import (
    RawEntry,
    absolute_url,
    bounded_line,
    finished_entries,
)
from retrieval.intake.feeds.markup import plain_line, plain_text
from retrieval.intake.feeds.survey import MAX_ENTRIES
from retrieval.records import FeedContent

_MAX_OBJECTS = 500_000
"""Brackets, those of texts with them: each can become an object of two hundred bytes."""


def read_json_feed(text: str, where: str) -> FeedContent:
    """Read a JSON Feed.

    Args:
        text: The document.
        where: The feed's address.

    Returns:
        What it says, "json".

    Raises:
        IntakeError: If it is no JSON, or JSON of something else.
    """
    if text.count("{") + text.count("[") > _MAX_OBJECTS:
        raise IntakeError(where, f"it is JSON of more than {_MAX_OBJECTS:,} parts")
    try:
        feed = json.loads(
            text, strict=False, parse_int=str, parse_float=str, parse_constant=lambda _: None
        )
    except RecursionError as error:
        raise IntakeError(where, "it is JSON that is nested too deeply") from error
    except ValueError as error:
        raise IntakeError(where, "it is neither a feed nor sound JSON") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise IntakeError(where, "it is JSON, but no JSON Feed: it has no list of items")
    authors, language = _authors(feed), _words(feed, "language")
    entries = (
        _raw(item, authors, language) for item in items[:MAX_ENTRIES] if isinstance(item, dict)
    )
    return FeedContent(
        format="json",
        title=bounded_line(plain_line(_words(feed, "title") or "", is_html=False)) or None,
        site_url=absolute_url(_words(feed, "home_page_url"), where),
        entries=finished_entries(entries, where),
    )


def _raw(item: dict[str, Any], authors: str | None, language: str | None) -> RawEntry:
    content = plain_text(_words(item, "content_html") or "")
    summary = plain_text(_words(item, "summary") or "")
    guid = _words(item, "id")
    address = guid if guid and guid.startswith(("http://", "https://")) else None
    return RawEntry(
        guid=guid,
        link=_words(item, "url") or address or _words(item, "external_url"),
        title=plain_line(_words(item, "title") or "", is_html=False),
        texts=(content.text, _words(item, "content_text") or "", summary.text),
        author=_authors(item) or authors,
        language=_words(item, "language") or language,
        published=_words(item, "date_published"),
        updated=_words(item, "date_modified"),
        image=_words(item, "image") or _words(item, "banner_image") or content.picture,
    )


def _words(described: dict[str, Any], name: str) -> str | None:
    value = described.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _authors(described: dict[str, Any]) -> str | None:
    def people() -> Iterator[Any]:
        authors = described.get("authors")
        yield from authors[:20] if isinstance(authors, list) else ()
        yield described.get("author")  # of version 1.0

    names = (_words(each, "name") for each in people() if isinstance(each, dict))
    return ", ".join(dict.fromkeys(name.strip() for name in names if name)) or None
