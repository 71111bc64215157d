"""What people think of answers.

Always true: a verdict holds what it is about, so that it can be measured with after the turn and
its receipt are gone; and one person has one verdict on one answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from retrieval.records import Feedback, Verdict
from retrieval.storage.sqlite.codec import from_micros, to_micros
from retrieval.storage.sqlite.part import Part
from retrieval.storage.sqlite.turns import from_quotes_json, to_quotes_json, turn_where

_COLUMNS = (
    "turn_id, user_id, verdict, given_at, question, searched, answered, quotes, passage_ids, model"
)
_NOBODY = 0
"""The ``user_id`` of a verdict whose giver is not known: a key may not be NULL."""


class FeedbackRows(Part):
    """`FeedbackStorage` over the table ``feedback``."""

    def write_feedback(
        self, turn_id: int, user_id: int | None, verdict: Verdict, at: datetime
    ) -> bool:
        """Keep a verdict with what the turn and its receipt say; False without such a turn."""
        with self._connections.write() as db:
            turn = turn_where(db, "id = ?", [turn_id])
            if turn is None:
                return False
            receipt = db.execute(
                "SELECT model, details FROM receipts WHERE id = ?", (turn.receipt_id,)
            ).fetchone()
            model, details = receipt or ("", "{}")
            passages = [hit["passage"] for hit in json.loads(details).get("hits", [])]
            db.execute(
                f"INSERT INTO feedback ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608
                "ON CONFLICT (turn_id, user_id) DO UPDATE SET "
                "verdict = excluded.verdict, given_at = excluded.given_at, "
                "question = excluded.question, searched = excluded.searched, "
                "answered = excluded.answered, quotes = excluded.quotes, "
                "passage_ids = excluded.passage_ids, model = excluded.model",
                (
                    turn_id,
                    _NOBODY if user_id is None else user_id,
                    verdict,
                    to_micros(at),
                    turn.question,
                    turn.searched,
                    turn.answered,
                    to_quotes_json(turn.quotes),
                    json.dumps(passages),
                    model,
                ),
            )
        return True

    def iterate_feedback(self) -> Iterator[Feedback]:
        """Return all feedback, oldest first."""
        with self._connections.read() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM feedback ORDER BY given_at, turn_id, user_id"  # noqa: S608
            ).fetchall()
        return map(_to_feedback, rows)


def _to_feedback(row: Sequence[Any]) -> Feedback:
    turn_id, user_id, verdict, at, question, searched, answered, quotes, passages, model = row
    given_at = from_micros(at)
    assert given_at is not None  # noqa: S101  the column is NOT NULL
    return Feedback(
        turn_id=turn_id,
        user_id=None if user_id == _NOBODY else user_id,
        verdict=Verdict(verdict),
        given_at=given_at,
        question=question,
        searched=searched,
        answered=bool(answered),
        quotes=from_quotes_json(quotes),
        passage_ids=tuple(json.loads(passages)),
        model=model,
    )
