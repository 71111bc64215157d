"""Who goes next: so many at once, so many a second, answers before pushes.

A place is held from when it is given until a second after it is left, so that no second, wherever
it is measured between the two, sees more than its number.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from enum import StrEnum

WINDOW = 1.0  # seconds
CATCH_UP = 2
"""Places that may be given closer together after a delay: a busy loop is late all the time."""
PUSH_PATIENCE = 60.0  # seconds that a push gives way at most: answers may never cease


class Priority(StrEnum):
    """Whether somebody waits for a message."""

    ANSWER = "answer"
    PUSH = "push"


class Turnstile:
    """Lets through what comes, in its order.

    Args:
        in_flight: How many may be inside at once.
        per_second: How many a second, spread over it; ``math.inf`` for no limit.
    """

    def __init__(self, in_flight: int, per_second: float) -> None:
        self._free = in_flight
        self._inside = 0
        self._period = 1 / per_second
        self._limited = per_second < math.inf
        self._most = max(1, math.floor(per_second)) if self._limited else 0
        self._left: deque[float] = deque()  # when, of those who still count
        self._next = -math.inf
        self._answers: deque[asyncio.Future[None]] = deque()
        self._pushes: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self, priority: Priority) -> None:
        """Wait for a place; whoever has it must `leave`."""
        loop = asyncio.get_running_loop()
        if not (self._answers or self._pushes) and self._wait(loop.time()) == 0:
            self._take(loop.time())
            return
        turn: asyncio.Future[None] = loop.create_future()
        if priority is Priority.ANSWER:
            self._answers.append(turn)
        else:
            self._pushes.append((loop.time(), turn))
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(used=False)
            raise

    def leave(self, *, used: bool) -> None:
        """Give the place back; one that was not used does not count for the second to come."""
        self._inside -= 1
        self._free += 1
        if self._limited and used:
            self._left.append(asyncio.get_running_loop().time())
        self._admit()

    def _wait(self, now: float) -> float | None:
        """Return the seconds until the next may enter; None until somebody leaves."""
        if not self._free:
            return None
        if not self._limited:
            return 0
        while self._left and self._left[0] + WINDOW < now:
            self._left.popleft()
        wait = self._next - now
        if self._inside + len(self._left) >= self._most:
            if not self._left:
                return None
            # A hair more: at the very moment it still counts.
            wait = max(wait, self._left[0] + WINDOW - now + 1e-6)
        return max(wait, 0)

    def _take(self, now: float) -> None:
        self._free -= 1
        self._inside += 1
        if self._limited:
            self._next = max(self._next, now - CATCH_UP * self._period) + self._period

    def _admit(self) -> None:
        """Let in who may enter; set a timer for the next."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not (self._answers or self._pushes):
            return
        loop = asyncio.get_running_loop()
        while self._answers or self._pushes:
            wait = self._wait(loop.time())
            if wait is None:
                return
            if wait > 0:
                self._timer = loop.call_later(wait, self._admit)
                return
            turn = self._pop(loop.time())
            if not turn.done():  # else whoever waited gave up
                self._take(loop.time())
                turn.set_result(None)

    def _pop(self, now: float) -> asyncio.Future[None]:
        kept_waiting = self._pushes and self._pushes[0][0] + PUSH_PATIENCE < now
        if self._answers and not kept_waiting:
            return self._answers.popleft()
        return self._pushes.popleft()[1]
