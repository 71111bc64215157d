"""Rounds for tests: real storage, fetcher and sandbox over real HTTP, and a clock that is moved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from retrieval.intake.rounds.adding import add_feed
from retrieval.intake.rounds.means import Index, Means
from retrieval.intake.rounds.notices import tell_of_feeds
from retrieval.intake.rounds.presence import Presence
from retrieval.intake.rounds.round import Outcome, Round, Scope
from retrieval.intake.rounds.single import read_single
from retrieval.intake.sandbox.sandbox import Sandbox
from retrieval.intake.web import Fetcher
from retrieval.records import Article, Feed, FeedStatus, Page, Written
from retrieval.settings import RetrievalSettings
from retrieval.storage.sqlite.engine import SqliteStorage

T = TypeVar("T")

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MODEL = "model-a"


class Clock:
    """Says what time it is, as it was told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Reading:
    """A library that is read into, round by round."""

    def __init__(self, settings: RetrievalSettings, sandbox: Sandbox, index: Index) -> None:
        self.clock = Clock()
        self.storage = SqliteStorage(settings.data_dir, clock=self.clock)
        self._fetcher = Fetcher(settings)
        self.means = Means(
            storage=self.storage,
            fetcher=self._fetcher,
            sandbox=sandbox,
            index=index,
            model=MODEL,
            clock=self.clock,
            presence=Presence(settings.data_dir / "reading.lock"),
            chance=lambda: 0.0,
            max_fetches=settings.max_fetches,
            max_bytes=round(settings.max_fetch_megabytes * 1_000_000),
            keep=timedelta(days=settings.keep_days),
        )

    def close(self) -> None:
        self.means.threads.close()
        self.means.presence.close()
        self.storage.close()

    # -- doing -----------------------------------------------------------------------------

    def round(
        self, *, after: timedelta = timedelta(), due_only: bool = True, **more: Any
    ) -> Outcome:
        """Do a round, so long after the last."""
        self.clock.now += after
        more.setdefault("stop", lambda: False)
        outcome = self._do(lambda: Round(self.means, Scope(due_only=due_only), **more).run())
        tell_of_feeds(self.storage, outcome.visits, self.clock())
        return outcome

    def add(self, url: str) -> list[Feed]:
        return self._do(lambda: add_feed(self.means, url))

    def read(self, url: str) -> tuple[Article, Written]:
        return self._do(lambda: read_single(self.means, url))

    def keep(self, *urls: str) -> None:
        """Keep feeds without visiting them."""
        for url in urls:
            assert self.storage.add_feed(Feed(url, added_at=self.clock()))

    def _do(self, work: Callable[[], Awaitable[T]]) -> T:
        async def within() -> T:
            async with self._fetcher:
                return await work()

        return asyncio.run(within())

    # -- looking ---------------------------------------------------------------------------

    def articles(self) -> list[Article]:
        """Return what is in the library and not withdrawn, by address."""
        return sorted(self.storage.latest_articles(1_000), key=lambda each: each.url or "")

    def article(self, url: str) -> Article:
        """Return the article of a page."""
        page = self.page(url)
        assert page.article_id
        return self.storage.get_articles([page.article_id])[page.article_id]

    def page(self, url: str) -> Page:
        page = self.storage.get_page(url)
        assert page
        return page

    def feed(self, url: str) -> Feed:
        feed = self.storage.get_feed(url)
        assert feed
        return feed

    def statuses(self) -> dict[str, FeedStatus]:
        return {status.feed.url: status for status in self.storage.feeds()}

    def notices(self) -> Sequence[str]:
        return [notice.text for notice in self.storage.pending_notices()]
