"""What is done now and then for the operator: a daily line in the log, notices, forgetting."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from retrieval.records import DeliveryState, DigestDay, DigestStatus, InDoubt, Notice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from retrieval.storage.base import Storage

logger = logging.getLogger(__name__)

KEEP_DELIVERIES = timedelta(days=60)
_DAYS_SHOWN = 14
_BETWEEN_NOTICES = timedelta(minutes=10)
_OPEN = (DeliveryState.WAITING, DeliveryState.CLAIMED, DeliveryState.SENDING)


class Upkeep:
    """Looks after the outbox. For one thread.

    Args:
        storage: Where it is.
        policy: What becomes of a message that may have arrived.
    """

    def __init__(self, storage: Storage, policy: InDoubt) -> None:
        self._storage = storage
        self._policy = policy
        self._tidied: date | None = None
        self._told_at: datetime | None = None

    def look(self, now: datetime) -> None:
        """Do what is due; cheap when nothing is."""
        if self._told_at is None or not timedelta() <= now - self._told_at < _BETWEEN_NOTICES:
            self._told_at = now
            self.tell_of_doubts(now)
        today = now.date()
        if self._tidied != today:
            self._tidied = today
            self._storage.forget_deliveries(now - KEEP_DELIVERIES)
            logger.info("%s", daily_line(status(self._storage, now), today - timedelta(days=1)))

    def tell_of_doubts(self, now: datetime) -> None:
        """Tell the operator of messages that nobody can be sure of; of each number once."""
        for what in ("digests", "updates"):
            since = now.date() - timedelta(days=2)
            for day in self._storage.digest_days(since, updates=what == "updates"):
                if day.doubts:
                    self._storage.add_notice(self._doubts(what, day, now))

    def _doubts(self, what: str, day: DigestDay, now: datetime) -> Notice:
        again = (
            "they were not sent again"
            if self._policy is InDoubt.SKIP
            else "they are sent again, so some people may have them twice"
        )
        counted = " `kabar digest status` counts them." if what == "digests" else ""
        return Notice(
            key=f"{what} in doubt {day.local_date} {day.doubts}",
            text=f"Of the {what} of {day.local_date}, {day.doubts} may or may not have "
            f"arrived, for no answer came when they were sent; {again} "
            f"(KABAR_IN_DOUBT={self._policy}).{counted}",
            created_at=now,
        )


def status(storage: Storage, now: datetime) -> DigestStatus:
    """Return how the digest stands: subscribers, and the deliveries of the last days."""
    subscribers, active, paused = storage.count_subscribers()
    days = storage.digest_days(now.date() - timedelta(days=_DAYS_SHOWN))
    return DigestStatus(subscribers, active, paused, tuple(days))


def summed(states: Mapping[DeliveryState, int]) -> dict[str, int]:
    """Return a day's deliveries as an operator thinks of them: due, sent, failed and so on."""
    return {
        "due": sum(states.get(each, 0) for each in _OPEN),
        "sent": states.get(DeliveryState.SENT, 0),
        "failed": states.get(DeliveryState.REFUSED, 0),
        "late": states.get(DeliveryState.LATE, 0),
        "nothing_new": states.get(DeliveryState.EMPTY, 0),
        "merged": states.get(DeliveryState.MERGED, 0),
    }


def daily_line(standing: DigestStatus, day: date) -> str:
    """Return a day's digests in one line for the log."""
    found = next((each for each in standing.days if each.local_date == day), None)
    counts = summed(found.states if found else {})
    numbers = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
    doubts = found.doubts if found else 0
    return (
        f"Digests of {day}: {numbers}, {doubts} in doubt; "
        f"{standing.active} active subscribers, {standing.paused} paused"
    )
