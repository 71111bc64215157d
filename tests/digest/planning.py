"""A desk over an empty library or a given one, with a clock that a test moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from retrieval.digest.composer import Composer
from retrieval.digest_desk import DigestDesk
from retrieval.records import (
    Delivery,
    DeliveryState,
    Digest,
    Preferences,
    Settled,
    Subscriber,
    WhenEmpty,
)
from retrieval.settings import RetrievalSettings
from retrieval.storage.base import Storage
from tests.digest.library import MODEL, embed_topics, unrelated

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CHAT = 7


class CountingComposer(Composer):
    """Composes as ever, and counts how often."""

    compositions = 0

    def compose(
        self, preferences: Preferences, since: datetime, until: datetime, told: Sequence[int] = ()
    ) -> Digest:
        self.compositions += 1
        return super().compose(preferences, since, until, told)


class World:
    """A desk, its library, and a clock.

    Args:
        storage: The library.
        now: What time it is at first.
        **values: Settings, by their names in the environment.
    """

    def __init__(self, storage: Storage, now: datetime, **values: Any) -> None:
        self.storage = storage
        self.now = now
        self.composer = CountingComposer(
            storage, MODEL, embed_topics=embed_topics, unrelated=unrelated
        )
        self._settings = RetrievalSettings(_env_file=None, **values)  # type: ignore[call-arg]
        self.desk = self.another()

    def another(self) -> DigestDesk:
        """Return a desk as another process would have it."""
        return DigestDesk(self._settings, self.storage, lambda: self.now, lambda: self.composer)

    def subscribe(self, chat_id: int = CHAT, **preferences: Any) -> Subscriber:
        """Subscribe a chat; on a day without news it gets a line unless it says otherwise."""
        wanted = {"when_empty": WhenEmpty.LINE, "at": time(7), **preferences}
        return self.desk.subscribe(chat_id, Preferences(**wanted))

    def push(self) -> list[Delivery]:
        """Send everything that may be sent now, and return it."""
        sent = []
        while claimed := self.desk.claim("push", 500):
            begun = self.desk.turn_over("push", [], [each.id or 0 for each in claimed])
            self.desk.turn_over(
                "push", [Settled(each, DeliveryState.SENT, message_id=each) for each in begun], []
            )
            sent += [each for each in claimed if each.id in begun]
        return sent

    def live(
        self, until: datetime, step: timedelta = 10 * MINUTE
    ) -> list[tuple[datetime, Delivery]]:
        """Let time go by with a tick now and then; return what was sent, and when."""
        sent = []
        while self.now <= until:
            self.desk.plan()
            sent += [(self.now, each) for each in self.push()]
            self.now += step
        return sent

    def rows(self, chat_id: int = CHAT) -> list[tuple[str, str, DeliveryState]]:
        """Return a chat's deliveries as local date, kind and state, oldest first."""
        return [
            (each.local_date.isoformat(), str(each.kind), each.state)
            for each in reversed(self.storage.deliveries_of(chat_id, 1_000))
        ]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def zone_where_it_is(clock: int, now: datetime) -> str:
    """Return a fixed offset at which it is between an hour and the next."""
    hours = (clock - now.hour + 11) % 24 - 11
    return f"UTC{'-' if hours < 0 else '+'}{abs(hours):02d}:00"
