"""The child: reads documents of strangers, one after another, until its parent is gone.

A thread waits for what the parent sends, so that the end of the parent is seen at once, whatever
is being read. Should the reading hold Python's lock just then, `limits.limit_next` ends it.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import traceback
from typing import Any, BinaryIO

from retrieval.intake.sandbox import limits, tasks, wire

MAX_TASKS = 500
"""After so many the parent starts another child: libraries keep what they once needed."""

MAX_MEMORY_BYTES = 150_000_000
"""Beyond what it started with, the same."""

GRACE_SECONDS = 2.0
"""How much longer than the parent's watch the system waits."""

_Message = tuple[dict[str, Any], list[bytes]]


def main() -> None:
    """Serve the parent at the other end of standard input and output."""
    requests, replies = _take_streams()
    logging.disable(logging.CRITICAL)
    inbox: queue.SimpleQueue[_Message] = queue.SimpleQueue()
    tasks.load()
    threading.Thread(target=_receive, args=(requests, inbox), daemon=True).start()
    limits.confine()
    started_with = limits.memory_bytes()
    wire.send(replies, {"ready": True})
    for number in range(1, MAX_TASKS + 1):
        header, parts = inbox.get()
        wire.send(replies, {"taken": True})  # from here on the document may be to blame
        limits.limit_next(header["seconds"] + GRACE_SECONDS)
        reply = _reply(header, parts)
        limits.limit_next(0)
        del parts
        grown = limits.memory_bytes() - started_with
        last = "failed" in reply or number == MAX_TASKS or grown > MAX_MEMORY_BYTES
        wire.send(replies, {**reply, "last": last})
        if last:
            break
    os._exit(0)  # the thread still waits, and would hold us


def _reply(header: dict[str, Any], parts: list[bytes]) -> dict[str, Any]:
    try:
        return tasks.answer(header["task"], parts, header["arguments"])
    except MemoryError:
        return {"failed": "memory"}
    except Exception as error:
        return {"failed": type(error).__name__, "trace": traceback.format_exc()[-4_000:]}


def _receive(requests: BinaryIO, inbox: queue.SimpleQueue[_Message]) -> None:
    """Hand on what the parent sends; end this process when it sends no more."""
    try:
        while message := wire.receive(requests):
            inbox.put(message)
    finally:
        os._exit(0)


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent; what libraries print goes to standard error from here on."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return requests, replies


if __name__ == "__main__":
    main()
