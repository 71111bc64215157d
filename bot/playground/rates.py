"""Counts how fast a bot sends, against what Telegram allows.

Telegram's limits: about 30 messages a second over all, 1 a second to a chat, 20 a minute to a
group. Every send is counted; whether one too many is also refused (429) is the caller's choice.
Windows slide: "a second" is the second that ends with this send.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

PER_SECOND = 30
PER_SECOND_AND_CHAT = 1
PER_MINUTE_AND_GROUP = 20


@dataclass
class RateMeter:
    """Sends per window, and how often a limit was overstepped.

    ``peak`` is the largest number of sends in any one second. ``oversteps`` counts, by limit
    ("all", "chat", "group"), the sends that came when the window was already full.
    """

    peak: int = 0
    oversteps: Counter[str] = field(default_factory=Counter)
    _all: deque[float] = field(default_factory=deque)
    _chats: dict[int, deque[float]] = field(default_factory=dict)

    def would_overstep(self, chat_id: int, now: float) -> float:
        """Return the seconds until a send to this chat is within all limits; 0.0 if it is now."""
        chat = self._chats.get(chat_id, deque())
        waits = [
            _wait(self._all, 1.0, PER_SECOND, now),
            _wait(chat, 1.0, PER_SECOND_AND_CHAT, now),
        ]
        if chat_id < 0:
            waits.append(_wait(chat, 60.0, PER_MINUTE_AND_GROUP, now))
        return max(waits)

    def count(self, chat_id: int, now: float) -> None:
        """Count a send made at ``now`` (seconds, monotonic)."""
        chat = self._chats.setdefault(chat_id, deque())
        limits = {
            "all": _wait(self._all, 1.0, PER_SECOND, now),
            "chat": _wait(chat, 1.0, PER_SECOND_AND_CHAT, now),
            "group": _wait(chat, 60.0, PER_MINUTE_AND_GROUP, now) if chat_id < 0 else 0.0,
        }
        self.oversteps.update(name for name, wait in limits.items() if wait > 0)
        self._all.append(now)
        chat.append(now)
        _forget(self._all, 1.0, now)
        _forget(chat, 60.0, now)
        self.peak = max(self.peak, len(self._all))


def _wait(sends: deque[float], window: float, limit: int, now: float) -> float:
    """Return the seconds until one more send fits into the window."""
    recent = [moment for moment in sends if moment > now - window]
    return 0.0 if len(recent) < limit else recent[-limit] + window - now


def _forget(sends: deque[float], window: float, now: float) -> None:
    while sends and sends[0] <= now - window:
        sends.popleft()
