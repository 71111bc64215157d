"""How much may be asked: so many questions a minute, by person and by group.

Kept in memory: a chat that floods costs a number, neither a search nor a row. The limit of a day
is in the store (`ConversationDesk.open`), where a restart does not forget it.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

WINDOW = 60.0
"""Seconds."""

_REMEMBERED = 10_000


class Pace(Enum):
    """Whether a question is one too many."""

    FINE = auto()
    TELL = auto()  # it is, and nobody was told yet in this window
    SILENT = auto()  # it is, and they know


@dataclass(slots=True)
class _Asked:
    times: deque[float] = field(default_factory=deque)
    told_at: float | None = None


class Limits:
    """Counts questions.

    Args:
        per_minute: How many a person, or all in a group, may ask in a minute.
        clock: Seconds that never go back.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._asked: OrderedDict[int, _Asked] = OrderedDict()

    def pace(self, *ids: int) -> Pace:
        """Count a question, unless it is one too many.

        Args:
            ids: Who asked, and the group if it is in one: each has a limit of its own.
        """
        now = self._clock()
        known = [self._of(one, now) for one in ids]
        full = [one for one in known if len(one.times) >= self._per_minute]
        if not full:
            for one in known:
                one.times.append(now)
            return Pace.FINE
        told = all(one.told_at is not None and now - one.told_at < WINDOW for one in full)
        for one in full:
            one.told_at = one.told_at if told else now
        return Pace.SILENT if told else Pace.TELL

    def is_told(self, *ids: int) -> bool:
        """Tell whether a question of theirs would be met with silence; nothing is counted."""
        now = self._clock()
        known = (self._asked.get(one) for one in ids)
        return any(
            asked is not None
            and sum(now - each < WINDOW for each in asked.times) >= self._per_minute
            and asked.told_at is not None
            and now - asked.told_at < WINDOW
            for asked in known
        )

    def _of(self, one: int, now: float) -> _Asked:
        asked = self._asked.setdefault(one, _Asked())
        self._asked.move_to_end(one)
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        while asked.times and now - asked.times[0] >= WINDOW:
            asked.times.popleft()
        return asked
