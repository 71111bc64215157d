"""What an operator does from Telegram: look at the feeds, add and remove one, have a link read.

Only people in ``KABAR_ADMIN_IDS``, and only in their private chat with the bot: anybody else
who sends these commands is told what anybody is told who makes a command up. Whatever waits
for the web waits in a thread of its own.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, Any

from bot.delivery import Delivery, place_of
from bot.handlers.links import links_to_read
from bot.handlers.questions import reader_of
from bot.handlers.subscriptions import argument_of
from bot.journal import note
from bot.render import wording
from bot.render.feeds import (
    added_messages,
    article_block,
    feed_messages,
    reason_block,
    removed_message,
)
from bot.render.html import text_message
from bot.render.splitting import Block, Message, pack
from retrieval.errors import IntakeError, KabarError, StorageBusyError, UsageError
from retrieval.terminal.feed_choice import choose_feed, full_address

if TYPE_CHECKING:
    import telegram
    from telegram import Update

    from bot.handlers.subscriptions import Subscriptions
    from bot.offload import Offload
    from bot.render.readers import Reader
    from bot.render.translation import Translator
    from retrieval.kabar import Kabar
    from retrieval.records import Article, Feed, Written

logger = logging.getLogger(__name__)

INDEXING_PATIENCE = 5.0  # seconds; what a large round has still to embed is left to its thread


class Admin:
    """Handles what only operators may ask for.

    Args:
        kabar: The library, whose newsroom does it.
        offload: The threads in which it is done.
        delivery: How the answers go out.
        subscriptions: In which language an operator is spoken to.
    """

    def __init__(
        self, kabar: Kabar, offload: Offload, delivery: Delivery, subscriptions: Subscriptions
    ) -> None:
        self._kabar = kabar
        self._offload = offload
        self._delivery = delivery
        self._to = subscriptions

    async def feeds(self, update: Update, _: Any) -> None:
        """List the feeds."""
        note(kind="feeds")
        if message := update.effective_message:
            feeds = await self._offload.call(self._kabar.newsroom.feeds)
            reader = await self._reader(message)
            await self._delivery.send(place_of(message), feed_messages(feeds, reader))

    async def add_feed(self, update: Update, _: Any) -> None:
        """Add a feed, or the feeds that a site's front page names."""
        note(kind="add_feed")
        message = update.effective_message
        if message is None:
            return
        typed = argument_of(message)
        if not typed:
            await self._say(message, wording.add_feed_usage((await self._reader(message)).t))
            return
        async with self._delivery.typing(place_of(message)):
            answer = await self._add(typed, (await self._reader(message)).t)
        await self._delivery.send(place_of(message), answer)

    async def remove_feed(self, update: Update, _: Any) -> None:
        """Remove the feed with this address or number."""
        note(kind="remove_feed")
        message = update.effective_message
        if message is None:
            return
        typed = argument_of(message)
        if not typed:
            await self._say(message, wording.remove_feed_usage((await self._reader(message)).t))
            return
        try:
            feed = await self._offload.call(self._remove, typed)
        except UsageError as error:
            await self._delivery.send(place_of(message), pack([reason_block(str(error))]))
            return
        done = removed_message(feed, (await self._reader(message)).t)
        await self._delivery.send(place_of(message), [done])

    async def link(self, update: Update, _: Any) -> None:
        """Read the article behind each link of a message."""
        note(kind="link")
        message = update.effective_message
        if message is None:
            return
        async with self._delivery.typing(place_of(message)):
            reader = await self._reader(message)
            blocks = [await self._read(link, reader) for link in links_to_read(message)]
        await self._delivery.send(place_of(message), pack(blocks))

    async def help(self, update: Update, _: Any) -> None:
        """Tell what can be done, and what only an operator can do."""
        note(kind="help")
        if message := update.effective_message:
            t = (await self._reader(message)).t
            await self._say(message, f"{wording.help_text(t)}\n\n{wording.admin_help(t)}")

    async def _add(self, typed: str, t: Translator) -> list[Message]:
        newsroom = self._kabar.newsroom
        try:
            address = full_address(typed)
            known = frozenset(
                status.feed.url for status in await self._offload.call(newsroom.feeds)
            )
            added = await self._offload.wait_for_the_web(newsroom.add_feed, address)
        except (IntakeError, UsageError) as error:
            note(answered="failed")
            return pack([reason_block(str(error))])
        return added_messages(added, known, t)

    def _remove(self, typed: str) -> Feed:
        newsroom = self._kabar.newsroom
        feed = choose_feed(newsroom.feeds(), typed, "/feeds")
        newsroom.remove_feed(feed.url)
        return feed

    async def _read(self, address: str, reader: Reader) -> Block:
        try:
            article, written = await self._offload.wait_for_the_web(self._read_now, address)
        except (IntakeError, UsageError) as error:
            note(answered="failed")
            return reason_block(str(error))
        except StorageBusyError:
            note(answered="busy")
            logger.exception("An article could not be kept, the library is locked")
            return reason_block(wording.busy(reader.t))
        except KabarError as error:
            # It may hold a path of the machine, which is the operator's own.
            note(answered="failed")
            logger.exception("An article could not be read")
            return reason_block(str(error))
        note(answered=written.value)
        return article_block(article, written, reader)

    def _read_now(self, address: str) -> tuple[Article, Written]:
        """Read an article and index it, so that it can be asked about at once."""
        read = self._kabar.newsroom.read_url(address)
        enough = monotonic() + INDEXING_PATIENCE
        try:
            self._kabar.index_pending(stop=lambda: monotonic() > enough)
        except KabarError:
            logger.exception("An article was read and is not indexed yet")
        return read

    async def _say(self, message: telegram.Message, text: str) -> None:
        await self._delivery.send(place_of(message), [text_message(text)])

    async def _reader(self, message: telegram.Message) -> Reader:
        return reader_of(await self._to.about(message))
