"""Long polling that is never deaf, and never acknowledges what is not kept.

One getUpdates after the other. The offset of the next, which is what acknowledges, is only
raised once the batch is in the inbox. python-telegram-bot's own Updater acknowledges first,
stays up and deaf after a 401, and repeats a 409 for ever: hence a loop of our own, over its
public `Bot.get_updates`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.pacing import seconds_of

if TYPE_CHECKING:
    from telegram import Bot

    from bot.settings import BotSettings

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
"""What the handlers handle. It is said with every poll: left out, Telegram keeps an older wish."""

FIRST_BACKOFF = 1.0  # seconds, doubled with each failure in a row
LAST_BACKOFF = 30.0
READ_MARGIN = 10.0  # seconds beyond the long poll's own timeout
SHORTEST_POLL = 0.2
QUIET = 24 * 3600.0  # seconds
# After a week without updates Telegram may go on with any update id, even a lower one, which
# an old offset would acknowledge unseen. Long before that, the offset has done its work.

REJECTED = (
    "Telegram refuses the bot's token: it was revoked or is mistyped. "
    "Put the one that @BotFather shows into TELEGRAM_BOT_TOKEN."
)
SECOND_POLLER = (
    "Another process receives this bot's updates (Telegram says: {reason}). "
    "Stop the other one, or give this one a token of its own."
)


class FatalError(Exception):
    """The bot cannot go on; the text is one line for the operator."""


class PollingRequest(HTTPXRequest):
    """Makes the polls, keeps the last answer's body, and can start over.

    The body is wanted raw: the inbox keeps what Telegram sent, and one update that
    python-telegram-bot cannot parse must not hide the others of its batch.
    """

    body = b""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Make the request and keep the body of its answer."""
        self.body = b""
        code, self.body = await super().do_request(*args, **kwargs)
        return code, self.body

    async def reconnect(self) -> None:
        """Drop the connections there are; the next request makes a new one."""
        await self.shutdown()
        await self.initialize()


class Poller:
    """Brings updates from Telegram to ``accept``, until it is cancelled.

    Args:
        bot: The bot, which polls through ``request``.
        request: Its connection for polling.
        accept: Keeps a batch of raw updates; when it returns they are acknowledged.
        settings: Time-outs and patience.
    """

    def __init__(
        self,
        bot: Bot,
        request: PollingRequest,
        accept: Callable[[list[dict[str, Any]]], Awaitable[None]],
        settings: BotSettings,
    ) -> None:
        self._bot = bot
        self._request = request
        self._accept = accept
        self._settings = settings
        self._offset: int | None = None
        self._backoff = FIRST_BACKOFF
        self._last_update = 0.0
        self._first_conflict = self._last_conflict = float("-inf")

    async def run(self) -> None:
        """Poll for ever.

        Raises:
            FatalError: The token is refused, or somebody else polls with it.
        """
        heard = self._last_update = _now()
        while True:
            began = _now()
            try:
                updates = await self._poll()
            except InvalidToken:  # its text contains the token
                raise FatalError(REJECTED) from None
            except Conflict as error:
                await self._wait_out(error)
                continue
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
                continue
            except (TelegramError, TimeoutError, ValueError) as error:
                silent = _now() - heard
                if isinstance(error, TimeoutError) or silent > self._settings.stall_seconds:
                    logger.error("Not heard from Telegram for %.0f s; connecting anew", silent)
                    await self._request.reconnect()
                await self._back_off(error)
                continue
            if self._backoff > FIRST_BACKOFF:
                logger.info("Telegram answers again")
                self._backoff = FIRST_BACKOFF
            if updates:
                await self._accept(updates)
                self._offset = max(one["update_id"] for one in updates) + 1
                self._last_update = _now()
            else:
                if _now() - self._last_update > QUIET:
                    self._offset = None
                # Something on the way that does not wait must not be asked without a pause.
                await asyncio.sleep(max(0.0, began + SHORTEST_POLL - _now()))
            # Not earlier: the time that a full inbox takes is no silence of Telegram's.
            heard = _now()

    async def _poll(self) -> list[dict[str, Any]]:
        """Make one getUpdates and return the raw updates.

        Raises:
            TimeoutError: It did not finish; a trickle of bytes can keep a read from timing out.
        """
        async with asyncio.timeout(self._settings.stall_seconds):
            try:
                await self._bot.get_updates(
                    offset=self._offset,
                    timeout=self._settings.poll_timeout_seconds,
                    read_timeout=READ_MARGIN,  # on top of the above
                    allowed_updates=ALLOWED_UPDATES,
                )
            except TelegramError:
                raise
            except Exception:
                logger.exception("An update that cannot be parsed; the inbox sorts it out")
        return raw_updates(self._request.body)

    async def _wait_out(self, error: Conflict) -> None:
        """Bear with a second poller for a while: after a restart it is our own former self.

        Two processes that poll end each other's waits in turn, and both succeed in between. So
        a quiet minute, not a success, ends a conflict.
        """
        now = _now()
        if now - self._last_conflict > 60:
            self._first_conflict = now
        self._last_conflict = now
        if now - self._first_conflict >= self._settings.conflict_seconds:
            raise FatalError(SECOND_POLLER.format(reason=error.message)) from None
        logger.warning("Another process polls for this bot: %s", error.message)
        await asyncio.sleep(min(2.0, self._settings.conflict_seconds / 4))

    async def _back_off(self, error: Exception) -> None:
        expected = isinstance(error, NetworkError | TimeoutError)
        reason = str(error) or type(error).__name__
        logger.log(
            logging.WARNING if expected else logging.ERROR,
            "getUpdates failed (%s); again in %g s",
            reason,
            self._backoff,
        )
        await asyncio.sleep(self._backoff)
        self._backoff = min(self._backoff * 2, LAST_BACKOFF)


def raw_updates(body: bytes) -> list[dict[str, Any]]:
    """Return the updates in an answer to getUpdates, as Telegram sent them.

    Raises:
        ValueError: It is no such answer.
    """
    answer = json.loads(body)
    result = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(result, list):
        raise ValueError("an answer without a list of updates")
    return [
        one for one in result if isinstance(one, dict) and isinstance(one.get("update_id"), int)
    ]


def _now() -> float:
    return asyncio.get_running_loop().time()
