"""A question, and its answer: the one thing that Kabar is for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from bot.delivery import Delivery, Place
from bot.journal import note
from bot.render import wording
from bot.render.html import answer_messages, text_message
from bot.render.splitting import Message, split_text
from retrieval.errors import QuestionError, StorageBusyError

if TYPE_CHECKING:
    import telegram
    from telegram import Update

    from bot.offload import Offload

logger = logging.getLogger(__name__)


def place_of(message: telegram.Message) -> Place:
    """Return where an answer to a message goes: to its chat, its topic, as a reply."""
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(message.chat_id, message.message_id, thread)


class Questions:
    """Handles questions.

    Args:
        offload: Where they are answered.
        delivery: How the answers go out.
        max_characters: What of a longer question is searched for.
    """

    def __init__(self, offload: Offload, delivery: Delivery, max_characters: int) -> None:
        self._offload = offload
        self._delivery = delivery
        self._max_characters = max_characters

    async def command(self, update: Update, _: Any) -> None:
        """Answer ``/ask QUESTION``."""
        message = update.effective_message
        if message is None or not message.text:
            return
        _command, *rest = message.text.split(maxsplit=1)
        if not rest:
            note(kind="usage")
            await self._delivery.send(place_of(message), [text_message(wording.ASK_USAGE)])
            return
        await self._answer(message, rest[0])

    async def text(self, update: Update, _: Any) -> None:
        """Answer a message that is nothing but a question."""
        message = update.effective_message
        if message is not None and message.text:
            await self._answer(message, message.text)

    async def _answer(self, message: telegram.Message, question: str) -> None:
        note(kind="question")
        place = place_of(message)
        async with self._delivery.typing(place):
            messages = await self._messages(question)
        await self._delivery.send(place, messages)

    async def _messages(self, question: str) -> list[Message]:
        """Return what to say to a question; what is nobody's fault is worded kindly here."""
        remark = None
        if len(question) > self._max_characters:
            question = split_text(question, self._max_characters)[0]
            remark = wording.question_was_cut(self._max_characters)
        try:
            answer = await self._offload.ask(question)
        except QuestionError:
            note(answered="no_words")
            return [text_message(wording.NO_WORDS)]
        except StorageBusyError:
            note(answered="busy")
            logger.exception("A question could not be answered, the library is locked")
            return [text_message(wording.BUSY)]
        note(
            answered="yes" if answer.answered else "no",
            quotes=len(answer.quotes),
            nearest=len(answer.nearest),
            confidence=round(answer.confidence, 2),
            ask_ms=round(answer.took_ms),
        )
        return answer_messages(answer, remark)
