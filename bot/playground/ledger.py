"""What changed, by a counter: whoever knows a version is told what changed since, and no more."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

Key = tuple[Any, ...]
"""What changed: its kind, and what names it among its kind."""


class Ledger:
    """For each thing the version in which it changed last; not safe for threads by itself."""

    def __init__(self) -> None:
        self.version = 0
        self._last: dict[Key, int] = {}  # those that changed last stand last

    def touch(self, *key: Any) -> None:
        """Take note that something changed."""
        self.version += 1
        self._last.pop(key, None)
        self._last[key] = self.version

    def forget(self, *key: Any) -> None:
        """Know no more of something that is gone."""
        self._last.pop(key, None)

    def since(self, version: int) -> list[Key]:
        """Return what changed after a version, in the order of the last changes."""
        newest_first = reversed(self._last.items())
        return [key for key, _ in takewhile(lambda item: item[1] > version, newest_first)][::-1]
