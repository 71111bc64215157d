"""Indexing beside reading: while pages arrive, those that were written are embedded.

Always true: articles are indexed in batches while a round goes on and all of them at its end;
an error of the model ends neither the round nor what was read: it is raised at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from retrieval.intake.rounds.progress import OnProgress, Progress

_BATCH = 16
"""Articles that are waited for: small batches cost more an article."""

_WAIT = 2.0
"""Seconds after which fewer are indexed too."""


class IndexPending(Protocol):
    """Indexes what is not indexed yet; see `Kabar.index_pending`."""

    def __call__(
        self,
        on_indexed: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        """Return how many articles were indexed."""
        ...


class IndexBeside:
    """A thread that indexes what a round writes; `finish` is called in any case.

    Args:
        index_pending: Indexes what is not indexed yet.
        stop: Asked now and then; where it says so, the rest is left to another time.
        on_progress: Told how far it is.
    """

    def __init__(
        self,
        index_pending: IndexPending,
        stop: Callable[[], bool],
        on_progress: OnProgress | None = None,
    ) -> None:
        self._index_pending = index_pending
        self._stop = stop
        self._on_progress = on_progress
        self._changed = threading.Condition()
        self._written = self._begun = self._indexed = 0
        self._finishing = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)
        self._thread.start()

    def wrote(self, count: int) -> None:
        """Note that articles were written."""
        with self._changed:
            self._written += count
            self._changed.notify()

    def finish(self) -> None:
        """Wait until all that was written is indexed.

        Raises:
            KabarError: The model cannot be opened, or the library not be written.
        """
        with self._changed:
            self._finishing = True
            self._changed.notify()
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            while self._wait_for_work():
                self._index_pending(self._tell, self._stop)
        except BaseException as error:
            self._error = error

    def _wait_for_work(self) -> bool:
        """Wait for a batch; return False once the round is over and everything was begun."""
        with self._changed:
            if not self._finishing and self._begun == self._written:
                self._changed.wait_for(lambda: self._finishing or self._begun < self._written)
            if not self._finishing:
                self._changed.wait_for(
                    lambda: self._finishing or self._written - self._begun >= _BATCH, _WAIT
                )
            if self._begun == self._written or self._stop():
                return False
            self._begun = self._written
            return True

    def _tell(self, count: int) -> None:
        self._indexed += count
        if self._on_progress:
            self._on_progress(Progress("index", self._indexed, max(self._written, self._indexed)))
