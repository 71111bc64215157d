"""A question, and its answer: the one thing that Kabar is for.

Always true: a question message has one answer message. A question that was edited has its answer
edited, and one that comes twice, because a process ended between the answer and its mark, is not
answered twice once the answer's message is known.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from bot.handlers.addressed import answered_in, author_of, question_in
from bot.journal import note, note_reply
from bot.limits import Limits, Pace
from bot.render import wording
from bot.render.answers import Page, answer_keyboard, answer_page
from bot.render.follows import waiting_keyboard
from bot.render.html import text_message
from bot.render.readers import Reader
from bot.render.splitting import Message, split_text
from bot.render.zones import zone_named
from retrieval.errors import QuestionError, StorageBusyError
from retrieval.records import Ask, Asked, Replied

if TYPE_CHECKING:
    import telegram
    from telegram import Update

    from bot.handlers.subscriptions import Subscriptions, Talk
    from bot.offload import Offload
    from bot.render.buttons import Keyboard
    from retrieval.conversation_desk import ConversationDesk, Opening
    from retrieval.kabar import Kabar
    from retrieval.records import Answer, Turn

logger = logging.getLogger(__name__)


class Questions:
    """Handles questions.

    Args:
        kabar: The library, whose desk keeps what was said.
        offload: Where they are answered.
        subscriptions: Who asks, and how answers go out.
        limits: How much may be asked in a minute.
        per_day: How much a person may ask in a day.
        max_characters: What of a longer question is searched for.
    """

    def __init__(
        self,
        kabar: Kabar,
        offload: Offload,
        subscriptions: Subscriptions,
        limits: Limits,
        *,
        per_day: int,
        max_characters: int,
    ) -> None:
        self._kabar = kabar
        self._offload = offload
        self._to = subscriptions
        self._limits = limits
        self._per_day = per_day
        self._max_characters = max_characters

    @property
    def _desk(self) -> ConversationDesk:
        return self._kabar.conversations

    async def command(self, update: Update, _: Any) -> None:
        """Answer ``/ask QUESTION``; without one, that of the message that it replies to."""
        message = update.effective_message
        if message is not None:
            await self._answer_or_explain(message)

    async def text(self, update: Update, _: Any) -> None:
        """Answer a message that is nothing but a question."""
        message = update.effective_message
        if message is not None and message.text:
            await self.answer(message, question_in(message))

    async def mentioned(self, update: Update, _: Any) -> None:
        """Answer a question that names the bot in a group, or what the message replies to."""
        message = update.effective_message
        if message is not None:
            await self._answer_or_explain(message)

    async def _answer_or_explain(self, message: telegram.Message) -> None:
        answered = answered_in(message)
        of_us = answered is not None and answered.from_user == message.get_bot().bot
        question = question_in(message)
        if not question and answered is not None and not of_us:
            question = question_in(answered)
        if question:
            await self.answer(message, question)
            return
        note(kind="usage")
        talk = await self._to.about(message)
        await self._to.say(talk, wording.ask_usage(talk.t))

    async def edited(self, update: Update, _: Any) -> None:
        """Let the answer of a question that was edited be that of the new question.

        A question that became a command stays answered as it was: whoever wants the command
        done sends it.
        """
        message = update.edited_message
        if message is None or not message.text or self._limits.is_told(*_counted(message)):
            return
        known = await self._offload.call(
            self._desk.turn_of_question, message.chat_id, message.message_id
        )
        if known is None or known.reply_id is None or _is_other_command(message):
            note(kind="edited")
            return
        question = question_in(message)
        if question != known.question:
            await self.answer(message, question, instead_of=known)

    async def new(self, update: Update, _: Any) -> None:
        """Forget what was talked about."""
        note(kind="new")
        message = update.effective_message
        if message is None:
            return
        talk = await self._to.about(message)
        await self._offload.call(self._desk.new, talk.chat_id, talk.user_id)
        await self._to.say(talk, talk.t("Done. What would you like to know?"))

    async def answer(
        self, message: telegram.Message, question: str, instead_of: Turn | None = None
    ) -> None:
        """Answer a question.

        Args:
            message: The message with it.
            question: What is asked there.
            instead_of: The turn whose answer is edited.
        """
        note(kind="question")
        talk = await self._in_pace(message)
        if talk is not None:
            await self._answer(talk, question, instead_of)

    async def ask(self, talk: Talk, question: str) -> None:
        """Answer a question that a button asks."""
        ids = {talk.chat_id} if talk.user_id is None else {talk.chat_id, talk.user_id}
        pace = self._pace(*ids)
        if pace is Pace.TELL:
            await self._tell_pace(talk)
        elif pace is Pace.FINE:
            await self._answer(talk, question)

    async def admitted(self, message: telegram.Message) -> Talk | None:
        """Count what costs as much as a question: a search by any other command.

        Returns:
            Who asks; None where it is one too many, of which they were told.
        """
        talk = await self._in_pace(message)
        if talk is None or talk.user_id is None:
            return talk
        count = await self._offload.call(self._desk.count, talk.user_id)
        if count.asked <= self._per_day:
            return talk
        await self._tell_limit(talk, told=count.told)
        return None

    async def _in_pace(self, message: telegram.Message) -> Talk | None:
        """Count a question of this minute before anything is looked up."""
        pace = self._pace(*_counted(message))
        if pace is Pace.SILENT:
            return None
        talk = await self._to.about(message)
        if pace is Pace.FINE:
            return talk
        await self._tell_pace(talk)
        return None

    def _pace(self, *ids: int) -> Pace:
        pace = self._limits.pace(*ids)
        if pace is not Pace.FINE:
            note(answered="too_many")
        return pace

    async def _tell_pace(self, talk: Talk) -> None:
        await self._to.say(
            talk, talk.t("That is a lot of questions at once. Please wait a minute, then go on.")
        )

    async def _answer(self, talk: Talk, question: str, instead_of: Turn | None = None) -> None:
        try:
            opening = await self._open(talk, edited=instead_of is not None)
        except StorageBusyError:
            note(answered="busy")
            logger.exception("A question could not be taken, the library is locked")
            await self._to.say(talk, wording.busy(talk.t))
            return
        if instead_of is None and opening.known and opening.known.reply_id is not None:
            note(answered="before")
            return
        if opening.asked_today > self._per_day:
            await self._tell_limit(talk, told=opening.limit_told)
            return
        async with self._to.panels.typing(talk.place):
            messages, keyboard, turn = await self._messages(talk, question, opening.turns)
        answered = instead_of.reply_id if instead_of else None
        if answered is not None and await self._to.panels.edit(
            talk.chat_id, answered, messages[-1], keyboard
        ):
            return
        # An answer that is gone, or too old to be changed, is given anew.
        reply_id = await self._to.panels.send_all(talk.place, messages, keyboard)
        if turn is not None and turn.id is not None and reply_id is not None:
            note_reply(Replied(turn.id, reply_id))

    async def _open(self, talk: Talk, *, edited: bool) -> Opening:
        replied = answered_in(talk.message) if talk.message else None
        return await self._offload.call(
            self._desk.open,
            talk.chat_id,
            talk.user_id,
            question_id=talk.message.message_id if talk.message else None,
            thread_id=talk.place.thread_id,
            reply_to=replied.message_id if replied else None,
            edited=edited,
        )

    async def _tell_limit(self, talk: Talk, *, told: bool) -> None:
        note(answered="too_many")
        if told or talk.user_id is None:
            return
        await self._to.say(
            talk,
            talk.t("That was the last of today's questions. Please come back tomorrow."),
        )
        await self._offload.call(self._desk.limit_told, talk.user_id)

    async def _messages(
        self, talk: Talk, question: str, turns: tuple[Turn, ...]
    ) -> tuple[list[Message], Keyboard, Turn | None]:
        """Return what to say to a question; what is nobody's fault is worded kindly here."""
        remark = None
        if len(question) > self._max_characters:
            question = split_text(question, self._max_characters)[0]
            remark = wording.question_was_cut(talk.t, self._max_characters)
        preferences = talk.preferences
        where = Asked(
            talk.chat_id,
            talk.user_id,
            talk.message.message_id if talk.message else None,
            talk.place.thread_id,
        )
        ask = Ask(question, turns, preferences.timezone, preferences.language, where)
        try:
            answer = await self._offload.ask(ask)
        except QuestionError:
            note(answered="no_words")
            return [text_message(wording.no_words(talk.t))], (), None
        except StorageBusyError:
            note(answered="busy")
            logger.exception("A question could not be answered, the library is locked")
            return [text_message(wording.busy(talk.t))], (), None
        _note(answer)
        reader = reader_of(talk)
        page = answer_page(answer, reader, remark)
        return page.messages, _keyboard(answer.turn, reader, page, answer), answer.turn


def _counted(message: telegram.Message) -> set[int]:
    """Return who has a limit: whoever wrote a message, and the group."""
    author = author_of(message)
    return {message.chat_id} if author is None else {message.chat_id, author}


def _is_other_command(message: telegram.Message) -> bool:
    command = (message.text or "").split(maxsplit=1)[0]
    return command.startswith("/") and command.partition("@")[0].lower() != "/ask"


def reader_of(talk: Talk) -> Reader:
    """Return who reads what is said in a talk."""
    return Reader(talk.t, zone_named(talk.preferences.timezone), talk.now)


def _keyboard(turn: Turn | None, reader: Reader, page: Page, answer: Answer) -> Keyboard:
    if turn is None or turn.id is None:
        return ()
    if not answer.answered:
        return waiting_keyboard(turn.id, reader.t)
    count = len(answer.quotes) + len(answer.more)
    return answer_keyboard(turn.id, reader, page, count, turn.searched)


def _note(answer: Answer) -> None:
    note(
        answered="yes" if answer.answered else "no",
        quotes=len(answer.quotes),
        nearest=len(answer.nearest),
        confidence=round(answer.confidence, 2),
        ask_ms=round(answer.took_ms),
    )
