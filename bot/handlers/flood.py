"""Turns away whoever writes or presses without end, before anything is looked up for them.

Questions have limits of their own (`Questions`); this is about everything else that a person can
send: commands, pictures, presses, edits. Beyond the limit a message costs a number in memory and
its line in the log, no lookup and no answer but one.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any

from bot.handlers.addressed import author_of
from bot.journal import note
from bot.limits import Limits, Pace

if TYPE_CHECKING:
    from telegram import Update

    from bot.handlers.subscriptions import Subscriptions

Callback = Callable[[Any, Any], Coroutine[Any, Any, None]]

PER_MINUTE = 60
"""Messages and presses of a person; a minute of leafing through quotes is far below."""


class Flood:
    """Counts what comes.

    Args:
        subscriptions: How somebody is told.
        limits: How much may come in a minute.
    """

    def __init__(self, subscriptions: Subscriptions, limits: Limits) -> None:
        self._to = subscriptions
        self._limits = limits

    def bounded(self, callback: Callback) -> Callback:
        """Return a handler's callback that is not called for what is too much."""

        @wraps(callback)
        async def within(update: Update, context: Any) -> None:
            pace = self._limits.pace(*_who(update))
            if pace is Pace.FINE:
                await callback(update, context)
                return
            note(kind="flood", answered="too_many")
            if pace is Pace.TELL:
                await self._tell(update)

        return within

    async def _tell(self, update: Update) -> None:
        query = update.callback_query
        if query is not None:
            talk = await self._to.pressed(query)
            if talk is not None:
                await self._to.panels.answer(query, slow_down(talk.t))
        elif update.edited_message is None and update.effective_message is not None:
            # An edited message need not be meant for the bot at all.
            talk = await self._to.about(update.effective_message)
            await self._to.say(talk, slow_down(talk.t))


def slow_down(t: Callable[[str], str]) -> str:
    """Return the one polite line for whoever sends too much."""
    return t("That is a lot at once. Please wait a minute, then go on.")


def _who(update: Update) -> tuple[int, ...]:
    """Return who is counted: the person, else the channel."""
    if update.callback_query is not None:
        return (update.callback_query.from_user.id,)
    message = update.effective_message
    if message is None:
        return ()
    return (author_of(message) or message.chat_id,)
