"""What beginning and settling a delivery means for the follow that it is an update of.

Always true: of a follow no update is begun within `BETWEEN_UPDATES` of another; both are decided
in the transaction that begins it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from retrieval.records import BETWEEN_UPDATES, DeliveryState, Settled
from retrieval.storage.sqlite.codec import to_micros


def hold_back(db: Database, owner: str, begun: Sequence[int], now: datetime) -> None:
    """Let claimed updates wait whose follow was told within the hour.

    One that was begun before and is to be tried again is that hour's update itself.
    """
    db.conn.executemany(
        "UPDATE deliveries SET state = 'waiting', owner = NULL, leased_until = NULL, "
        "release_at = max(release_at, told.told_at + ?) "
        "FROM follows AS told WHERE deliveries.id = ? AND state = 'claimed' AND owner = ? "
        "AND attempts = 0 AND told.id = deliveries.follow_id AND told.told_at > ?",
        [(_micros(), identity, owner, to_micros(now - BETWEEN_UPDATES)) for identity in begun],
    )


def note_begun(db: Database, begun: Sequence[int], now: datetime) -> None:
    """Note of updates that are begun when their follows were told."""
    moment, again = to_micros(now), to_micros(now + BETWEEN_UPDATES)
    db.conn.executemany(
        "UPDATE follows SET told_at = ?, due_from = max(due_from, ?) "
        "WHERE id = (SELECT follow_id FROM deliveries WHERE id = ?)",
        [(moment, again, identity) for identity in begun],
    )


def note_sent(db: Database, settled: Sequence[Settled], now: datetime) -> None:
    """Let the turns of updates that were sent know their message: follow-ups build on them."""
    db.conn.executemany(
        "UPDATE turns SET reply_id = ?, asked_at = ?, open = 1 WHERE id = "
        "(SELECT turn_id FROM deliveries WHERE id = ? AND state = 'sent')",
        [
            (each.message_id, to_micros(now), each.delivery_id)
            for each in settled
            if each.state is DeliveryState.SENT
        ],
    )


def _micros() -> int:
    return round(BETWEEN_UPDATES.total_seconds() * 1_000_000)
