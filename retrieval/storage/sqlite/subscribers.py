"""Subscribers: who wants a digest, and how.

Always true: equal preferences are equal JSON, and the next due time is empty for whoever is
inactive or cannot be reached.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlite_utils import Database

from retrieval.records import Preferences, Subscriber, WhenEmpty
from retrieval.storage.sqlite.codec import from_micros, to_micros
from retrieval.storage.sqlite.follows import move_follows
from retrieval.storage.sqlite.part import Part

_COLUMNS = (
    "chat_id, preferences, active, paused_because, thread_id, next_due, covered_until, created_at"
)
_SELECT = f"SELECT {_COLUMNS} FROM subscribers"  # noqa: S608
_OPEN = "('waiting', 'claimed', 'sending')"


class Subscribers(Part):
    """`SubscriberStorage` over the table ``subscribers``."""

    def get_subscriber(self, chat_id: int) -> Subscriber | None:
        """Return what is known of a chat, or None."""
        with self._connections.read() as db:
            row = db.execute(f"{_SELECT} WHERE chat_id = ?", (chat_id,)).fetchone()
        return to_subscriber(row) if row else None

    def write_subscriber(self, subscriber: Subscriber) -> None:
        """Keep a chat's settings; ``created_at`` of a known one stays."""
        due = subscriber.next_due
        if not subscriber.active or subscriber.paused_because is not None:
            due = None
        with self._connections.write() as db:
            db.execute(
                f"INSERT INTO subscribers ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608
                "ON CONFLICT (chat_id) DO UPDATE SET preferences = excluded.preferences, "
                "active = excluded.active, paused_because = excluded.paused_because, "
                "thread_id = excluded.thread_id, next_due = excluded.next_due, "
                "covered_until = excluded.covered_until",
                (
                    subscriber.chat_id,
                    to_json(subscriber.preferences),
                    subscriber.active,
                    subscriber.paused_because,
                    subscriber.thread_id,
                    to_micros(due),
                    to_micros(subscriber.covered_until),
                    to_micros(subscriber.created_at or self._clock()),
                ),
            )

    def delete_subscriber(self, chat_id: int) -> bool:
        """Forget a chat with its deliveries and follows; return whether it had settings."""
        with self._connections.write() as db:
            db.execute("DELETE FROM follows WHERE chat_id = ?", (chat_id,))
            return bool(_delete_chat(db, chat_id))

    def due_subscribers(self, now: datetime, limit: int) -> list[Subscriber]:
        """Return those whose ``next_due`` is not after ``now``, earliest first, then by chat."""
        with self._connections.read() as db:
            rows = db.execute(
                f"{_SELECT} WHERE next_due <= ? ORDER BY next_due, chat_id LIMIT ?",
                (to_micros(now), max(0, limit)),
            ).fetchall()
        return [to_subscriber(row) for row in rows]

    def breaking_subscribers(self, after: int | None, limit: int) -> list[Subscriber]:
        """Return active, unpaused ones that want breaking stories, by chat, from one after."""
        with self._connections.read() as db:
            rows = db.execute(
                f"{_SELECT} WHERE active AND paused_because IS NULL "
                "AND preferences ->> 'breaking' = 1 AND (? IS NULL OR chat_id > ?) "
                "ORDER BY chat_id LIMIT ?",
                (after, after, max(0, limit)),
            ).fetchall()
        return [to_subscriber(row) for row in rows]

    def pause_subscriber(self, chat_id: int, because: str) -> int:
        """Stop all deliveries to a chat that cannot be reached; return how many were open."""
        with self._connections.write() as db:
            db.execute(
                "UPDATE subscribers SET paused_because = ?, next_due = NULL WHERE chat_id = ?",
                (because, chat_id),
            )
            db.execute("UPDATE follows SET paused = 1 WHERE chat_id = ?", (chat_id,))
            return db.execute(
                "UPDATE deliveries SET state = 'refused', detail = ?, closed_at = ?, "  # noqa: S608
                f"owner = NULL, leased_until = NULL WHERE chat_id = ? AND state IN {_OPEN}",
                (because, to_micros(self._clock()), chat_id),
            ).rowcount

    def move_subscriber(self, chat_id: int, new_chat_id: int) -> None:
        """Take a group along that became a supergroup: settings, deliveries, follows, at once."""
        if chat_id == new_chat_id:
            return
        with self._connections.write() as db:
            db.execute(
                "UPDATE OR IGNORE subscribers SET chat_id = ?, thread_id = NULL WHERE chat_id = ?",
                (new_chat_id, chat_id),
            )
            move_follows(db, chat_id, new_chat_id, self._clock())
            # The ids of the old group's messages and topics mean nothing in the new one.
            db.execute(
                "UPDATE OR IGNORE deliveries SET chat_id = ?, thread_id = NULL, "
                "message_id = NULL WHERE chat_id = ?",
                (new_chat_id, chat_id),
            )
            _delete_chat(db, chat_id)

    def count_subscribers(self) -> tuple[int, int, int]:
        """Return how many subscribers there are, how many active, how many paused."""
        with self._connections.read() as db:
            total, active, paused = db.execute(
                "SELECT count(*), coalesce(sum(active AND paused_because IS NULL), 0), "
                "count(paused_because) FROM subscribers"
            ).fetchone()
        return total, active, paused


def _delete_chat(db: Database, chat_id: int) -> int:
    db.execute("DELETE FROM deliveries WHERE chat_id = ?", (chat_id,))
    return db.execute("DELETE FROM subscribers WHERE chat_id = ?", (chat_id,)).rowcount


def to_json(preferences: Preferences) -> str:
    """Return preferences as JSON, the same for the same."""
    quiet = preferences.quiet
    return json.dumps(
        {
            "at": _clock_time(preferences.at),
            "timezone": preferences.timezone,
            "days": list(preferences.days),
            "stories": preferences.stories,
            "language": preferences.language,
            "topics": list(preferences.topics),
            "left_out": list(preferences.left_out),
            "disliked": list(preferences.disliked),
            "quiet": [_clock_time(each) for each in quiet] if quiet else None,
            "when_empty": preferences.when_empty.value,
            "breaking": preferences.breaking,
            "picture": preferences.picture,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_json(text: str) -> Preferences:
    """Return the preferences that JSON of `to_json` stands for; what it lacks is the default."""
    known = json.loads(text)
    quiet = known.get("quiet")
    fallback = Preferences()
    return Preferences(
        at=time.fromisoformat(known["at"]) if "at" in known else fallback.at,
        timezone=known.get("timezone", fallback.timezone),
        days=tuple(known.get("days", fallback.days)),
        stories=known.get("stories", fallback.stories),
        language=known.get("language", fallback.language),
        topics=tuple(known.get("topics", ())),
        left_out=tuple(known.get("left_out", ())),
        disliked=tuple(known.get("disliked", ())),
        quiet=(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None,
        when_empty=WhenEmpty(known.get("when_empty", fallback.when_empty)),
        breaking=known.get("breaking", False),
        picture=known.get("picture", False),
    )


def to_subscriber(row: Sequence[Any]) -> Subscriber:
    """Return the subscriber that a row stands for."""
    chat_id, preferences, active, paused, thread_id, next_due, covered_until, created_at = row
    return Subscriber(
        chat_id=chat_id,
        preferences=from_json(preferences),
        active=bool(active),
        paused_because=paused,
        thread_id=thread_id,
        next_due=from_micros(next_due),
        covered_until=from_micros(covered_until),
        created_at=from_micros(created_at),
    )


def _clock_time(moment: time) -> str:
    return moment.isoformat(timespec="minutes")
