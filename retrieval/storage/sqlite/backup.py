"""A consistent copy of the library, taken while others use it, and the way back.

A restored library gets a new ``state.epoch``: its counters go back in time, and a process that
goes on running must not take what it has in memory for the present.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from retrieval.errors import StorageError
from retrieval.storage.sqlite.faults import translated
from retrieval.storage.sqlite.library_file import open_library, require_known_library
from retrieval.storage.sqlite.part import Part
from retrieval.storage.sqlite.space import file_pages


class Backup(Part):
    """`Storage.backup` through SQLite's own backup interface."""

    def backup(self, target: Path) -> None:
        """Write a copy of the library to a new file, checked before it gets its name.

        Args:
            target: A file that does not exist, in a folder that does.

        Raises:
            StorageError: When the file exists or cannot be written; nothing is left then.
        """
        if target.exists():
            raise StorageError(f"{target} exists already; name a new file for the backup.")
        unfinished = _unfinished(target)
        try:
            self._copy_to(unfinished)
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            unfinished.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            raise StorageError(
                f"The backup {target} could not be written ({error.strerror}); check the folder "
                "and the space left."
            ) from error
        finally:
            unfinished.unlink(missing_ok=True)

    def _copy_to(self, path: Path) -> None:
        with translated(path), closing(sqlite3.connect(path)) as copy:
            with self._connections.read() as db:
                db.conn.backup(copy)  # in one go: one moment, and writers need not wait (WAL)
            # One file that can be moved about, not one that wants two others beside it.
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
            _require_whole(copy, self._connections.path)


def restore_library(data_dir: Path, source: Path, busy_timeout: float) -> None:
    """Put a backup in the place of a data folder's library, in one transaction.

    A bot that is running sees it with its next query.

    Args:
        data_dir: The folder of the library, which need not exist.
        source: A file that `Backup.backup` wrote, of this version or an older one.
        busy_timeout: Seconds to wait for another writer.

    Raises:
        SchemaError: When ``source`` is no library, or a newer version's.
        StorageError: When it is damaged, or the library cannot be written; the library is as it
            was then.
    """
    if not source.is_file():
        raise StorageError(f"There is no file {source}; name a backup that `kabar backup` made.")
    target = open_library(data_dir, busy_timeout)
    copy = _unfinished(target.path)
    try:
        with translated(source), closing(_open_read_only(source)) as given:
            require_known_library(given, source)
            with closing(sqlite3.connect(copy)) as prepared:
                given.backup(prepared)
                _require_whole(prepared, source)
                prepared.execute("UPDATE state SET epoch = lower(hex(randomblob(16)))")
                prepared.commit()
                if not file_pages(Database(prepared, execute_plugins=False)).incremental:
                    prepared.execute("PRAGMA auto_vacuum = INCREMENTAL")
                    prepared.execute("VACUUM")  # here nobody waits for it
        with (
            translated(target.path),
            closing(sqlite3.connect(copy)) as prepared,
            closing(target.connect()) as live,
        ):
            prepared.backup(live.conn)
    finally:
        target.close()
        copy.unlink(missing_ok=True)
    open_library(data_dir, busy_timeout).close()  # an older backup is brought up to date


def _open_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _require_whole(connection: sqlite3.Connection, path: Path) -> None:
    problems = connection.execute("PRAGMA quick_check").fetchone()[0]
    if problems != "ok":
        raise StorageError(
            f"{path} is damaged ({problems}); run `kabar doctor`, and use another backup."
        )


def _unfinished(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
