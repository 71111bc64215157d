"""Reading pages: from an address to what is to be kept of it.

Always true: whatever a page does, reading it ends in a `Reading`; an article that changed comes
with its new passages, so that the old ones are replaced by them in one transaction; what could
not be read is tried again a bounded number of times, and then what its feed said is kept, marked
as the summary that it is.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from retrieval.errors import FetchError, GoneError, IntakeError, KabarError, RetryLaterError
from retrieval.intake.articles import article_from_entry, article_from_page
from retrieval.intake.cleaning import clean_text
from retrieval.intake.rounds.corrections import next_attempt, next_look
from retrieval.intake.rounds.hosts import host_of
from retrieval.intake.rounds.listing import has_a_page
from retrieval.intake.rounds.means import Means
from retrieval.intake.urls import canonical_url
from retrieval.intake.web import Fetched
from retrieval.records import Article, Extent, IndexedArticle, Page, PageOutcome

logger = logging.getLogger(__name__)

MOST_PAGES = 10
"""Of one article that is spread over several."""

_GONE_FOR_GOOD = 410
_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a page came to.

    Args:
        outcome: What is to be kept.
        error: Why the page could not be read, if it could not.
    """

    outcome: PageOutcome
    error: IntakeError | None = None


async def read_page(
    means: Means,
    page: Page,
    feed_title: str | None = None,
    *,
    wanted: bool = False,
    check: Callable[[Fetched], Awaitable[None]] | None = None,
) -> Reading:
    """Read a page, for the first time or again; nothing is written.

    Args:
        means: What it is read with.
        page: Its state.
        feed_title: The title of the feed that listed it.
        wanted: Whether a person asked for it: it is kept however old, and asked for although
            its host wants to be left alone.
        check: Given what was fetched before it is read; what it raises ends the reading.

    Raises:
        StorageError: What is known of it cannot be looked up.
    """
    now = means.clock()
    if page.entry is not None and not has_a_page(page):
        return await _from_entry(means, page, feed_title, now)
    host = host_of(page.url)
    if not wanted and (until := means.troubles.until(host, now)):
        return Reading(PageOutcome(replace(page, due_at=until)))
    try:
        fetched = await means.fetcher.fetch(
            page.url, etag=page.etag, last_modified=page.last_modified, accept=_ACCEPT
        )
        means.troubles.worked(host)
        if fetched.status == 304:
            return Reading(PageOutcome(await _same_as_before(means, page, now)))
        if check:
            await check(fetched)
        article, whole = await _extract(means, page, fetched, feed_title)
    except IntakeError as error:
        if isinstance(error, RetryLaterError):
            means.troubles.failed(host, error, now)
        else:
            means.troubles.worked(host)
        return await _failed(means, page, error, feed_title, now)
    if not whole or article.extent is Extent.SUMMARY:
        # Without validators it is fetched in full next time: what is missing may be there then.
        fetched = replace(fetched, etag=None, last_modified=None)
    page = replace(page, etag=fetched.etag, last_modified=fetched.last_modified)
    oldest = means.oldest
    if not wanted and oldest and article.published_at and article.published_at < oldest:
        return Reading(PageOutcome(_finished(page, now, None)))
    return Reading(await _place(means, page, article, now))


def broken_reading(means: Means, page: Page, error: Exception) -> Reading:
    """Return a reading that ended as none should: it is tried again, a few times."""
    logger.error("Page %s: an unexpected error", page.url, exc_info=error)
    reason = FetchError(page.url, f"an unexpected error ({type(error).__name__})")
    attempts = page.attempts + 1
    due = next_attempt(reason, attempts, means.clock())
    page = replace(page, attempts=attempts, due_at=due, error=reason.reason)
    return Reading(PageOutcome(page), reason)


async def _extract(
    means: Means, page: Page, fetched: Fetched, feed_title: str | None
) -> tuple[Article, bool]:
    """Return the article of a page and its further pages, and whether it is all theirs.

    It is not where a page could not be read, or said less than the feed.
    """
    documents = [(fetched.content, fetched.url, fetched.content_type)]
    extracted = await means.threads.parse(means.sandbox.read_page, documents, entry=page.entry)
    known = {canonical_url(fetched.url), canonical_url(page.url)}
    whole, size = True, len(fetched.content)
    while whole:
        further = [url for url in extracted.continues_at if canonical_url(url) not in known]
        further = further[: MOST_PAGES - len(documents)]
        if not further:
            break
        for url in further:
            known.add(canonical_url(url))
            try:
                more = await means.fetcher.fetch(url, accept=_ACCEPT)
            except FetchError as error:
                logger.info("Not all of an article was read: %s", error)
                whole = False
                break
            size += len(more.content)
            if size > means.max_bytes:
                logger.info("Not all of an article was read: %s is too long", page.url)
                whole = False
                break
            documents.append((more.content, more.url, more.content_type))
        extracted = await means.threads.parse(means.sandbox.read_page, documents, entry=page.entry)
    article = article_from_page(extracted, url=fetched.url, entry=page.entry, feed_title=feed_title)
    return article, whole and article.text == clean_text(extracted.text)[0]


