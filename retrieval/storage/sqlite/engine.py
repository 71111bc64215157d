"""The SQLite engine: all its parts as one `Storage`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from retrieval.storage.sqlite.articles import WITHDRAWN, Articles
from retrieval.storage.sqlite.backup import Backup
from retrieval.storage.sqlite.digests import Digests
from retrieval.storage.sqlite.faiss_index import APPROXIMATE_FROM
from retrieval.storage.sqlite.feedback import FeedbackRows
from retrieval.storage.sqlite.feeds import Feeds
from retrieval.storage.sqlite.follows import Follows
from retrieval.storage.sqlite.inbox import Inbox
from retrieval.storage.sqlite.lexical import TextSearch
from retrieval.storage.sqlite.library_file import open_library
from retrieval.storage.sqlite.limits import Limits
from retrieval.storage.sqlite.notices import Notices
from retrieval.storage.sqlite.outbox import Outbox
from retrieval.storage.sqlite.pages import Pages
from retrieval.storage.sqlite.part import utc_now
from retrieval.storage.sqlite.passages import Passages
from retrieval.storage.sqlite.people import People
from retrieval.storage.sqlite.receipts import Receipts
from retrieval.storage.sqlite.statistics import Statistics
from retrieval.storage.sqlite.stories import Stories
from retrieval.storage.sqlite.subscribers import Subscribers
from retrieval.storage.sqlite.turns import Turns
from retrieval.storage.sqlite.verification import Verification

BUSY_TIMEOUT = 10.0
"""Seconds to wait for another writer. The longest write of Kabar's own takes about one."""


class SqliteStorage(
    Articles,
    Passages,
    TextSearch,
    Verification,
    Feeds,
    Pages,
    Stories,
    Subscribers,
    Digests,
    Outbox,
    Follows,
    Turns,
    FeedbackRows,
    Limits,
    People,
    Receipts,
    Inbox,
    Notices,
    Statistics,
    Backup,
):
    """A library in one SQLite file, with its vectors in memory.

    Args:
        data_dir: The folder of ``kabar.db``, made if it does not exist.
        busy_timeout: Seconds to wait for another writer.
        clock: Returns the present moment in UTC.
        approximate_from: Passages from which search by vectors may be approximate.

    Raises:
        SchemaError: When the file is no library, or a newer version's.
        StorageError: When it cannot be opened.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        busy_timeout: float = BUSY_TIMEOUT,
        clock: Callable[[], datetime] = utc_now,
        approximate_from: int = APPROXIMATE_FROM,
    ) -> None:
        connections = open_library(data_dir, busy_timeout)
        super().__init__(connections, clock, approximate_from)

    @contextmanager
    def together(self, *, flushed: bool = True) -> Iterator[None]:
        """Run a block whose calls are one transaction; see `Storage.together`."""
        with self._connections.write(flushed=flushed):
            yield

    def details(self) -> Mapping[str, str]:
        """Return facts about the engine for the operator."""
        with self._connections.read() as db:
            state = self._current_state(db)
            (withdrawn,) = db.execute(f"SELECT count(*) {WITHDRAWN}").fetchone()
        facts = {
            "engine": f"SQLite {sqlite3.sqlite_version}",
            "file": str(self._connections.path),
            "version": f"{state.epoch[:8]}:{state.changes}",
        }
        for name, model in state.models.items():
            facts[f"model {name}"] = f"{model.passages} passages, {model.dimension} dimensions"
        if withdrawn:
            facts["withdrawn"] = f"{withdrawn} articles"
        for name, kind in self._index_details().items():
            facts[f"index {name}"] = kind
        return facts

    def close(self) -> None:
        """Close every connection; the object is not used afterwards."""
        self._connections.close()
