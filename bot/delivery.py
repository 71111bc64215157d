"""Messages to Telegram, and what to do with each way in which that can fail.

The Bot API has no idempotency key, so the one question about a failure is whether the message
may have arrived. It has not where no connection was made: that is tried again. It may have
where an answer is missing (a time-out while reading, a broken connection, a 5xx): that is not
repeated, since a doubled answer is worse than a lost one, and the sender can ask again.
What Telegram refuses is mended where it can be, once in each way (`bot.refusals` has the names).
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import httpx
from telegram import LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.journal import note
from bot.refusals import CLOSED, Refusal, log_refusal, refusal_of
from bot.turnstile import Priority

if TYPE_CHECKING:
    import telegram
    from telegram import InlineKeyboardMarkup
    from telegram.ext import ExtBot

    from bot.pacing import SendGate
    from bot.render.splitting import Message

logger = logging.getLogger(__name__)

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
FIRST_BACKOFF = 0.5  # seconds, doubled with each try
LAST_BACKOFF = 30.0
TYPING_AFTER = 0.3  # seconds: a quicker answer needs none, and none comes in its way
TYPING_PERIOD = 4.0  # seconds; Telegram shows "typing…" for five
TYPING_PATIENCE = 0.5  # seconds an answer waits for a "typing…" under way
TYPINGS_IN_FLIGHT = 8


class Outcome(StrEnum):
    """What became of a message."""

    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    HELD = "held"  # a push in a pause: not sent, and to be sent later


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one message.

    Args:
        outcome: Sent, refused, or nobody knows.
        message_id: Telegram's, once sent.
        reason: Telegram's words, where it is not sent.
        moved_to: The chat that it went to instead, where a group became a supergroup.
        closed: Whether the chat takes nothing from us any more.
        file_id: Of a picture that was sent: by it the same picture need not be sent again.
    """

    outcome: Outcome
    message_id: int | None = None
    reason: str = ""
    moved_to: int | None = None
    closed: bool = False
    file_id: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to send.

    Args:
        content: PNG, or the file id of one that Telegram has.
        caption: What it shows, in words.
    """

    content: bytes | str
    caption: Message


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes.

    Args:
        chat_id: The chat.
        reply_to: The message that is answered, if any.
        thread_id: The forum topic, if it is in one.
        silent: Whether no sound tells of it.
    """

    chat_id: int
    reply_to: int | None = None
    thread_id: int | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class _Attempt:
    """How a message is tried: where to, with or without markup, after how many moves."""

    place: Place
    priority: Priority
    keyboard: InlineKeyboardMarkup | None = None
    plain: bool = False
    moved: bool = False


