"""The playground's time: as it is or later, and when which digest is due by it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.render.zones import zone_named

if TYPE_CHECKING:
    from retrieval.records import Subscriber

logger = logging.getLogger(__name__)

MAX_AHEAD = timedelta(days=60)
MORNING = time(7)


@dataclass(frozen=True, slots=True)
class Diary:
    """By which clock a chat lives.

    Args:
        timezone: As `Preferences.timezone`.
        next_digest: When its next digest is due; None where it wants none.
    """

    timezone: str = "UTC"
    next_digest: datetime | None = None

    @classmethod
    def of(cls, subscriber: Subscriber) -> Diary:
        """Return a subscriber's."""
        return cls(subscriber.preferences.timezone, subscriber.next_due)

    def offset(self, moment: datetime) -> timedelta:
        """Return how far the chat's clock is before UTC."""
        return moment.astimezone(zone_named(self.timezone)).utcoffset() or timedelta()

    def digest_or_morning(self, now: datetime) -> datetime:
        """Return when the next digest is due, or else the next morning at seven."""
        if self.next_digest is not None and self.next_digest > now:
            return self.next_digest
        local = now.astimezone(zone_named(self.timezone))
        day = local.date() + timedelta(days=1 if local.time() >= MORNING else 0)
        return datetime.combine(day, MORNING, local.tzinfo).astimezone(UTC)


class PushedClock:
    """The time, as it is or later: it can be pushed forward and never back.

    ``diary`` tells of a chat by its id, and ``after_push`` does what a new time asks for, in a
    thread of its own; whoever opens the library sets both.
    """

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.diary: Callable[[int], Diary] = lambda _: Diary()
        self.after_push: Callable[[], object] = lambda: None

    def now(self) -> datetime:
        """Return the playground's time, in UTC."""
        return datetime.now(UTC) + self.ahead

    def push(self, by: timedelta) -> None:
        """Let so much time have passed."""
        self.ahead = min(self.ahead + max(by, timedelta()), MAX_AHEAD)
        threading.Thread(target=self._tell, name="pushed-clock", daemon=True).start()

    def push_to_digest(self, chat_id: int) -> None:
        """Let it be the moment at which a chat's next digest is due, or else the next morning."""
        now = self.now()
        self.push(self.diary(chat_id).digest_or_morning(now) - now + timedelta(seconds=1))

    def _tell(self) -> None:
        try:
            self.after_push()
        except Exception:
            logger.exception("What a pushed clock asks for could not be done")
