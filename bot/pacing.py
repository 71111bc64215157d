"""Every request to Telegram passes here: not too many at once, not too fast, one pause for all.

Telegram allows 30 messages a second over all, 1 a second to a chat (short bursts may go over it),
and 20 a minute to a group. python-telegram-bot's own AIORateLimiter lets 64 through in the first
second, knows no limit for a private chat, and lets requests into a pause that Telegram asked
for; so this takes its place.

In no second do more than 30 messages reach Telegram, whatever the network does to them: a message
counts from when it is begun until a second after it was answered. It arrived in between; so of
those that arrive within one second, all count when the last of them is begun. Limits of a chat
are a generic cell rate algorithm (ITU-T I.371): a theoretical arrival time, and no timers.

What somebody waits for goes before what nobody asked for. A push is not kept waiting through a
pause: it is handed back unsent, since its time may be over when the pause is.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.turnstile import Priority, Turnstile

logger = logging.getLogger(__name__)

PER_SECOND = 30.0
CHAT_PERIOD = 1.0  # seconds between messages to a person, after a burst
CHAT_BURST = 30  # what somebody may ask in one go and have answered without a wait
GROUP_PERIOD = 6.0  # with a burst of 10: never more than 20 in any minute
GROUP_BURST = 10
MAX_RETRIES = 10
BUCKETS_KEPT = 10_000

PACED = frozenset({"sendMessage", "sendPhoto", "editMessageText"})
"""What counts as a message. The rest only keeps the pauses."""

Result = bool | dict[str, Any] | list[dict[str, Any]]


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


class Held(RetryAfter):
    """A push was not sent, because of a pause that Telegram asked for."""


class SendGate(BaseRateLimiter[Priority]):
    """The rate limiter of the bot.

    Args:
        in_flight: How many messages may be under way at once. What is under way when the
            process is killed may be sent again: few, therefore.
        per_second: Messages a second over all; ``math.inf`` lifts this limit.
    """

    def __init__(self, in_flight: int = 8, per_second: float = PER_SECOND) -> None:
        self._turnstile = Turnstile(in_flight, per_second)
        self._chats = _Buckets(CHAT_PERIOD, CHAT_BURST)
        self._groups = _Buckets(GROUP_PERIOD, GROUP_BURST)
        self._answered: OrderedDict[int, float] = OrderedDict()  # when, for each chat, last
        self._paused_until = 0.0

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

    @property
    def paused(self) -> bool:
        """Whether Telegram asked for a pause that is not over."""
        return self._paused_until > _now()

    async def pause_over(self) -> None:
        """Wait until there is no pause."""
        while self.paused:
            await _until(self._paused_until)

    async def process_request(  # noqa: PLR0917  python-telegram-bot calls it like this
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Priority | None,
    ) -> Result:
        """Make a request when its time has come; again after a pause that Telegram asks for.

        Raises:
            RetryAfter: A push, or "typing…", fell into a pause; the message was not sent.
        """
        retries = 0
        priority = rate_limit_args or Priority.ANSWER
        while True:
            try:
                if endpoint in PACED:
                    return await self._paced(callback, args, kwargs, data.get("chat_id"), priority)
                await self.pause_over()
                return await callback(*args, **kwargs)
            except Held:
                raise
            except RetryAfter as error:
                self._pause(error)
                retries += 1
                once = endpoint == "sendChatAction" or priority is Priority.PUSH
                if retries > MAX_RETRIES or once:
                    raise

    async def _paced(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        chat_id: object,
        priority: Priority,
    ) -> Result:
        push = priority is Priority.PUSH
        if isinstance(chat_id, int):
            buckets = self._chats if chat_id > 0 else self._groups
            await _until(buckets.reserve(chat_id, _now()))
            if push:  # nobody waits for it: no bursts
                await _until(self._answered.get(chat_id, -CHAT_PERIOD) + CHAT_PERIOD)
        while True:
            if push and self.paused:
                raise Held(timedelta(seconds=self._paused_until - _now()))
            await self.pause_over()
            await self._turnstile.enter(priority)
            used = False
            try:
                # A pause may have begun while this one waited for its place.
                if not self.paused:
                    used = True
                    return await callback(*args, **kwargs)
            finally:
                self._turnstile.leave(used=used)
                if used and isinstance(chat_id, int):
                    self._note_answered(chat_id)

    def _note_answered(self, chat_id: int) -> None:
        self._answered[chat_id] = _now()
        self._answered.move_to_end(chat_id)
        if len(self._answered) > BUCKETS_KEPT:
            self._answered.popitem(last=False)

    def _pause(self, error: RetryAfter) -> None:
        seconds = seconds_of(error)
        logger.warning("Telegram asks for a pause of %g s; all sends wait", seconds)
        # A little more than asked: a request that arrives a moment early is refused again.
        self._paused_until = max(self._paused_until, _now() + seconds + 0.1)


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
