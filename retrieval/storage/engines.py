"""The table of storage engines: the one place where an engine is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from retrieval.storage.base import Storage

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return what time it is, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Engine:
    """What there is to do with a library before it is open.

    Args:
        open: Opens the library of a data folder, made or migrated where needed, by a clock.
        restore: Puts a backup (second argument) in the place of a data folder's library.
    """

    open: Callable[[Path, Clock], Storage]
    restore: Callable[[Path, Path], None]


# Imported where they are used: SQLite's engine brings 0.3 s of imports, which `--help` need not
# wait for.
def _open_sqlite(data_dir: Path, clock: Clock) -> Storage:
    from retrieval.storage.sqlite.engine import SqliteStorage

    return SqliteStorage(data_dir, clock=clock)


def _restore_sqlite(data_dir: Path, source: Path) -> None:
    from retrieval.storage.sqlite.backup import restore_library
    from retrieval.storage.sqlite.engine import BUSY_TIMEOUT

    restore_library(data_dir, source, BUSY_TIMEOUT)


ENGINES = {"sqlite": Engine(_open_sqlite, _restore_sqlite)}
"""Every engine by name."""

_DEFAULT = "sqlite"


def open_storage(data_dir: Path, clock: Clock = utc_now) -> Storage:
    """Open the library of a data folder, made or migrated where needed.

    Args:
        data_dir: The folder that holds the library.
        clock: What time it is, in UTC: when rows say that something was added.

    Returns:
        The library; close it when done.

    Raises:
        SchemaError: When what is there is no library, or a newer version's.
        StorageError: When it cannot be opened.
    """
    return ENGINES[_DEFAULT].open(data_dir, clock)


def restore_storage(data_dir: Path, source: Path) -> None:
    """Put a backup in the place of a data folder's library, all of it or nothing.

    Args:
        data_dir: The folder that holds the library; what it held is lost.
        source: A file that `Storage.backup` wrote.

    Raises:
        SchemaError: When ``source`` is no library, or a newer version's.
        StorageError: When it is missing or damaged, or the library cannot be written.
    """
    ENGINES[_DEFAULT].restore(data_dir, source)
