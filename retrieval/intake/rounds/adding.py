"""Adding a feed: from what a person typed to a feed that is known to work.

Always true: only what could be read as a feed is kept, and what was read to find that out is
queued at once, so that no feed is asked twice for the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from retrieval.errors import IntakeError, UsageError
from retrieval.intake.rounds.listing import MOST_OF_A_FEED, MOST_OF_A_SITEMAP, pages_to_read
from retrieval.intake.rounds.means import Means
from retrieval.intake.rounds.schedule import Asked, after_visit
from retrieval.intake.rounds.sitemaps import ACCEPT_FEEDS, Sitemaps, visit_sitemaps
from retrieval.intake.urls import canonical_url
from retrieval.intake.web import Fetched
from retrieval.records import Feed, FeedContent, FoundFeed

MOST_FEEDS = 3
"""That are added of one page: one that links to more lists its departments, the main one first."""

_ACCEPT = f"text/html, application/xhtml+xml, {ACCEPT_FEEDS}"
_COMMENTS = re.compile(r"comment|komentar|kommentar|comentario|commentaire|/replies", re.I)
_FORMATS = re.compile(r"\b(?:rss|atom|rdf|xml|json|feed|[\d.]+|via|as)\b|\W+", re.I)


async def add_feed(means: Means, url: str) -> list[Feed]:
    """Add a feed, or the feeds that a page links to.

    Args:
        means: What it is read with.
        url: The address of a feed, a news sitemap or a page.

    Returns:
        The feeds, those among them that were known already as they are.

    Raises:
        UsageError: It is no address, or a page that links to no feed.
        IntakeError: It cannot be read.
    """
    address = canonical_url(url)
    if address is None:
        raise UsageError(f"{url} is no web address; one looks like https://example.org/feed.xml.")
    if known := await means.threads.store(means.storage.get_feed, address):
        return [known]
    fetched = await means.fetcher.fetch(address, accept=_ACCEPT)
    try:
        content = await _read(means, fetched)
    except IntakeError as error:
        links = await _linked(means, fetched, error)
    else:
        return [await _keep(means, fetched.moved_to or address, fetched, content)]
    added: list[Feed] = []
    problems: list[IntakeError] = []
    for link in links:
        try:
            added.append(await _add_linked(means, link))
        except IntakeError as error:
            problems.append(error)
    if not added:
        raise problems[0]
    return added


async def _add_linked(means: Means, link: FoundFeed) -> Feed:
    address = canonical_url(link.url)
    if address is None:
        raise IntakeError(link.url, "this is no web address")
    if known := await means.threads.store(means.storage.get_feed, address):
        return known
    fetched = await means.fetcher.fetch(address, accept=ACCEPT_FEEDS)
    content = await _read(means, fetched)
    content = replace(content, title=content.title or link.title)
    return await _keep(means, fetched.moved_to or address, fetched, content)


async def _read(means: Means, fetched: Fetched) -> FeedContent:
    return await means.threads.parse(
        means.sandbox.read_feed, fetched.content, url=fetched.url, content_type=fetched.content_type
    )


async def _linked(means: Means, fetched: Fetched, why: IntakeError) -> list[FoundFeed]:
    try:
        found = await means.threads.parse(
            means.sandbox.find_feeds,
            fetched.content,
            url=fetched.url,
            content_type=fetched.content_type,
        )
    except IntakeError:
        raise why from None
    if main := main_feeds(found):
        return main
    if "html" in (fetched.content_type or "html"):
        raise UsageError(
            f"{fetched.url} is no feed and links to none; give the feed's own address."
        )
    raise why


def main_feeds(found: Sequence[FoundFeed]) -> list[FoundFeed]:
    """Return the feeds of a page that are worth visiting.

    Feeds of comments are left out, and of feeds that differ by their format alone (RSS and
    Atom of the same) all but the first.
    """
    groups: dict[str, FoundFeed] = {}
    for feed in found:
        if not _COMMENTS.search(f"{feed.title or ''} {feed.url}"):
            groups.setdefault(_FORMATS.sub("", feed.title or "").casefold(), feed)
    feeds = list(groups.values())
    return feeds if len(feeds) <= MOST_FEEDS else feeds[:1]


async def _keep(means: Means, address: str, fetched: Fetched, content: FeedContent) -> Feed:
    store, storage, now = means.threads.store, means.storage, means.clock()
    feed = Feed(
        canonical_url(address) or address,
        title=content.title,
        site_url=content.site_url,
        added_at=now,
    )
    if known := await store(storage.get_feed, feed.url):
        return known
    sitemaps = Sitemaps()
    if content.further and not content.entries:
        sitemaps = await visit_sitemaps(means, feed, content.further, now)
    pages = pages_to_read(
        feed,
        (*content.entries, *sitemaps.entries),
        now,
        most=MOST_OF_A_SITEMAP if content.format == "sitemap" else MOST_OF_A_FEED,
        oldest=means.oldest,
    )
    visited = after_visit(
        feed,
        now,
        listed=len(pages),
        news=len(pages),
        asked=Asked(content.visit_every, fetched.fresh_for),
        jitter=means.chance(),
    )
    # Not due from the first moment on, or another process would visit it in between.
    await store(storage.add_feed, replace(feed, next_visit_at=visited.next_visit_at))
    visited = replace(visited, etag=fetched.etag, last_modified=fetched.last_modified)
    await store(storage.record_visit, visited, pages)
    if sitemaps.state:
        await store(storage.record_pages, sitemaps.state, model=means.model)
    return visited
