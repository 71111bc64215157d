"""Search by vectors: a cache in memory that follows the file.

Always true: the rows of the file are the truth. Each search first compares the file's version
with that of the cache, which costs microseconds, and learns what changed before it looks:
new passages by their ids, deleted ones and altered articles from the log. So another process's
commit is seen by the next search, and only a restored file or a log cut short costs a rebuild.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from retrieval.errors import StorageError
from retrieval.records import Filters, Match
from retrieval.storage.sqlite.changes import changes_since, last_change
from retrieval.storage.sqlite.connection import Connections
from retrieval.storage.sqlite.faiss_index import APPROXIMATE_FROM, Ids, VectorIndex
from retrieval.storage.sqlite.filter_columns import FilterColumns
from retrieval.storage.sqlite.locks import ReadWriteLock
from retrieval.storage.sqlite.part import Model, Part, State, utc_now

if TYPE_CHECKING:
    from retrieval.records import Vector

log = logging.getLogger(__name__)

_LOADED_AT_ONCE = 20_000
_FILTERED = "SELECT key, source, language, published_at, added_at FROM articles"
_CACHED_MODELS = 2
"""The one in use, and the one that a running re-embedding will put in its place."""


class LiveIndex:
    """One model's vectors in memory, kept up with the file.

    Args:
        approximate_from: Passed on to `VectorIndex`.
    """

    def __init__(self, approximate_from: int = APPROXIMATE_FROM) -> None:
        self._approximate_from = approximate_from
        self._lock = ReadWriteLock()
        self._updating = threading.Lock()
        self._epoch = ""
        self._changes = -1
        self._last_id = 0
        self._seq = 0
        self._columns = FilterColumns()
        self._slots = np.empty(0, np.int32)
        self.index: VectorIndex | None = None
        self.rebuilds = 0

    def follow(self, db: Database, state: State, model: Model) -> None:
        """Learn what changed up to a moment.

        Args:
            db: A connection inside a transaction.
            state: As that transaction sees it.
            model: The row of this index's model.
        """
        if self._knows(state):
            return
        with self._updating:
            if self._knows(state):  # another thread was quicker
                return
            changes = changes_since(db, self._seq)
            if self.index is None or self._epoch != state.epoch or not changes.complete:
                self._rebuild(db, model)
            else:
                self._update(db, model, changes.passages, changes.articles)
                self._seq = changes.seq
            self._epoch, self._changes = state.epoch, state.changes

    def search(self, query: Vector, k: int, filters: Filters | None) -> list[Match]:
        """Find the passages nearest to a vector among those that pass the filters."""
        with self._lock.shared():
            if self.index is None:
                return []
            allowed = self._columns.mask(filters, self._slots) if filters else None
            ids, scores = self.index.search(query, k, allowed)
        return [Match(*pair) for pair in zip(ids.tolist(), scores.tolist(), strict=True)]

    def passing(self, filters: Filters | None) -> Ids:
        """Return the ids of the passages that pass the filters, int64, ascending."""
        with self._lock.shared():
            if self.index is None:
                return np.empty(0, np.int64)
            if not filters:
                return self.index.ids
            return self.index.ids_among(self._columns.mask(filters, self._slots))

    def _knows(self, state: State) -> bool:
        return self._epoch == state.epoch and self._changes >= state.changes

    def _rebuild(self, db: Database, model: Model) -> None:
        started = time.perf_counter()
        last_id = _last_id(db)
        seq = last_change(db)
        ids, keys, halves = load_vectors(db, model, after=0)
        columns = FilterColumns()
        columns.put(db.execute(_FILTERED).fetchall())
        index = VectorIndex(ids, halves, approximate_from=self._approximate_from)
        slots = columns.slots(keys)
        with self._lock.exclusive():
            self.index, self._columns, self._slots = index, columns, slots
            self._last_id, self._seq = last_id, seq
        self.rebuilds += 1
        log.info(
            "vector index built: passages=%d kind=%s ms=%.0f",
            len(ids),
            index.kind,
            (time.perf_counter() - started) * 1000,
        )

    def _update(self, db: Database, model: Model, deleted: list[int], altered: list[int]) -> None:
        assert self.index is not None  # noqa: S101  the caller asked
        last_id = _last_id(db)
        ids, keys, halves = load_vectors(db, model, after=self._last_id)
        unknown = [key for key in set(keys) if not self._columns.knows(key)]
        articles = db.execute(
            f"{_FILTERED} WHERE key IN (SELECT value FROM json_each(?))",  # noqa: S608
            (json.dumps(unknown + altered),),
        ).fetchall()
        with self._lock.exclusive():
            self._columns.put(articles)
            self.index.remove(np.array(deleted, np.int64))
            self.index.add(ids, halves)
            self._slots = np.concatenate([self._slots, self._columns.slots(keys)])
            self._last_id = last_id
        if self.index.wasteful:
            # Built aside: searches go on over the old one, and changes wait for `_updating`.
            compact, alive = self.index.compacted()
            with self._lock.exclusive():
                self.index, self._slots = compact, self._slots[alive]


def _last_id(db: Database) -> int:
    """Return the newest passage's id, of whichever model; later ones are larger."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0])


