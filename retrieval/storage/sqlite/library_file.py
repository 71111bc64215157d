"""Opening a library's file: making a new one, and refusing what is none."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from sqlite_utils import Database

from retrieval.errors import StorageError
from retrieval.storage.sqlite.connection import APPLICATION_ID, Connections
from retrieval.storage.sqlite.faults import not_a_library, translated
from retrieval.storage.sqlite.migrations import migrate, refuse_newer

FILE_NAME = "kabar.db"

_HEADER = b"SQLite format 3\0"


def open_library(data_dir: Path, busy_timeout: float) -> Connections:
    """Open the library of a data folder, made or migrated where needed.

    Args:
        data_dir: The folder, made if it does not exist.
        busy_timeout: Seconds to wait for another writer.

    Returns:
        Connections to a library of today's schema.

    Raises:
        SchemaError: When the file is no library, or a newer version's.
        StorageError: When it cannot be opened.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The data folder {data_dir} cannot be made ({error.strerror}); choose another with "
            "KABAR_DATA_DIR."
        ) from error
    connections = Connections(data_dir / FILE_NAME, busy_timeout)
    try:
        with translated(connections.path):
            _prepare(connections.current(), connections)
        migrate(connections)
    except BaseException:
        connections.close()
        raise
    return connections


def _prepare(db: Database, connections: Connections) -> None:
    """Tell a library from any other file before the first byte of it is changed."""
    with connections.path.open("rb") as file:
        header = file.read(len(_HEADER))
    if header and header != _HEADER:  # SQLite takes a file of a few bytes for an empty one
        raise not_a_library(connections.path)
    with connections.read():  # all of one moment: another process may be making the file
        if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            require_known_library(db.conn, connections.path)
    if not header:
        # Has an effect in an empty file only. In any other it would take the write lock, and a
        # library that is being written could not be opened.
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")
    _use_wal(db, connections.busy_timeout)


def require_known_library(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not a library, or one that this version cannot read.

    Args:
        connection: To the file.
        path: The file, named in the sentence.

    Raises:
        SchemaError: When it is refused.
    """
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise not_a_library(path)
    refuse_newer(Database(connection, execute_plugins=False), path)


def _use_wal(db: Database, busy_timeout: float) -> None:
    """Switch to WAL once; SQLite does not wait for other processes here, so this does."""
    deadline = time.monotonic() + busy_timeout
    while True:
        try:
            if db.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                return
            db.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            code = (error.sqlite_errorcode or 0) & 0xFF
            if code != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
