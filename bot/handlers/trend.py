"""/trend: how much was written about a topic, day by day, as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.handlers.subscriptions import argument_of
from bot.journal import note
from bot.parsing.trend import parse_trend
from bot.render.charts import trend_picture
from bot.render.wording import one_line

if TYPE_CHECKING:
    from telegram import Update

    from bot.handlers.questions import Questions
    from bot.handlers.subscriptions import Subscriptions


class Trends:
    """Handles /trend.

    Args:
        subscriptions: What counts articles, and how answers go out.
        questions: What counts searches.
    """

    def __init__(self, subscriptions: Subscriptions, questions: Questions) -> None:
        self._to = subscriptions
        self._questions = questions

    async def command(self, update: Update, _: Any) -> None:
        """Count the articles near to a topic and draw them."""
        note(kind="trend")
        message = update.effective_message
        if message is None:
            return
        asked = parse_trend(argument_of(message))
        if asked is None:
            talk = await self._to.about(message)
            await self._to.say(
                talk,
                talk.t("Name a topic, and days if you like, like this: /trend energy 30"),
            )
            return
        counted = await self._questions.admitted(message)
        if counted is None:
            return
        talk, shown = counted, one_line(asked.topic)
        async with self._to.panels.typing(talk.place):
            counts = await self._to.work(self._to.desk.trend, asked.topic, asked.days)
            note(articles=sum(counts.values()))
            if not any(counts.values()):
                nothing = talk.t(
                    "Nothing that I have read in that time is about {topic}.", topic=shown
                )
                await self._to.say(talk, nothing)
                return
            picture = await self._to.work(trend_picture, shown, counts, talk.t)
        await self._to.panels.send_picture(talk.place, picture)
