"""Connections to one library file: one per thread, one writer at a time.

Always true: every write runs inside ``BEGIN IMMEDIATE``, because a transaction that reads first
and asks for the write lock later fails at once under a second writer, whatever the time-out
says. Readers never wait for writers (WAL). Commits are flushed to the disk (``synchronous =
FULL``), as an update that was acknowledged to Telegram must survive a power cut; what may be lost
with the power, though never by a kill, is flushed by the next commit that is (``NORMAL``).

Threads of this process queue on a lock before they ask SQLite, whose own waiting is by polling
and not fair.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from retrieval.errors import StorageError
from retrieval.storage.sqlite.faults import busy, translated

APPLICATION_ID = 0x4B626172
"""``Kbar`` in the file's header: how a library is told from any other SQLite file."""

_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -16000",  # KiB per connection; the default 2 MB misses all the time
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",  # a WAL that once grew large is cut back to this
)


class Connections:
    """Hands each thread its connection, and transactions on it.

    Args:
        path: The library's file; its folder exists.
        busy_timeout: Seconds to wait for another writer before giving up.
    """

    def __init__(self, path: Path, busy_timeout: float) -> None:
        self.path = path
        self.busy_timeout = busy_timeout
        self._local = threading.local()
        self._writing = threading.Lock()
        self._opening = threading.Lock()
        self._closers: list[weakref.finalize[..., threading.Thread]] = []
        self._closed = False

    def connect(self) -> Database:
        """Open a connection that belongs to the caller, who closes it."""
        connection = sqlite3.connect(
            self.path,
            timeout=self.busy_timeout,
            isolation_level=None,  # transactions are begun by `read` and `write` alone
            check_same_thread=False,  # `close` runs in a thread of its own choice
            cached_statements=256,
        )
        try:
            database = Database(connection, execute_plugins=False)
            for pragma in _PRAGMAS:
                database.execute(pragma)
        except BaseException:
            connection.close()
            raise
        return database

    def current(self) -> Database:
        """Return this thread's connection, opened when first asked for.

        Raises:
            StorageError: When the library was closed.
        """
        if self._closed:
            raise StorageError(f"The library {self.path} was closed; open it again to use it.")
        database: Database | None = getattr(self._local, "database", None)
        if database is None:
            database = self._local.database = self.connect()
            # A pool that comes and goes would otherwise keep a file handle per dead thread.
            closer = weakref.finalize(threading.current_thread(), database.conn.close)
            closer.atexit = False
            with self._opening:
                self._closers = [each for each in self._closers if each.alive] + [closer]
        return database

    @contextmanager
    def read(self) -> Iterator[Database]:
        """Run a block in which everything read belongs to one moment.

        Yields:
            The thread's connection, inside a read transaction.

        Raises:
            StorageError: Or a subclass, when the library cannot be read.
        """
        with translated(self.path):
            database = self.current()
            if database.conn.in_transaction:
                yield database
                return
            database.conn.execute("BEGIN")
            try:
                yield database
            finally:
                database.rollback()  # nothing was written; ends the snapshot

    @contextmanager
    def write(self, *, flushed: bool = True) -> Iterator[Database]:
        """Run a block whose writes are kept all together or not at all.

        Inside another such block of the thread it is a part of that one.

        Args:
            flushed: Whether they are on the disk when the block ends. Where not, a kill does them
                no harm, and a power cut takes them only if no later block was flushed.

        Yields:
            The thread's connection, inside a transaction that holds the write lock.

        Raises:
            StorageError: Or a subclass, when the library cannot be written; nothing was kept.
        """
        if getattr(self._local, "writes", False):
            yield self.current()
            return
        with self.turn() as database:
            self._synchronise(database, "FULL" if flushed else "NORMAL")
            database.conn.execute("BEGIN IMMEDIATE")
            self._local.writes = True
            try:
                yield database
                database.conn.execute("COMMIT")
            except BaseException:
                database.rollback()
                raise
            finally:
                self._local.writes = False

    def _synchronise(self, database: Database, how: str) -> None:
        """Say when commits of this thread reach the disk; inside a transaction it is too late."""
        if getattr(self._local, "synchronous", "FULL") != how:
            database.conn.execute(f"PRAGMA synchronous = {how}")
            self._local.synchronous = how

    @contextmanager
    def turn(self) -> Iterator[Database]:
        """Run a block while no other thread of this process writes, outside any transaction.

        Yields:
            The thread's connection, for what SQLite does in a transaction of its own.

        Raises:
            StorageError: Or a subclass, when the library cannot be written.
        """
        started = time.monotonic()
        if not self._writing.acquire(timeout=self.busy_timeout):
            raise busy(self.path)
        try:
            with translated(self.path):
                database = self.current()
                left = max(0.0, self.busy_timeout - (time.monotonic() - started))
                database.conn.execute(f"PRAGMA busy_timeout = {int(left * 1000)}")
                yield database
        finally:
            self._writing.release()

    def close(self) -> None:
        """Close every connection; SQLite then folds the WAL into the file."""
        self._closed = True
        with self._opening:
            for closer in self._closers:
                closer()
            self._closers.clear()
