"""Every request to Telegram passes here: not too many at once, not too fast, one pause for all.

Telegram allows about 30 messages a second over all, 1 a second to a chat (short bursts may go
over it), and 20 a minute to a group. python-telegram-bot's own AIORateLimiter lets 64 through
in the first second, knows no limit for a private chat, and lets requests into a pause that
Telegram asked for; so this takes its place. Each limit is a generic cell rate algorithm
(ITU-T I.371): a theoretical arrival time per bucket, and no timers.

What somebody waits for goes before what nobody asked for: a push waits until no answer does.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

logger = logging.getLogger(__name__)

PER_SECOND = 25.0  # 30 less some room: Telegram's clock is not ours
CHAT_PERIOD = 1.0  # seconds between messages to a person, after a burst
CHAT_BURST = 30  # what somebody may ask in one go and have answered without a wait
GROUP_PERIOD = 6.0  # with a burst of 10: never more than 20 in any minute
GROUP_BURST = 10
PUSH_PATIENCE = 60.0  # seconds that a push gives way at most: answers may never cease
MAX_RETRIES = 10
BUCKETS_KEPT = 10_000

PACED = frozenset({"sendMessage", "editMessageText"})
"""What counts as a message. The rest only keeps the pauses."""

Result = bool | dict[str, Any] | list[dict[str, Any]]


class Priority(StrEnum):
    """Whether somebody waits for a message."""

    ANSWER = "answer"
    PUSH = "push"


class _Buckets:
    """One bucket per chat; the least recently used are forgotten, full as they are by then."""

    def __init__(self, period: float, burst: int) -> None:
        self._period = period
        self._tolerance = period * (burst - 1)
        self._arrivals: OrderedDict[int, float] = OrderedDict()

    def reserve(self, chat_id: int, now: float) -> float:
        """Take one place and return when it may be used."""
        arrival = max(self._arrivals.pop(chat_id, now), now)
        self._arrivals[chat_id] = arrival + self._period
        if len(self._arrivals) > BUCKETS_KEPT:
            self._arrivals.popitem(last=False)
        return arrival - self._tolerance


class SendGate(BaseRateLimiter[Priority]):
    """The rate limiter of the bot.

    Args:
        in_flight: How many messages may be under way at once. What is under way when the
            process is killed may be sent again: few, therefore. Four fill 25 a second.
        per_second: Messages a second over all.
    """

    def __init__(self, in_flight: int = 8, per_second: float = PER_SECOND) -> None:
        self._slots = asyncio.Semaphore(in_flight)
        self._overall = _Buckets(1 / per_second, 1)
        self._chats = _Buckets(CHAT_PERIOD, CHAT_BURST)
        self._groups = _Buckets(GROUP_PERIOD, GROUP_BURST)
        self._paused_until = 0.0
        self._answers = 0  # under way, or waiting for it
        self._no_answers = asyncio.Event()
        self._first_push = asyncio.Lock()

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    @property
    def paused(self) -> bool:
        """Whether Telegram asked for a pause that is not over."""
        return self._paused_until > _now()

    async def process_request(  # noqa: PLR0917  python-telegram-bot calls it like this
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Priority | None,
    ) -> Result:
        """Make a request when its time has come; again after a pause that Telegram asks for."""
        retries = 0
        while True:
            try:
                if endpoint in PACED:
                    chat_id, priority = data.get("chat_id"), rate_limit_args or Priority.ANSWER
                    return await self._paced(callback, args, kwargs, chat_id, priority)
                await self._pause_over()
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._pause(error)
                retries += 1
                if retries > MAX_RETRIES or endpoint == "sendChatAction":
                    raise

    async def _paced(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        chat_id: object,
        priority: Priority,
    ) -> Result:
        if isinstance(chat_id, int):
            buckets = self._chats if chat_id > 0 else self._groups
            await _until(buckets.reserve(chat_id, _now()))
        async with self._slot(priority):
            while True:
                await self._pause_over()
                await _until(self._overall.reserve(0, _now()))
                # A pause may have begun while this one waited for its place.
                if not self.paused:
                    return await callback(*args, **kwargs)

    @asynccontextmanager
    async def _slot(self, priority: Priority) -> AsyncIterator[None]:
        """Hold one of the places in flight; a push takes one only when no answer wants it."""
        if priority is Priority.PUSH:
            # One at a time: whoever waits for a place has it before an answer that comes later.
            async with self._first_push:
                await self._give_way()
                await self._slots.acquire()
            try:
                yield
            finally:
                self._slots.release()
            return
        self._answers += 1
        self._no_answers.clear()
        try:
            async with self._slots:
                yield
        finally:
            self._answers -= 1
            if not self._answers:
                self._no_answers.set()

    async def _give_way(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(PUSH_PATIENCE):
                while self._answers:
                    await self._no_answers.wait()

    def _pause(self, error: RetryAfter) -> None:
        seconds = seconds_of(error)
        logger.warning("Telegram asks for a pause of %g s; all sends wait", seconds)
        # A little more than asked: a request that arrives a moment early is refused again.
        self._paused_until = max(self._paused_until, _now() + seconds + 0.1)

    async def _pause_over(self) -> None:
        while self.paused:
            await _until(self._paused_until)


def seconds_of(error: RetryAfter) -> float:
    """Return how long to wait: a number, or a timedelta since ``bot.settings`` asks for it."""
    value = error.retry_after
    return float(value) if isinstance(value, int | float) else value.total_seconds()


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _until(moment: float) -> None:
    delay = moment - _now()
    if delay > 0:
        await asyncio.sleep(delay)
