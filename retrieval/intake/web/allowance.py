"""How long one fetch may take, over all its requests.

Waiting for a turn at a busy site is not part of it: that is our own politeness, and an article
at the end of a long line would otherwise never be read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Allowance:
    """Seconds to spend.

    Args:
        seconds: How many.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._left = seconds

    @asynccontextmanager
    async def spend(self) -> AsyncIterator[None]:
        """Take what the block takes, and end it when nothing is left.

        Raises:
            TimeoutError: Nothing is left.
        """
        begun = time.monotonic()
        try:
            async with asyncio.timeout(max(self._left, 0)):
                yield
        finally:
            self._left -= time.monotonic() - begun
