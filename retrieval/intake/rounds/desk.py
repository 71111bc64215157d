"""The desk: fetcher, sandbox and loop, opened together when reading begins and closed together."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from retrieval.intake.rounds.loop import LoopThread
from retrieval.intake.rounds.means import Index, Means
from retrieval.intake.rounds.presence import Presence
from retrieval.intake.sandbox.sandbox import Sandbox
from retrieval.intake.web import Fetcher
from retrieval.settings import RetrievalSettings
from retrieval.storage.base import Storage

T = TypeVar("T")

_LOCK_FILE = "reading.lock"


class Desk:
    """Where reading is done.

    Args:
        settings: Bounds and politeness.
        storage: The library.
        clock: What time it is, in UTC.
        index: Embeds articles without writing anything.
        model: The name under which passages are stored.
        chance: Random numbers from [0, 1).
    """

    def __init__(
        self,
        settings: RetrievalSettings,
        storage: Storage,
        clock: Callable[[], datetime],
        *,
        index: Index,
        model: str,
        chance: Callable[[], float],
    ) -> None:
        self.sandbox = Sandbox()
        self._loop = LoopThread()
        self._fetcher = Fetcher(settings)
        self._loop.call(self._fetcher.__aenter__())
        self._means = Means(
            storage=storage,
            fetcher=self._fetcher,
            sandbox=self.sandbox,
            index=index,
            model=model,
            clock=clock,
            presence=Presence(settings.data_dir / _LOCK_FILE),
            chance=chance,
            max_fetches=settings.max_fetches,
            max_bytes=round(settings.max_fetch_megabytes * 1_000_000),
            keep=timedelta(days=settings.keep_days) if settings.keep_days else None,
        )

    def do(self, work: Callable[[Means], Coroutine[Any, Any, T]]) -> T:
        """Do something in the loop and wait for it."""
        return self._loop.call(work(self._means))

    def close(self) -> None:
        """Cancel what is being done, and let go of everything."""
        self._loop.cancel_all()
        with contextlib.suppress(Exception):
            self._loop.call(self._fetcher.__aexit__(None, None, None))
        self._loop.close()
        self.sandbox.close()
        self._means.threads.close()
        self._means.presence.close()
