"""Messages with buttons and pictures: sent, changed in place, and presses answered.

A press is answered whatever becomes of it: Telegram shows a spinner on the button until then.
What was pressed too long ago to be answered, and a message that already says what it should,
are no failures.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from telegram import ForceReply, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.delivery import preview_of
from bot.journal import note
from bot.refusals import CLOSED, Refusal, log_refusal, refusal_of
from bot.render.buttons import Keyboard, markup
from bot.turnstile import Priority

if TYPE_CHECKING:
    from telegram import CallbackQuery
    from telegram.ext import ExtBot

    from bot.delivery import Delivery, Picture, Place
    from bot.render.splitting import Message

logger = logging.getLogger(__name__)

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

    async def send_all(
        self, place: Place, messages: Sequence[Message], keyboard: Keyboard
    ) -> int | None:
        """Send messages in order, the last with buttons; stop at the first that is not sent.

        Returns:
            The id of the last; None where it was refused, or nobody knows.
        """
        sent = None
        for number, message in enumerate(messages, start=1):
            sent = await self.send(place, message, keyboard if number == len(messages) else ())
            if sent is None:
                return None
            place = replace(place, reply_to=None)
        return sent

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
        except InvalidToken:
            raise
        except (BadRequest, Forbidden) as error:
            log_refusal("the answer to a press", error)  # a minute old, or answered before
        except TelegramError as error:
            logger.warning("A press could not be answered: %s", error)

    async def change(self, query: CallbackQuery, message: Message, keyboard: Keyboard) -> bool:
        """Let the message whose button was pressed say something else; see `edit`."""
        pressed = query.message
        return pressed is not None and await self.edit(
            pressed.chat.id, pressed.message_id, message, keyboard
        )

    async def edit(
        self, chat_id: int, message_id: int, message: Message, keyboard: Keyboard
    ) -> bool:
        """Let a message of the bot say something else.

        Returns:
            False where it cannot, since it is gone or too old: what was to be said is to be sent
            anew. True where it does now, where nobody knows, and where nothing can be sent.
        """
        try:
            await self._edit(chat_id, message_id, message, keyboard)
        except InvalidToken:
            raise
        except (BadRequest, Forbidden, ChatMigrated) as error:
            log_refusal(f"the change of a message in chat {chat_id}", error)
            refusal = refusal_of(error)
            if refusal is Refusal.UNCHANGED:
                return True
            note(edited="refused")
            return refusal in CLOSED
        except TelegramError as error:
            # It may say so or not; a second press does no harm.
            logger.warning("A message of chat %s may not be changed: %s", chat_id, error)
            note(edited="unknown")
        return True

    async def _edit(
        self, chat_id: int, message_id: int, message: Message, keyboard: Keyboard
    ) -> None:
        def change(text: str, mode: str | None) -> Awaitable[object]:
            return self._bot.edit_message_text(
                text,
                chat_id,
                message_id,
                parse_mode=mode,
                link_preview_options=preview_of(message),
                reply_markup=markup(keyboard),
            )

        try:
            await change(message.html, ParseMode.HTML)
        except BadRequest as error:
            if refusal_of(error) is not Refusal.MARKUP:
                raise
            log_refusal(f"the change of a message in chat {chat_id}", error)
            await change(message.plain, None)
