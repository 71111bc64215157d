"""The push: deliveries from the outbox to Telegram, each once.

Always true: a delivery is SENDING on the disk before its request begins, and no more of them are
so than there are places in flight; so of a process that is killed, nobody knows about so many at
most. One transaction settles what was sent and begins what comes next. Whatever may have arrived
is resolved by policy and counted; what was certainly not sent is tried again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram.error import InvalidToken

from bot.delivery import Outcome, Picture, Place
from bot.turnstile import Priority
from retrieval.digest_desk import LEASE
from retrieval.errors import StorageError
from retrieval.records import DeliveryKind, DeliveryState, InDoubt, Settled

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup

    from bot.delivery import Delivery as Post
    from bot.delivery import Receipt
    from bot.offload import Offload
    from bot.pacing import SendGate
    from bot.render.splitting import Message
    from retrieval.digest_desk import DigestDesk
    from retrieval.records import Delivery, Digest

logger = logging.getLogger(__name__)

BATCH = 200
"""Deliveries claimed at once: a claim costs a transaction, and a killed process holds so many
back until its lease is over."""
EVERY = 5.0  # seconds between two looks at what may be sent
RENDERED_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a delivery is, ready to be sent.

    Args:
        content: The message or the picture.
        keyboard: Its buttons.
        silent: Whether no sound tells of it.
    """

    content: Message | Picture
    keyboard: InlineKeyboardMarkup | None = None
    silent: bool = False


Render = Callable[["Digest | None", "Delivery"], "Parcel | None"]


