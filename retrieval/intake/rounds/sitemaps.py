"""The sitemaps of an index of sitemaps: visited with it, each only where it has changed.

An index answers "not changed" although one of its sitemaps did, so which those were, and what
they answered, has to be known. Both are kept as rows of the pages' table that are never due: a
row for the index with the addresses that it listed, a row for each sitemap with its validators.
A row that was forgotten costs one unconditional request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from retrieval.errors import IntakeError
from retrieval.intake.rounds.means import Means
from retrieval.records import Feed, FeedContent, FeedEntry, Page, PageOutcome

MOST_SITEMAPS = 3
"""Of an index: the newest. The others hold what was news long ago."""

ACCEPT_FEEDS = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class Sitemaps:
    """What the sitemaps of an index list; ``state`` is to be kept after the visit was."""

    entries: tuple[FeedEntry, ...] = ()
    state: tuple[PageOutcome, ...] = ()
    problems: tuple[IntakeError, ...] = ()


async def known_sitemaps(means: Means, feed: Feed) -> tuple[str, ...]:
    """Return the sitemaps that a feed listed when it was last read, none if it is no index."""
    row = await means.threads.store(means.storage.get_page, _row_of(feed))
    return tuple(row.entry.text.split("\n")) if row and row.entry and row.entry.text else ()


async def visit_sitemaps(
    means: Means, feed: Feed, addresses: tuple[str, ...], now: datetime
) -> Sitemaps:
    """Visit the newest sitemaps of an index.

    Raises:
        IntakeError: None of them could be read.
    """
    chosen = tuple(url for url in addresses if url != feed.url)[:MOST_SITEMAPS]
    words = FeedEntry("sitemaps", None, "", "\n".join(chosen))
    index = Page(_row_of(feed), feed.url, words, found_at=now, read_at=now)
    entries: list[FeedEntry] = []
    state: list[PageOutcome] = [PageOutcome(index)]
    problems: list[IntakeError] = []
    for url in chosen:
        try:
            content, page = await _visit(means, feed, url, now)
        except IntakeError as error:
            problems.append(error)
        else:
            entries += content.entries if content else ()
            state.append(PageOutcome(page))
    if chosen and len(problems) == len(chosen):
        raise problems[0]
    return Sitemaps(tuple(entries), tuple(state), tuple(problems))


async def _visit(
    means: Means, feed: Feed, url: str, now: datetime
) -> tuple[FeedContent | None, Page]:
    row = await means.threads.store(means.storage.get_page, _row_of(feed, url))
    page = row or Page(_row_of(feed, url), feed.url, found_at=now)
    fetched = await means.fetcher.fetch(
        url, etag=page.etag, last_modified=page.last_modified, accept=ACCEPT_FEEDS
    )
    content = None
    if fetched.status != 304:
        content = await means.threads.parse(
            means.sandbox.read_feed,
            fetched.content,
            url=fetched.url,
            content_type=fetched.content_type,
        )
    page = replace(
        page, etag=fetched.etag, last_modified=fetched.last_modified, read_at=now, due_at=None
    )
    return content, page


def _row_of(feed: Feed, sitemap: str = "") -> str:
    """The key of a row: no address, so that it is never taken for an article's page."""
    return f"{feed.url}#sitemaps {sitemap}".rstrip()
