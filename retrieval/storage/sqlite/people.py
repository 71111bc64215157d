"""All that is known of a person, to be erased at once."""

from __future__ import annotations

from retrieval.records import Forgotten
from retrieval.storage.sqlite.part import Part

_THEIR_TURNS = "SELECT receipt_id FROM turns WHERE user_id = :user OR chat_id = :chat"

_ERASED = {
    # With their updates, which hang on them.
    "follows": "DELETE FROM follows WHERE user_id = :user OR chat_id = :chat",
    # Receipts hold the question's words, so they go first, while the turns still name them.
    "receipts": f"DELETE FROM receipts WHERE id IN ({_THEIR_TURNS})",  # noqa: S608
    "feedback": (
        "DELETE FROM feedback WHERE user_id = :user OR turn_id IN "
        "(SELECT id FROM turns WHERE user_id = :user OR chat_id = :chat)"
    ),
    "turns": "DELETE FROM turns WHERE user_id = :user OR chat_id = :chat",
    "counts": "DELETE FROM question_counts WHERE user_id = :user",
    "deliveries": "DELETE FROM deliveries WHERE chat_id = :chat",
    "subscriptions": "DELETE FROM subscribers WHERE chat_id = :chat",
}
"""What goes, in this order; a handled update has lost its contents long before."""

PERSONAL = (
    *("feedback", "turns", "receipts", "question_counts", "deliveries", "digests"),
    *("follows", "subscribers", "inbox", "notices"),
)
"""Every table that holds something of people, those that name others first."""


class People(Part):
    """`PersonStorage` over every table that holds something of a person."""

    def forget_person(self, chat_id: int, user_id: int) -> Forgotten:
        """Erase all that is known of a person, in one transaction.

        Args:
            chat_id: Their private chat.
            user_id: They.
        """
        values = {"chat": chat_id, "user": user_id}
        with self._connections.write() as db:
            rows = {
                kind: db.execute(statement, values).rowcount for kind, statement in _ERASED.items()
            }
        return Forgotten(rows)

    def forget_everybody(self) -> None:
        """Erase all that is known of anybody, in one transaction."""
        with self._connections.write() as db:
            # Else the words would stay in the file, in pages that are free.
            before = db.execute("PRAGMA secure_delete").fetchone()[0]
            db.execute("PRAGMA secure_delete = ON")
            for table in PERSONAL:
                db.execute(f"DELETE FROM {table}")  # noqa: S608 – names of ours
            db.execute(f"PRAGMA secure_delete = {before:d}")
