"""What there is to read, for whoever asks nothing in particular: stories and outlets."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from telegram.constants import ChatType

from bot.callbacks import Action, Press
from bot.handlers.questions import reader_of
from bot.handlers.subscriptions import argument_of
from bot.journal import note
from bot.render import wording
from bot.render.browse import sources_list, start_message, stories_message
from bot.render.digest import story_message
from retrieval.errors import QuestionError

if TYPE_CHECKING:
    from telegram import Update

    from bot.handlers.buttons import Presses
    from bot.handlers.questions import Questions
    from bot.handlers.subscriptions import Subscriptions, Talk
    from retrieval.kabar import Kabar
    from retrieval.records import Story
    from retrieval.story_desk import ToldStory

_EXAMPLES = 3
_STORIES = 7
_ASK, _STORY = "ask_", "story_"


class Browse:
    """Handles `/start`, `/latest`, `/story` and `/sources`.

    Args:
        kabar: The library.
        subscriptions: Who asks, and how answers go out.
        questions: What answers questions.
    """

    def __init__(self, kabar: Kabar, subscriptions: Subscriptions, questions: Questions) -> None:
        self._kabar = kabar
        self._to = subscriptions
        self._questions = questions

    @property
    def presses(self) -> Presses:
        """What does which action; anybody in the chat may."""
        return {Action.EXAMPLE: self._example, Action.VIEW: self._view}

    async def start(self, update: Update, _: Any) -> None:
        """Greet, or do what a deep link asks for: `ask_…` or `story_…`."""
        note(kind="start")
        message = update.effective_message
        if message is None:
            return
        link = argument_of(message)
        question = _decoded(link.removeprefix(_ASK)) if link.startswith(_ASK) else None
        if question:
            await self._questions.answer(message, question)
            return
        talk = await self._to.about(message)
        number = link.removeprefix(_STORY)
        if link.startswith(_STORY) and _is_id(number) and await self._open(talk, int(number)):
            return
        if message.chat.type != ChatType.PRIVATE:
            await self._to.say(talk, wording.group_start(talk.t))
            return
        stories = await self._to.call(self._kabar.stories.today, _EXAMPLES)
        await self._to.panels.send(talk.place, *start_message(stories, reader_of(talk)))

    async def latest(self, update: Update, _: Any) -> None:
        """Show today's stories, or answer with the newest on a topic."""
        note(kind="latest")
        message = update.effective_message
        if message is None:
            return
        topic = argument_of(message)
        if topic:
            await self._questions.answer(message, f"latest on {topic}")
            return
        talk = await self._to.about(message)
        stories = await self._to.call(self._kabar.stories.today, _STORIES)
        if not stories:
            await self._to.say(talk, talk.t("I have not read any news yet."))
            return
        await self.show(talk, stories, talk.t("The newest stories:"))

    async def story(self, update: Update, _: Any) -> None:
        """Show the story that some words are about, or that has a number."""
        note(kind="story")
        message = update.effective_message
        if message is None:
            return
        words = argument_of(message)
        if words and not _is_id(words):
            if talk := await self._questions.admitted(message):
                await self.show_nearest(talk, words, talk.t("The stories nearest to that:"))
            return
        talk = await self._to.about(message)
        if not words:
            say = talk.t("Write what the story is about, like this: /story Putin's calls")
            await self._to.say(talk, say)
        elif not await self._open(talk, int(words)):
            await self._to.say(talk, talk.t("That story is not kept any more."))

    async def sources(self, update: Update, _: Any) -> None:
        """Tell what was read."""
        note(kind="sources")
        message = update.effective_message
        if message is None:
            return
        talk = await self._to.about(message)
        statistics = await self._to.call(self._kabar.stories.sources)
        await self._to.panels.send(talk.place, sources_list(statistics, reader_of(talk)))

    async def show_nearest(self, talk: Talk, words: str, heading: str) -> None:
        """Show the stories nearest to some words, below a heading."""
        try:
            stories = await self._to.work(self._kabar.stories.about, words, _STORIES)
        except QuestionError:
            stories = []
        if not stories:
            await self._to.say(talk, talk.t("I have read nothing that comes near to that."))
            return
        await self.show(talk, stories, heading)

    async def show(self, talk: Talk, stories: Sequence[ToldStory], heading: str) -> None:
        """Show stories below a heading."""
        await self._to.panels.send(talk.place, *stories_message(heading, stories, reader_of(talk)))

    async def _example(self, talk: Talk, press: Press) -> str | None:
        story = await self._story(press)
        if story is None:
            return talk.t("That story is not kept any more.")
        await self._questions.ask(talk, story.headline)
        return ""

    async def _view(self, talk: Talk, press: Press) -> str | None:
        number = press.number(0)
        if number is None:
            return None
        if await self._open(talk, number):
            return ""
        return talk.t("That story is not kept any more.")

    async def _story(self, press: Press) -> Story | None:
        number = press.number(0)
        if number is None or number >= 2**63:
            return None
        return await self._to.call(self._kabar.stories.story, number)

    async def _open(self, talk: Talk, story_id: int) -> bool:
        if story_id >= 2**63:
            return False
        story = await self._to.call(self._kabar.stories.story, story_id)
        if story is None:
            return False
        view = await self._to.work(
            self._to.desk.story, story.articles, talk.preferences.language, story.id
        )
        if view is None:
            return False
        await self._to.say_all(talk, story_message(view, talk.preferences.timezone, talk.t))
        return True


def _decoded(link: str) -> str | None:
    try:
        text = base64.urlsafe_b64decode(link + "=" * (-len(link) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return text if text.isprintable() and text.strip() else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal()
