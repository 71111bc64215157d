"""Why somebody's last digest was what it was, or why none came."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from retrieval.digest.quiet import release_at
from retrieval.digest.schedule import last_due
from retrieval.records import DeliveryKind, DeliveryState, Why, WhyReason

if TYPE_CHECKING:
    from retrieval.records import Delivery, Digest, Subscriber
    from retrieval.storage.base import Storage

_RECENT = 64
"""Deliveries of a chat among which its last one that is no picture is looked for."""

_OF_STATE = {
    DeliveryState.WAITING: WhyReason.WAITING,
    DeliveryState.CLAIMED: WhyReason.WAITING,
    DeliveryState.SENDING: WhyReason.WAITING,
    DeliveryState.SENT: WhyReason.SENT,
    DeliveryState.MERGED: WhyReason.SENT,
    DeliveryState.IN_DOUBT: WhyReason.IN_DOUBT,
    DeliveryState.LATE: WhyReason.LATE,
    DeliveryState.REFUSED: WhyReason.REFUSED,
}


def find_reason(storage: Storage, subscriber: Subscriber, now: datetime) -> Why:
    """Return why, as facts.

    Args:
        storage: Where deliveries, digests and feeds are.
        subscriber: Whose digest it is.
        now: The moment.

    Raises:
        StorageError: The library cannot be read.
    """
    feeds = [each.feed for each in storage.feeds()]
    failing = sum(
        each.failing_since is not None or each.paused_because is not None for each in feeds
    )
    last = next(
        (
            each
            for each in storage.deliveries_of(subscriber.chat_id, _RECENT)
            if each.kind != DeliveryKind.PICTURE
        ),
        None,
    )
    digest = None
    if last is not None and last.digest_id is not None:
        digest = storage.get_digests([last.digest_id]).get(last.digest_id)
    quiet_until = _held_until(subscriber, last, now)
    return Why(
        reason=_reason(subscriber, last, digest, quiet_until),
        subscriber=subscriber,
        delivery=last,
        digest=digest,
        quiet_until=quiet_until,
        feeds=len(feeds),
        feeds_failing=failing,
    )


def _reason(
    subscriber: Subscriber,
    last: Delivery | None,
    digest: Digest | None,
    quiet_until: datetime | None,
) -> WhyReason:
    if not subscriber.active:
        return WhyReason.NOT_SUBSCRIBED
    if subscriber.paused_because is not None:
        return WhyReason.PAUSED
    if quiet_until is not None:
        return WhyReason.QUIET
    if last is None:
        return WhyReason.NOT_YET
    if last.state is not DeliveryState.EMPTY:
        return _OF_STATE[last.state]
    return _of_nothing(digest)


def _of_nothing(digest: Digest | None) -> WhyReason:
    if digest is None or not digest.considered:
        return WhyReason.SOURCES_DOWN
    if digest.already_sent or digest.left_out:
        return WhyReason.ALREADY_SENT
    return WhyReason.NOTHING_NEW


def _held_until(subscriber: Subscriber, last: Delivery | None, now: datetime) -> datetime | None:
    """Return when a digest that fell due in quiet hours comes; None where none is held."""
    if last is not None and last.state is DeliveryState.WAITING and last.release_at > now:
        return last.release_at
    due = last_due(subscriber.preferences, now)
    known_since = subscriber.created_at
    if due is None or known_since is None or due[1] < known_since:
        return None
    if last is not None and last.local_date == due[0]:
        return None  # it came, or was refused, before the quiet hours were set
    release = release_at(subscriber.preferences, due[1])
    return release if release > now else None
