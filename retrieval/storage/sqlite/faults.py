"""What SQLite says when something is wrong, in words for a person.

Always true: no ``sqlite3`` exception leaves this engine. Each becomes one class of
`retrieval.errors` by its result code, with a sentence that says what to do, and the original
hangs on ``__cause__`` for the log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import (
    SchemaError,
    StorageBusyError,
    StorageError,
    StorageFullError,
)

_PRIMARY_CODE = 0xFF
"""Extended result codes keep the primary one in their lowest byte."""


def translate(error: sqlite3.Error | UnicodeError | OverflowError, path: Path) -> StorageError:  # noqa: PLR0911
    """Turn an exception of the driver into one of ours.

    Args:
        error: What `sqlite3` raised; the last two kinds come from binding values.
        path: The library's file, named in the sentence.

    Returns:
        The error to raise from ``error``.
    """
    if not isinstance(error, sqlite3.Error):
        return StorageError(
            f"A value cannot be stored in the library ({error}); remove what is not valid "
            "Unicode, or the number that is too large, from the document."
        )
    code = (getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY_CODE
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return busy(path)
    if code == sqlite3.SQLITE_FULL:
        return StorageFullError(
            f"There is no space left for the library {path}; nothing was half written. "
            "Free some space and try again."
        )
    if code == sqlite3.SQLITE_NOTADB:
        return not_a_library(path)
    if code == sqlite3.SQLITE_CORRUPT:
        return StorageError(
            f"The library {path} is damaged ({error}); stop Kabar and restore a backup with "
            "`kabar restore FILE`."
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return StorageError(
            f"The library {path} cannot be opened for writing ({error}); check that its folder "
            "exists and that this user may write there."
        )
    if code == sqlite3.SQLITE_IOERR:
        return StorageError(
            f"The disk did not take or give what the library {path} needs ({error}); check the "
            "disk, its quota and the system's log, then try again."
        )
    return StorageError(
        f"The library {path} could not be read or written ({error}); run `kabar doctor` to see "
        "what is wrong."
    )


def busy(path: Path) -> StorageBusyError:
    """Return the error for a library that another writer held for too long."""
    return StorageBusyError(
        f"The library {path} is being written by something else; wait until it has finished and "
        "try again."
    )


def not_a_library(path: Path) -> SchemaError:
    """Return the error for a file that Kabar did not make."""
    return SchemaError(
        f"{path} is not a Kabar library; move the file away, or choose another folder with "
        "KABAR_DATA_DIR."
    )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Let only our own errors out of the block.

    Args:
        path: The library's file.

    Raises:
        StorageError: Or a subclass, for every error of the driver.
    """
    try:
        yield
    except (sqlite3.Error, UnicodeError, OverflowError) as error:
        raise translate(error, path) from error
