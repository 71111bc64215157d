"""The digest desk: everything a subscriber or an operator does with the daily digest.

Made once by `Kabar`, reached as ``kabar.digests``. Synchronous, and any thread may call. Nothing
heavy is opened before something is composed: settings and the outbox need no model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from threading import Lock, RLock
from typing import TYPE_CHECKING

from retrieval.digest.compositions import TOLD_DAYS, Compositions, looked_at_since
from retrieval.digest.quiet import wakes_at
from retrieval.digest.schedule import local_date, next_due
from retrieval.digest.upkeep import Upkeep, daily_line, status, summed
from retrieval.digest.zones import zone_of
from retrieval.errors import KabarError, UsageError
from retrieval.records import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    DigestStatus,
    HourlySources,
    PlanReport,
    Preferences,
    Settled,
    StoryView,
    Subscriber,
    Why,
)

if TYPE_CHECKING:
    from retrieval.digest.between import Between
    from retrieval.digest.composer import Composer
    from retrieval.digest.planner import Planner
    from retrieval.settings import RetrievalSettings
    from retrieval.storage.base import Storage

__all__ = ["LEASE", "DigestDesk", "daily_line", "local_date", "summed", "zone_of"]

LEASE = timedelta(seconds=60)
"""How long a claim lasts unless it is kept; after so long the rest of a killed push goes on."""

MOST_STORIES = 20
_MOST_DISLIKED = 50
_RECENT = 40
_TOLD = (DeliveryState.SENT, DeliveryState.IN_DOUBT, DeliveryState.SENDING)


class DigestDesk:
    """Subscribers, digests and their deliveries.

    Args:
        settings: Zone and time of whoever chose none, how late is too late, what to do in doubt.
        storage: The library.
        clock: What time it is, in UTC.
        composer: Gives what composes; called when there is something to compose.
    """

    def __init__(
        self,
        settings: RetrievalSettings,
        storage: Storage,
        clock: Callable[[], datetime],
        composer: Callable[[], Composer],
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._composer = composer
        self._max_delay = timedelta(hours=settings.digest_max_delay_hours)
        self._compositions = Compositions(storage, composer)
        self._upkeep = Upkeep(storage, settings.in_doubt)
        self._lock = RLock()
        self._planning = Lock()

    # -- subscribers -----------------------------------------------------------------------

    def subscriber(self, chat_id: int) -> Subscriber:
        """Return a chat's settings as stored, else the default ones, which are not stored.

        ``created_at`` is None where there are none yet.
        """
        preferences = Preferences(at=self._settings.digest_time, timezone=self._settings.timezone)
        return self._storage.get_subscriber(chat_id) or Subscriber(chat_id, preferences)

    def subscribe(
        self, chat_id: int, preferences: Preferences, *, thread_id: int | None = None
    ) -> Subscriber:
        """Turn the digest on, or keep it on, with these preferences.

        Raises:
            UsageError: A preference makes no sense.
        """
        known = replace(self.subscriber(chat_id), active=True, paused_because=None)
        return self._keep(replace(known, preferences=preferences, thread_id=thread_id))

    def unsubscribe(self, chat_id: int) -> Subscriber:
        """Turn the digest off; settings stay. What waits to be sent is not sent any more."""
        subscriber = self._keep(replace(self.subscriber(chat_id), active=False))
        for delivery in self._storage.waiting_deliveries(chat_id):
            if delivery.id is not None:
                self._storage.close_delivery(
                    delivery.id, DeliveryState.REFUSED, "The digest was turned off."
                )
        return subscriber

    def change(self, chat_id: int, preferences: Preferences) -> Subscriber:
        """Keep preferences; the digest stays on or off.

        Raises:
            UsageError: A preference makes no sense.
        """
        return self._keep(replace(self.subscriber(chat_id), preferences=preferences))

    def pause(self, chat_id: int, because: str) -> int:
        """Send nothing to a chat that cannot be reached; return how many deliveries it closed."""
        return self._storage.pause_subscriber(chat_id, because)

    def resume(self, chat_id: int) -> Subscriber:
        """Let a chat that can be reached again have its digest from now on."""
        subscriber = self.subscriber(chat_id)
        if subscriber.created_at is None or subscriber.paused_because is None:
            return subscriber
        return self._keep(replace(subscriber, paused_because=None))

    def moved(self, chat_id: int, new_chat_id: int) -> None:
        """Follow a group that became a supergroup."""
        self._storage.move_subscriber(chat_id, new_chat_id)

    def forget(self, chat_id: int) -> bool:
        """Forget a chat with all its settings and deliveries; return whether it was known."""
        return self._storage.delete_subscriber(chat_id)

    def now(self) -> datetime:
        """Return what time it is by the library's clock, in UTC."""
        return self._clock()

    def is_quiet(self, subscriber: Subscriber) -> bool:
        """Tell whether a chat wants no sound now: in its quiet hours, or at night in its zone.

        The zone of a chat without settings is not known, so neither is its night.
        """
        now = self._clock()
        return subscriber.created_at is not None and wakes_at(subscriber.preferences, now) > now

    def dislike(
        self, chat_id: int, digest_id: int, rank: int, preferences: Preferences | None = None
    ) -> bool:
        """Take note that less like a story is wanted; return whether there is such a story.

        Args:
            chat_id: By whom.
            digest_id: The digest.
            rank: The story's number in it, from 1.
            preferences: Those of a chat that has kept none yet: the language, say.
        """
        digest = self._storage.get_digests([digest_id]).get(digest_id)
        if digest is None or not 1 <= rank <= len(digest.stories):
            return False
        articles = digest.stories[rank - 1].articles
        if not articles:
            return False
        with self._lock:
            subscriber = self.subscriber(chat_id)
            if subscriber.created_at is not None or preferences is None:
                preferences = subscriber.preferences
            others = [each for each in preferences.disliked if each != articles[0].id]
            disliked = tuple([*others, articles[0].id][-_MOST_DISLIKED:])
            self._keep(replace(subscriber, preferences=replace(preferences, disliked=disliked)))
        return True

    # -- the plan and the push -------------------------------------------------------------

    def plan(self, now: datetime | None = None) -> PlanReport:
        """Do a tick: write deliveries of what is due, and look after the outbox.

        Raises:
            StorageError: The library cannot be written; the next tick takes up the rest.
            ModelError: The embedding model cannot be opened.
        """
        moment = now or self._clock()
        with self._planning:
            report = self._planner.plan(moment)
            breaking = self._between.plan(moment)
            self._upkeep.look(moment)
        return replace(report, planned=report.planned + breaking, breaking=breaking)

    def claim(self, owner: str, limit: int) -> list[Delivery]:
        """Lease deliveries that may be sent now, for `LEASE`."""
        return self._storage.claim_deliveries(owner, self._clock(), LEASE, limit)

    def turn_over(self, owner: str, settled: Sequence[Settled], begun: Sequence[int]) -> list[int]:
        """Settle what was sent and begin what comes next; return those that may be sent."""
        return self._storage.turn_over(owner, settled, begun, self._clock(), LEASE)

    def keep_leases(self, owner: str) -> None:
        """Hold what is held for another `LEASE`."""
        self._storage.keep_leases(owner, self._clock(), LEASE)

    def release_claims(self, owner: str) -> int:
        """Give back what was claimed and not begun; return how many."""
        return self._storage.release_claims(owner)

    def resolve_doubts(self) -> list[Delivery]:
        """Decide, by the setting, what becomes of messages that may have arrived; tell of them.

        Returns:
            Those that were decided, as they were before.
        """
        now = self._clock()
        doubtful = self._storage.resolve_doubts(now, self._settings.in_doubt)
        if doubtful:
            self._upkeep.tell_of_doubts(now)
        return doubtful

    def delivery_of(self, chat_id: int, message_id: int) -> Delivery | None:
        """Return what a message of the bot delivered, or None."""
        return self._storage.delivery_of_message(chat_id, message_id)

    # -- digests ---------------------------------------------------------------------------

    def digests(self, ids: Iterable[int]) -> dict[int, Digest]:
        """Return digests by id; each quote is checked against its article as it is now."""
        return self._storage.get_digests(ids)

    def digest_now(self, chat_id: int) -> Digest:
        """Return today's digest as it was delivered, else one composed now; it has an id.

        Raises:
            ModelError: The embedding model cannot be opened.
        """
        subscriber, now = self.subscriber(chat_id), self._clock()
        today = local_date(now, subscriber.preferences.timezone)
        told = [
            each.digest_id
            for each in self._storage.deliveries_of(chat_id, _RECENT)
            if each.local_date == today
            and each.digest_id is not None
            and each.state in _TOLD
            and (each.kind == DeliveryKind.DAILY or each.kind.startswith("now "))
        ]
        known = self._storage.get_digests(told)
        delivered = [known[each] for each in told if each in known and known[each].stories]
        if delivered:
            return delivered[0]
        digest_id, _ = self._compose(subscriber, now)
        return self._storage.get_digests([digest_id])[digest_id]

    def record_now(self, chat_id: int, digest: Digest, request_id: int, message_id: int) -> bool:
        """Take note that a digest that was asked for was shown.

        Args:
            chat_id: To whom.
            digest: As `digest_now` gave it.
            request_id: What asked for it; the same is noted once.
            message_id: The message that shows it.

        Returns:
            Whether it was not known yet.
        """
        now = self._clock()
        row = self._row(self.subscriber(chat_id), f"now {request_id}", digest.id, now)
        return self._storage.record_delivery(
            replace(row, state=DeliveryState.SENT, attempts=1, message_id=message_id, closed_at=now)
        )

    def preview(self, whose: Preferences | int) -> Digest:
        """Compose a digest as it would be now, and write nothing.

        Args:
            whose: Preferences of somebody who was told nothing yet, or a chat.

        Raises:
            UsageError: A preference makes no sense.
            ModelError: The embedding model cannot be opened.
        """
        now = self._clock()
        if isinstance(whose, Preferences):
            _check(whose)
            subscriber, told = Subscriber(0, whose), tuple[int, ...]()
        else:
            subscriber = self.subscriber(whose)
            told = self._told(whose, now)
        since = looked_at_since(subscriber, now)
        return self._composer().compose(subscriber.preferences, since, now, told)

    def send_one(self, chat_id: int) -> Delivery:
        """Have a digest made and sent to a chat now, by the bot that runs.

        Returns:
            The delivery: WAITING, or EMPTY where there is nothing new and silence was chosen.

        Raises:
            UsageError: The chat has no settings.
            KabarError: Nothing can be sent to it.
            ModelError: The embedding model cannot be opened.
        """
        subscriber, now = self.subscriber(chat_id), self._clock()
        if subscriber.created_at is None:
            raise UsageError(
                f"Chat {chat_id} has no digest; it must send /digest to the bot first."
            )
        if subscriber.paused_because is not None:
            raise KabarError(
                f"Nothing can be sent to chat {chat_id}: {subscriber.paused_because}. "
                "It has its digest again as soon as it writes to the bot."
            )
        digest_id, is_empty = self._compose(subscriber, now)
        row = self._row(subscriber, f"now {int(now.timestamp() * 1_000_000)}", digest_id, now)
        if is_empty:
            row = replace(row, state=DeliveryState.EMPTY, closed_at=now)
        self._storage.record_delivery(row)
        return row

    def story(
        self, article_ids: Sequence[str], language: str, story_id: int | None = None
    ) -> StoryView | None:
        """Return a story in full, as it is now; None where its articles are gone.

        Args:
            article_ids: Those that told it in the digest.
            language: Whose quotes come first.
            story_id: The story as it was called in the digest.
        """
        return self._composer().view_story(story_id, article_ids, language)

    # -- what is asked about it ------------------------------------------------------------

    def why(self, chat_id: int) -> Why:
        """Return why the last digest was what it was, or why none came."""
        from retrieval.digest.reasons import find_reason

        return find_reason(self._storage, self.subscriber(chat_id), self._clock())

    def status(self) -> DigestStatus:
        """Return how subscribers and the deliveries of the last days stand."""
        return status(self._storage, self._clock())

    def trend(self, topic: str, days: int) -> Mapping[date, int]:
        """Return how many articles were about a topic on each of the last days, UTC."""
        return self._composer().trend(topic, days, self._clock())

    def chart(self, digest: Digest) -> HourlySources:
        """Return what the chart of a digest shows: the 24 hours before it was made."""
        from retrieval.digest.spread import sources_per_hour

        return sources_per_hour(digest, digest.until)

    # -- how -------------------------------------------------------------------------------

    def _keep(self, subscriber: Subscriber) -> Subscriber:
        """Write a subscriber, with when the next digest is due, and return it as stored."""
        _check(subscriber.preferences)
        with self._lock:
            following = None
            if subscriber.active and subscriber.paused_because is None:
                following = self._following(subscriber)
            self._storage.write_subscriber(replace(subscriber, next_due=following))
        return self.subscriber(subscriber.chat_id)

    def _following(self, subscriber: Subscriber) -> datetime | None:
        """Return when the next digest is due; a day that has one already gets no other."""
        preferences, now = subscriber.preferences, self._clock()
        recent = self._storage.deliveries_of(subscriber.chat_id, _RECENT)
        had = [each.local_date for each in recent if each.kind == DeliveryKind.DAILY]
        following = next_due(preferences, now, max(had, default=None))
        pending = subscriber.next_due
        if following is None or pending is None or pending > now:
            return following
        # It fell due and is not planned yet: a press of a button must not lose it.
        zone = preferences.timezone
        return following if local_date(following, zone) == local_date(now, zone) else pending

    def _compose(self, subscriber: Subscriber, now: datetime) -> tuple[int, bool]:
        told = self._told(subscriber.chat_id, now)
        since = looked_at_since(subscriber, now)
        return self._compositions.daily(subscriber.preferences, since, now, told)

    def _told(self, chat_id: int, now: datetime) -> tuple[int, ...]:
        return self._storage.told_digests([chat_id], now - TOLD_DAYS)[chat_id]

    def _row(
        self, subscriber: Subscriber, kind: str, digest_id: int | None, now: datetime
    ) -> Delivery:
        return Delivery(
            chat_id=subscriber.chat_id,
            local_date=local_date(now, subscriber.preferences.timezone),
            kind=kind,
            digest_id=digest_id,
            language=subscriber.preferences.language,
            timezone=subscriber.preferences.timezone,
            due_at=now,
            release_at=now,
            expires_at=now + self._max_delay,
            thread_id=subscriber.thread_id,
        )

    @property
    def _planner(self) -> Planner:
        with self._lock:
            return self._made_planner

    @cached_property
    def _made_planner(self) -> Planner:
        from retrieval.digest.planner import Planner

        return Planner(self._storage, self._compositions, self._max_delay)

    @property
    def _between(self) -> Between:
        with self._lock:
            return self._made_between

    @cached_property
    def _made_between(self) -> Between:
        from retrieval.digest.between import Between

        return Between(self._storage, self._compositions, self._max_delay)


def _check(preferences: Preferences) -> None:
    """Refuse preferences that make no sense.

    Raises:
        UsageError: One sentence that says which.
    """
    zone_of(preferences.timezone)
    if not 1 <= preferences.stories <= MOST_STORIES:
        raise UsageError(f"A digest has 1 to {MOST_STORIES} stories.")
    if not set(preferences.days) <= set(range(7)):
        raise UsageError("Days of the week are numbers from 0, Monday, to 6.")
