"""Visits of feeds: from an address to rows of pages that wait to be read.

Always true: what a visit found is kept in the same transaction as that it was made, so nothing
that a feed listed is lost; and what a server said of the version (``ETag``) only together with
what that version lists.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from retrieval.errors import IntakeError, RetryLaterError
from retrieval.intake.rounds.hosts import host_of
from retrieval.intake.rounds.listing import MOST_OF_A_FEED, MOST_OF_A_SITEMAP, pages_to_read
from retrieval.intake.rounds.means import Means
from retrieval.intake.rounds.schedule import SHORTEST, Asked, after_failure, after_visit
from retrieval.intake.rounds.sitemaps import (
    ACCEPT_FEEDS,
    Sitemaps,
    known_sitemaps,
    visit_sitemaps,
)
from retrieval.intake.urls import canonical_url
from retrieval.intake.web import Fetched
from retrieval.records import Feed, FeedContent, Page

logger = logging.getLogger(__name__)

GetPage = Callable[[str], Page | None]

MOVED = "it moved to "
"""How the reason begins for which a feed is paused whose pages are still to be read."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit came to.

    Args:
        before: The feed as it was.
        feed: As it is now; with another address if it moved.
        unchanged: Whether the server said that nothing changed.
        found: How many pages were not known.
        problems: What went wrong, in words.
        made: Whether it was asked at all; not if its host wants to be left alone.
    """

    before: Feed
    feed: Feed
    unchanged: bool = False
    found: int = 0
    problems: tuple[str, ...] = ()
    made: bool = True


async def visit_feed(means: Means, feed: Feed) -> Visit:
    """Visit a feed that was claimed, and keep what came of it.

    Raises:
        StorageError: It could not be kept; the claim runs out by itself.
    """
    store, storage, now = means.threads.store, means.storage, means.clock()
    host = host_of(feed.url)
    if until := means.troubles.until(host, now):
        later = replace(feed, next_visit_at=max(until, now + SHORTEST))
        await store(storage.record_visit, later)
        return Visit(feed, later, made=False)
    try:
        fetched, content = await _fetch(means, feed)
        further = content.further if content else await known_sitemaps(means, feed)
        sitemaps = (
            await visit_sitemaps(means, feed, further, now)
            if further and not (content and content.entries)
            else Sitemaps()
        )
    except IntakeError as error:
        if isinstance(error, RetryLaterError):
            means.troubles.failed(host, error, now)
        failed = after_failure(feed, now, error, jitter=means.chance())
        await store(storage.record_visit, failed)
        log = logger.debug if feed.error == failed.error else logger.warning
        log("Feed %s cannot be read: %s", feed.url, error.reason)
        return Visit(feed, failed, problems=(str(error),))
    means.troubles.worked(host)
    for problem in sitemaps.problems:
        logger.warning("Sitemap %s", problem)
    visit = await _keep(means, feed, fetched, content, sitemaps, now=now)
    if sitemaps.state:
        await store(storage.record_pages, sitemaps.state, model=means.model)
    return visit


async def broken_visit(means: Means, feed: Feed, error: Exception) -> Visit:
    """Keep a visit that ended as none should: the feed is left alone for longer and longer."""
    logger.error("Feed %s: an unexpected error", feed.url, exc_info=error)
    reason = IntakeError(feed.url, f"an unexpected error ({type(error).__name__})")
    failed = after_failure(feed, means.clock(), reason, jitter=means.chance())
    await means.threads.store(means.storage.record_visit, failed)
    return Visit(feed, failed, problems=(str(reason),))


async def _fetch(means: Means, feed: Feed) -> tuple[Fetched, FeedContent | None]:
    fetched = await means.fetcher.fetch(
        feed.url, etag=feed.etag, last_modified=feed.last_modified, accept=ACCEPT_FEEDS
    )
    if fetched.status == 304:
        return fetched, None
    content = await means.threads.parse(
        means.sandbox.read_feed, fetched.content, url=fetched.url, content_type=fetched.content_type
    )
    return fetched, content


async def _keep(
    means: Means,
    feed: Feed,
    fetched: Fetched,
    content: FeedContent | None,
    sitemaps: Sitemaps,
    *,
    now: datetime,
) -> Visit:
    store, storage = means.threads.store, means.storage
    target = await _moved(means, feed, fetched.moved_to)
    if target is None:
        return Visit(feed, feed, unchanged=True)
    entries = (*(content.entries if content else ()), *sitemaps.entries)
    is_sitemap = bool(sitemaps.entries) or (content is not None and content.format == "sitemap")
    pages = pages_to_read(
        target,
        entries,
        now,
        most=MOST_OF_A_SITEMAP if is_sitemap else MOST_OF_A_FEED,
        oldest=means.oldest,
    )
    state = after_visit(
        target,
        now,
        listed=len(pages),
        news=await store(_count_unknown, storage.get_page, pages),
        asked=Asked(content.visit_every if content else None, fetched.fresh_for),
        jitter=means.chance(),
    )
    state = replace(state, etag=fetched.etag, last_modified=fetched.last_modified)
    if content:
        state = replace(
            state,
            title=content.title or feed.title,
            site_url=content.site_url or feed.site_url,
        )
    found = await store(storage.record_visit, state, pages)
    if target.url != feed.url:
        await store(_leave, means, feed, target.url)
    logger.debug("Feed %s: %d listed, %d new", state.url, len(pages), found)
    return Visit(
        feed,
        state,
        unchanged=content is None and not sitemaps.entries,
        found=found,
        problems=tuple(map(str, sitemaps.problems)),
    )


async def _moved(means: Means, feed: Feed, moved_to: str | None) -> Feed | None:
    """Return the feed under its present address; None where that is another feed of ours."""
    url = canonical_url(moved_to) if moved_to else None
    if url is None or url == feed.url:
        return feed
    store, storage = means.threads.store, means.storage
    if await store(storage.get_feed, url):
        logger.warning("Feed %s has moved to %s, which is read already", feed.url, url)
        await store(_leave, means, feed, url)
        return None
    logger.warning("Feed %s has moved to %s", feed.url, url)
    moved = replace(feed, url=url)
    # Not due before its interval, or another process would visit it in this moment.
    await store(
        storage.add_feed,
        replace(moved, etag=None, last_modified=None, next_visit_at=means.clock() + feed.interval),
    )
    return moved


def _leave(means: Means, feed: Feed, url: str) -> None:
    """Forget a feed that moved; one whose pages still wait is paused until they are read."""
    waiting = [each for each in means.storage.feeds() if each.feed.url == feed.url]
    if waiting and waiting[0].pending_pages:
        means.storage.record_visit(replace(feed, paused_because=f"{MOVED}{url}"))
    else:
        means.storage.remove_feed(feed.url)


def _count_unknown(get_page: GetPage, pages: Sequence[Page]) -> int:
    return sum(get_page(page.url) is None for page in pages)
