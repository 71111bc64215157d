"""What the operator has to know, sent to every admin: each matter once, also over a restart.

A tick looks for what is to be told. It is marked as told once Telegram has it for one admin at
least, or may have it: a crash in that moment is the one way to a notice twice. What reached
nobody stays and is tried again, less and less often. Answers go first.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from typing import TYPE_CHECKING

from telegram.error import InvalidToken

from bot.delivery import Delivery, Outcome, Place
from bot.render.feeds import notice_message
from bot.render.translation import translator
from bot.turnstile import Priority
from retrieval.errors import StorageError

if TYPE_CHECKING:
    from bot.offload import Offload
    from retrieval.kabar import Kabar
    from retrieval.records import Notice

logger = logging.getLogger(__name__)

EVERY = 45.0  # seconds
LONGEST_WAIT = 3600.0  # seconds between tries that reach nobody
AT_ONCE = 10
"""Notices in one message; more would not fit."""


class Notices:
    """Tells the operators.

    Args:
        kabar: The library, whose newsroom has notices.
        offload: The way to the storage.
        delivery: How messages go out.
        admin_ids: Whom to tell; in a private chat the chat's id is the person's.
        every: Seconds between two looks.
    """

    def __init__(
        self,
        kabar: Kabar,
        offload: Offload,
        delivery: Delivery,
        admin_ids: Collection[int],
        every: float = EVERY,
    ) -> None:
        self._kabar = kabar
        self._offload = offload
        self._delivery = delivery
        self._admin_ids = sorted(admin_ids)
        self._every = every

    async def run(self) -> None:
        """Look for notices and send them, for ever; without admins there is nobody to tell."""
        wait = self._every
        while self._admin_ids:
            try:
                reached = await self.tell()
            except InvalidToken:  # its text contains the token; the poller ends the bot
                return
            except StorageError as error:
                logger.warning("Notices could not be told: %s", error)
                reached = False
            except Exception:
                # One that cannot be told must not end the telling of those to come.
                logger.exception("Notices could not be told")
                reached = False
            wait = self._every if reached else min(wait * 2, LONGEST_WAIT)
            await asyncio.sleep(wait)

    async def tell(self) -> bool:
        """Send what waits; return False if it reached nobody.

        Raises:
            StorageError: The library cannot be read or written.
            InvalidToken: The token was revoked.
        """
        pending: list[Notice] = await self._offload.call(self._kabar.newsroom.notices)
        for start in range(0, len(pending), AT_ONCE):
            batch = pending[start : start + AT_ONCE]
            if not await self._send(batch):
                return False
            for notice in batch:
                # Shielded: it is out, and a bot that ends must not forget that.
                await asyncio.shield(self._offload.call(self._kabar.newsroom.finish_notice, notice))
            logger.info("Told the operator of %d matters", len(batch))
        return True

    async def _send(self, batch: list[Notice]) -> bool:
        reached = False
        for admin_id in self._admin_ids:
            known = await self._offload.call(self._kabar.digests.subscriber, admin_id)
            message = notice_message(batch, translator(known.preferences.language))
            outcome = await self._delivery.send(Place(admin_id), [message], Priority.PUSH)
            # One that may have arrived counts: told twice is worse.
            reached = reached or outcome is not Outcome.REFUSED
        return reached