class Pusher:
    """Sends what the outbox holds.

    Args:
        desk: The outbox.
        offload: The threads in which it is asked.
        post: How messages go out.
        gate: Their limiter, whose pauses are waited for before anything is begun.
        render: A digest, None for an update of a follow, and a delivery to what is sent, None
            where there is nothing to tell any more; equal digests, languages, zones and kinds
            give equal parcels, and are made once.
        policy: What becomes of a message that may have arrived.
        in_flight: How many sends may be under way at once.
        every: Seconds between two looks.
    """

    def __init__(
        self,
        desk: DigestDesk,
        offload: Offload,
        post: Post,
        gate: SendGate,
        render: Render,
        *,
        policy: InDoubt,
        in_flight: int = 8,
        every: float = EVERY,
    ) -> None:
        self._desk = desk
        self._offload = offload
        self._post = post
        self._gate = gate
        self._render = render
        self._policy = policy
        self._in_flight = in_flight
        self._every = every
        self._owner = secrets.token_hex(8)
        self._waiting: deque[Delivery] = deque()
        self._parcels: dict[int, Parcel | None] = {}
        self._rendered: dict[tuple[object, ...], Parcel] = {}
        self._file_ids: dict[tuple[object, ...], str] = {}
        self._sending: dict[asyncio.Task[Settled], int] = {}
        self._settled: list[Settled] = []

    async def run(self) -> None:
        """Send what may be sent, for ever; ends by cancellation, or if the token is refused."""
        keeping = asyncio.create_task(self._keep_leases())
        try:
            while True:
                try:
                    await self.push()
                except InvalidToken:  # its text contains the token; the poller ends the bot
                    return
                except StorageError as error:
                    logger.warning("Digests could not be sent: %s", error)
                except Exception:
                    logger.exception("Digests could not be sent")
                await asyncio.sleep(self._every)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def push(self) -> int:
        """Send everything that may be sent now; return how many were settled.

        Raises:
            StorageError: The outbox cannot be read or written. What was begun is finished first.
            InvalidToken: The token was revoked.
        """
        done = 0
        await self._turn_over([])  # what could not be written the last time is in no doubt
        await self._offload.outbox(self._desk.resolve_doubts)
        while True:
            await self._gate.pause_over()
            if not self._waiting:
                await self._claim()
            if not (self._waiting or self._sending or self._settled):
                break
            await self._begin()
            done += await self._some_finished()
        if done:
            logger.info("Settled %d deliveries", done)
        return done

    async def close(self, patience: float) -> None:
        """Finish what is under way, ``patience`` seconds long, and give back what is not."""
        self._waiting.clear()
        if self._sending:
            await asyncio.wait(self._sending, timeout=patience)
        for task, delivery_id in tuple(self._sending.items()):
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
            self._take_up(task, delivery_id)
        with suppress(StorageError, RuntimeError):
            await self._turn_over([])
            await self._offload.outbox(self._desk.release_claims, self._owner)

    # -- one turn --------------------------------------------------------------------------

    async def _claim(self) -> None:
        claimed = await self._offload.outbox(self._desk.claim, self._owner, BATCH)
        if not claimed:
            return
        wanted = {each.digest_id for each in claimed if each.digest_id is not None}
        try:
            # Read anew for each batch: an article may have been corrected since the last.
            digests = await self._offload.outbox(self._desk.digests, sorted(wanted))
            self._rendered.clear()
            for each in claimed:
                if each.id is None:
                    continue
                digest = digests.get(each.digest_id) if each.digest_id is not None else None
                self._parcels[each.id] = await self._parcel(digest, each)
                self._waiting.append(each)
        except StorageError:
            self._waiting.clear()
            with suppress(StorageError):
                await self._offload.outbox(self._desk.release_claims, self._owner)
            raise

    async def _parcel(self, digest: Digest | None, delivery: Delivery) -> Parcel | None:
        """Return what is sent; None, with a log line, where it cannot be made."""
        key = _key(delivery)
        parcel = self._rendered.get(key)
        if parcel is not None:
            return parcel
        if digest is None and delivery.turn_id is None:
            logger.error("Delivery %s has no digest any more; it is not sent", delivery.id)
            return None
        # A chart takes a third of a second, a text a millisecond.
        draws = delivery.kind == DeliveryKind.PICTURE
        work = self._offload.compose if draws else self._offload.outbox
        try:
            parcel = await work(self._render, digest, delivery)
            if parcel is None:
                logger.info("Delivery %s has nothing to tell any more", delivery.id)
            else:
                self._rendered[key] = parcel
        except StorageError:
            raise  # a chart reads the library; it is tried again
        except Exception:
            logger.exception("Delivery %s could not be composed; it is not sent", delivery.id)
        return parcel

    async def _begin(self) -> None:
        """Settle what is finished and begin as many as there are places, durably; then send."""
        free = self._in_flight - len(self._sending)
        chosen = [self._waiting.popleft() for _ in range(min(free, len(self._waiting)))]
        try:
            begun = await self._turn_over([each.id or 0 for each in chosen])
        except StorageError:
            self._waiting.extendleft(reversed(chosen))
            raise
        except asyncio.CancelledError:
            # They are begun on the disk, or will be in a moment; none of them is sent.
            self._settled += [Settled(each.id or 0, DeliveryState.WAITING) for each in chosen]
            raise
        for each in chosen:
            identity = each.id or 0
            parcel = self._parcels.pop(identity)
            if identity not in begun:
                continue
            if parcel is None:
                detail = "It could not be composed."
                self._settled.append(Settled(identity, DeliveryState.REFUSED, detail=detail))
            else:
                self._sending[asyncio.create_task(self._send(each, parcel))] = identity

    async def _turn_over(self, begun: list[int]) -> set[int]:
        settled, self._settled = self._settled, []
        if not settled and not begun:
            return set()
        try:
            # Shielded: what is out must be written though the bot is told to end meanwhile.
            call = self._offload.outbox(self._desk.turn_over, self._owner, settled, begun)
            return set(await asyncio.shield(call))
        except StorageError:
            self._settled = [*settled, *self._settled]
            raise

    async def _some_finished(self) -> int:
        if not self._sending:
            return 0
        finished, _ = await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
        for task in finished:
            self._take_up(task, self._sending[task])
        if any(isinstance(_error_of(task), InvalidToken) for task in finished):
            await self._turn_over([])
            raise InvalidToken("the token was refused")
        return len(finished)

    def _take_up(self, task: asyncio.Task[Settled], delivery_id: int) -> None:
        """Keep what a send has come to, to be written with the next transaction."""
        del self._sending[task]
        error = _error_of(task)
        if error is None:
            self._settled.append(task.result())
        elif isinstance(error, InvalidToken):
            self._settled.append(Settled(delivery_id, DeliveryState.WAITING))
        else:
            if not isinstance(error, asyncio.CancelledError):
                logger.error("A digest could not be sent", exc_info=error)
            detail = "The bot ended while it was being sent."
            self._settled.append(self._doubtful(delivery_id, detail))

    # -- one send --------------------------------------------------------------------------

    async def _send(self, delivery: Delivery, parcel: Parcel) -> Settled:
        key = _key(delivery)
        content = parcel.content
        if isinstance(content, Picture) and key in self._file_ids:
            content = Picture(self._file_ids[key], content.caption)
        place = Place(delivery.chat_id, thread_id=delivery.thread_id, silent=parcel.silent)
        receipt = await self._post.deliver(place, content, parcel.keyboard, Priority.PUSH)
        if receipt.file_id is not None:
            if len(self._file_ids) >= RENDERED_KEPT:
                self._file_ids.clear()
            self._file_ids[key] = receipt.file_id
        if receipt.moved_to is not None:
            await self._offload.outbox(self._desk.moved, delivery.chat_id, receipt.moved_to)
        return await self._outcome(delivery, receipt)

    async def _outcome(self, delivery: Delivery, receipt: Receipt) -> Settled:
        identity = delivery.id or 0
        if receipt.outcome is Outcome.SENT:
            return Settled(identity, DeliveryState.SENT, receipt.message_id)
        if receipt.outcome is Outcome.HELD:
            return Settled(identity, DeliveryState.WAITING)
        if receipt.outcome is Outcome.UNKNOWN:
            return self._doubtful(identity, receipt.reason)
        if receipt.closed:
            chat_id = receipt.moved_to or delivery.chat_id
            await self._offload.outbox(self._desk.pause, chat_id, receipt.reason)
        return Settled(identity, DeliveryState.REFUSED, detail=receipt.reason)

    def _doubtful(self, delivery_id: int, detail: str) -> Settled:
        resend = self._policy is InDoubt.RESEND
        state = DeliveryState.WAITING if resend else DeliveryState.IN_DOUBT
        return Settled(delivery_id, state, detail=detail, doubted=True)

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            if self._waiting or self._sending:
                try:
                    await self._offload.outbox(self._desk.keep_leases, self._owner)
                except StorageError as error:
                    logger.warning("The push could not keep what it holds: %s", error)


def _key(delivery: Delivery) -> tuple[object, ...]:
    return delivery.digest_id, delivery.turn_id, delivery.language, delivery.timezone, delivery.kind


def _error_of(task: asyncio.Task[Settled]) -> BaseException | None:
    if task.cancelled():
        return asyncio.CancelledError()
    return task.exception()
