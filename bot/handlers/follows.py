"""Following questions: `/follow`, `/following`, and the buttons under answers and updates.

Whoever may ask may follow. In a group anybody follows for the group, and whoever follows, or an
admin, ends it. In a channel nothing is followed: its admins speak there, and not with the bot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.callbacks import Action, Press
from bot.handlers.addressed import answered_in, question_in
from bot.handlers.questions import reader_of
from bot.journal import note
from bot.render import wording
from bot.render.follows import LISTED, following_message, stop_button
from bot.render.html import text_message
from retrieval.errors import QuestionError
from retrieval.follow_desk import MOST_FOLLOWED
from retrieval.records import Ask, Followed, Turn

if TYPE_CHECKING:
    from telegram import Update

    from bot.handlers.buttons import Presses
    from bot.handlers.subscriptions import Subscriptions, Talk
    from retrieval.follow_desk import FollowDesk
    from retrieval.kabar import Kabar
    from retrieval.records import Follow

_LARGEST = 2**63


class Follows:
    """Handles what people say about following.

    Args:
        kabar: The library, whose desks keep follows and turns.
        subscriptions: Who talks, and how answers go out.
    """

    def __init__(self, kabar: Kabar, subscriptions: Subscriptions) -> None:
        self._kabar = kabar
        self._to = subscriptions

    @property
    def presses(self) -> Presses:
        """What does which action; who may is asked there."""
        return {Action.FOLLOW: self._pressed, Action.UNFOLLOW: self._unfollow}

    @property
    def _desk(self) -> FollowDesk:
        return self._kabar.follows

    async def command(self, update: Update, _: Any) -> None:
        """Follow a question: the one written, that of the answer replied to, or the last one."""
        note(kind="follow")
        talk = await self._talk(update)
        if talk is None:
            return
        wish = await self._wish(talk)
        if wish is None:
            await self._to.say(talk, wording.follow_usage(talk.t))
            return
        try:
            became, follow = await self._follow(talk, wish)
        except QuestionError:
            await self._to.say(talk, wording.no_words(talk.t))
            return
        said = text_message(wording.followed(became, follow, MOST_FOLLOWED, talk.t))
        keyboard = [[stop_button(follow.id, talk.t)]] if follow and follow.id else ()
        await self._to.panels.send(talk.place, said, keyboard)

    async def following(self, update: Update, _: Any) -> None:
        """List what is followed."""
        note(kind="following")
        talk = await self._talk(update)
        if talk is None:
            return
        follows = await self._to.call(self._desk.following, talk.chat_id)
        await self._to.panels.send(talk.place, *following_message(follows, reader_of(talk)))

    async def _talk(self, update: Update) -> Talk | None:
        """Return who talks; None where nothing is followed, which a channel is told."""
        message = update.effective_message
        if message is None:
            return None
        talk = await self._to.about(message)
        if talk.in_channel:
            await self._to.say(talk, wording.no_following_here(talk.t))
            return None
        return talk

    async def _wish(self, talk: Talk) -> Ask | Turn | None:
        """Return what is to be followed, or None where nothing is named."""
        if talk.message is None:
            return None
        answered = answered_in(talk.message)
        turns = await self._to.call(
            self._kabar.conversations.turns,
            talk.chat_id,
            talk.user_id,
            thread_id=talk.place.thread_id,
            reply_to=answered.message_id if answered else None,
        )
        question = question_in(talk.message)
        preferences = talk.preferences
        if (
            not question
            and answered is not None
            and answered.from_user != talk.message.get_bot().bot
        ):
            question, turns = question_in(answered), ()
        if question:
            return Ask(question, turns, preferences.timezone, preferences.language)
        return turns[0] if turns else None

    async def _follow(self, talk: Talk, wish: Ask | Turn) -> tuple[Followed, Follow | None]:
        became, follow = await self._to.call(
            self._desk.follow,
            wish,
            chat_id=talk.chat_id,
            user_id=talk.user_id,
            thread_id=talk.place.thread_id,
            language=talk.preferences.language,
        )
        note(followed=became)
        return became, follow

    async def _pressed(self, talk: Talk, press: Press) -> str | None:
        """Follow the question of the answer whose button was pressed."""
        turn_id = press.number(0)
        if turn_id is None or turn_id >= _LARGEST:
            return None
        turn = await self._to.call(self._kabar.conversations.turn, turn_id, talk.chat_id)
        if turn is None:
            return None
        if talk.in_channel:
            return wording.no_following_here(talk.t)
        became, _follow = await self._follow(talk, turn)
        return wording.followed_briefly(became, MOST_FOLLOWED, talk.t)

    async def _unfollow(self, talk: Talk, press: Press) -> str | None:
        """Follow a question no longer."""
        follow_id = press.number(0)
        if follow_id is None or follow_id >= _LARGEST:
            return None
        follow = await self._to.call(self._desk.get, follow_id, talk.chat_id)
        if follow is not None:
            if follow.user_id != talk.user_id and not await self._to.may_set(talk):
                return ""
            await self._to.call(self._desk.stop, follow_id)
        if press.values[1:] == (LISTED,) and talk.query is not None:
            follows = await self._to.call(self._desk.following, talk.chat_id)
            shown = following_message(follows, reader_of(talk))
            await self._to.panels.change(talk.query, *shown)
        return talk.t("That question is followed no longer.")
