"""The loop in its thread: who waits for what, and how it ends."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from retrieval.errors import StorageBusyError, UsageError
from retrieval.intake.rounds.loop import LoopThread, Threads


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    thread = LoopThread()
    yield thread
    thread.close()


async def _answer() -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name


def test_work_is_done_in_the_thread_of_the_loop(loop: LoopThread) -> None:
    assert loop.call(_answer()) == "reading"


def test_an_error_reaches_who_waits(loop: LoopThread) -> None:
    async def fail() -> None:
        raise ValueError("so")

    with pytest.raises(ValueError, match="so"):
        loop.call(fail())


def test_who_waits_is_told_when_everything_is_closed(loop: LoopThread) -> None:
    ended: list[bool] = []

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    def close_soon() -> None:
        time.sleep(0.1)
        loop.cancel_all()

    closer = threading.Thread(target=close_soon)
    closer.start()
    with pytest.raises(UsageError, match="stopping"):
        loop.call(wait())
    closer.join()
    assert ended == [True]


def test_a_library_that_is_busy_is_asked_again(loop: LoopThread) -> None:
    threads = Threads()
    asked: list[int] = []

    def read(times: int) -> int:
        asked.append(times)
        if len(asked) < times:
            raise StorageBusyError("another process writes")
        return len(asked)

    assert loop.call(threads.store(read, 2)) == 2
    with pytest.raises(StorageBusyError):
        loop.call(threads.store(read, 99))
    threads.close()
