"""The one hop from asyncio to threads: bounded, batched, and it never blocks the loop.

Five threads of its own do what is synchronous. One answers: the questions that arrive while it
is busy are its next batch, so that they share one embedding pass; an idle one starts at once,
with a batch of one. One reads and writes rows, so that a question which takes long holds up no
acknowledgement. One waits for the web, for an operator who sends a link, and holds up nobody
else. One composes digests and draws, and one claims and settles deliveries, so that a push holds
up nobody and is held up by nobody. All are daemons: nothing that hangs in them can keep a process
alive that was told to end, and the inbox makes that safe.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from retrieval.errors import KabarError

if TYPE_CHECKING:
    from retrieval.kabar import Kabar
    from retrieval.records import Answer, Ask

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

MAX_BATCH = 32
MAX_WAITING = 1_024


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    """A piece of work and the future in the loop that waits for it."""

    work: T
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]

    def settle(self, outcome: object) -> None:
        """Give the future its outcome, from any thread; an exception is raised there."""
        # A loop that is closed has nobody left who waits.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._settle, outcome)

    def _settle(self, outcome: object) -> None:
        if self.future.done():  # cancelled meanwhile
            return
        if isinstance(outcome, BaseException):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


class _Worker(Generic[T]):
    """A thread that takes whatever waits, up to ``max_batch``, and does it."""

    def __init__(self, name: str, do: Callable[[list[_Job[T]]], None], max_batch: int) -> None:
        self._do = do
        self._max_batch = max_batch
        self._jobs: deque[_Job[T]] = deque()
        self._ready = threading.Condition()
        self._prepare: Callable[[], None] | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: T) -> asyncio.Future[Any]:
        """Queue a piece of work; called in the loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        with self._ready:
            if self._closed:
                raise RuntimeError("the bot is ending")
            self._jobs.append(_Job(work, loop, future))
            self._ready.notify()
        return future

    def first(self, prepare: Callable[[], None]) -> None:
        """Have the thread do something before the next batch."""
        with self._ready:
            self._prepare = prepare
            self._ready.notify()

    def close(self, timeout: float) -> None:
        """Let the thread do what was queued and end; wait no longer than ``timeout`` seconds."""
        with self._ready:
            self._closed = True
            self._ready.notify()
        self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._jobs or self._prepare or self._closed)
                prepare, self._prepare = self._prepare, None
                size = 0 if prepare else min(len(self._jobs), self._max_batch)
                taken = [self._jobs.popleft() for _ in range(size)]
                if not (prepare or taken):
                    return
            if prepare:
                prepare()
            # Whoever gave up waiting (a cancelled handler) needs no answer.
            batch = [job for job in taken if not job.future.cancelled()]
            if batch:
                self._do(batch)


class Offload:
    """Questions, storage calls and what waits for the web, off the loop.

    Args:
        kabar: The library.
        max_batch: How many questions share one call.
        max_waiting: How many questions wait in memory; further ones wait outside.
    """

    def __init__(
        self, kabar: Kabar, max_batch: int = MAX_BATCH, max_waiting: int = MAX_WAITING
    ) -> None:
        self._kabar = kabar
        self._room = asyncio.Semaphore(max_waiting)
        self._answers = _Worker("kabar-answers", self._answer, max_batch)
        self._rows = _Worker("kabar-rows", _call_each, 1)
        self._web = _Worker("kabar-web", _call_each, 1)
        self._composing = _Worker("kabar-composing", _call_each, 1)
        self._outbox = _Worker("kabar-outbox", _call_each, 1)

    def warm_up(self) -> None:
        """Open the model and the index now; questions that come meanwhile are the first batch."""
        self._answers.first(self._warm_up)

    def _warm_up(self) -> None:
        try:
            self._kabar.warm_up()
        except Exception:
            # Each question will meet the same error, and its handler says so to a person.
            logger.exception("The library could not be opened for questions")

    async def ask(self, question: str | Ask) -> Answer:
        """Answer a question, in one batch with those that wait beside it.

        Raises:
            KabarError: As `Kabar.ask` raises it.
        """
        async with self._room:
            answer: Answer = await self._answers.submit(question)
            return answer

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a quick synchronous function of the library, one at a time, in order."""
        result: T = await self._rows.submit(lambda: function(*args, **kwargs))
        return result

    async def wait_for_the_web(
        self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call a function that may take half a minute, one at a time, in order."""
        result: T = await self._web.submit(lambda: function(*args, **kwargs))
        return result

    async def compose(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function that may take seconds: it composes, embeds or draws."""
        result: T = await self._composing.submit(lambda: function(*args, **kwargs))
        return result

    async def outbox(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a quick function of the outbox, one at a time, in order."""
        result: T = await self._outbox.submit(lambda: function(*args, **kwargs))
        return result

    def close(self, timeout: float = 1.0) -> None:
        """End the threads; for an answer, a digest or the web nobody waits any longer."""
        self._outbox.close(timeout)
        self._composing.close(0)
        self._rows.close(timeout)
        self._answers.close(0)
        self._web.close(0)

    def _answer(self, batch: list[_Job[str | Ask]]) -> None:
        for job, outcome in zip(batch, self._outcomes([job.work for job in batch]), strict=True):
            job.settle(outcome)

    def _outcomes(self, questions: Sequence[str | Ask]) -> Sequence[object]:
        """Return an Answer or an exception for each question.

        A `KabarError` of the whole call (the library is locked, the disk is full) is everybody's.
        Anything else is a bug that one question may have met: each is asked alone then, so that
        it costs nobody else the answer.
        """
        try:
            outcomes: Sequence[object] = self._kabar.ask_many(questions)
            return outcomes
        except KabarError as error:
            return [error] * len(questions)
        except Exception as error:
            if len(questions) == 1:
                return [error]
            logger.exception("A batch of %d questions failed; asking one by one", len(questions))
            return [self._outcomes([question])[0] for question in questions]


def _call_each(batch: list[_Job[Callable[[], Any]]]) -> None:
    for job in batch:
        try:
            job.settle(job.work())
        except Exception as error:
            job.settle(error)  # raised where the call is awaited
