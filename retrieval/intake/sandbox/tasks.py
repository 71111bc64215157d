"""What the child can be asked for: each task by its name, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from retrieval.errors import IntakeError
from retrieval.intake.sandbox.codec import to_plain, to_record
from retrieval.records import ExtractedPage, FeedContent, FeedEntry, FoundFeed

Arguments = dict[str, Any]
Parts = Sequence[bytes]


def load() -> None:
    """Do each task once over nothing, so that all is imported before memory is limited."""
    feed = b"<rss><channel><title>x</title><item><title>x</title></item></channel></rss>"
    page = {"url": "http://example.org/", "content_type": None}
    read_feed([feed], page)
    find_feeds([b"<html></html>"], page)
    read_opml([b"<opml></opml>"], {"where": ""})
    with suppress(IntakeError):
        read_page([b"<html><p>x</p></html>"], {"pages": [page], "entry": None})


def read_feed(parts: Parts, arguments: Arguments) -> FeedContent:
    """`retrieval.intake.feeds.reading.read_feed`."""
    from retrieval.intake.feeds.reading import read_feed

    return read_feed(parts[0], url=arguments["url"], content_type=arguments["content_type"])


def find_feeds(parts: Parts, arguments: Arguments) -> list[FoundFeed]:
    """`retrieval.intake.feeds.discovery.find_feeds`."""
    from retrieval.intake.feeds.discovery import find_feeds

    return find_feeds(parts[0], url=arguments["url"], content_type=arguments["content_type"])


def read_opml(parts: Parts, arguments: Arguments) -> list[FoundFeed]:
    """`retrieval.intake.feeds.opml.read_opml`."""
    from retrieval.intake.feeds.opml import read_opml

    return read_opml(parts[0], arguments["where"])


def read_page(parts: Parts, arguments: Arguments) -> ExtractedPage:
    """`retrieval.intake.extraction.extract_page`."""
    from retrieval.intake.extraction import extract_page

    pages = [
        (part, page["url"], page["content_type"])
        for part, page in zip(parts, arguments["pages"], strict=True)
    ]
    entry = to_record(FeedEntry | None, arguments["entry"])
    return extract_page(pages, entry=entry)


TASKS: dict[str, tuple[Callable[[Parts, Arguments], Any], Any]] = {
    "read_feed": (read_feed, FeedContent),
    "find_feeds": (find_feeds, list[FoundFeed]),
    "read_opml": (read_opml, list[FoundFeed]),
    "read_page": (read_page, ExtractedPage),
}
"""By name: the function, and the type of what it returns."""


def answer(task: str, parts: Parts, arguments: Arguments) -> dict[str, Any]:
    """Do a task.

    Args:
        task: Its name.
        parts: The documents.
        arguments: What else it takes.

    Returns:
        The header of the reply: a result, or an error in words, or what went wrong.
    """
    try:
        return {"result": to_plain(TASKS[task][0](parts, arguments))}
    except IntakeError as error:
        return {"refused": error.reason, "where": error.where, "kind": type(error).__name__}
