"""A lock for each of any number of keys; only those that somebody wants exist."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Wanted:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    by: int = 0


class KeyedLocks:
    """Locks by key, each given to those who want it in the order in which they came."""

    def __init__(self) -> None:
        self._locks: dict[str, _Wanted] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[None]:
        """Wait for a key's lock, and have it until the block ends."""
        wanted = self._locks.setdefault(key, _Wanted())
        wanted.by += 1
        try:
            async with wanted.lock:
                yield
        finally:
            wanted.by -= 1
            if not wanted.by:
                del self._locks[key]
