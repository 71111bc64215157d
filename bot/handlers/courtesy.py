"""What is no question: greetings, help, commands that do not exist, pictures, and mishaps."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.constants import ChatType
from telegram.error import InvalidToken

from bot.journal import keep_for_later, note
from bot.render import wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram.ext import ContextTypes

    from bot.handlers.subscriptions import Subscriptions
    from bot.render.translation import Translator

logger = logging.getLogger(__name__)

ALBUMS_REMEMBERED = 256


class Courtesy:
    """Handles everything but questions.

    Args:
        subscriptions: Who writes, and how answers go out.
    """

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._to = subscriptions
        self._albums: OrderedDict[str, None] = OrderedDict()

    async def help(self, update: Update, _: Any) -> None:
        """Tell what can be done; among others first of all how I am reached."""
        chat = update.effective_chat
        private = chat is None or chat.type == ChatType.PRIVATE
        await self._say(update, "help", wording.help_text if private else wording.group_help)

    async def unknown_command(self, update: Update, _: Any) -> None:
        """Say that there is no such command."""
        await self._say(update, "unknown_command", wording.unknown_command)

    async def no_text(self, update: Update, _: Any) -> None:
        """Say that only text is read; once for an album, whose pictures come one by one."""
        message = update.effective_message
        album = message.media_group_id if message else None
        if album is not None:
            if album in self._albums:
                note(kind="album")
                return
            self._albums[album] = None
            if len(self._albums) > ALBUMS_REMEMBERED:
                self._albums.popitem(last=False)
        await self._say(update, "no_text", wording.only_text)

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
