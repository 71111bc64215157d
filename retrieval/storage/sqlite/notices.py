"""Notices: what the operator is to be told, each matter once while it lasts."""

from __future__ import annotations

from retrieval.records import Notice
from retrieval.storage.sqlite.codec import from_micros, to_micros
from retrieval.storage.sqlite.part import Part


class Notices(Part):
    """`NoticeStorage` over the table ``notices``."""

    def add_notice(self, notice: Notice) -> bool:
        """Keep a notice; return False, and keep nothing, where its ``key`` is known already."""
        with self._connections.write() as db:
            return bool(
                db.execute(
                    "INSERT OR IGNORE INTO notices (key, text, created_at) VALUES (?, ?, ?)",
                    (notice.key, notice.text, to_micros(notice.created_at)),
                ).rowcount
            )

    def pending_notices(self) -> list[Notice]:
        """Return what was not told yet, oldest first."""
        with self._connections.read() as db:
            rows = db.execute(
                "SELECT key, text, created_at, id FROM notices WHERE told_at IS NULL "
                "ORDER BY created_at, id"
            ).fetchall()
        notices = []
        for key, text, micros, identity in rows:
            created_at = from_micros(micros)
            assert created_at is not None  # noqa: S101  the column is NOT NULL
            notices.append(Notice(key, text, created_at, identity))
        return notices

    def finish_notice(self, notice_id: int) -> None:
        """Mark as told; its key stays known until `clear_notice`."""
        with self._connections.write() as db:
            db.execute(
                "UPDATE notices SET told_at = ? WHERE id = ? AND told_at IS NULL",
                (to_micros(self._clock()), notice_id),
            )

    def clear_notice(self, key: str) -> None:
        """Forget a matter that is over: the next notice with this key is told again."""
        with self._connections.write() as db:
            db.execute("DELETE FROM notices WHERE key = ?", (key,))
