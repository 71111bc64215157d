"""Bodies that come in pieces: slowly, or without an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable


def dripping(content: bytes, *, size: int, every: float) -> Callable[[], AsyncIterator[bytes]]:
    """Send a content in pieces of ``size`` bytes, one ``every`` so many seconds."""

    async def body() -> AsyncIterator[bytes]:
        for start in range(0, len(content), size):
            yield content[start : start + size]
            await asyncio.sleep(every)

    return body


def endless(
    piece: bytes, *, every: float, first: bytes = b""
) -> Callable[[], AsyncIterator[bytes]]:
    """Send ``first``, then a piece ``every`` so many seconds for as long as somebody listens."""

    async def body() -> AsyncIterator[bytes]:
        if first:
            yield first
        while True:
            yield piece
            await asyncio.sleep(every)

    return body
