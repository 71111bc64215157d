"""The newsroom: everything an operator does with feeds and pages, and what keeps reading them.

Wires fetcher, sandbox and storage to the rounds of `retrieval.intake.rounds`; made once by
`Kabar`, reached as ``kabar.newsroom``. Synchronous, and any thread may call: inside, one event
loop does the reading for all callers, so that a site has one line of turns. Nothing is opened
before it is needed: a list of feeds costs a query.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from retrieval.errors import UsageError
from retrieval.intake.rounds.progress import OnProgress, Progress
from retrieval.intake.rounds.retention import Retention
from retrieval.intake.rounds.verdicts import Health, Verdict, verdict_of
from retrieval.intake.urls import canonical_url
from retrieval.records import (
    Article,
    Feed,
    FeedStatus,
    Notice,
    RoundReport,
    Written,
)

if TYPE_CHECKING:
    from retrieval.intake.rounds.desk import Desk
    from retrieval.intake.rounds.library import Library
    from retrieval.intake.rounds.round import Outcome, Scope
    from retrieval.settings import RetrievalSettings
    from retrieval.storage.base import Storage

__all__ = ["Health", "Newsroom", "Progress", "Verdict", "verdict_of"]

logger = logging.getLogger(__name__)

LONGEST_SLEEP = 30.0
"""Seconds between two looks at what is due: another process may have added a feed."""

_AFTER_AN_ERROR = 60.0
"""Seconds that reading rests after an error that nobody expected."""

_ROUND_SECONDS = 300.0
"""After which a round that keeps itself busy is ended, so that stories are found meanwhile."""


class Newsroom:
    """Feeds, and the reading of them.

    Args:
        settings: Bounds, politeness, how long articles are kept.
        storage: The library.
        clock: What time it is, in UTC.
        library: What embeds.
    """

    def __init__(
        self,
        settings: RetrievalSettings,
        storage: Storage,
        clock: Callable[[], datetime],
        library: Library,
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._library = library
        self._lock = threading.RLock()
        self._indexing = threading.Lock()
        self._closing = threading.Event()
        self._opened: Desk | None = None
        keep = timedelta(days=settings.keep_days) if settings.keep_days else None
        self._retention = Retention(storage, clock, keep)

    def close(self) -> None:
        """End what is being read, and let go of connections, threads and the sandbox."""
        self._closing.set()
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    # -- the list of feeds -----------------------------------------------------------------

    def feeds(self) -> list[FeedStatus]:
        """Return all feeds, by the time they were added."""
        return self._storage.feeds()

    def add_feed(self, url: str) -> list[Feed]:
        """Add a feed, or the feeds that a site's page links to; what they list is queued.

        Args:
            url: The address of a feed, a news sitemap or a page.

        Returns:
            The feeds; those that were known already as they are.

        Raises:
            UsageError: It is no address, or a page that links to no feed.
            IntakeError: It cannot be read.
        """
        from retrieval.intake.rounds.adding import add_feed

        return self._desk.do(lambda means: add_feed(means, url))

    def remove_feed(self, url: str) -> bool:
        """Forget a feed; its articles stay. Return whether it was known."""
        from retrieval.intake.rounds.notices import forget_notices

        known = self._known(url)
        forget_notices(self._storage, known)
        return self._storage.remove_feed(known)

    def pause_feed(self, url: str) -> bool:
        """Visit a feed no more until it is resumed; return whether it is known."""
        return self._storage.pause_feed(self._known(url), "an operator paused it")

    def resume_feed(self, url: str) -> bool:
        """Visit a feed again, from now on; return whether it is known."""
        from retrieval.intake.rounds.notices import forget_notices

        known = self._known(url)
        forget_notices(self._storage, known)
        return self._storage.pause_feed(known, None)

    def check_feeds(self, on_checked: Callable[[Feed], None] | None = None) -> list[FeedStatus]:
        """Visit every feed that is not paused, now, and tell how each is; read no pages.

        Args:
            on_checked: Told of each feed that was visited.
        """
        from retrieval.intake.rounds.feed_visits import Visit
        from retrieval.intake.rounds.round import Scope

        def told(visit: Visit) -> None:
            if on_checked:
                on_checked(visit.feed)

        outcome = self._round(Scope(due_only=False, pages=False), on_visit=told)
        self._tell(outcome)
        return self._storage.feeds()

    def import_opml(self, content: bytes) -> tuple[int, int]:
        """Add the feeds of a list (OPML); none is visited. Return how many were new, and known.

        Raises:
            IntakeError: It cannot be read.
        """
        found = self._desk.sandbox.read_opml(content)
        addresses = {canonical_url(each.url): each for each in found}
        new = known = 0
        for url, each in addresses.items():
            if url is None:
                continue
            if self._storage.add_feed(Feed(url, title=each.title, added_at=self._clock())):
                new += 1
            else:
                known += 1
        return new, known

    def export_opml(self) -> str:
        """Return all feeds as a list that other programs can read (OPML)."""
        from retrieval.intake.feeds.opml import write_opml

        return write_opml([status.feed for status in self.feeds()])

    def notices(self) -> list[Notice]:
        """Return what the operator is to be told and was not told yet, oldest first."""
        return self._storage.pending_notices()

    def finish_notice(self, notice: Notice) -> None:
        """Mark a notice as told."""
        if notice.id is not None:
            self._storage.finish_notice(notice.id)

    # -- reading ---------------------------------------------------------------------------

    def read_url(self, url: str) -> tuple[Article, Written]:
        """Read the article at an address now; it is not indexed yet.

        Returns:
            The article as it is in the library, and what writing it did.

        Raises:
            UsageError: It is no address of an article, but that of a feed.
            IntakeError: It cannot be read.
        """
        from retrieval.intake.rounds.single import read_single

        return self._desk.do(lambda means: read_single(means, url))

    def fetch(self, on_progress: OnProgress | None = None) -> RoundReport:
        """Visit every feed that is not paused, read what is new, index it, find its stories.

        Args:
            on_progress: Told how far each phase is, from threads of the newsroom.

        Raises:
            StorageError: The library cannot be written; what was read before is kept.
            ModelError: The embedding model cannot be opened; what was read is kept.
        """
        from retrieval.intake.rounds.round import Scope

        return self._read(Scope(due_only=False), on_progress=on_progress).report

    def run(self, stop: threading.Event) -> None:
        """Keep reading until told to stop: feeds and pages as they become due, and what follows.

        Ends within about a second of ``stop``; whatever goes wrong is logged, and reading goes
        on after a rest.
        """
        while not (stop.is_set() or self._closing.is_set()):
            try:
                self.read_due(stop)
                rest = self._until_due()
            except Exception:
                if stop.is_set() or self._closing.is_set():
                    return
                logger.exception("Reading the news met an error; it goes on in a minute")
                rest = _AFTER_AN_ERROR
            stop.wait(rest)

    def read_due(self, stop: threading.Event | None = None) -> RoundReport:
        """Do once what `run` does again and again: visit and read what is due at this moment.

        Raises:
            StorageError: The library cannot be written; what was read before is kept.
            ModelError: The embedding model cannot be opened; what was read is kept.
        """
        from retrieval.intake.rounds.round import Scope

        outcome = self._read(Scope(seconds=_ROUND_SECONDS), stop=stop)
        report = outcome.report
        if report.feeds or report.new or report.updated or report.problems:
            logger.info(
                "Read: %d feeds visited, %d unchanged; %d articles new, %d updated, "
                "%d withdrawn; %d problems",
                report.feeds,
                report.feeds_unchanged,
                report.new,
                report.updated,
                report.withdrawn,
                len(report.problems),
            )
        return report

    # -- how -------------------------------------------------------------------------------

    def _read(
        self,
        scope: Scope,
        *,
        stop: threading.Event | None = None,
        on_progress: OnProgress | None = None,
    ) -> Outcome:
        from retrieval.intake.rounds.beside import IndexBeside

        interrupted = threading.Event()

        def stopped() -> bool:
            return self._closing.is_set() or interrupted.is_set() or bool(stop and stop.is_set())

        indexing = IndexBeside(self._index_pending, stopped, on_progress)
        try:
            outcome = self._round(
                scope, stop=stopped, on_progress=on_progress, on_written=indexing.wrote
            )
        except BaseException:
            interrupted.set()  # by Ctrl-C: what is read already can be indexed another time
            raise
        finally:
            indexing.finish()
        self._tell(outcome)
        if not stopped():
            self._index_pending(None, stopped)  # what others wrote, or an earlier round left
            self._assign_stories(on_progress, stopped)
            self._retention.tidy(stopped)
        return outcome

    def _round(
        self, scope: Scope, *, stop: Callable[[], bool] | None = None, **told: Any
    ) -> Outcome:
        from retrieval.intake.rounds.round import Round

        stopped = stop or self._closing.is_set
        return self._desk.do(lambda means: Round(means, scope, stop=stopped, **told).run())

    def _index_pending(
        self,
        on_indexed: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        with self._indexing:  # two who ask at once would embed the same articles
            return self._library.index_pending(on_indexed, stop)

    def _assign_stories(self, on_progress: OnProgress | None, stop: Callable[[], bool]) -> None:
        assigned = 0

        def tell(count: int) -> None:
            nonlocal assigned
            assigned += count
            if on_progress:
                on_progress(Progress("stories", assigned, assigned))

        with self._indexing:
            self._library.assign_stories(tell, stop)

    def _tell(self, outcome: Outcome) -> None:
        from retrieval.intake.rounds.notices import tell_of_feeds

        tell_of_feeds(self._storage, outcome.visits, self._clock())

    def _until_due(self) -> float:
        """Seconds to sleep until something may be due."""
        now = self._clock()
        if self._storage.count_due_pages(now):
            return 1.0
        waits = [
            ((each.feed.next_visit_at or now) - now).total_seconds()
            for each in self._storage.feeds()
            if each.feed.paused_because is None
        ]
        return min(max(1.0, min(waits, default=LONGEST_SLEEP)), LONGEST_SLEEP)

    def _known(self, url: str) -> str:
        """Return the address under which a feed is known, as far as it is."""
        if self._storage.get_feed(url) is None and (canonical := canonical_url(url)):
            return canonical
        return url

    @property
    def _desk(self) -> Desk:
        from retrieval.intake.rounds.desk import Desk

        with self._lock:
            if self._closing.is_set():
                raise UsageError("The library was closed; open it again to use it.")
            if self._opened is None:
                self._opened = Desk(
                    self._settings,
                    self._storage,
                    self._clock,
                    index=self._library.index_articles,
                    model=self._library.model,
                    chance=random.random,
                )
            return self._opened
