"""The durable inbox: what Telegram was told we have, we have.

Telegram forgets an update once getUpdates is called with a higher offset. So every update is
in the store before that (`accept` returns when it is), is marked there when it was handled,
and is taken up again when the bot starts. An id that is known is not handled again, which
makes repeated deliveries harmless. A crash between an answer and its mark is the one way to
an answer twice; the send gate bounds how many those can be.

Marks that fall due while others are being written are written next, in one transaction.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from telegram import Update

from bot import journal
from bot.lanes import Lanes
from retrieval.errors import StorageError
from retrieval.records import PendingUpdate

if TYPE_CHECKING:
    from telegram.ext import Application

    from bot.offload import Offload
    from retrieval.kabar import Kabar
    from retrieval.records import Replied

    AnyApplication = Application[Any, Any, Any, Any, Any, Any]

logger = logging.getLogger(__name__)

KEPT = timedelta(hours=48)  # Telegram delivers again what is up to 24 hours old
TIDY_EVERY = 3600.0  # seconds
MARKING_GRACE = 0.5  # seconds that marks have when the bot ends
RETRY_EVERY = 2.0  # seconds between tries while the store cannot be written


class Inbox:
    """Takes raw updates, keeps them, and has them handled in their chats' lanes.

    Args:
        application: What handles an update.
        kabar: Where updates are kept.
        offload: The way to the storage.
        at_once: How many updates are handled at once.
        waiting: How many are held in memory.
    """

    def __init__(
        self,
        application: AnyApplication,
        kabar: Kabar,
        offload: Offload,
        *,
        at_once: int,
        waiting: int,
    ) -> None:
        self._application = application
        self._storage = kabar.inbox
        self._kabar = kabar
        self._offload = offload
        self._done: dict[int, Replied | None] = {}  # handled, and not marked yet
        self._marking = asyncio.Lock()
        self._lanes: Lanes[tuple[int, Update]] = Lanes(
            self._handle, at_once=at_once, waiting=waiting
        )

    async def take_up(self) -> int:
        """Hand on what was accepted earlier and never finished; return how much that was."""
        pending = await self._offload.call(self._storage.pending_updates)
        if pending:
            logger.info("Taking up %d messages that were not answered yet", len(pending))
        for update in pending:
            await self._hand_on(update)
        return len(pending)

    async def accept(self, raw: Sequence[dict[str, Any]]) -> None:
        """Keep updates, then hand on those that are new.

        When this returns they may be acknowledged. It does not return while they cannot be
        written: unacknowledged, they are safe with Telegram, and polling pauses.
        """
        updates = [PendingUpdate(one["update_id"], json.dumps(one)) for one in raw]
        while True:
            try:
                new = set(await self._offload.call(self._storage.accept_updates, updates))
                break
            except StorageError as error:
                logger.error("The inbox cannot be written, polling pauses: %s", error)
                await asyncio.sleep(RETRY_EVERY)
        for update in updates:
            if update.update_id in new:
                await self._hand_on(update)

    async def tidy(self) -> None:
        """Forget what is kept no longer: handled updates, and old turns; runs for ever."""
        while True:
            try:
                await self._offload.call(self._storage.forget_updates, datetime.now(UTC) - KEPT)
                await self._offload.call(self._kabar.conversations.tidy)
            except StorageError as error:
                logger.warning("The inbox could not be tidied: %s", error)
            await asyncio.sleep(TIDY_EVERY)

    async def close(self, grace: float) -> None:
        """Begin nothing new, and let what is under way finish within ``grace`` seconds."""
        await self._lanes.close(grace)
        with suppress(TimeoutError):
            async with asyncio.timeout(MARKING_GRACE):
                while self._done:
                    await self._marked(next(iter(self._done)))

    async def _hand_on(self, pending: PendingUpdate) -> None:
        try:
            update = Update.de_json(json.loads(pending.payload), self._application.bot)
        except Exception:
            # Nothing can be made of it, now or later; it must not stop those behind it.
            logger.exception("Update %d cannot be read", pending.update_id)
            await self._finish(pending.update_id)
            return
        await self._lanes.put(_lane(update), (pending.update_id, update))

    async def _handle(self, item: tuple[int, Update]) -> None:
        update_id, update = item
        chat = update.effective_chat
        with journal.entry_for(update_id, chat.id if chat else None) as entry:
            try:
                await self._application.process_update(update)
            except Exception:
                logger.exception("Update %d could not be handled", update_id)
        if not entry.keep:
            await self._finish(update_id, entry.replied)

    async def _finish(self, update_id: int, replied: Replied | None = None) -> None:
        """Mark an update as handled, however long that takes: it would be answered twice."""
        self._done[update_id] = replied
        # Shielded: the answer is out, and a bot that ends must not forget that.
        await asyncio.shield(self._marked(update_id))

    async def _marked(self, update_id: int) -> None:
        """Write the marks that are due, unless whoever wrote before has written this one."""
        async with self._marking:
            while update_id in self._done:
                due = dict(self._done)
                try:
                    await self._offload.call(self._kabar.conversations.finish, due)
                except StorageError as error:
                    logger.error("%d updates cannot be marked as handled: %s", len(due), error)
                    await asyncio.sleep(RETRY_EVERY)
                else:
                    for each in due:
                        del self._done[each]


def _lane(update: Update) -> int:
    """Return the chat of an update, else the person it is from, else one lane for the rest."""
    chat, user = update.effective_chat, update.effective_user
    return chat.id if chat else user.id if user else 0
