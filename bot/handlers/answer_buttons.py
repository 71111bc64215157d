"""Presses of the buttons under an answer: more quotes, context, sources, and a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.callbacks import Action, Press, pack
from bot.handlers.questions import reader_of
from bot.render import wording
from bot.render.answers import answer_keyboard, context_message, quotes_page, sources_message
from bot.render.follows import update_heading
from retrieval.records import Verdict

if TYPE_CHECKING:
    from bot.handlers.buttons import Presses
    from bot.handlers.subscriptions import Subscriptions, Talk
    from bot.offload import Offload
    from bot.render.buttons import Keyboard
    from bot.render.splitting import Message
    from retrieval.conversation_desk import ConversationDesk
    from retrieval.kabar import Kabar
    from retrieval.records import Turn


class AnswerButtons:
    """Handles presses under answers.

    Each method takes a talk and a press and returns what to say in passing, maybe nothing (""),
    or None where the press makes no sense: the turn is another chat's, or forgotten.

    Args:
        kabar: The library, whose desk has the turns.
        offload: The way to it.
        subscriptions: How answers go out.
    """

    def __init__(self, kabar: Kabar, offload: Offload, subscriptions: Subscriptions) -> None:
        self._kabar = kabar
        self._offload = offload
        self._to = subscriptions

    @property
    def presses(self) -> Presses:
        """What does which action; anybody in the chat may."""
        return {
            Action.ANSWER: self.answer,
            Action.CONTEXT: self.context,
            Action.SOURCES: self.sources,
            Action.GOOD: self.rate,
            Action.BAD: self.rate,
        }

    @property
    def _desk(self) -> ConversationDesk:
        return self._kabar.conversations

    async def answer(self, talk: Talk, press: Press) -> str | None:
        """Show a page of the quotes."""
        turn, start = await self._turn(talk, press), press.number(1)
        if turn is None or turn.id is None or start is None:
            return None
        quotes = await self._offload.call(self._desk.quotes, turn)
        if start >= len(quotes):
            start = 0
        if not quotes:
            return talk.t("The articles of that answer changed. Please ask again.")
        reader = reader_of(talk)
        above = wording.elsewhen(turn.period, quotes, reader)
        if turn.follow_id is not None:
            above = update_heading(turn, talk.t)
        asides = wording.understood(turn, quotes, reader)
        page = quotes_page(quotes, start, reader, above=above, asides=asides)
        keyboard = answer_keyboard(
            turn.id, reader, page, len(quotes), turn.searched, follow_id=turn.follow_id
        )
        return await self._change(talk, page.messages[-1], keyboard)

    async def context(self, talk: Talk, press: Press) -> str | None:
        """Show a quote among the sentences around it."""
        turn, number = await self._turn(talk, press), press.number(1)
        if turn is None or number is None:
            return None
        quotes = await self._offload.call(self._desk.quotes, turn)
        if number >= len(quotes):
            return talk.t("The articles of that answer changed. Please ask again.")
        found = await self._offload.call(self._desk.context, quotes[number])
        message = context_message(found, reader_of(talk))
        around = []
        if number > 0:
            around.append((talk.t("« Quote before"), pack(Action.CONTEXT, turn.id, number - 1)))
        if number + 1 < len(quotes):
            around.append((talk.t("Next quote »"), pack(Action.CONTEXT, turn.id, number + 1)))
        return await self._change(talk, message, [around, [self._back(talk, turn)]])

    async def sources(self, talk: Talk, press: Press) -> str | None:
        """Show the story's other articles."""
        turn = await self._turn(talk, press)
        if turn is None:
            return None
        articles = await self._offload.call(self._desk.others, turn)
        message = sources_message(articles, reader_of(talk))
        return await self._change(talk, message, [[self._back(talk, turn)]])

    async def rate(self, talk: Talk, press: Press) -> str | None:
        """Keep what somebody thinks of an answer."""
        turn = await self._turn(talk, press)
        if turn is None or turn.id is None:
            return None
        verdict = Verdict.GOOD if press.action is Action.GOOD else Verdict.BAD
        if not await self._offload.call(self._desk.rate, turn.id, talk.user_id, verdict):
            return None
        if verdict is Verdict.GOOD:
            return talk.t("Thank you, that helps.")
        return talk.t("Thank you. Kabar will be measured by that.")

    async def _turn(self, talk: Talk, press: Press) -> Turn | None:
        turn_id = press.number(0)
        if turn_id is None or turn_id >= 2**63:
            return None
        return await self._offload.call(self._desk.turn, turn_id, talk.chat_id)

    async def _change(self, talk: Talk, message: Message, keyboard: Keyboard) -> str:
        if talk.query is None or not await self._to.panels.change(talk.query, message, keyboard):
            await self._to.panels.send(talk.place, message, keyboard)
        return ""

    @staticmethod
    def _back(talk: Talk, turn: Turn) -> tuple[str, str]:
        return talk.t("« Back to the answer"), pack(Action.ANSWER, turn.id, 0)
