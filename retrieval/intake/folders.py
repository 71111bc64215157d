"""Find article files, and open them so that nothing can block.

Always true: only regular files are opened; no folder is walked twice, however links lead to it;
the order is that of the names; and what cannot be reached is named with its reason.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from retrieval.errors import IntakeError

SUFFIXES = frozenset({".txt", ".html", ".htm", ".json", ".jsonl"})
"""The kinds of files that articles are read from."""

_KINDS = ", ".join(sorted(SUFFIXES))


def list_files(paths: Iterable[Path]) -> Iterator[Path | IntakeError]:
    """Find the files that `read_articles` would read, without reading them.

    Args:
        paths: Files and folders.

    Yields:
        Each file once, or an error for what cannot be found, is of an unknown kind, or is a
        folder without an article file.
    """
    seen: set[str] = set()
    for path in paths:
        found = 0
        for item in _walk(path, set()) if _is_folder(path) else [_checked(path)]:
            found += 1
            if isinstance(item, IntakeError):
                yield item
                continue
            real = os.path.realpath(item)
            if real not in seen:
                seen.add(real)
                yield item
        if not found:
            yield IntakeError(
                printable(path), f"there is nothing to read in this folder ({_KINDS})"
            )


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading, without waiting for a pipe's writer or touching a device."""
    # O_NONBLOCK does nothing to a regular file; opening a pipe without it waits for ever.
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise IntakeError(printable(path), "this is a pipe, a device or a folder, not a file")
    return os.fdopen(descriptor, "rb")


def os_reason(error: OSError) -> str:
    """Why the system did not let a file be read, in words for a person."""
    if isinstance(error, PermissionError):
        return "there is no permission to read it"
    if isinstance(error, FileNotFoundError):
        return "there is no such file, or it is a link that leads nowhere"
    return f"it cannot be read ({error.strerror or error})"


def printable(path: Path | str) -> str:
    """A file's name may be any bytes; what cannot be printed is shown as U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def _checked(path: Path) -> Path | IntakeError:
    """A file that was named by a person: it is read, or they are told why not."""
    if not os.path.lexists(path):
        return IntakeError(printable(path), "there is no such file or folder")
    if path.suffix.lower() not in SUFFIXES:
        return IntakeError(printable(path), f"this kind of file is not known ({_KINDS} are)")
    return path


def _walk(folder: Path, visited: set[tuple[int, int]]) -> Iterator[Path | IntakeError]:
    """The article files below a folder; no folder twice, however links lead to it."""
    try:
        status = folder.stat()
        identity = (status.st_dev, status.st_ino)
        if identity in visited:
            return
        visited.add(identity)
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield IntakeError(printable(folder), os_reason(error))
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if _is_folder(entry):
            yield from _walk(entry, visited)
        elif entry.suffix.lower() in SUFFIXES:
            yield entry


def _is_folder(path: Path) -> bool:
    # Not Path.is_dir, which raises where a folder above may not be searched.
    return os.path.isdir(path)  # noqa: PTH112
