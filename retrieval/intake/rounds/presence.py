"""Which processes are reading: how the claims of one that was killed are told from another's.

Always true: a process that is reading holds a shared lock on a file beside the library, and the
kernel lets go of it however the process ends. One that could have the lock for itself is the
only one that reads, so any claim that is not its own belongs to the dead.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from threading import Lock
from typing import IO

try:
    import fcntl
except ImportError:  # pragma: no cover  Windows: claims of the dead run out by themselves
    fcntl = None  # type: ignore[assignment]


class Presence:
    """This process's share of the lock, from the first question until it is closed.

    Args:
        path: The lock file, made where there is none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        self._lock = Lock()

    def take(self) -> None:
        """Be present from now on."""
        with self._lock:
            if self._file is None and fcntl is not None:
                with contextlib.suppress(OSError):  # a folder that cannot be written to
                    self._file = self.path.open("ab")
            if self._file is not None and fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_SH)

    def alone(self) -> bool:
        """Whether no other process is reading at this moment; in doubt it is not."""
        self.take()
        with self._lock:
            if self._file is None or fcntl is None:
                return False
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                # Asking for more gave up the share that was held.
                fcntl.flock(self._file, fcntl.LOCK_SH)
                return False
            fcntl.flock(self._file, fcntl.LOCK_SH)
            return True

    def close(self) -> None:
        """Be present no more."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None
