"""What the process that reads strangers' documents may not do, as far as the system can say so.

Limits that a system does not have are left out there: on Windows the parent's watch remains.
"""

from __future__ import annotations

import os
import signal
import sys

HEADROOM_BYTES = 256_000_000
"""Of address space, beyond what the process has once everything is loaded."""

NICENESS = 10
"""Reading is never more urgent than answering."""

_FORBIDDEN = (
    "socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname",
    "socket.sendto", "urllib.Request", "subprocess.Popen", "os.system", "os.exec", "os.fork",
    "os.forkpty", "os.posix_spawn", "os.spawn", "os.remove", "os.rename", "os.rmdir", "os.kill",
    "shutil.rmtree",
)  # fmt: skip


def confine() -> None:
    """Take from this process, for good, what reading a document does not need.

    Memory beyond ``HEADROOM_BYTES``, other processes, files that are written, core dumps, the
    network, and its place before others in the queue for the processor.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    _limit_resources()
    sys.addaudithook(_refuse)


def limit_next(seconds: float) -> None:
    """Let the system end this process in so many seconds, whatever it does; 0 lifts the limit.

    The parent's watch is quicker. This is for a parent that is gone or stopped.

    Args:
        seconds: Of the clock on the wall.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def memory_bytes() -> int:
    """What of this process is in memory; 0 where the system does not say."""
    return _statm(1)


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:
        return
    space = _statm(0)
    if space:
        _lower(resource.RLIMIT_AS, space + HEADROOM_BYTES)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, 32)
    if hasattr(resource, "RLIMIT_NPROC"):
        _lower(resource.RLIMIT_NPROC, 0)


def _lower(limit: int, value: int) -> None:
    import resource

    _, hard = resource.getrlimit(limit)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(limit, (value, value))


def _statm(field: int) -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123
            return int(statm.read().split()[field]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"a reader of documents does not need {event}")
    if event == "open" and isinstance(arguments[2], int):
        flags = arguments[2]
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise PermissionError("a reader of documents writes no files")
