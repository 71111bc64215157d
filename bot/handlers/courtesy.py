"""What is no question: greetings, help, commands that do not exist, pictures, and mishaps."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.error import InvalidToken

from bot.delivery import Delivery
from bot.handlers.questions import place_of
from bot.journal import keep_for_later, note
from bot.render import wording
from bot.render.html import text_message

if TYPE_CHECKING:
    from telegram.ext import ContextTypes

logger = logging.getLogger(__name__)

ALBUMS_REMEMBERED = 256


class Courtesy:
    """Handles everything but questions.

    Args:
        delivery: How messages go out.
    """

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._albums: OrderedDict[str, None] = OrderedDict()

    async def start(self, update: Update, _: Any) -> None:
        """Greet."""
        await self._say(update, "start", wording.START)

    async def help(self, update: Update, _: Any) -> None:
        """Tell what can be done."""
        await self._say(update, "help", wording.HELP)

    async def unknown_command(self, update: Update, _: Any) -> None:
        """Say that there is no such command."""
        await self._say(update, "unknown_command", wording.UNKNOWN_COMMAND)

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
        await self._say(update, "no_text", wording.ONLY_TEXT)

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
            await self._say(update, None, wording.FAILED)

    async def _say(self, update: Update, kind: str | None, text: str) -> None:
        if kind:
            note(kind=kind)
        message = update.effective_message
        if message is not None:
            await self._delivery.send(place_of(message), [text_message(text)])
