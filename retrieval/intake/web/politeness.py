"""Whose turn it is: one request at a time to a site, with a pause between two.

Always true: no more sites are remembered than asked for in the last minute, however many there
are.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from retrieval.intake.web.keyed_locks import KeyedLocks

LONGEST_PAUSE = 60.0
"""Seconds: a site that asks for more between two requests would be read for days."""


class Turns:
    """Turns at sites.

    Args:
        pause: Seconds from the end of a request to a site to the start of the next.
    """

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._locks = KeyedLocks()
        self._ended_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return max(len(self._ended_at), len(self._locks))

    @asynccontextmanager
    async def turn(self, site: str, pause: float = 0.0) -> AsyncIterator[None]:
        """Wait for a turn at a site, and have it until the block ends.

        Args:
            site: The host, with its port where that matters.
            pause: Seconds that the site asks for between two requests; the longer pause of
                the two counts, and nothing above a minute.
        """
        pause = min(max(pause, self._pause), max(LONGEST_PAUSE, self._pause))
        async with self._locks.hold(site):
            left = self._ended_at.get(site, -pause) + pause - time.monotonic()
            if left > 0:
                await asyncio.sleep(left)
            try:
                yield
            finally:
                self._ended_at[site] = time.monotonic()
                self._ended_at.move_to_end(site)
                self._forget()

    def _forget(self) -> None:
        """Forget the sites whose pause is over, longest ago first."""
        long_ago = time.monotonic() - max(LONGEST_PAUSE, self._pause)
        while next(iter(self._ended_at.values()), long_ago + 1) < long_ago:
            self._ended_at.popitem(last=False)
