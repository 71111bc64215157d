"""One line per handled update: what came, what was answered, how long it took.

Handlers add what they know with `note`; the inbox opens an entry around each update and
writes its line. Words that people wrote are not in it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.records import Replied

logger = logging.getLogger(__name__)


@dataclass
class Entry:
    """What is known of one update's handling.

    ``keep`` is set by whoever finds that the update must be handled again later, ``replied`` by
    whoever answers a question: both are kept together.
    """

    update_id: int
    chat_id: int | None
    facts: dict[str, object] = field(default_factory=lambda: {"kind": "ignored"})
    keep: bool = False
    replied: Replied | None = None


_current: ContextVar[Entry | None] = ContextVar("entry", default=None)


def note(**facts: object) -> None:
    """Add facts to the line of the update that is being handled."""
    entry = _current.get()
    if entry is not None:
        entry.facts.update(facts)


def keep_for_later() -> None:
    """Leave the update that is being handled in the inbox."""
    entry = _current.get()
    if entry is not None:
        entry.keep = True


def note_reply(replied: Replied) -> None:
    """Say which message answers the question of the update that is being handled."""
    entry = _current.get()
    if entry is not None:
        entry.replied = replied


@contextmanager
def entry_for(update_id: int, chat_id: int | None) -> Iterator[Entry]:
    """Open the entry of an update, and write its line in the end."""
    entry = Entry(update_id, chat_id)
    token = _current.set(entry)
    began = time.perf_counter()
    try:
        yield entry
    finally:
        _current.reset(token)
        milliseconds = round((time.perf_counter() - began) * 1000)
        facts: dict[str, object] = {
            "update": entry.update_id,
            "chat": entry.chat_id,
            **entry.facts,
            "ms": milliseconds,
        }
        line = " ".join(f"{name}={value}" for name, value in facts.items())
        logger.info("handled %s", line, extra={"kabar": facts})
