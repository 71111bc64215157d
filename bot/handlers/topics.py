"""/topics: what comes first in the digest, and what is left out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.handlers.choices import with_more_topics
from bot.handlers.subscriptions import argument_of
from bot.journal import note
from bot.parsing.quiet import is_off
from bot.parsing.topics import LONGEST_TOPIC, MOST_TOPICS, parse_topics
from bot.render.settings import topics_message

if TYPE_CHECKING:
    from telegram import Update

    from bot.handlers.subscriptions import Subscriptions, Talk


class Topics:
    """Handles /topics, and topics typed when asked for.

    Args:
        subscriptions: Where settings are kept, and how answers go out.
    """

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._to = subscriptions

    async def command(self, update: Update, _: Any) -> None:
        """Add the topics that are named; without any show those there are."""
        note(kind="topics")
        message = update.effective_message
        if message is None:
            return
        talk = await self._to.about(message)
        typed = argument_of(message)
        if typed:
            await self.add(talk, typed)
        else:
            await self._to.show(talk, topics_message(talk.subscriber, talk.t))

    async def add(self, talk: Talk, typed: str) -> None:
        """Add topics as somebody typed them, or remove all; show what there is then."""
        t = talk.t
        if not await self._to.may_set(talk):
            return
        if is_off(typed):
            changed = replace(talk.preferences, topics=(), left_out=())
        else:
            named = parse_topics(typed)
            if not named:
                await self._to.say(
                    talk,
                    t(
                        "Name topics of up to {count} letters with commas between them, like "
                        "this: /topics energy, Turkey, -crypto",
                        count=LONGEST_TOPIC,
                    ),
                )
                return
            more = with_more_topics(talk.preferences, named)
            if more is None:
                await self._to.say(
                    talk,
                    t(
                        "That would be more than {count} topics. /topics shows yours, with "
                        "buttons to remove some.",
                        count=MOST_TOPICS,
                    ),
                )
                return
            changed = more
        subscriber = await self._to.change(talk, changed)
        await self._to.show(talk, topics_message(subscriber, t))
