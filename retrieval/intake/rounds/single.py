"""Reading one page because a person asked for it, and not because a feed listed it."""

from __future__ import annotations

import re
from dataclasses import replace

from retrieval.errors import IntakeError, UsageError
from retrieval.intake.rounds.means import Means
from retrieval.intake.rounds.page_reads import read_page
from retrieval.intake.rounds.recorder import Recorder
from retrieval.intake.urls import canonical_url
from retrieval.intake.web import Fetched
from retrieval.records import Article, Page, Written

_LIKE_A_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]|^\s*\{", re.I)
_LOOKED_AT = 2_000


async def read_single(means: Means, url: str) -> tuple[Article, Written]:
    """Read the article at an address.

    Returns:
        The article as it is in the library, and what writing it did.

    Raises:
        UsageError: It is no address, or that of a feed.
        IntakeError: It cannot be read.
    """
    address = canonical_url(url)
    if address is None:
        raise UsageError(f"{url} is no web address; one looks like https://example.org/news/1.")
    store, storage = means.threads.store, means.storage
    if await store(storage.get_feed, address):
        raise _a_feed(url)

    async def refuse_feeds(fetched: Fetched) -> None:
        if _LIKE_A_FEED.search(fetched.content[:_LOOKED_AT]) and await _is_feed(means, fetched):
            raise _a_feed(url)

    known = await store(storage.get_page, address)
    page = known or Page(address, found_at=means.clock())
    page = replace(page, etag=None, last_modified=None)
    reading = await read_page(means, page, check=refuse_feeds, wanted=True)
    if reading.error is not None and known is None:
        raise reading.error  # and it is not tried again: the person can
    outcome, written = await Recorder(means).record(reading.outcome)
    if reading.error is not None:
        raise reading.error
    if outcome.page.article_id is None:
        raise IntakeError(url, "no article was found in the page")
    stored = await store(storage.get_articles, [outcome.page.article_id])
    article = stored.get(outcome.page.article_id)
    if article is None:
        raise IntakeError(url, "the article was deleted while it was being read")
    return article, written or Written.UNCHANGED


async def _is_feed(means: Means, fetched: Fetched) -> bool:
    try:
        await means.threads.parse(
            means.sandbox.read_feed,
            fetched.content,
            url=fetched.url,
            content_type=fetched.content_type,
        )
    except IntakeError:
        return False
    return True


def _a_feed(url: str) -> UsageError:
    return UsageError(
        f"{url} is a feed and no article; `kabar feeds add {url}` reads all it lists."
    )
