"""A thread with an event loop, for what is synchronous outside and asynchronous inside.

One loop serves all callers of a process, because the fetcher lives in it: two callers who want
pages of one host must share its queue. Storage is called from one thread of its own, so that
rows are written one after another and no page waits in memory for the lock; the sandbox and the
embedding model each from others.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from retrieval.errors import StorageBusyError, UsageError

P = ParamSpec("P")
T = TypeVar("T")

_ENDING = 3.0
"""Seconds that work which was told to end is waited for."""

_BUSY_ATTEMPTS = 5
_BUSY_PAUSE = 0.5


class LoopThread:
    """The loop, started at once; a daemon, so that nothing in it keeps a process alive."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="reading", daemon=True)
        self._thread.start()

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run work in the loop and wait for it; an interruption of the caller cancels it.

        Raises:
            UsageError: It was cancelled, because everything is being closed.
        """
        ended = threading.Event()

        async def noted() -> T:
            try:
                return await work
            finally:
                ended.set()

        future = asyncio.run_coroutine_threadsafe(noted(), self._loop)
        try:
            return future.result()
        except CancelledError:
            raise UsageError("Kabar is stopping; what was read before is kept.") from None
        except BaseException:
            if not ended.is_set():
                future.cancel()
                ended.wait(_ENDING)
            raise

    def cancel_all(self) -> None:
        """Cancel what runs, and wait a little until it has ended."""

        async def cancel() -> None:
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks, timeout=_ENDING / 2)

        asyncio.run_coroutine_threadsafe(cancel(), self._loop).result(_ENDING)

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_ENDING)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()


class Threads:
    """Where what is synchronous is called from the loop."""

    def __init__(self) -> None:
        self._storage = ThreadPoolExecutor(1, "reading-rows")
        self._pages = ThreadPoolExecutor(2, "reading-pages")
        self._model = ThreadPoolExecutor(1, "reading-embeds")

    async def store(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call storage; one that is held by another process is asked again for a while."""
        return await self._in(self._storage, lambda: _patiently(lambda: call(*args, **kwargs)))

    async def parse(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the sandbox."""
        return await self._in(self._pages, lambda: call(*args, **kwargs))

    async def embed(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the model."""
        return await self._in(self._model, lambda: call(*args, **kwargs))

    def close(self) -> None:
        """Let go of the threads; a call that runs is not waited for."""
        for pool in (self._storage, self._pages, self._model):
            pool.shutdown(wait=False, cancel_futures=True)

    async def _in(self, pool: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, call)


def _patiently(call: Callable[[], T]) -> T:
    for _ in range(_BUSY_ATTEMPTS - 1):
        try:
            return call()
        except StorageBusyError:
            time.sleep(_BUSY_PAUSE)
    return call()
