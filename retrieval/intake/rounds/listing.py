"""From what a feed lists to the pages to be read for it: pure.

Always true: what is known to be older than the library keeps is never asked for; no visit adds
more than a bounded number of pages, the newest; an entry without a date is as good as any other;
an entry that links to no page of its own is kept for its words, if it has any.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from retrieval.intake.urls import canonical_url, names_a_page
from retrieval.records import Feed, FeedEntry, Page

MOST_OF_A_FEED = 1_000
MOST_OF_A_SITEMAP = 200
"""A sitemap can list all that a site ever published; its newest is the news."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def pages_to_read(
    feed: Feed,
    entries: Sequence[FeedEntry],
    now: datetime,
    *,
    most: int = MOST_OF_A_FEED,
    oldest: datetime | None = None,
) -> list[Page]:
    """Return the pages that a feed's entries ask for, each due now.

    Args:
        feed: Who lists them.
        entries: What it lists, in its order.
        now: The moment of the visit.
        most: The most pages to return.
        oldest: What is known to have been published before is left out.
    """
    recent = [entry for entry in entries if oldest is None or (_dated(entry) or now) >= oldest]
    if len(recent) > most:
        # Sorting is stable: entries without a date keep the feed's order, after those with one.
        recent = sorted(recent, key=lambda entry: _dated(entry) or _EPOCH, reverse=True)[:most]
    pages: dict[str, Page] = {}
    for entry in recent:
        if url := _address(feed, entry):
            pages.setdefault(url, Page(url, feed.url, entry, found_at=now, due_at=now))
    return list(pages.values())


def has_a_page(page: Page) -> bool:
    """Whether there is a page to fetch, and not just what the feed says."""
    return page.feed_url is None or not page.url.startswith(f"{page.feed_url}#entry-")


def _address(feed: Feed, entry: FeedEntry) -> str | None:
    """The address of an entry's page; one within the feed for an entry that has none."""
    url = canonical_url(entry.url) if entry.url else None
    if url and names_a_page(url):
        return url
    if not entry.text:
        return url  # a front page may still be all that there is
    key = hashlib.sha256(entry.key.encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return f"{feed.url}#entry-{key}"


def _dated(entry: FeedEntry) -> datetime | None:
    return entry.published_at or entry.updated_at
