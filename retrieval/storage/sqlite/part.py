"""What every part of the engine stands on: connections, the clock, and a look at the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlite_utils import Database

from retrieval.storage.sqlite.connection import Connections


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Model:
    """A row of ``models``: how much is indexed for it.

    ``dimension`` is None while no passage has been written.
    """

    id: int
    dimension: int | None
    articles: int
    passages: int


@dataclass(frozen=True, slots=True)
class State:
    """The library's version and its counts, of one moment.

    ``epoch`` and ``changes`` together name the version: while both are the same, nothing that a
    cache could hold has changed.
    """

    epoch: str
    changes: int
    models: Mapping[str, Model]
    passages: int

    def model(self, name: str) -> Model | None:
        """Return a model that something was indexed for, or None."""
        return self.models.get(name)


class Part:
    """One concern of the engine; `SqliteStorage` inherits all of them.

    Args:
        connections: To a library of today's schema.
        clock: Returns the present moment in UTC.
    """

    def __init__(self, connections: Connections, clock: Callable[[], datetime] = utc_now) -> None:
        self._connections = connections
        self._clock = clock
        self._state: State | None = None

    def _current_state(self, db: Database) -> State:
        """Return the state, read again only when something changed.

        Args:
            db: A connection inside a transaction.

        Returns:
            The state as that transaction sees it.
        """
        epoch, changes = db.execute("SELECT epoch, changes FROM state").fetchone()
        known = self._state
        if known is not None and (known.epoch, known.changes) == (epoch, changes):
            return known
        rows = db.execute("SELECT name, id, dimension, articles, passages FROM models").fetchall()
        models = {name: Model(*columns) for name, *columns in rows}
        state = State(epoch, changes, models, sum(each.passages for each in models.values()))
        self._state = state
        return state
