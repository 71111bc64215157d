"""Where articles come from: feeds, what they list, and the pages that are read for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from retrieval.records.articles import Article, Extent, IndexedArticle


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed or news sitemap that is visited again and again. ``url`` is its identity.

    ``visited_at`` is the last attempt, ``succeeded_at`` the last that worked, ``changed_at``
    the last that brought an entry not seen before. ``failing_since`` and ``error`` are None
    while it works; ``failures`` counts attempts since. ``paused_because`` is None while it is
    visited. ``next_visit_at`` is None for a feed never visited, which is due at once.
    """

    url: str
    title: str | None = None
    site_url: str | None = None
    added_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    interval: timedelta = timedelta(minutes=15)
    next_visit_at: datetime | None = None
    visited_at: datetime | None = None
    succeeded_at: datetime | None = None
    changed_at: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0
    error: str | None = None
    paused_because: str | None = None


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """A feed as an operator sees it.

    ``usual_gap`` is the usual time between two of its articles (the median over the last
    ones), None where too few of them are known.
    """

    feed: Feed
    articles_24h: int
    newest_article: datetime | None
    pending_pages: int
    usual_gap: timedelta | None = None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """What a feed says of one article, cleaned: plain text, UTC, absolute addresses.

    ``key`` tells the feed's entries apart: the GUID, else the address, else a hash of the
    words. ``published_at`` is None where the feed does not say.
    """

    key: str
    url: str | None
    title: str
    text: str = ""
    author: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class FeedContent:
    """What a feed's document says.

    ``format`` is "rss", "atom", "json" or "sitemap". ``further`` are the sitemaps that an
    index of sitemaps lists, newest first. ``visit_every`` is the interval that it asks for.
    """

    format: str
    title: str | None
    site_url: str | None
    entries: tuple[FeedEntry, ...]
    further: tuple[str, ...] = ()
    visit_every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that a page links to."""

    url: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """An article's page: to be read for the first time, or looked at again for corrections.

    ``url`` is its identity. A row is made when a feed lists it, in the transaction that records
    the feed's visit, so that nothing a feed listed is lost however the process ends.
    ``due_at`` is None when there is nothing more to do. ``article_id`` is None until it was
    read. ``entry`` is what the feed said, kept until the article is written.
    """

    url: str
    feed_url: str | None = None
    entry: FeedEntry | None = None
    article_id: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    found_at: datetime | None = None
    read_at: datetime | None = None
    due_at: datetime | None = None
    attempts: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """What reading a page came to: its new state, and the article if there is one to write.

    ``indexed`` are the passages of an article that was known and has changed: they replace the
    old ones in the same transaction, so that there is no moment without either.
    """

    page: Page
    article: Article | None = None
    indexed: IndexedArticle | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """What a page gave, not cleaned yet. ``continues_at`` are its further pages, in order."""

    title: str
    text: str
    canonical_url: str | None = None
    author: str | None = None
    source: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    image_url: str | None = None
    extent: Extent = Extent.FULL
    related: tuple[str, ...] = ()
    continues_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What one round over the feeds did."""

    feeds: int
    feeds_unchanged: int
    found: int
    new: int
    updated: int
    unchanged: int
    withdrawn: int
    summaries: int
    problems: tuple[str, ...]
