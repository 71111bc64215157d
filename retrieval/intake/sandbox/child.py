"""One child process, seen from its parent: started, asked, watched, and ended."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum, auto
from typing import Any

from retrieval.intake.sandbox import wire

log = logging.getLogger(__name__)

START_SECONDS = 30.0
"""It takes half a second; on a machine that does much else, more."""

_END_SECONDS = 5.0


class Lost(Enum):
    """Why a child is no more."""

    TIMED_OUT = auto()
    DIED = auto()
    NOT_STARTED = auto()


class ChildLostError(Exception):
    """The child ended before it answered.

    Args:
        why: What ended it.
        idle: Whether it was gone before it took the task: the document is not to blame.
    """

    def __init__(self, why: Lost, *, idle: bool = False) -> None:
        super().__init__(why.name)
        self.why = why
        self.idle = idle


class Child:
    """A process that reads documents. For one thread at a time; `kill` is for any.

    Raises:
        ChildLostError: If it does not start.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(  # noqa: S603 - our own code, in our own interpreter
            _command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C in a terminal goes to the whole group; the child ends when the parent does.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdin  # noqa: S101
        assert self._process.stdout  # noqa: S101
        self._requests, self._replies = self._process.stdin, self._process.stdout
        with _Watch(self, START_SECONDS):
            try:
                hello = wire.receive(self._replies, documents=False)
            except (wire.WireError, OSError):
                hello = None
            except BaseException:
                self.kill()
                raise
        if hello is None:
            self.kill()
            raise ChildLostError(Lost.NOT_STARTED)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def ask(
        self, task: str, parts: Sequence[bytes], arguments: dict[str, Any], seconds: float
    ) -> dict[str, Any]:
        """Have a task done.

        Args:
            task: Its name.
            parts: The documents.
            arguments: What else it takes, plain.
            seconds: How long it may take; after that the child is killed.

        Returns:
            The header of its reply. After one whose "last" is true, or that makes no sense, the
            child is to be killed.

        Raises:
            ChildLostError: If there is no reply. The child is gone.
        """
        header = {"task": task, "arguments": arguments, "seconds": seconds}
        taken = reply = None
        with _Watch(self, seconds) as watch:
            try:
                wire.send(self._requests, header, parts)
                taken = wire.receive(self._replies, documents=False)
                if taken:
                    reply = wire.receive(self._replies, documents=False)
            except (OSError, ValueError, wire.WireError) as error:
                log.debug("the reader was lost: %s", error)
        if reply is None:
            self.kill()
            why = Lost.TIMED_OUT if watch.ran_out else Lost.DIED
            raise ChildLostError(why, idle=taken is None and not watch.ran_out)
        if watch.ran_out:  # it was killed with its answer on the way
            return {**reply[0], "last": True}
        return reply[0]

    def kill(self) -> None:
        """End it, and leave nothing of it behind. Safe to call twice, and from any thread."""
        with self._lock:
            self._process.kill()
            # What was not sent yet is nobody's now.
            with suppress(OSError):
                self._requests.close()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)
            with suppress(OSError):
                self._replies.close()

    def strike(self) -> None:
        """Kill it, and let the thread that waits for its answer clean up."""
        self._process.kill()


class _Watch:
    """Strikes a child when a time has passed."""

    def __init__(self, child: Child, seconds: float) -> None:
        self.ran_out = False
        self._child = child
        self._lock = threading.Lock()
        self._over = False
        self._timer = threading.Timer(seconds, self._strike)
        self._timer.daemon = True

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._over = True
        self._timer.cancel()

    def _strike(self) -> None:
        with self._lock:
            if not self._over:
                self.ran_out = True
                self._child.strike()


def _command() -> list[str]:
    """Start our interpreter with our own search path: never code from the folder we are in."""
    path = json.dumps([entry for entry in sys.path if entry])
    program = f"import sys; sys.path[:] = {path}; from retrieval.intake.sandbox import worker; worker.main()"  # noqa: E501
    return [sys.executable, "-P", "-W", "ignore", "-c", program]
