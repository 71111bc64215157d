"""What is due becomes rows of the outbox: each digest composed once, each person told once.

Always true: a row's key is chat, local date and kind, and what is written for a subscriber is
written together with when they are due next. So a plan that was cut short is mended by the next,
and two processes that plan at once write nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from retrieval.digest.compositions import TOLD_DAYS, Compositions, looked_at_since
from retrieval.digest.quiet import release_at
from retrieval.digest.schedule import last_due, next_due
from retrieval.errors import UsageError
from retrieval.records import Delivery, DeliveryKind, DeliveryState, PlanReport, WhenEmpty

if TYPE_CHECKING:
    from retrieval.records import Preferences, Subscriber
    from retrieval.storage.base import Storage

logger = logging.getLogger(__name__)

PAGE = 2_000
"""Subscribers planned in one transaction: enough to be cheap, few enough to let others in."""

_TOO_LATE = "Its time was over before it could be made."
_NOTHING_NEW = "There was nothing new to tell."
_INSTANT = timedelta(microseconds=1)


class Planner:
    """Plans daily digests.

    Args:
        storage: Where subscribers and the outbox are.
        compositions: What composes.
        max_delay: How long after its time a digest may still be sent.
        page: How many subscribers are planned in one transaction.
    """

    def __init__(
        self,
        storage: Storage,
        compositions: Compositions,
        max_delay: timedelta,
        page: int = PAGE,
    ) -> None:
        self._storage = storage
        self._compositions = compositions
        self._max_delay = max_delay
        self._page = page

    def plan(self, now: datetime) -> PlanReport:
        """Plan everything that is due, and when each subscriber is due next.

        Args:
            now: The moment, UTC. Digests tell what was added before its minute began.
        """
        until = now.replace(second=0, microsecond=0)
        made = self._compositions.made
        subscribers = planned = empty = late = 0
        for page in self._due(now):
            rows = _Rows()
            told = self._storage.told_digests([each.chat_id for each in page], now - TOLD_DAYS)
            # By what they look back on: what does not depend on settings is made once for a span.
            for since, subscriber in sorted(
                ((looked_at_since(each, until), each) for each in page),
                key=lambda pair: (pair[0], pair[1].chat_id),
            ):
                self._plan_one(subscriber, since, until, now, told[subscriber.chat_id], rows)
            self._storage.plan_deliveries(rows.deliveries, rows.next_due, rows.covered)
            subscribers += len(page)
            states = [each.state for each in rows.deliveries]
            planned += states.count(DeliveryState.WAITING)
            empty += states.count(DeliveryState.EMPTY)
            late += states.count(DeliveryState.LATE)
        return PlanReport(
            subscribers=subscribers,
            planned=planned,
            empty=empty,
            late=late,
            composed=self._compositions.made - made,
        )

    def _due(self, now: datetime) -> Iterator[list[Subscriber]]:
        before: list[int] = []
        while page := self._storage.due_subscribers(now, self._page):
            chats = [each.chat_id for each in page]
            if chats == before:  # none was moved on: another process has them
                logger.warning("%d subscribers stay due; they are planned later", len(chats))
                return
            before = chats
            yield page

    def _plan_one(  # noqa: PLR0917  one call, all of them named there
        self,
        subscriber: Subscriber,
        since: datetime,
        until: datetime,
        now: datetime,
        told: Sequence[int],
        rows: _Rows,
    ) -> None:
        preferences, chat_id = subscriber.preferences, subscriber.chat_id
        try:
            dues = self._dues(subscriber, now)
            last = dues[-1][0] if dues else None
            following = next_due(preferences, now, last)
        except UsageError as error:  # a zone that was known once is not any more
            self._storage.pause_subscriber(chat_id, str(error))
            return
        rows.next_due[chat_id] = following
        for day, due, release in dues:
            row = Delivery(
                chat_id=chat_id,
                local_date=day,
                kind=DeliveryKind.DAILY,
                digest_id=None,
                language=preferences.language,
                timezone=preferences.timezone,
                due_at=due,
                release_at=release,
                expires_at=release + self._max_delay,
                thread_id=subscriber.thread_id,
            )
            if row.expires_at <= now:
                rows.closed(row, DeliveryState.LATE, _TOO_LATE, now)
            elif day == last:
                composed = self._compositions.daily(preferences, since, until, told)
                row = replace(row, digest_id=composed.digest_id)
                if composed.is_empty and preferences.when_empty is WhenEmpty.SILENCE:
                    rows.closed(row, DeliveryState.EMPTY, _NOTHING_NEW, now)
                    continue
                if preferences.picture and not composed.is_empty:
                    rows.deliveries.append(replace(row, kind=DeliveryKind.PICTURE))
                rows.deliveries.append(row)
                if not composed.is_empty:
                    rows.covered[chat_id] = until

    def _dues(self, subscriber: Subscriber, now: datetime) -> list[tuple[date, datetime, datetime]]:
        """Return what fell due: the digest that was to come, and the last one if it is another.

        Each with its local date, when it was due, and when it is released; oldest first.
        """
        preferences = subscriber.preferences
        expected = subscriber.next_due or now
        found = {}
        for moment in (expected, now):
            last = _released(preferences, moment)
            if last is not None:
                # The rules of a zone may have changed since: it is never before what was stored,
                # for to the store that is a plan that another process was quicker with.
                found[last[0]] = (*last, max(expected, release_at(preferences, last[1])))
        return [found[day] for day in sorted(found)]


@dataclass
class _Rows:
    """What is written in one transaction."""

    deliveries: list[Delivery] = field(default_factory=list)
    next_due: dict[int, datetime | None] = field(default_factory=dict)
    covered: dict[int, datetime] = field(default_factory=dict)

    def closed(self, row: Delivery, state: DeliveryState, detail: str, now: datetime) -> None:
        """Add a row that is never sent."""
        self.deliveries.append(replace(row, state=state, detail=detail, closed_at=now))


def _released(preferences: Preferences, moment: datetime) -> tuple[date, datetime] | None:
    """Return the last digest that was due, and not held any more, at a moment."""
    last = last_due(preferences, moment)
    if last is not None and release_at(preferences, last[1]) > moment:
        last = last_due(preferences, last[1] - _INSTANT)
    return last
