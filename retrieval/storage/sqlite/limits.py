"""How many questions people asked on a day."""

from __future__ import annotations

from datetime import date

from retrieval.records import QuestionCount
from retrieval.storage.sqlite.part import Part


class Limits(Part):
    """`LimitStorage` over the table ``question_counts``."""

    def count_questions(self, user_id: int, day: date, more: int = 0) -> QuestionCount:
        """Add to a person's number of questions of a day, and return it."""
        if not more:
            with self._connections.read() as db:
                row = db.execute(
                    "SELECT asked, told FROM question_counts WHERE user_id = ? AND day = ?",
                    (user_id, day.isoformat()),
                ).fetchone()
            return QuestionCount(row[0], bool(row[1])) if row else QuestionCount(0, False)
        with self._connections.write() as db:
            asked, told = db.execute(
                "INSERT INTO question_counts (user_id, day, asked, told) VALUES (?, ?, ?, 0) "
                "ON CONFLICT (user_id, day) DO UPDATE SET asked = asked + excluded.asked "
                "RETURNING asked, told",
                (user_id, day.isoformat(), more),
            ).fetchone()
        return QuestionCount(asked, bool(told))

    def tell_limit(self, user_id: int, day: date) -> None:
        """Note that a person was told of the day's limit."""
        with self._connections.write() as db:
            db.execute(
                "UPDATE question_counts SET told = 1 WHERE user_id = ? AND day = ?",
                (user_id, day.isoformat()),
            )

    def forget_counts(self, before: date) -> int:
        """Delete the numbers of days before a day; return how many."""
        with self._connections.write() as db:
            return db.execute(
                "DELETE FROM question_counts WHERE day < ?", (before.isoformat(),)
            ).rowcount
