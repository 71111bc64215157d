"""What somebody passes on: a forwarded message, a link, "is this true?" below either.

It is met with what Kabar has read about it, never with a verdict. A link is looked up among the
articles that there are; the page behind it is not fetched, or strangers could make the bot visit
whatever they like (operators' links are another matter: `bot.handlers.admin`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.handlers.addressed import answered_in, question_in
from bot.handlers.links import addresses_in, without_addresses
from bot.journal import note
from bot.parsing.claims import asks_for_verdict, claim_in, words_of_address

if TYPE_CHECKING:
    from telegram import Message, Update

    from bot.handlers.browse import Browse
    from bot.handlers.questions import Questions
    from bot.handlers.subscriptions import Subscriptions, Talk
    from retrieval.kabar import Kabar
    from retrieval.story_desk import ToldStory

_MOST_WORDS = 1_000
"""Characters of a claim that are searched for."""

_MOST_LINKS = 5


class Claims:
    """Handles what others have said.

    Args:
        kabar: The library.
        subscriptions: Who asks, and how answers go out.
        questions: What counts searches.
        browse: What shows stories.
    """

    def __init__(
        self, kabar: Kabar, subscriptions: Subscriptions, questions: Questions, browse: Browse
    ) -> None:
        self._kabar = kabar
        self._to = subscriptions
        self._questions = questions
        self._browse = browse

    async def passed_on(self, update: Update, _: Any) -> None:
        """Show what was read about a message that somebody else wrote, or that is a link."""
        if message := update.effective_message:
            await self._meet(message, message)

    async def verdict(self, update: Update, _: Any) -> None:
        """Take "is this true?" for a question about the message that it replies to."""
        message = update.effective_message
        if message is None:
            return
        answered = answered_in(message)
        if answered is not None and answered.from_user != message.get_bot().bot:
            await self._meet(message, answered)
            return
        note(kind="claim")
        talk = await self._to.about(message)
        await self._to.say(
            talk,
            talk.t(
                "I do not judge what is true. Forward me the message, or send me its link or its "
                "words, and I show you what I have read about it."
            ),
        )

    async def _meet(self, asked: Message, claim: Message) -> None:
        """Answer a message with what was read about another, or about itself."""
        note(kind="claim")
        talk = await self._questions.admitted(asked)
        if talk is None:
            return
        heading = talk.t("What Kabar has read about this. Whether it is true, I do not judge:")
        links = addresses_in(claim)[:_MOST_LINKS]
        if told := await self._told_at(links):
            await self._browse.show(talk, told, heading)
            return
        words = claim_in(question_in(claim) if not links else without_addresses(claim))
        if not words or asks_for_verdict(words):
            words = " ".join(words_of_address(link) for link in links).strip()
        if words:
            await self._browse.show_nearest(talk, words[:_MOST_WORDS], heading)
        else:
            await self._say_unknown(talk)

    async def _told_at(self, links: list[str]) -> list[ToldStory]:
        """Return the stories of the articles that links lead to, each once."""
        found: dict[object, ToldStory] = {}
        for link in links:
            told = await self._to.call(self._kabar.stories.at_address, link)
            if told is not None:
                found.setdefault(told.story.id, told)
        return list(found.values())

    async def _say_unknown(self, talk: Talk) -> None:
        await self._to.say(
            talk,
            talk.t(
                "I have not read that page, and its address tells me nothing. Send me its headline "
                "or its words, and I show you what I have read about it."
            ),
        )
