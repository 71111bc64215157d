"""Followed questions, and what the outbox owes them.

Always true: a chat has one row for a question; what a follow was told, and up to when it was
looked at, is written in the transaction that writes the update; an update is a delivery with a
turn, of which an index lets a follow have one that is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from retrieval.records import (
    Delivery,
    DeliveryState,
    Follow,
    Followed,
    FollowUpdate,
    QuoteKey,
    Turn,
    question_key,
)
from retrieval.storage.sqlite.codec import from_micros, to_micros
from retrieval.storage.sqlite.outbox import put_delivery
from retrieval.storage.sqlite.part import Part
from retrieval.storage.sqlite.turns import from_quotes_json, put_turn, to_quotes_json

_COLUMNS = (
    "chat_id, user_id, question, question_key, created_at, looked_until, due_from, thread_id, "
    "language, told, told_at, paused"
)
_SELECT = f"SELECT {_COLUMNS}, id FROM follows"  # noqa: S608
_OPEN = "follow_id IS NOT NULL AND state IN ('waiting', 'claimed', 'sending')"
"""In the words of the partial index."""
_NONE_OPEN = f"NOT EXISTS (SELECT 1 FROM deliveries WHERE follow_id = follows.id AND {_OPEN})"  # noqa: S608
_MOST_TOLD = 100
"""Quotes that a follow keeps as told, the newest: what is older is hardly news again."""
_MERGED = "It was told together with another."


class Follows(Part):
    """`FollowStorage` over the table ``follows`` and the outbox."""

    def add_follow(self, follow: Follow, most: int) -> tuple[Followed, Follow | None]:
        """Follow a question, unless the chat follows ``most`` already."""
        with self._connections.write() as db:
            known = _where(
                db,
                "chat_id = ? AND question_key = ?",
                (follow.chat_id, question_key(follow.question)),
            )
            if known:
                return Followed.KNOWN, known[0]
            (count,) = db.execute(
                "SELECT count(*) FROM follows WHERE chat_id = ?", (follow.chat_id,)
            ).fetchone()
            if count >= most:
                return Followed.TOO_MANY, None
            row = db.execute(
                f"INSERT INTO follows ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608
                f"RETURNING {_COLUMNS}, id",
                _to_row(follow),
            ).fetchone()
        return Followed.NEW, to_follow(row)

    def get_follow(self, follow_id: int) -> Follow | None:
        """Return a follow, or None."""
        with self._connections.read() as db:
            found = _where(db, "id = ?", (follow_id,))
        return found[0] if found else None

    def follows_of(self, chat_id: int) -> list[Follow]:
        """Return what a chat follows, in the order in which it began to."""
        with self._connections.read() as db:
            return _where(db, "chat_id = ?", (chat_id,))

    def remove_follow(self, follow_id: int) -> bool:
        """Forget a follow with its updates, sent or not; return whether there was one."""
        with self._connections.write() as db:
            return bool(db.execute("DELETE FROM follows WHERE id = ?", (follow_id,)).rowcount)

    def resume_follows(self, chat_id: int, now: datetime) -> int:
        """Let a chat that can be reached again hear of what is added from now on."""
        with self._connections.write() as db:
            return db.execute(
                "UPDATE follows SET paused = 0, looked_until = max(looked_until, ?) "
                "WHERE chat_id = ? AND paused",
                (to_micros(now), chat_id),
            ).rowcount

    def due_follows(self, until: datetime, now: datetime, limit: int) -> list[Follow]:
        """Return follows to be looked at, those looked at longest ago first, then by id."""
        with self._connections.read() as db:
            rows = db.execute(
                f"{_SELECT} WHERE NOT paused AND looked_until < ? AND due_from <= ? "
                f"AND {_NONE_OPEN} ORDER BY looked_until, id LIMIT ?",
                (to_micros(until), to_micros(now), max(0, limit)),
            ).fetchall()
        return [to_follow(row) for row in rows]

    def hold_follows(self, until: Mapping[int, datetime]) -> None:
        """Look at follows no earlier than a time each."""
        with self._connections.write() as db:
            db.conn.executemany(
                "UPDATE follows SET due_from = max(due_from, ?) WHERE id = ?",
                [(to_micros(moment), identity) for identity, moment in until.items()],
            )

    def looked_follows(self, follow_ids: Sequence[int], until: datetime) -> None:
        """Note up to when articles were looked at and nothing is to be told."""
        with self._connections.write() as db:
            db.conn.executemany(
                "UPDATE follows SET looked_until = max(looked_until, ?) WHERE id = ?",
                [(to_micros(until), identity) for identity in follow_ids],
            )

    def plan_update(self, update: FollowUpdate, delivery: Delivery, turn: Turn) -> int | None:
        """Write an update: its turn, closed, and its delivery, and what the follow was told."""
        until = to_micros(update.looked_until)
        with self._connections.write() as db:
            found = _where(
                db,
                f"id = ? AND NOT paused AND looked_until < ? AND {_NONE_OPEN}",
                (update.follow_id, until),
            )
            if not found:
                return None
            follow = found[0]
            kept = put_turn(
                db,
                replace(
                    turn,
                    quotes=update.quotes,
                    receipt_id=update.receipt_id,
                    follow_id=follow.id,
                    open=False,
                ),
            )
            # The turn's number makes the key: a follow may have several updates in a day.
            row = replace(delivery, kind=f"update {kept.id}", follow_id=follow.id, turn_id=kept.id)
            put_delivery(db, row)
            db.execute(
                "UPDATE follows SET told = ?, looked_until = ? WHERE id = ?",
                (to_quotes_json(_told(follow.told, update.quotes)), until, follow.id),
            )
        return kept.id


def move_follows(db: Database, chat_id: int, new_chat_id: int, now: datetime) -> None:
    """Take a group's follows along, with the turns of updates on their way, in a transaction.

    What both chats follow becomes one, the new chat's, which was told what either was. Of two
    open updates the quotes become those of one: nothing is lost, and the index holds.
    """
    theirs = {
        question_key(each.question): each for each in _where(db, "chat_id = ?", (new_chat_id,))
    }
    for mine in _where(db, "chat_id = ?", (chat_id,)):
        other = theirs.get(question_key(mine.question))
        if other is not None:
            _unite(db, mine, other, now)
    db.execute(
        "UPDATE follows SET chat_id = ?, thread_id = NULL WHERE chat_id = ?",
        (new_chat_id, chat_id),
    )
    db.execute(
        "UPDATE turns SET chat_id = ?, thread_id = NULL WHERE id IN "  # noqa: S608
        f"(SELECT turn_id FROM deliveries WHERE chat_id = ? AND {_OPEN})",
        (new_chat_id, chat_id),
    )


def _unite(db: Database, mine: Follow, other: Follow, now: datetime) -> None:
    """Make two follows of one question the second one."""
    opened = dict(
        db.execute(
            f"SELECT follow_id, turn_id FROM deliveries WHERE follow_id IN (?, ?) AND {_OPEN}",  # noqa: S608
            (mine.id, other.id),
        ).fetchall()
    )
    if len(opened) == 2:
        quotes = [
            from_quotes_json(
                db.execute("SELECT quotes FROM turns WHERE id = ?", (turn,)).fetchone()[0]
            )
            for turn in (opened[other.id], opened[mine.id])
        ]
        db.execute(
            "UPDATE turns SET quotes = ? WHERE id = ?",
            (to_quotes_json(_told(*quotes)), opened[other.id]),
        )
        db.execute(
            "UPDATE deliveries SET state = ?, detail = ?, closed_at = ?, "  # noqa: S608
            f"owner = NULL, leased_until = NULL WHERE follow_id = ? AND {_OPEN}",
            (DeliveryState.MERGED, _MERGED, to_micros(now), mine.id),
        )
    told_at = max((each for each in (mine.told_at, other.told_at) if each), default=None)
    db.execute(
        "UPDATE follows SET told = ?, told_at = ?, looked_until = ?, due_from = ?, "
        "paused = paused AND ? WHERE id = ?",
        (
            to_quotes_json(_told(mine.told, other.told)),
            to_micros(told_at),
            to_micros(min(mine.looked_until, other.looked_until)),
            to_micros(max(mine.due_from, other.due_from)),
            mine.paused,
            other.id,
        ),
    )
    for table in ("deliveries", "turns"):
        db.execute(
            f"UPDATE {table} SET follow_id = ? WHERE follow_id = ?",  # noqa: S608
            (other.id, mine.id),
        )
    db.execute("DELETE FROM follows WHERE id = ?", (mine.id,))


def _told(before: Sequence[QuoteKey], more: Sequence[QuoteKey]) -> tuple[QuoteKey, ...]:
    """Return the quotes that were told, those that only said the same among them."""
    each = (one for key in (*before, *more) for one in key.each)
    return tuple(dict.fromkeys(each))[-_MOST_TOLD:]


def _where(db: Database, condition: str, values: Sequence[Any]) -> list[Follow]:
    rows = db.execute(f"{_SELECT} WHERE {condition} ORDER BY id", list(values)).fetchall()
    return [to_follow(row) for row in rows]


def _to_row(follow: Follow) -> tuple[object, ...]:
    return (
        follow.chat_id,
        follow.user_id,
        follow.question,
        question_key(follow.question),
        to_micros(follow.created_at),
        to_micros(follow.looked_until),
        to_micros(follow.due_from),
        follow.thread_id,
        follow.language,
        to_quotes_json(follow.told[-_MOST_TOLD:]),
        to_micros(follow.told_at),
        follow.paused,
    )


def to_follow(row: Sequence[Any]) -> Follow:
    """Return a row as a follow."""
    (
        chat_id,
        user_id,
        question,
        _key,
        created_at,
        looked_until,
        due_from,
        thread_id,
        language,
        told,
        told_at,
        paused,
        identity,
    ) = row
    return Follow(
        chat_id=chat_id,
        user_id=user_id,
        question=question,
        created_at=_time(created_at),
        looked_until=_time(looked_until),
        due_from=_time(due_from),
        thread_id=thread_id,
        language=language,
        told=from_quotes_json(told),
        told_at=from_micros(told_at),
        paused=bool(paused),
        id=identity,
    )


def _time(micros: int) -> datetime:
    time = from_micros(micros)
    assert time is not None  # noqa: S101  the columns are never empty
    return time
