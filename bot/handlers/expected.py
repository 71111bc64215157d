"""What the bot has asked somebody for, so that "Paris" is a city now and a question later.

It is kept in memory, for ten minutes: a person who is asked answers at once or not at all. A
reply to the very message that asked is known by that message's words, after a restart too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from time import monotonic

PATIENCE = 600.0  # seconds
REMEMBERED = 10_000  # people


class Wanted(StrEnum):
    """What was asked for."""

    TIME = "time"
    ZONE = "zone"
    DAYS = "days"
    TOPICS = "topics"
    QUIET = "quiet"


class Expected:
    """Who was asked for what, per chat and person.

    Args:
        clock: Seconds of a clock that never goes back.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._asked: OrderedDict[tuple[int, int | None], tuple[Wanted, float]] = OrderedDict()

    def expect(self, chat_id: int, user_id: int | None, wanted: Wanted) -> None:
        """Remember that somebody was asked for something, in place of what was asked before."""
        self._asked.pop((chat_id, user_id), None)
        self._asked[chat_id, user_id] = wanted, self._clock() + PATIENCE
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)

    def of(self, chat_id: int, user_id: int | None) -> Wanted | None:
        """Return what somebody was asked for and has not answered, or None."""
        wanted, until = self._asked.get((chat_id, user_id), (None, 0.0))
        return wanted if until > self._clock() else None

    def done(self, chat_id: int, user_id: int | None) -> None:
        """Forget what somebody was asked for."""
        self._asked.pop((chat_id, user_id), None)
