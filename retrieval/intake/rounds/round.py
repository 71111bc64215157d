"""A round: feeds are visited and pages read, side by side over hosts, until nothing is due.

Always true: nothing that happens to one feed or page ends the round; what is being done is
bounded (`max_fetches`), and of what waits only rows are in memory, never contents; whatever was
taken and not done is given back at the end, and where the process is killed, its claims run out
or are taken over by the next that reads alone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from retrieval.errors import (
    GoneError,
    KabarError,
    SchemaError,
    StorageBusyError,
    StorageFullError,
)
from retrieval.intake.rounds.feed_visits import Visit, broken_visit, visit_feed
from retrieval.intake.rounds.hosts import Lanes, host_of
from retrieval.intake.rounds.means import Means
from retrieval.intake.rounds.page_reads import broken_reading, read_page
from retrieval.intake.rounds.progress import OnProgress, Progress, Tally
from retrieval.intake.rounds.recorder import Recorder
from retrieval.records import Feed, Page, PageOutcome, RoundReport

logger = logging.getLogger(__name__)

FEED_LEASE = timedelta(minutes=5)
PAGE_LEASE = timedelta(minutes=5)
"""Longer than a visit takes with its wait for the host's turn, and no longer: after a kill they
have to run out where another process is reading."""

_MOST_TAKEN_OVER = 1_000

_THE_LIBRARYS = (StorageBusyError, StorageFullError, SchemaError)
"""Errors that no feed or page is to blame for. Any other may be the fault of its words."""

_LOOK_AROUND = 0.2
"""Seconds between two looks at whether the round is to end."""

_LOOK_AGAIN = 5.0
"""Seconds after which a long round looks for feeds and pages that became due meanwhile."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a round is over.

    Args:
        due_only: Whether feeds are left out whose next visit is not due.
        pages: Whether pages are read, and not only feeds visited.
        seconds: After which nothing more is begun; what is left is the next round's.
    """

    due_only: bool = True
    pages: bool = True
    seconds: float = float("inf")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round came to, and the visits that were made in it."""

    report: RoundReport
    visits: tuple[Visit, ...]


