"""The durable inbox: what Telegram delivered and Kabar has not handled yet.

Always true: once `Inbox.accept_updates` returned, the updates survive a kill and a power cut, so
their receipt may be acknowledged. A handled update keeps its id, by which a repeated delivery is
known, and loses its payload, which holds what a person wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from retrieval.records import PendingUpdate
from retrieval.storage.sqlite.codec import to_micros
from retrieval.storage.sqlite.part import Part


class Inbox(Part):
    """`InboxStorage` over the table ``inbox``."""

    def accept_updates(self, updates: Sequence[PendingUpdate]) -> list[int]:
        """Keep updates durably; return the ids that were not known before, in order."""
        if not updates:
            return []
        now = to_micros(self._clock())
        new: list[int] = []
        with self._connections.write() as db:
            for update in updates:
                inserted = db.execute(
                    "INSERT OR IGNORE INTO inbox (update_id, accepted_at, payload) "
                    "VALUES (?, ?, ?)",
                    (update.update_id, now, update.payload),
                ).rowcount
                if inserted:
                    new.append(update.update_id)
        return new

    def pending_updates(self) -> list[PendingUpdate]:
        """Return what was accepted and not finished, by update id."""
        with self._connections.read() as db:
            rows = db.execute(
                "SELECT update_id, payload FROM inbox WHERE finished_at IS NULL ORDER BY update_id"
            ).fetchall()
        return [PendingUpdate(*row) for row in rows]

    def finish_update(self, update_id: int) -> None:
        """Mark an update as handled; unknown ids are ignored."""
        now = to_micros(self._clock())
        with self._connections.write() as db:
            db.execute(
                "UPDATE inbox SET finished_at = ?, payload = '' "
                "WHERE update_id = ? AND finished_at IS NULL",
                (now, update_id),
            )

    def forget_updates(self, before: datetime) -> int:
        """Delete handled updates accepted before a time; return how many."""
        with self._connections.write() as db:
            return db.execute(
                "DELETE FROM inbox WHERE finished_at IS NOT NULL AND accepted_at < ?",
                (to_micros(before),),
            ).rowcount