async def _place(means: Means, page: Page, article: Article, now: datetime) -> PageOutcome:
    """Return what is kept of an article that was read: it may be known, by this page or another."""
    store, storage = means.threads.store, means.storage
    ids = [identity for identity in (article.id, page.article_id) if identity]
    stored = await store(storage.get_articles, ids)
    known, mine = stored.get(article.id), stored.get(page.article_id or "")
    if known is None and mine is not None:
        # Its page says another address now, or had no other identity than its words.
        article, known = replace(article, id=mine.id, url=mine.url), mine
    elif known is not None and article.url and canonical_url(page.url) != article.url:
        main = await store(storage.get_page, article.url)
        if main is not None and main.article_id == known.id:
            # An AMP or a mobile variant: two pages that differ a little would change the
            # article to and fro. The one at the canonical address is followed.
            return PageOutcome(_finished(page, now, known.id))
    due = next_look(article.published_at, page.found_at or now, now) if has_a_page(page) else None
    indexed = None
    if known and known.content_hash != article.content_hash and known.withdrawn_at is None:
        indexed = await _index(means, article)
    outcome = _finished(page, now, article.id, due)
    return PageOutcome(outcome, article, indexed)


async def _index(means: Means, article: Article) -> IndexedArticle | None:
    try:
        (indexed,) = await means.threads.embed(means.index, [article])
    except KabarError as error:
        logger.warning("A changed article will be indexed later: %s", error)
        return None
    return indexed


async def _from_entry(means: Means, page: Page, feed_title: str | None, now: datetime) -> Reading:
    """Read what the feed itself said: there is no page to be had."""
    entry = page.entry
    if entry is None or not entry.text:
        error = IntakeError(page.url, "its feed gives a headline and nothing to read")
        return Reading(PageOutcome(_finished(page, now, page.article_id)), error)
    try:
        article = article_from_entry(entry, feed_title=feed_title)
    except IntakeError as error:
        return Reading(PageOutcome(_finished(page, now, page.article_id)), error)
    return Reading(await _place(means, page, article, now))


async def _same_as_before(means: Means, page: Page, now: datetime) -> Page:
    published_at = page.entry.published_at if page.entry else None
    if published_at is None and page.article_id:
        stored = await means.threads.store(means.storage.get_articles, [page.article_id])
        if article := stored.get(page.article_id):
            published_at = article.published_at
    due = next_look(published_at, page.found_at or now, now)
    return _finished(page, now, page.article_id, due)


async def _failed(
    means: Means, page: Page, error: IntakeError, feed_title: str | None, now: datetime
) -> Reading:
    if page.article_id is not None:
        return await _failed_again(means, page, error, now)
    attempts = page.attempts + 1
    due = next_attempt(error, attempts, now)
    page = replace(page, attempts=attempts, due_at=due, error=error.reason)
    if due is not None:
        return Reading(PageOutcome(page), error)
    if not isinstance(error, GoneError) and page.entry is not None and page.entry.text:
        kept = await _from_entry(means, page, feed_title, now)
        outcome = kept.outcome
        outcome = replace(outcome, page=replace(outcome.page, due_at=None, error=error.reason))
        return Reading(outcome, error)
    return Reading(PageOutcome(replace(page, read_at=now, entry=None)), error)


async def _failed_again(means: Means, page: Page, error: IntakeError, now: datetime) -> Reading:
    """A page that was read before cannot be read now: its article stays, unless it is gone."""
    stored = await means.threads.store(means.storage.get_articles, [page.article_id or ""])
    article = stored.get(page.article_id or "")
    published_at = article.published_at if article else None
    due = next_look(published_at, page.found_at or now, now)
    if isinstance(error, GoneError) and error.status == _GONE_FOR_GOOD:
        due = None
    page = _finished(page, now, page.article_id, due)
    page = replace(page, error=error.reason)
    if not isinstance(error, GoneError):
        return Reading(PageOutcome(page), error)
    if article is None or article.withdrawn_at or not await _is_gone(means, page, article):
        return Reading(PageOutcome(page), error)
    logger.info("Withdrawn by its outlet: %s", page.url)
    # If it comes back, it comes back whole.
    page = replace(page, etag=None, last_modified=None)
    return Reading(PageOutcome(page, withdrawn=True), error)


async def _is_gone(means: Means, page: Page, article: Article) -> bool:
    """Whether an article is gone and not just this one of its addresses."""
    if not article.url or article.url in (page.url, canonical_url(page.url)):
        return True
    try:
        await means.fetcher.fetch(article.url, accept=_ACCEPT)
    except GoneError:
        return True
    except IntakeError:
        return False
    return False


def _finished(
    page: Page, now: datetime, article_id: str | None, due: datetime | None = None
) -> Page:
    return replace(
        page,
        article_id=article_id,
        read_at=now,
        due_at=due,
        attempts=0,
        error=None,
        entry=page.entry if due else None,
    )