class Round:
    """One round; to be run once.

    Args:
        means: What it is made with.
        scope: What it is over.
        stop: Asked often; where it says so, the round ends within a second.
        on_progress: Told how far feeds and pages are.
        on_written: Told how many articles were written that are not indexed yet.
        on_visit: Told of each visit, after it was recorded.
    """

    def __init__(
        self,
        means: Means,
        scope: Scope,
        *,
        stop: Callable[[], bool],
        on_progress: OnProgress | None = None,
        on_written: Callable[[int], None] | None = None,
        on_visit: Callable[[Visit], None] | None = None,
    ) -> None:
        self._means = means
        self._scope = scope
        self._stop = stop
        self._on_progress = on_progress
        self._on_written = on_written
        self._on_visit = on_visit
        self._lanes: Lanes[Feed | Page] = Lanes()
        self._running: dict[asyncio.Task[None], tuple[str, Feed | Page]] = {}
        self._recorder = Recorder(means)
        self._tally = Tally()
        self._visits: list[Visit] = []
        self._visited: dict[str, Feed | None] = {}
        self._titles: dict[str, str | None] = {}
        self._feeds_from = self._pages_from = 0.0
        self._due_pages = self._feeds_total = 0
        self._took_over = False
        self._began = time.monotonic()

    async def run(self) -> Outcome:
        """Do all that is due.

        Raises:
            StorageError: The library cannot be read or written.
        """
        await self._means.threads.store(self._means.presence.take)
        try:
            while not self._stop():
                await self._claim()
                self._start()
                if not self._running and not await self._take_over():
                    break
                if self._running:
                    done, _ = await asyncio.wait(
                        self._running, timeout=_LOOK_AROUND, return_when=asyncio.FIRST_COMPLETED
                    )
                    for task in done:
                        host, _work = self._running.pop(task)
                        self._lanes.finish(host)
                        task.result()
        finally:
            await self._end()
        return Outcome(self._tally.report(), tuple(self._visits))

    # -- taking work -----------------------------------------------------------------------

    async def _claim(self) -> None:
        """Take work while little waits."""
        most = 2 * self._means.max_fetches
        now = time.monotonic()
        if now - self._began > self._scope.seconds:
            return
        # Of feeds no more than can be visited at once: one that a killed process had taken is
        # left until its interval is over.
        free = self._means.max_fetches - len(self._running) - len(self._lanes)
        if free > 0 and now >= self._feeds_from:
            await self._claim_feeds(free)
        if len(self._lanes) <= most // 2 and now >= self._pages_from and self._scope.pages:
            await self._claim_pages(most - len(self._lanes))

    async def _claim_feeds(self, limit: int, *, ahead: timedelta = timedelta()) -> int:
        feeds = await self._means.threads.store(
            self._means.storage.claim_feeds,
            self._means.clock() + ahead,
            limit + (len(self._visited) if ahead else 0),
            lease=FEED_LEASE,
            due_only=self._scope.due_only,
        )
        new = 0
        for feed in feeds:
            if feed.url not in self._visited:
                self._visited[feed.url] = None
                self._lanes.put(host_of(feed.url), feed)
                new += 1
            elif self._visited[feed.url] is None:
                # It was visited in this round; it stays taken until the end, so that the next
                # claim has the others.
                self._visited[feed.url] = feed
        if len(feeds) < limit:
            self._feeds_from = (
                time.monotonic() + _LOOK_AGAIN if self._scope.due_only else float("inf")
            )
        return new

    async def _claim_pages(self, limit: int, *, ahead: timedelta = timedelta()) -> int:
        pages = await self._means.threads.store(
            self._means.storage.claim_pages,
            self._means.clock() + ahead,
            limit,
            lease=PAGE_LEASE,
        )
        for page in pages:
            self._lanes.put(host_of(page.url), page)
        if len(pages) < limit:
            self._pages_from = time.monotonic() + _LOOK_AGAIN
        return len(pages)

    async def _take_over(self) -> bool:
        """Take what a process that was killed had taken; return whether there was anything.

        Once a round, at its end, when nothing that is taken is this process's own.
        """
        late = time.monotonic() - self._began > self._scope.seconds
        if self._took_over or late:
            return False
        self._took_over = True
        if not await self._means.threads.store(self._means.presence.alone):
            return False
        taken = 0
        if not self._scope.due_only:
            taken += await self._claim_feeds(_MOST_TAKEN_OVER, ahead=FEED_LEASE)
        if self._scope.pages:
            taken += await self._claim_pages(_MOST_TAKEN_OVER, ahead=PAGE_LEASE)
        self._start()
        return taken > 0

    def _start(self) -> None:
        while len(self._running) < self._means.max_fetches and (taken := self._lanes.take()):
            host, work = taken
            doing = self._visit(work) if isinstance(work, Feed) else self._read(work)
            task = asyncio.get_running_loop().create_task(doing)
            self._running[task] = host, work

    # -- doing it --------------------------------------------------------------------------

    async def _visit(self, feed: Feed) -> None:
        try:
            visit = await visit_feed(self._means, feed)
        except _THE_LIBRARYS:
            raise
        except Exception as error:
            visit = await broken_visit(self._means, feed, error)
        tally = self._tally
        self._visits.append(visit)
        self._visited.setdefault(visit.feed.url, None)  # it may have moved
        tally.feeds += visit.made
        tally.feeds_unchanged += visit.unchanged
        tally.found += visit.found
        tally.problems += visit.problems
        if visit.found:
            self._pages_from = 0.0
        if self._on_visit:
            self._on_visit(visit)
        await self._tell_of_feeds()

    async def _read(self, page: Page) -> None:
        try:
            reading = await read_page(self._means, page, await self._title(page))
            outcome, written = await self._recorder.record(reading.outcome)
        except _THE_LIBRARYS:
            raise
        except Exception as error:
            reading = broken_reading(self._means, page, error)
            outcome, written = await self._recorder.record(reading.outcome)
        # That an article is gone is news, and no problem.
        gone = isinstance(reading.error, GoneError) and outcome.page.article_id is not None
        if reading.error is not None and not gone:
            logger.info("Page not read: %s", reading.error)
            self._tally.problems.append(str(reading.error))
        tally = self._tally
        tally.pages += 1
        tally.count(outcome, written)
        if self._on_written and outcome.article is not None and outcome.indexed is None:
            self._on_written(1)
        if self._on_progress:
            total = max(tally.pages + len(self._lanes) + len(self._running) - 1, self._due_pages)
            self._on_progress(Progress("pages", tally.pages, total))

    async def _title(self, page: Page) -> str | None:
        url = page.feed_url
        if url is None:
            return None
        if url not in self._titles:
            feed = await self._means.threads.store(self._means.storage.get_feed, url)
            self._titles[url] = feed.title if feed else None
        return self._titles[url]

    async def _tell_of_feeds(self) -> None:
        if not self._on_progress:
            return
        done = len(self._visits)
        waiting = await self._means.threads.store(
            self._means.storage.count_due_pages, self._means.clock()
        )
        self._due_pages = self._tally.pages + waiting
        if not self._scope.due_only and not self._feeds_total:
            feeds = await self._means.threads.store(self._means.storage.feeds)
            self._feeds_total = sum(each.feed.paused_because is None for each in feeds)
        self._on_progress(Progress("feeds", done, max(self._feeds_total, done)))

    # -- ending ----------------------------------------------------------------------------

    async def _end(self) -> None:
        """Stop what runs, and give back what was taken and not done."""
        undone = self._lanes.clear()
        for task, (_, work) in self._running.items():
            # A feed may have been asked already: it waits for its interval.
            if task.cancel() and isinstance(work, Page):
                undone.append(work)
        if self._running:
            done, _ = await asyncio.wait(self._running, timeout=_LOOK_AROUND * 2)
            for task in done:
                if not task.cancelled():
                    task.exception()  # one error is raised already, and tells enough
        pages = [PageOutcome(work) for work in undone if isinstance(work, Page)]
        feeds = [work for work in undone if isinstance(work, Feed)]
        feeds += [feed for feed in self._visited.values() if feed is not None]
        with suppress(KabarError):  # the claims run out by themselves
            if pages:
                await self._means.threads.store(
                    self._means.storage.record_pages, pages, model=self._means.model
                )
            for feed in feeds:
                await self._means.threads.store(self._means.storage.record_visit, feed)