def load_vectors(
    db: Database, model: Model, after: int
) -> tuple[NDArray[np.int64], list[int], NDArray[np.float16]]:
    """Read a model's passages beyond an id: ids, articles' keys, vectors."""
    cursor = db.execute(
        "SELECT id, article_key, vector FROM passages WHERE id > ? AND model_id = ? ORDER BY id",
        (after, model.id),
    )
    ids: list[int] = []
    keys: list[int] = []
    parts: list[NDArray[np.float16]] = []
    while rows := cursor.fetchmany(_LOADED_AT_ONCE):
        ids += [row[0] for row in rows]
        keys += [row[1] for row in rows]
        parts.append(np.frombuffer(b"".join([row[2] for row in rows]), "<f2"))
    halves = np.concatenate(parts) if parts else np.empty(0, np.float16)
    dimension = model.dimension or 1
    if halves.size != len(ids) * dimension:
        raise StorageError("A stored vector has the wrong size; run `kabar reindex --all`.")
    return np.array(ids, np.int64), keys, halves.reshape(-1, dimension)


class VectorSearch(Part):
    """`SearchStorage.search_vectors` over a `LiveIndex` per model.

    Args:
        connections: To a library of today's schema.
        clock: Returns the present moment in UTC.
        approximate_from: Rows from which an index may be approximate.
    """

    def __init__(
        self,
        connections: Connections,
        clock: Callable[[], datetime] = utc_now,
        approximate_from: int = APPROXIMATE_FROM,
    ) -> None:
        super().__init__(connections, clock)
        self._approximate_from = approximate_from
        self._choosing = threading.Lock()
        self._indexes: dict[str, LiveIndex] = {}

    def search_vectors(
        self, vector: Vector, k: int, filters: Filters | None = None, *, model: str
    ) -> list[Match]:
        """Find the passages nearest to a vector; see `SearchStorage.search_vectors`.

        Raises:
            StorageError: When the vector is not of unit length or of another dimension than the
                library's, or the library cannot be read.
        """
        query = np.ascontiguousarray(vector, np.float32)
        if query.ndim != 1 or not abs(float(np.linalg.norm(query)) - 1.0) <= 0.01:  # NaN too
            raise StorageError(
                "The vector to search for is not of unit length; check the embedding model."
            )
        if k <= 0:
            return []
        live = self._up_to_date(model, len(query))
        return live.search(query, k, filters) if live else []

    def _up_to_date(self, model: str, dimension: int | None = None) -> LiveIndex | None:
        """Return a model's index as of now, or None where nothing is indexed for it."""
        with self._connections.read() as db:
            state = self._current_state(db)
            known = state.model(model)
            if known is None or not known.passages:
                return None
            if dimension is not None and known.dimension != dimension:
                raise StorageError(
                    f"The vector to search for has {dimension} numbers, those of the library "
                    f"{known.dimension}; run `kabar reindex --all`."
                )
            return self._followed(db, state, model)

    def _passing(self, db: Database, state: State, model: str, filters: Filters | None) -> Ids:
        """Return the ids of a model's passages that pass the filters, int64, ascending."""
        return self._followed(db, state, model).passing(filters)

    def _followed(self, db: Database, state: State, model: str) -> LiveIndex:
        live = self._live(state, model)
        live.follow(db, state, state.models[model])
        return live

    def _live(self, state: State, model: str) -> LiveIndex:
        """Return a model's index, and let go of those that nothing will be asked of again."""
        with self._choosing:
            for gone in self._indexes.keys() - state.models.keys():
                del self._indexes[gone]
            live = self._indexes.pop(model, None) or LiveIndex(self._approximate_from)
            self._indexes[model] = live  # last in the order: used last
            while len(self._indexes) > _CACHED_MODELS:
                del self._indexes[next(iter(self._indexes))]
            return live

    def _index_details(self) -> dict[str, Any]:
        return {
            name: live.index.kind for name, live in self._indexes.items() if live.index is not None
        }
