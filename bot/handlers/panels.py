"""Messages with buttons and pictures: sent, changed in place, and presses answered.

A press is answered whatever becomes of it: Telegram shows a spinner on the button until then.
What was pressed too long ago to be answered, and a message that already says what it should,
are no failures.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, cast

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.journal import note
from bot.turnstile import Priority

if TYPE_CHECKING:
    from telegram import CallbackQuery
    from telegram.ext import ExtBot

    from bot.delivery import Delivery, Picture, Place
    from bot.render.splitting import Message

logger = logging.getLogger(__name__)

Keyboard = Sequence[Sequence[tuple[str, str]]]
"""Rows of labels and callback data."""

MAX_ANSWER = 200
"""Characters that Telegram shows above the chat when a button was pressed."""


class Panels:
    """Sends messages that can be pressed, changes them, and answers presses.

    Args:
        bot: The bot.
        delivery: How messages without buttons go out.
    """

    def __init__(self, bot: ExtBot[Priority], delivery: Delivery) -> None:
        self._bot = bot
        self._delivery = delivery

    def typing(self, place: Place) -> AbstractAsyncContextManager[None]:
        """Show "typing…" while the body works."""
        return self._delivery.typing(place)

    async def say(self, place: Place, messages: Sequence[Message]) -> None:
        """Send messages without buttons."""
        await self._delivery.send(place, messages)

    async def send(
        self, place: Place, message: Message, keyboard: Keyboard = (), *, asks: bool = False
    ) -> int | None:
        """Send a message with buttons.

        Args:
            place: Where to.
            message: What.
            keyboard: Its buttons.
            asks: Whether an answer is wanted; in private Telegram opens a reply to it then.

        Returns:
            Its id; None where it was refused, or nobody knows.
        """
        # In a group it would open a reply for everybody there.
        buttons = ForceReply() if asks and place.chat_id > 0 else markup(keyboard)
        return await self._sent(place, message, cast("InlineKeyboardMarkup | None", buttons))

    async def send_picture(self, place: Place, picture: Picture) -> int | None:
        """Send a picture with words below it; return its id, or None."""
        return await self._sent(place, picture, None)

    async def _sent(
        self, place: Place, content: Message | Picture, keyboard: InlineKeyboardMarkup | None
    ) -> int | None:
        receipt = await self._delivery.deliver(place, content, keyboard, Priority.ANSWER)
        note(sent=receipt.outcome)
        return receipt.message_id

    async def answer(self, query: CallbackQuery, text: str | None = None) -> None:
        """Stop the spinner, and say something in passing."""
        try:
            await self._bot.answer_callback_query(query.id, text and text[:MAX_ANSWER])
        except BadRequest as error:
            logger.debug("A press is not answered: %s", error)  # a minute old, or answered before
        except NetworkError as error:
            logger.warning("A press could not be answered: %s", error)

    async def change(self, query: CallbackQuery, message: Message, keyboard: Keyboard) -> bool:
        """Let the message whose button was pressed say something else.

        Returns:
            Whether it does now; a message that is too old or gone cannot be changed.
        """
        pressed = query.message
        if pressed is None:
            return False
        try:
            await self._bot.edit_message_text(
                message.html,
                pressed.chat.id,
                pressed.message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=markup(keyboard),
            )
        except BadRequest as error:
            if "message is not modified" in error.message.lower():
                return True
            logger.info("A message of chat %s cannot be changed: %s", pressed.chat.id, error)
            note(edited="refused")
            return False
        except TelegramError as error:
            # It may say so or not; a second press does no harm.
            logger.warning("A message of chat %s may not be changed: %s", pressed.chat.id, error)
            note(edited="unknown")
        return True


def markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """Return rows of labels and callback data as Telegram wants them."""
    rows = [
        [InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in keyboard
    ]
    return InlineKeyboardMarkup(rows) if rows else None
