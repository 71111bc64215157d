"""A copy of the library for the playground, where the clock is pushed and people are made up.

In the library itself a pushed clock would let articles go before their time and put visits of feeds
into the future, and made-up people would be sent digests. Nothing of real people is in the copy:
whoever plays with it must neither read what they asked nor have their digests composed.

A copy is held by a lock that ends with its process, however that ends; so a playground that was
killed leaves a copy that nobody holds, and the next one removes it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from retrieval.errors import StorageError

if TYPE_CHECKING:
    from retrieval.kabar import Kabar

_LOCK = ".lock"


@contextmanager
def copied_library(kabar: Kabar, folder: Path) -> Iterator[Path]:
    """Copy the library to a folder that is gone in the end.

    Args:
        kabar: The library.
        folder: Where the copy is put. What nobody holds any more beside it is removed.

    Yields:
        The folder, as the data folder of the copy.

    Raises:
        StorageError: There is no room, nothing may be written there, or somebody uses the folder.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        remove_stale_copies(folder.parent)
        lock = _held(_lock_of(folder))
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be made ({error.strerror}); the playground keeps a copy there."
        ) from error
    if lock is None:
        raise StorageError(f"{folder} is in use by another playground; stop that one first.")
    with lock:
        try:
            kabar.copy_to(folder)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            _lock_of(folder).unlink(missing_ok=True)


def remove_stale_copies(folder: Path) -> None:
    """Remove the copies in a folder whose processes are gone."""
    for copy in [each for each in folder.iterdir() if each.is_dir()]:
        lock = _held(_lock_of(copy))
        if lock is not None:
            with lock:
                shutil.rmtree(copy, ignore_errors=True)
                _lock_of(copy).unlink(missing_ok=True)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)


def _held(path: Path) -> IO[bytes] | None:
    """Return the lock's file, held until it is closed; None where another process holds it."""
    file = path.open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held it may have removed it meanwhile: then it keeps nobody out.
        if os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
    except (BlockingIOError, FileNotFoundError):
        pass
    file.close()
    return None
