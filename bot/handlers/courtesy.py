"""What is no question: greetings, help, commands that do not exist, pictures, and mishaps."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.constants import ChatType
from telegram.error import InvalidToken

from bot.journal import keep_for_later, note
from bot.render import wording

if TYPE_CHECKING:
    from telegram.ext import ContextTypes

    from bot.handlers.subscriptions import Subscriptions
    from bot.render.translation import Translator

logger = logging.getLogger(__name__)

QUIET_AFTER = 60.0
"""Seconds after one kind line in which there is no other."""

REMEMBERED = 10_000  # chats


class Courtesy:
    """Handles everything but questions.

    Args:
        subscriptions: Who writes, and how answers go out.
        clock: Seconds that never go back.
    """

    def __init__(
        self, subscriptions: Subscriptions, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._to = subscriptions
        self._clock = clock
        self._told: OrderedDict[int, float] = OrderedDict()  # when, by chat

    async def help(self, update: Update, _: Any) -> None:
        """Tell what can be done; among others first of all how I am reached."""
        chat = update.effective_chat
        private = chat is None or chat.type == ChatType.PRIVATE
        await self._say(update, "help", wording.help_text if private else wording.group_help)

    async def unknown_command(self, update: Update, _: Any) -> None:
        """Say that there is no such command."""
        await self._say(update, "unknown_command", wording.unknown_command)

    async def no_text(self, update: Update, _: Any) -> None:
        """Say that only text is read; once for an album or a flood, which come in pieces."""
        message = update.effective_message
        if message is None or self._was_told(message.chat_id):
            note(kind="no_text")
            return
        await self._say(update, "no_text", wording.only_text)

    def _was_told(self, chat_id: int) -> bool:
        """Tell whether a chat was told a moment ago that only text is read; it is now."""
        now = self._clock()
        told = self._told.pop(chat_id, -QUIET_AFTER)
        self._told[chat_id] = told if now - told < QUIET_AFTER else now
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return now - told < QUIET_AFTER

    async def mishap(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell the operator what went wrong, with a trace, and the person that it did."""
        error = context.error
        if isinstance(error, InvalidToken):
            # Its text contains the token. The poller finds out as well, and ends the bot; the
            # question waits in the inbox for a token that works.
            logger.error("Telegram refuses the bot's token; the answer is kept for later")
            note(sent="token_refused")
            keep_for_later()
            return
        note(answered="failed")
        logger.error("A message could not be handled", exc_info=error)
        if isinstance(update, Update):
            await self._say(update, None, wording.failed)

    async def _say(
        self, update: Update, kind: str | None, words: Callable[[Translator], str]
    ) -> None:
        if kind:
            note(kind=kind)
        message = update.effective_message
        if message is not None:
            talk = await self._to.about(message)
            await self._to.say(talk, words(talk.t))