class Delivery:
    """Sends what handlers want sent.

    Args:
        bot: The bot.
        gate: Its rate limiter, to be asked whether a pause is on.
    """

    def __init__(self, bot: ExtBot[Priority], gate: SendGate) -> None:
        self._bot = bot
        self._gate = gate
        self._typings = asyncio.Semaphore(TYPINGS_IN_FLIGHT)

    async def send(
        self,
        place: Place,
        messages: Sequence[Message],
        priority: Priority = Priority.ANSWER,
    ) -> Outcome:
        """Send messages in order, the first as a reply; stop at the first that is refused.

        Returns:
            What became of the last that was tried.

        Raises:
            InvalidToken: The token was revoked: nothing was sent, and nothing will be.
        """
        outcome = Outcome.SENT
        for message in messages:
            receipt = await self._send_one(_Attempt(place, priority), message)
            outcome = receipt.outcome
            note(sent=outcome)
            if outcome is Outcome.REFUSED:
                break
            place = replace(place, reply_to=None)
        return outcome

    async def deliver(
        self,
        place: Place,
        content: Message | Picture,
        keyboard: InlineKeyboardMarkup | None = None,
        priority: Priority = Priority.PUSH,
    ) -> Receipt:
        """Send one message or picture, and tell all that is known of what became of it.

        Raises:
            InvalidToken: The token was revoked: nothing was sent, and nothing will be.
        """
        return await self._send_one(_Attempt(place, priority, keyboard), content)

    async def _send_one(self, how: _Attempt, content: Message | Picture) -> Receipt:
        backoff = FIRST_BACKOFF
        while True:
            try:
                sent = await self._attempt(how, content)
                return Receipt(
                    Outcome.SENT,
                    sent.message_id,
                    moved_to=how.place.chat_id if how.moved else None,
                    file_id=sent.photo[-1].file_id if sent.photo else None,
                )
            except InvalidToken:
                raise
            except (ChatMigrated, BadRequest) as error:
                log_refusal(f"a message to chat {how.place.chat_id}", error)
                mended = _mended(how, content, error)
                if mended is None:
                    return _refused(error)
                how, content = mended
            except NetworkError as error:  # after BadRequest, which is one of its children
                if not _was_never_sent(error):
                    logger.warning(
                        "It is unknown whether a message to chat %s arrived (%s); not repeated",
                        how.place.chat_id,
                        error,
                    )
                    moved_to = how.place.chat_id if how.moved else None
                    return Receipt(Outcome.UNKNOWN, reason=str(error), moved_to=moved_to)
                logger.warning("Telegram cannot be reached (%s); again in %g s", error, backoff)
                try:
                    # Jitter: what failed together need not come again together.
                    await asyncio.sleep(backoff * random.uniform(0.5, 1.0))  # noqa: S311
                except asyncio.CancelledError:
                    if how.priority is not Priority.PUSH:
                        raise
                    # The push ends, and wants to know that nothing of this was sent.
                    return _held(how, error)
                backoff = min(backoff * 2, LAST_BACKOFF)
            except TelegramError as error:
                if isinstance(error, RetryAfter) and how.priority is Priority.PUSH:
                    return _held(how, error)
                log_refusal(f"a message to chat {how.place.chat_id}", error)
                return _refused(error)

    async def _attempt(self, how: _Attempt, content: Message | Picture) -> telegram.Message:
        place, plain = how.place, how.plain
        reply = None
        if place.reply_to is not None:
            reply = ReplyParameters(place.reply_to, allow_sending_without_reply=True)
        message = content.caption if isinstance(content, Picture) else content
        text = message.plain if plain else message.html
        parse_mode = None if plain else ParseMode.HTML
        if isinstance(content, Picture):
            return await self._bot.send_photo(
                place.chat_id,
                content.content,
                caption=text,
                parse_mode=parse_mode,
                reply_parameters=reply,
                reply_markup=how.keyboard,
                message_thread_id=place.thread_id,
                rate_limit_args=how.priority,
            )
        return await self._bot.send_message(
            place.chat_id,
            text,
            parse_mode=parse_mode,
            link_preview_options=preview_of(message),
            reply_parameters=reply,
            reply_markup=how.keyboard,
            message_thread_id=place.thread_id,
            disable_notification=place.silent or None,
            rate_limit_args=how.priority,
        )

    @asynccontextmanager
    async def typing(self, place: Place) -> AsyncIterator[None]:
        """Show "typing…" while the body works, if that takes longer than a moment."""
        done = asyncio.Event()
        task = asyncio.create_task(self._keep_typing(place, done))
        try:
            yield
            done.set()
            # An action that arrives after the answer would show "typing…" for five seconds
            # more, and one that is torn off costs its connection: a moment's patience instead.
            await asyncio.wait({task}, timeout=TYPING_PATIENCE)
        finally:
            task.cancel()

    async def _keep_typing(self, place: Place, done: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(TYPING_AFTER):
                await done.wait()
        while not done.is_set():
            # It is a courtesy: under load, or in a pause, it gives way to the answers.
            if not self._gate.paused and not self._typings.locked():
                async with self._typings:
                    try:
                        await self._bot.send_chat_action(
                            place.chat_id, ChatAction.TYPING, message_thread_id=place.thread_id
                        )
                    except TelegramError as error:
                        logger.debug("No typing in chat %s: %s", place.chat_id, error)
                        return
            with suppress(TimeoutError):
                async with asyncio.timeout(TYPING_PERIOD):
                    await done.wait()


def place_of(message: telegram.Message, *, silent: bool = False) -> Place:
    """Return where an answer to a message goes: to its chat, its topic, as a reply."""
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(message.chat_id, message.message_id, thread, silent)


def preview_of(message: Message) -> LinkPreviewOptions:
    """Return what is shown of a message's link: small, and below the text."""
    if message.link is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=message.link, prefer_small_media=True, show_above_text=False)


def _mended(
    how: _Attempt, content: Message | Picture, error: ChatMigrated | BadRequest
) -> tuple[_Attempt, Message | Picture] | None:
    """Return how and what to try again of what Telegram refused, or None if that is no use."""
    if isinstance(error, ChatMigrated):
        # The ids of the old group's messages mean nothing in the new one.
        moved = replace(how, place=Place(error.new_chat_id), moved=True)
        return None if how.moved else (moved, content)
    place, mended = how.place, how
    match refusal_of(error):
        case Refusal.NO_PICTURES if isinstance(content, Picture):
            return how, content.caption
        case Refusal.MARKUP:
            mended = replace(how, plain=True)
        case Refusal.NO_ANSWERED:
            mended = replace(how, place=replace(place, reply_to=None))
        case Refusal.NO_TOPIC:
            mended = replace(how, place=replace(place, thread_id=None))
        case Refusal.TOPIC_CLOSED:
            # As a reply it would go to the topic of what it answers, which is closed.
            mended = replace(how, place=replace(place, thread_id=None, reply_to=None))
    return None if mended == how else (mended, content)


def _was_never_sent(error: NetworkError) -> bool:
    """Tell whether a failed request cannot have reached Telegram, or was turned away there."""
    # A 429 without `retry_after` is no RetryAfter to python-telegram-bot; it was not carried out.
    return isinstance(error.__cause__, NEVER_SENT) or error.message.startswith("Too Many Requests")


def _held(how: _Attempt, error: TelegramError) -> Receipt:
    moved_to = how.place.chat_id if how.moved else None
    return Receipt(Outcome.HELD, reason=error.message, moved_to=moved_to)


def _refused(error: TelegramError) -> Receipt:
    closed = refusal_of(error) in CLOSED
    return Receipt(Outcome.REFUSED, reason=error.message, closed=closed)
