"""The outbox: what is to be sent, each once.

Always true: chat, local date and kind are a key; a row is SENDING on the disk before its request
begins; nobody but the one who holds its lease begins it or settles it. Of a chat only the oldest
open delivery is handed out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from retrieval.records import (
    Delivery,
    DeliveryState,
    DigestDay,
    InDoubt,
    Settled,
)
from retrieval.storage.sqlite.codec import from_micros, to_micros
from retrieval.storage.sqlite.part import Part
from retrieval.storage.sqlite.updates import hold_back, note_begun, note_sent

_GIVEN = (
    "chat_id, local_date, kind, digest_id, language, timezone, due_at, release_at, expires_at, "
    "thread_id, state, attempts, doubts, message_id, detail, closed_at, follow_id, turn_id"
)
_INSERT = (
    f"INSERT OR IGNORE INTO deliveries ({_GIVEN}) "  # noqa: S608
    f"VALUES ({', '.join('?' * len(_GIVEN.split(',')))})"
)
_SELECT = f"SELECT {_GIVEN}, id FROM deliveries"  # noqa: S608
_AGAIN_AFTER = timedelta(seconds=30)
"""How long one that is to be tried again waits, so that it is not tried without a pause."""
_FORGOTTEN_AT_ONCE = 2_000
"""Deliveries that go in one transaction: others may write in between."""
_HELD = "state IN ('claimed', 'sending')"
"""In the words of the partial index, or SQLite does not see that it may use it."""
_TOO_LATE = "It could not be sent in time."

# A chat's picture that is to be tried again keeps its digest waiting: messages come in order.
_CLAIMABLE = (
    "SELECT id FROM deliveries AS mine WHERE state = 'waiting' AND release_at <= ?1 "
    "AND NOT EXISTS (SELECT 1 FROM deliveries AS other WHERE other.chat_id = mine.chat_id "
    "  AND other.state IN ('waiting', 'claimed', 'sending') AND other.id != mine.id "
    "  AND (other.state != 'waiting' OR (other.id < mine.id "
    "    AND (other.release_at <= ?1 OR other.attempts > 0)))) "
    "ORDER BY due_at, digest_id, id LIMIT ?2"
)


class Outbox(Part):
    """`OutboxStorage` over the table ``deliveries``."""

    def plan_deliveries(
        self,
        deliveries: Sequence[Delivery],
        next_due: Mapping[int, datetime | None],
        covered: Mapping[int, datetime],
    ) -> int:
        """Write deliveries and when each subscriber is due next; return how many are new."""
        new = 0
        with self._connections.write() as db:
            planned = {each.chat_id: each.release_at for each in deliveries}
            moved = _still_due(db, planned, next_due)
            known = set(moved)
            # As they will be claimed: what is sent together lies together in the file.
            for delivery in sorted(deliveries, key=lambda each: (each.due_at, each.digest_id or 0)):
                if delivery.chat_id in next_due and delivery.chat_id not in known:
                    continue
                new += put_delivery(db, delivery)
            db.conn.executemany(
                "UPDATE subscribers SET next_due = ?, covered_until = coalesce(?, covered_until) "
                "WHERE chat_id = ?",
                [
                    (to_micros(next_due[chat_id]), to_micros(covered.get(chat_id)), chat_id)
                    for chat_id in moved
                ],
            )
        return new

    def claim_deliveries(
        self, owner: str, now: datetime, lease: timedelta, limit: int
    ) -> list[Delivery]:
        """Lease deliveries that may be sent now, earliest due first, equal digests together."""
        moment = to_micros(now)
        with self._connections.write() as db:
            db.execute(
                "UPDATE deliveries SET state = 'waiting', owner = NULL, leased_until = NULL "  # noqa: S608
                f"WHERE {_HELD} AND state = 'claimed' AND leased_until <= ?",
                (moment,),
            )
            _close_late(db, moment)
            ids = json.dumps([key for (key,) in db.execute(_CLAIMABLE, (moment, max(0, limit)))])
            db.execute(
                "UPDATE deliveries SET state = 'claimed', owner = ?, leased_until = ? "
                "WHERE id IN (SELECT value FROM json_each(?))",
                (owner, to_micros(now + lease), ids),
            )
            rows = db.execute(
                f"{_SELECT} WHERE id IN (SELECT value FROM json_each(?)) "  # noqa: S608
                "ORDER BY due_at, digest_id, id",
                (ids,),
            ).fetchall()
        return [to_delivery(row) for row in rows]

    def turn_over(
        self,
        owner: str,
        settled: Sequence[Settled],
        begun: Sequence[int],
        now: datetime,
        lease: timedelta,
    ) -> list[int]:
        """Settle what was sent and begin what comes next; return what may be sent."""
        moment, until = to_micros(now), to_micros(now + lease)
        with self._connections.write() as db:
            _settle(db, owner, settled, now)
            note_sent(db, settled, now)
            hold_back(db, owner, begun, now)
            started = [
                identity
                for identity in begun
                if db.execute(
                    "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, "
                    "leased_until = ? WHERE id = ? AND state = 'claimed' AND owner = ? "
                    "AND expires_at > ?",
                    (until, identity, owner, moment),
                ).rowcount
            ]
            note_begun(db, started, now)
        return started

    def keep_leases(self, owner: str, now: datetime, lease: timedelta) -> None:
        """Hold everything that is held for a while longer."""
        with self._connections.write() as db:
            db.execute(
                f"UPDATE deliveries SET leased_until = ? WHERE {_HELD} AND owner = ?",  # noqa: S608
                (to_micros(now + lease), owner),
            )

    def release_claims(self, owner: str) -> int:
        """Give back what is CLAIMED and was not begun; return how many."""
        with self._connections.write() as db:
            return db.execute(
                "UPDATE deliveries SET state = 'waiting', owner = NULL, leased_until = NULL "  # noqa: S608
                f"WHERE {_HELD} AND state = 'claimed' AND owner = ?",
                (owner,),
            ).rowcount

    def resolve_doubts(self, now: datetime, policy: InDoubt) -> list[Delivery]:
        """Decide what is SENDING by one whose lease is over; return them as they were."""
        moment = to_micros(now)
        with self._connections.write() as db:
            rows = db.execute(
                f"{_SELECT} WHERE {_HELD} AND state = 'sending' AND leased_until <= ? ORDER BY id",
                (moment,),
            ).fetchall()
            keys = [(row[-1],) for row in rows]
            if policy is InDoubt.RESEND:
                db.conn.executemany(
                    "UPDATE deliveries SET state = 'waiting', doubts = doubts + 1, "
                    "owner = NULL, leased_until = NULL WHERE id = ?",
                    keys,
                )
                _close_late(db, moment)
            else:
                db.conn.executemany(
                    "UPDATE deliveries SET state = 'in doubt', doubts = doubts + 1, "
                    "owner = NULL, leased_until = NULL, closed_at = ?, detail = ? WHERE id = ?",
                    [(moment, "The process ended while it was being sent.", *key) for key in keys],
                )
        return [to_delivery(row) for row in rows]

    def close_delivery(self, delivery_id: int, state: str, detail: str | None) -> bool:
        """Close one that is WAITING; return whether it was."""
        with self._connections.write() as db:
            return bool(
                db.execute(
                    "UPDATE deliveries SET state = ?, detail = ?, closed_at = ? "
                    "WHERE id = ? AND state = 'waiting'",
                    (state, detail, to_micros(self._clock()), delivery_id),
                ).rowcount
            )

    def record_delivery(self, delivery: Delivery) -> bool:
        """Keep a delivery that was sent in another way; False where its key is known."""
        with self._connections.write() as db:
            return put_delivery(db, delivery)

    def deliveries_of(self, chat_id: int, limit: int) -> list[Delivery]:
        """Return a chat's deliveries of digests, newest due first."""
        with self._connections.read() as db:
            rows = db.execute(
                f"{_SELECT} WHERE chat_id = ? AND follow_id IS NULL "
                "ORDER BY due_at DESC, id DESC LIMIT ?",
                (chat_id, max(0, limit)),
            ).fetchall()
        return [to_delivery(row) for row in rows]

    def delivery_of_message(self, chat_id: int, message_id: int) -> Delivery | None:
        """Return what a message of the bot delivered."""
        with self._connections.read() as db:
            row = db.execute(
                f"{_SELECT} WHERE chat_id = ? AND message_id = ?", (chat_id, message_id)
            ).fetchone()
        return to_delivery(row) if row else None

    def waiting_deliveries(self, chat_id: int) -> list[Delivery]:
        """Return a chat's WAITING deliveries of digests, oldest due first."""
        with self._connections.read() as db:
            rows = db.execute(
                f"{_SELECT} WHERE chat_id = ? AND state = 'waiting' AND follow_id IS NULL "
                "ORDER BY due_at, id",
                (chat_id,),
            ).fetchall()
        return [to_delivery(row) for row in rows]

    def digest_days(self, since: date, *, updates: bool = False) -> list[DigestDay]:
        """Return how each day's digests, or updates of follows, stand, newest first."""
        with self._connections.read() as db:
            rows = db.execute(
                "SELECT local_date, state, count(*), sum(doubts) FROM deliveries "
                "WHERE local_date >= ? AND (follow_id IS NOT NULL) = ? "
                "GROUP BY local_date, state ORDER BY local_date DESC, state",
                (since.isoformat(), updates),
            ).fetchall()
        states: dict[str, dict[DeliveryState, int]] = {}
        doubts: dict[str, int] = {}
        for day, state, number, doubted in rows:
            states.setdefault(day, {})[DeliveryState(state)] = number
            doubts[day] = doubts.get(day, 0) + doubted
        return [DigestDay(date.fromisoformat(day), states[day], doubts[day]) for day in states]

    def forget_deliveries(self, before: datetime) -> int:
        """Delete closed deliveries due before a time, and digests that nobody needs any more."""
        moment = to_micros(before)
        last = (before + timedelta(days=1)).date().isoformat()  # no zone's date is later
        forgotten = 0
        while True:
            with self._connections.write() as db:
                deleted = db.execute(
                    "DELETE FROM deliveries WHERE id IN ("
                    "  SELECT id FROM deliveries WHERE local_date <= ? AND due_at < ?"
                    "  AND state NOT IN ('waiting', 'claimed', 'sending') LIMIT ?)",
                    (last, moment, _FORGOTTEN_AT_ONCE),
                ).rowcount
                if deleted < _FORGOTTEN_AT_ONCE:
                    db.execute(
                        "DELETE FROM digests WHERE made_at < ? AND NOT EXISTS "
                        "(SELECT 1 FROM deliveries WHERE digest_id = digests.id)",
                        (moment,),
                    )
            forgotten += deleted
            if deleted < _FORGOTTEN_AT_ONCE:
                return forgotten


