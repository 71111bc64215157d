"""One lane per chat, bounded in all.

Within a chat one message is handled after the other, so that answers come in the order of the
questions. Different chats are handled side by side, ``at_once`` of them. No more than
``waiting`` messages are held: whoever brings more waits, which is how polling pauses.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Lanes(Generic[T]):
    """Handles items, in order within a lane.

    Args:
        handle: What to do with an item; an exception is logged.
        at_once: How many lanes move at the same time.
        waiting: How many items may be held, those being handled included.
    """

    def __init__(
        self, handle: Callable[[T], Awaitable[None]], *, at_once: int, waiting: int
    ) -> None:
        self._handle = handle
        self._slots = asyncio.Semaphore(at_once)
        self._room = asyncio.Semaphore(max(waiting, at_once))
        self._lanes: dict[Hashable, deque[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._handling: set[asyncio.Task[None]] = set()

    async def put(self, lane: Hashable, item: T) -> None:
        """Add an item to its lane; waits while there is no room."""
        await self._room.acquire()
        queue = self._lanes.get(lane)
        if queue is not None:
            queue.append(item)
            return
        self._lanes[lane] = deque([item])
        task = asyncio.create_task(self._drain(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self, grace: float) -> None:
        """Begin nothing new; let what is being handled finish, for ``grace`` seconds at most.

        What was not begun, or not finished by then, is dropped here: it is still in the inbox.
        """
        for task in self._tasks - self._handling:
            task.cancel()
        for queue in self._lanes.values():
            queue.clear()
        if self._handling:
            await asyncio.wait(self._handling, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _drain(self, lane: Hashable) -> None:
        """Handle a lane's items until none is left; a lane lives no longer than that."""
        me = asyncio.current_task()
        assert me is not None  # noqa: S101  it runs as a task, made in `put`
        queue = self._lanes[lane]
        try:
            while queue:
                # The slot is given back after every item, so that a chatty lane waits its turn.
                async with self._slots:
                    self._handling.add(me)
                    try:
                        await self._handle(queue.popleft())
                    except Exception:
                        # Those behind it in the lane must not pay for it.
                        logger.exception("An item of lane %s was not handled", lane)
                    finally:
                        self._handling.discard(me)
                        self._room.release()
        finally:
            del self._lanes[lane]
