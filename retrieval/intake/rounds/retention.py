"""Retention: what is too old leaves the library, and its space goes back to the file system."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from retrieval.storage.base import Storage

logger = logging.getLogger(__name__)

_EVERY = timedelta(days=1)

_PAGES_KNOWN = timedelta(days=90)
"""How long an address is remembered that no feed lists any more."""

_DELETED_AT_ONCE = 200
"""Articles in one transaction: others may write in between."""


class Retention:
    """Deletes what is too old, once a day.

    Args:
        storage: The library.
        clock: What time it is, in UTC.
        keep: How long articles are kept, and receipts of answers; None for ever.
    """

    def __init__(
        self, storage: Storage, clock: Callable[[], datetime], keep: timedelta | None
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._keep = keep
        self._done_at: datetime | None = None

    def tidy(self, stop: Callable[[], bool]) -> None:
        """Do what is to be done today, if it was not done.

        Args:
            stop: Asked between small steps; where it says so, the rest is left to another time.
        """
        now = self._clock()
        if self._done_at is not None and now - self._done_at < _EVERY:
            return
        deleted = 0
        while self._keep is not None and not stop():
            count = self._storage.delete_older_articles(
                now - self._keep, _DELETED_AT_ONCE, spare_given=True
            )
            deleted += count
            if not count:
                break
        forgotten = self._storage.forget_pages(now - _PAGES_KNOWN)
        if self._keep is not None:
            forgotten += self._storage.forget_receipts(now - self._keep)
        if stop():
            return
        if deleted or forgotten:
            freed = self._storage.shrink()
            logger.info("Deleted %d old articles; %.1f MB are free again", deleted, freed / 1e6)
        self._done_at = now
