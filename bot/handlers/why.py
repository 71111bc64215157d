"""/why: why the last digest had what it had, or why none came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.journal import note
from bot.render.digest import why_message

if TYPE_CHECKING:
    from telegram import Update

    from bot.handlers.subscriptions import Subscriptions


class Why:
    """Handles /why.

    Args:
        subscriptions: What knows, and how answers go out.
    """

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._to = subscriptions

    async def command(self, update: Update, _: Any) -> None:
        """Tell it in words."""
        note(kind="why")
        message = update.effective_message
        if message is None:
            return
        talk = await self._to.about(message)
        why = await self._to.call(self._to.desk.why, talk.chat_id)
        await self._to.show(talk, why_message(why, talk.t))