def _still_due(
    db: Database, planned: Mapping[int, datetime], next_due: Mapping[int, datetime | None]
) -> list[int]:
    """Return those of ``next_due`` that are active still and were not moved on by another.

    One that is moved on is due after the release of what is planned for it now.
    """
    rows = db.execute(
        "SELECT chat_id, next_due FROM subscribers "
        "WHERE chat_id IN (SELECT value FROM json_each(?)) "
        "AND active AND paused_because IS NULL AND next_due IS NOT NULL",
        (json.dumps(list(next_due)),),
    ).fetchall()
    limit = {chat_id: to_micros(due) for chat_id, due in planned.items()}
    return [chat_id for chat_id, due in rows if due <= (limit.get(chat_id) or due)]


def _close_late(db: Database, moment: int | None) -> None:
    db.execute(
        "UPDATE deliveries SET state = 'late', detail = ?, closed_at = ? "
        "WHERE state = 'waiting' AND expires_at <= ?",
        (_TOO_LATE, moment, moment),
    )


def _settle(db: Database, owner: str, settled: Sequence[Settled], now: datetime) -> None:
    moment, again = to_micros(now), to_micros(now + _AGAIN_AFTER)
    db.conn.executemany(
        "UPDATE deliveries SET state = ?, message_id = ?, detail = ?, closed_at = ?, "
        "release_at = max(release_at, ?), doubts = doubts + ?, owner = NULL, leased_until = NULL "
        "WHERE id = ? AND state = 'sending' AND owner = ?",
        [
            (
                each.state.value,
                each.message_id,
                each.detail,
                None if each.state is DeliveryState.WAITING else moment,
                again if each.state is DeliveryState.WAITING else 0,
                each.doubted,
                each.delivery_id,
                owner,
            )
            for each in settled
        ],
    )


