"""Words that are no command: an answer to what the bot asked, a story asked for, or a question.

Whether "Paris" is a city or a question is told by what came before: a reply to the message that
asked, or an answer within ten minutes to a press of "another time". A text that is nothing but
a time, and so no question about the news, sets the time of a digest that there is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from telegram.constants import ChatType

from bot.handlers.addressed import answered_in, author_of
from bot.handlers.expected import Wanted
from bot.handlers.prompts import asked_in, not_understood
from bot.journal import note
from bot.parsing.digest_command import Wish, parse_digest_command
from bot.parsing.follow_up import parse_follow_up
from bot.parsing.quiet import parse_quiet
from bot.parsing.times import is_unmistakable
from bot.parsing.zones import zone_at

if TYPE_CHECKING:
    from telegram import Message, Update

    from bot.handlers.courtesy import Courtesy
    from bot.handlers.expected import Expected
    from bot.handlers.questions import Questions
    from bot.handlers.quiet import Quiet
    from bot.handlers.stories import Stories
    from bot.handlers.subscriptions import Subscriptions, Talk
    from bot.handlers.topics import Topics

WORDS_OF_AN_ANSWER = 6
"""With more words than that, and unreadable, what came is rather a question about the news."""


class Answers:
    """Handles words in private chats, and replies to the bot in groups.

    Args:
        subscriptions: Where settings are kept, and how answers go out.
        expected: Who was asked for what.
        topics: What adds topics.
        quiet: What sets quiet hours.
        stories: What opens a story.
        questions: What answers everything else.
        courtesy: What answers a place that nobody asked for.
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        expected: Expected,
        *,
        topics: Topics,
        quiet: Quiet,
        stories: Stories,
        questions: Questions,
        courtesy: Courtesy,
    ) -> None:
        self._to = subscriptions
        self._expected = expected
        self._topics = topics
        self._quiet = quiet
        self._stories = stories
        self._questions = questions
        self._courtesy = courtesy

    async def words(self, update: Update, context: Any) -> None:
        """Take words for what they are."""
        message = update.effective_message
        if message is None or not message.text:
            return
        if not await self._is_taken(message):
            await self._questions.text(update, context)

    async def location(self, update: Update, context: Any) -> None:
        """Set the time zone to that of a place on the map, if it was asked for.

        Whoever has a digest may also send one unasked.
        """
        note(kind="location")
        message = update.effective_message
        if message is None or message.location is None:
            return
        talk = await self._to.about(message)
        if message.venue is not None or not (self._wants_place(message) or _may_offer(talk)):
            if message.chat.type == ChatType.PRIVATE:
                await self._courtesy.no_text(update, context)
            return
        place = message.location
        zone = await self._to.work(zone_at, place.latitude, place.longitude)
        if zone is None:
            await self._to.say(talk, not_understood(Wanted.ZONE, talk.t))
        elif await self._to.may_set(talk):
            self._expected.done(talk.chat_id, talk.user_id)
            await self._keep(talk, timezone=zone)

    def _wants_place(self, message: Message) -> bool:
        """Tell whether somebody was asked where they are."""
        asked_by = answered_in(message)
        if asked_by is not None:
            return asked_in(asked_by) is Wanted.ZONE
        return self._expected.of(message.chat_id, author_of(message)) is Wanted.ZONE

    async def _is_taken(self, message: Message) -> bool:
        """Do what a message asks for if it is no question; return whether it was none."""
        text = message.text or ""
        user_id = author_of(message)
        asked_by = answered_in(message)
        wanted = self._expected.of(message.chat_id, user_id)
        replied = asked_in(asked_by) if asked_by else None
        wanted = replied or (wanted if asked_by is None else None)
        if wanted:
            talk = await self._to.about(message)
            if await self._answer(talk, wanted, text, strict=replied is not None):
                return True
            self._expected.done(message.chat_id, user_id)
        if asked_by and (rank := parse_follow_up(text)):
            digest_id = await self._stories.digest_in(asked_by)
            if digest_id is not None:
                talk = await self._to.about(message)
                if not await self._stories.open(talk, digest_id, rank):
                    await self._to.say(talk, talk.t("That digest has no story {rank}.", rank=rank))
                return True
        if asked_by is None and is_unmistakable(text):
            talk = await self._to.about(message)
            if not talk.is_new:
                return await self._answer(talk, Wanted.TIME, text, strict=True)
        return False

    async def _answer(self, talk: Talk, wanted: Wanted, text: str, *, strict: bool) -> bool:
        """Take a text as the answer to what was asked for.

        Args:
            talk: Where it was written.
            wanted: What was asked for.
            text: The answer.
            strict: Whether it is an answer for sure, and what cannot be read is to be mended.

        Returns:
            Whether it was one; what is not strict and reads like a question is none.
        """
        note(kind="answer", to=wanted)
        if wanted is Wanted.TOPICS:
            self._expected.done(talk.chat_id, talk.user_id)
            await self._topics.add(talk, text)
            return True
        if wanted is Wanted.QUIET:
            if not strict and parse_quiet(text) is None and _is_question(text):
                return False
            await self._quiet.set(talk, text)
            return True
        chosen = await self._to.work(_chosen, wanted, text, talk.preferences.language)
        if chosen:
            if await self._to.may_set(talk):
                self._expected.done(talk.chat_id, talk.user_id)
                await self._keep(talk, **chosen)
            return True
        if not strict and _is_question(text):
            return False
        await self._to.say(talk, not_understood(wanted, talk.t))
        return True

    async def _keep(self, talk: Talk, **chosen: Any) -> None:
        """Keep what was chosen and show the settings."""
        subscriber = await self._to.change(talk, replace(talk.preferences, **chosen))
        await self._to.show_settings(talk, subscriber)


def _may_offer(talk: Talk) -> bool:
    """Tell whether a place that nobody asked for is taken: in private, by whoever has settings."""
    return talk.chat_id == talk.user_id and not talk.is_new


def _chosen(wanted: Wanted, text: str, language: str) -> dict[str, Any]:
    """Return the preferences that an answer sets; empty where it cannot be read.

    Whoever is asked for the time may name the zone or the days as well, and the other way round.
    """
    command = parse_digest_command(text, language)
    if command is None or command.wish is not Wish.CHANGE:
        return {}
    named = {"at": command.at, "timezone": command.timezone, "days": command.days}
    needed = {Wanted.TIME: "at", Wanted.ZONE: "timezone", Wanted.DAYS: "days"}[wanted]
    if named[needed] is None:
        return {}
    return {name: value for name, value in named.items() if value is not None}


def _is_question(text: str) -> bool:
    return "?" in text or len(text.split()) > WORDS_OF_AN_ANSWER
