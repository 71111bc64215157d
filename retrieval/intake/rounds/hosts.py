"""Hosts: one piece of work at a time each, and which of them are to be left alone for a while.

Always true: work for one host is done in the order in which it came, never two at once; hosts
take turns, so that one with much work does not hold up the others.
"""

from __future__ import annotations

from collections import Counter, deque
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from retrieval.errors import RetryLaterError
from retrieval.intake.rounds.schedule import MOST_PATIENCE

T = TypeVar("T")

_STRIKES = 3
"""Addresses of one host that fail in a row before the others are not tried."""

_STRIKES_WITH_A_TIME = 2
"""The same where the host said how long to stay away."""

_REST = timedelta(minutes=10)


def host_of(url: str) -> str:
    """Return the host of an address in lower case; "" where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class Lanes(Generic[T]):
    """Work that waits, by host."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[T]] = {}
        self._busy: set[str] = set()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, host: str, work: T) -> None:
        """Add work for a host."""
        self._waiting.setdefault(host, deque()).append(work)
        self._count += 1

    def take(self) -> tuple[str, T] | None:
        """Return work of a host that is not busy, which then is; None if there is none."""
        for host in self._waiting:
            if host not in self._busy:
                work = self._waiting[host].popleft()
                left = self._waiting.pop(host)
                if left:
                    self._waiting[host] = left  # at the end: the others have their turn first
                self._busy.add(host)
                self._count -= 1
                return host, work
        return None

    def finish(self, host: str) -> None:
        """Note that a host is not busy any more."""
        self._busy.discard(host)

    def clear(self) -> list[T]:
        """Take out and return all that waits."""
        left = [work for queue in self._waiting.values() for work in queue]
        self._waiting.clear()
        self._count = 0
        return left


class Troubles:
    """Hosts that are down or want to be left alone, as seen by those who asked."""

    def __init__(self) -> None:
        self._strikes: Counter[str] = Counter()
        self._until: dict[str, datetime] = {}

    def until(self, host: str, now: datetime) -> datetime | None:
        """Return when a host may be asked again, None for at once."""
        until = self._until.get(host)
        if until is not None and until <= now:
            del self._until[host]
            return None
        return until

    def failed(self, host: str, error: RetryLaterError, now: datetime) -> None:
        """Note that a host was busy, down or unreachable."""
        self._strikes[host] += 1
        enough = _STRIKES if error.retry_after is None else _STRIKES_WITH_A_TIME
        if self._strikes[host] >= enough:
            self._until[host] = now + min(error.retry_after or _REST, MOST_PATIENCE)
            del self._strikes[host]

    def worked(self, host: str) -> None:
        """Note that a host answered."""
        self._strikes.pop(host, None)
