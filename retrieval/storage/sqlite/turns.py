"""Questions and their answers, as they were asked and given.

Always true: a chat has one turn for each question message, so that handling an update twice, or
an edited question, is the same turn.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from retrieval.records import Period, QuoteKey, Span, Turn
from retrieval.storage.sqlite.codec import from_micros, to_micros
from retrieval.storage.sqlite.part import Part

_COLUMNS = (
    "chat_id, user_id, question, asked_at, searched, language, answered, quotes, "
    "period_words, period_from, period_before, newest_first, question_id, reply_id, thread_id, "
    "receipt_id, follow_id, open"
)
_SELECT = f"SELECT {_COLUMNS}, id FROM turns"  # noqa: S608
_PLACES = ", ".join("?" * len(_COLUMNS.split(",")))
_REPLACED = ", ".join(
    f"{name} = excluded.{name}"
    for name in _COLUMNS.split(", ")
    if name not in ("chat_id", "question_id", "reply_id")
)
_OLD = "FROM turns WHERE asked_at < ? ORDER BY id LIMIT ?"
_FORGOTTEN_AT_ONCE = 2_000
"""Turns that go in one transaction: others may write in between."""


class Turns(Part):
    """`TurnStorage` over the table ``turns``."""

    def write_turn(self, turn: Turn) -> Turn:
        """Keep a turn, in the place of the one of the same question; return it with its id."""
        with self._connections.write() as db:
            return put_turn(db, turn)

    def set_reply(self, turn_id: int, reply_id: int) -> None:
        """Keep which message holds the answer."""
        with self._connections.write() as db:
            db.execute("UPDATE turns SET reply_id = ? WHERE id = ?", (reply_id, turn_id))

    def get_turn(self, turn_id: int) -> Turn | None:
        """Return a turn, or None."""
        return self._one_turn("id = ?", turn_id)

    def turn_of_question(self, chat_id: int, question_id: int) -> Turn | None:
        """Return the turn of a question's message, or None."""
        return self._one_turn("chat_id = ? AND question_id = ?", chat_id, question_id)

    def turn_of_reply(self, chat_id: int, reply_id: int) -> Turn | None:
        """Return the turn of an answer's message, or None."""
        return self._one_turn("chat_id = ? AND reply_id = ?", chat_id, reply_id)

    def last_turns(
        self,
        chat_id: int,
        user_id: int | None,
        *,
        thread_id: int | None = None,
        since: datetime,
        limit: int,
    ) -> list[Turn]:
        """Return a person's open turns in a chat (and topic), newest first."""
        with self._connections.read() as db:
            rows = db.execute(
                f"{_SELECT} WHERE chat_id = ? AND open AND user_id IS ? AND thread_id IS ? "
                "AND asked_at >= ? ORDER BY asked_at DESC, id DESC LIMIT ?",
                (chat_id, user_id, thread_id, to_micros(since), limit),
            ).fetchall()
        return [to_turn(row) for row in rows]

    def close_turns(self, chat_id: int, user_id: int | None) -> int:
        """Let no follow-up build on a person's turns in a chat any more; return how many."""
        with self._connections.write() as db:
            return db.execute(
                "UPDATE turns SET open = 0 WHERE chat_id = ? AND open AND user_id IS ?",
                (chat_id, user_id),
            ).rowcount

    def forget_turns(self, before: datetime) -> int:
        """Delete turns asked before a time, with their receipts; return how many turns."""
        forgotten = 0
        while True:
            with self._connections.write() as db:
                old = (to_micros(before), _FORGOTTEN_AT_ONCE)
                # A receipt holds the question's words, and only its turn knows whose it is.
                db.execute(f"DELETE FROM receipts WHERE id IN (SELECT receipt_id {_OLD})", old)  # noqa: S608
                deleted = db.execute(
                    f"DELETE FROM turns WHERE id IN (SELECT id {_OLD})",  # noqa: S608
                    old,
                ).rowcount
            forgotten += deleted
            if deleted < _FORGOTTEN_AT_ONCE:
                return forgotten

    def _one_turn(self, condition: str, *values: int) -> Turn | None:
        with self._connections.read() as db:
            return turn_where(db, condition, values)


def put_turn(db: Database, turn: Turn) -> Turn:
    """Keep a turn, in the place of the one of the same question, inside a transaction."""
    row = db.execute(
        f"INSERT INTO turns ({_COLUMNS}) VALUES ({_PLACES}) "  # noqa: S608
        f"ON CONFLICT (chat_id, question_id) DO UPDATE SET {_REPLACED} "
        f"RETURNING {_COLUMNS}, id",
        _to_row(turn),
    ).fetchone()
    return to_turn(row)


def turn_where(db: Database, condition: str, values: Sequence[int]) -> Turn | None:
    """Return the turn that fits a condition, inside a transaction."""
    row = db.execute(f"{_SELECT} WHERE {condition}", list(values)).fetchone()
    return to_turn(row) if row else None


def to_turn(row: Sequence[Any]) -> Turn:
    """Return a row as a turn."""
    (
        chat_id,
        user_id,
        question,
        asked_at,
        searched,
        language,
        answered,
        quotes,
        period_words,
        period_from,
        period_before,
        newest_first,
        question_id,
        reply_id,
        thread_id,
        receipt_id,
        follow_id,
        is_open,
        identity,
    ) = row
    moment = from_micros(asked_at)
    assert moment is not None  # noqa: S101  the column is NOT NULL
    period = None
    if period_words is not None:
        period = Period(period_words, from_micros(period_from), from_micros(period_before))
    return Turn(
        chat_id=chat_id,
        user_id=user_id,
        question=question,
        asked_at=moment,
        searched=searched,
        language=language,
        answered=bool(answered),
        quotes=from_quotes_json(quotes),
        period=period,
        newest_first=bool(newest_first),
        question_id=question_id,
        reply_id=reply_id,
        thread_id=thread_id,
        receipt_id=receipt_id,
        follow_id=follow_id,
        open=bool(is_open),
        id=identity,
    )


def to_quotes_json(quotes: Sequence[QuoteKey]) -> str:
    """Return quotes' places as JSON: lists, in which what an older version wrote ends early."""
    return json.dumps([_bare(quote) for quote in quotes], separators=(",", ":"))


def _bare(quote: QuoteKey) -> tuple[Any, ...]:
    also = tuple(other[:4] for other in quote.also)
    values: tuple[Any, ...] = (*quote[:4], also, quote.differs, quote.answer)
    while len(values) > 4 and not values[-1]:  # the place itself
        values = values[:-1]
    return values


def from_quotes_json(text: str) -> tuple[QuoteKey, ...]:
    """Return quotes' places from JSON."""
    return tuple(_to_key(values) for values in json.loads(text))


def _to_key(values: Sequence[Any]) -> QuoteKey:
    key = QuoteKey(*values)
    return key._replace(
        also=tuple(QuoteKey(*other[:4]) for other in key.also),
        answer=Span(*key.answer) if key.answer else None,
    )


def _to_row(turn: Turn) -> tuple[object, ...]:
    period = turn.period
    return (
        turn.chat_id,
        turn.user_id,
        turn.question,
        to_micros(turn.asked_at),
        turn.searched,
        turn.language,
        turn.answered,
        to_quotes_json(turn.quotes),
        period.words if period else None,
        to_micros(period.published_from) if period else None,
        to_micros(period.published_before) if period else None,
        turn.newest_first,
        turn.question_id,
        turn.reply_id,
        turn.thread_id,
        turn.receipt_id,
        turn.follow_id,
        turn.open,
    )