def put_delivery(db: Database, delivery: Delivery) -> bool:
    """Write a delivery, inside a transaction; return whether its key is new."""
    return bool(db.execute(_INSERT, _row(delivery)).rowcount)


def _row(delivery: Delivery) -> tuple[Any, ...]:
    return (
        delivery.chat_id,
        delivery.local_date.isoformat(),
        str(delivery.kind),
        delivery.digest_id,
        delivery.language,
        delivery.timezone,
        to_micros(delivery.due_at),
        to_micros(delivery.release_at),
        to_micros(delivery.expires_at),
        delivery.thread_id,
        delivery.state.value,
        delivery.attempts,
        delivery.doubts,
        delivery.message_id,
        delivery.detail,
        to_micros(delivery.closed_at),
        delivery.follow_id,
        delivery.turn_id,
    )


def to_delivery(row: Sequence[Any]) -> Delivery:
    """Return the delivery that a row stands for."""
    (
        chat_id,
        local_date,
        kind,
        digest_id,
        language,
        timezone,
        due_at,
        release_at,
        expires_at,
        thread_id,
        state,
        attempts,
        doubts,
        message_id,
        detail,
        closed_at,
        follow_id,
        turn_id,
        identity,
    ) = row
    return Delivery(
        chat_id=chat_id,
        local_date=date.fromisoformat(local_date),
        kind=kind,
        digest_id=digest_id,
        language=language,
        timezone=timezone,
        due_at=_time(due_at),
        release_at=_time(release_at),
        expires_at=_time(expires_at),
        thread_id=thread_id,
        state=DeliveryState(state),
        attempts=attempts,
        doubts=doubts,
        message_id=message_id,
        detail=detail,
        closed_at=from_micros(closed_at),
        follow_id=follow_id,
        turn_id=turn_id,
        id=identity,
    )


def _time(micros: int) -> datetime:
    time = from_micros(micros)
    assert time is not None  # noqa: S101  the columns are never empty
    return time
