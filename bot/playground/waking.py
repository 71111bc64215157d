"""Wakes whoever waits in an event loop for a change of the world, made in any thread."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.playground.state import World


class Waker:
    """Lets any number of tasks of one loop wait for the next change.

    Made within the loop. Take `next_change` before looking at the world, and wait for it after:
    so a change in between is not missed.
    """

    def __init__(self, world: World) -> None:
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self.closed = False
        world.on_change(self._wake_from_any_thread)

    def next_change(self) -> asyncio.Event:
        """Return what is set at the next change."""
        return self._woken

    def wake(self) -> None:
        """Wake everybody who waits."""
        woken, self._woken = self._woken, asyncio.Event()
        woken.set()

    def close(self) -> None:
        """Wake everybody for the last time; ``closed`` tells them."""
        self.closed = True
        self.wake()

    def _wake_from_any_thread(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.wake)


async def changed(event: asyncio.Event, seconds: float) -> bool:
    """Wait for a change so long; return whether it came."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
