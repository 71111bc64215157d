"""Breaking stories, pushed between digests to those who want that: at most two a day.

Always true: nobody is told one at night or in their quiet hours. What breaks then is held until
they wake, all of it in one message; and where the digest comes by then, it is left to the digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from retrieval.digest.compositions import TOLD_DAYS, Compositions
from retrieval.digest.quiet import wakes_at
from retrieval.digest.schedule import local_date
from retrieval.errors import UsageError
from retrieval.records import Delivery, DeliveryKind, DeliveryState

if TYPE_CHECKING:
    from retrieval.records import Subscriber
    from retrieval.storage.base import Storage

PAGE = 2_000
_KINDS = (DeliveryKind.FIRST_BREAKING, DeliveryKind.SECOND_BREAKING)
_RECENT = 12
"""Deliveries looked at to see what a day has had already."""

_MERGED = "It was told together with a later one."


class Between:
    """Plans breaking stories.

    Args:
        storage: Where subscribers and the outbox are.
        compositions: What finds them and composes.
        max_delay: How long after its time a message may still be sent.
    """

    def __init__(self, storage: Storage, compositions: Compositions, max_delay: timedelta) -> None:
        self._storage = storage
        self._compositions = compositions
        self._max_delay = max_delay
        self._version: int | None = None

    def plan(self, now: datetime) -> int:
        """Plan what broke; return how many deliveries are new."""
        version = self._storage.stories_version()
        if version == self._version or not self._storage.breaking_subscribers(None, 1):
            return 0
        stories = self._compositions.breaking_stories(now)
        planned = 0
        if stories:
            for page in self._wanting():
                planned += self._plan_page(page, stories, now)
        self._version = version  # only now: what a failure cut short is looked at again
        return planned

    def _wanting(self) -> Iterator[list[Subscriber]]:
        after: int | None = None
        while page := self._storage.breaking_subscribers(after, PAGE):
            yield page
            after = page[-1].chat_id

    def _plan_page(self, page: Sequence[Subscriber], stories: Sequence[int], now: datetime) -> int:
        told = self._storage.told_digests([each.chat_id for each in page], now - TOLD_DAYS)
        deliveries: list[Delivery] = []
        merged: list[Delivery] = []
        for subscriber in page:
            row = self._row(subscriber, stories, now, told[subscriber.chat_id], merged)
            if row is not None:
                deliveries.append(row)
        planned = self._storage.plan_deliveries(deliveries, {}, {}) if deliveries else 0
        for each in merged:
            if each.id is not None:
                self._storage.close_delivery(each.id, DeliveryState.MERGED, _MERGED)
        return planned

    def _row(
        self,
        subscriber: Subscriber,
        stories: Sequence[int],
        now: datetime,
        told: Sequence[int],
        merged: list[Delivery],
    ) -> Delivery | None:
        preferences = subscriber.preferences
        try:
            release = wakes_at(preferences, now)
            day = local_date(release, preferences.timezone)
        except UsageError:  # the plan of the digests pauses whoever has no zone
            return None
        if subscriber.next_due is not None and subscriber.next_due <= release:
            return None
        composed = self._compositions.breaking(stories, preferences, now, told)
        if composed.is_empty:
            return None
        recent = self._storage.deliveries_of(subscriber.chat_id, _RECENT)
        had = {each.kind for each in recent if each.local_date == day}
        kind = next((each for each in _KINDS if each not in had), None)
        if kind is None:
            return None
        held = [each for each in recent if _is_held(each, now)]
        if held:
            ids = {each.digest_id for each in held if each.digest_id is not None}
            before = self._storage.get_digests(ids).values()
            all_stories = {story.story_id for each in before for story in each.stories}
            composed = self._compositions.breaking(
                sorted(all_stories | set(stories)),
                preferences,
                now,
                [each for each in told if each not in ids],
            )
            merged += held
        return Delivery(
            chat_id=subscriber.chat_id,
            local_date=day,
            kind=kind,
            digest_id=composed.digest_id,
            language=preferences.language,
            timezone=preferences.timezone,
            due_at=now,
            release_at=release,
            expires_at=release + self._max_delay,
            thread_id=subscriber.thread_id,
        )


def _is_held(delivery: Delivery, now: datetime) -> bool:
    return (
        delivery.kind in _KINDS
        and delivery.state is DeliveryState.WAITING
        and delivery.release_at > now
    )
