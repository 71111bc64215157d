"""A story of a digest in full, by its button or by a reply: "tell me more about 2"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.journal import note
from bot.render.digest import story_message

if TYPE_CHECKING:
    from telegram import Message

    from bot.handlers.subscriptions import Subscriptions, Talk


class Stories:
    """Opens stories, and takes note of those that are liked less.

    Args:
        subscriptions: Where digests and stories are, and how answers go out.
    """

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._to = subscriptions

    async def open(self, talk: Talk, digest_id: int, rank: int) -> bool:
        """Show one story of a digest.

        Args:
            talk: Where it is asked for.
            digest_id: The digest.
            rank: From 1, as it is numbered there.

        Returns:
            Whether there is such a story.
        """
        note(kind="story", rank=rank)
        digest = (await self._to.call(self._to.desk.digests, [digest_id])).get(digest_id)
        if digest is None or not 1 <= rank <= len(digest.stories):
            return False
        story = digest.stories[rank - 1]
        articles = [article.id for article in story.articles]
        view = await self._to.work(
            self._to.desk.story, articles, talk.preferences.language, story.story_id
        )
        if view is None:
            return False
        await self._to.say_all(talk, story_message(view, talk.preferences.timezone, talk.t))
        return True

    async def digest_in(self, message: Message) -> int | None:
        """Return the digest that a message of the bot delivered, or None."""
        delivery = await self._to.call(
            self._to.desk.delivery_of, message.chat_id, message.message_id
        )
        return delivery.digest_id if delivery else None

    async def less(self, talk: Talk, digest_id: int, rank: int) -> bool:
        """Take note that less like a story is wanted; return whether there is such a story."""
        note(kind="less", rank=rank)
        disliked = await self._to.call(
            self._to.desk.dislike, talk.chat_id, digest_id, rank, talk.preferences
        )
        return bool(disliked)
