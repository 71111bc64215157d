"""The hop to threads: batches, isolation, bounds."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.offload import Offload
from retrieval.errors import QuestionError, StorageBusyError


class Library:
    """Stands for a library in tests of the threads alone; the answer is the question."""

    def __init__(self, answer: Callable[[Sequence[str]], list[Any]] = list) -> None:
        self.batches: list[list[str]] = []
        self.busy = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self._answer = answer

    def warm_up(self) -> None:
        self.go_on.wait(5)

    def ask_many(self, questions: Sequence[str]) -> list[Any]:
        self.batches.append(list(questions))
        self.busy.set()
        self.go_on.wait(5)
        return self._answer(questions)


def offload(library: Library, **options: Any) -> Offload:
    anything: Any = library
    return Offload(anything, **options)


async def all_of(hop: Offload, questions: Sequence[str]) -> list[Any]:
    return await asyncio.gather(*map(hop.ask, questions), return_exceptions=True)


def test_questions_that_come_while_it_is_busy_share_the_next_batch() -> None:
    library = Library()
    library.go_on.clear()

    async def main() -> None:
        hop = offload(library, max_batch=3)
        first = asyncio.create_task(hop.ask("0"))
        await asyncio.to_thread(library.busy.wait, 5)
        rest = asyncio.create_task(all_of(hop, ["1", "2", "3", "4"]))
        await asyncio.sleep(0.05)
        library.go_on.set()
        answers: Any = [await first, *await rest]
        assert answers == ["0", "1", "2", "3", "4"]
        hop.close()

    asyncio.run(main())
    assert library.batches == [["0"], ["1", "2", "3"], ["4"]]


def test_the_loop_goes_on_while_a_question_is_answered() -> None:
    library = Library(lambda questions: time.sleep(0.3) or list(questions))

    async def main() -> int:
        hop = offload(library)
        asking = asyncio.create_task(hop.ask("x"))
        turns = 0
        while not asking.done():
            await asyncio.sleep(0.01)
            turns += 1
        hop.close()
        return turns

    assert asyncio.run(main()) > 10


def test_a_question_without_words_fails_alone() -> None:
    def answer(questions: Sequence[str]) -> list[Any]:
        return [QuestionError("no words") if one == "?" else one for one in questions]

    async def main() -> list[Any]:
        hop = offload(Library(answer))
        answers = await all_of(hop, ["a", "?", "b"])
        hop.close()
        return answers

    first, second, third = asyncio.run(main())
    assert (first, third) == ("a", "b")
    assert isinstance(second, QuestionError)


@pytest.mark.parametrize(
    ("error", "failed", "calls"), [(ValueError, 1, 4), (StorageBusyError, 3, 1)]
)
def test_a_bug_costs_one_question_and_a_locked_library_all(
    error: type[Exception], failed: int, calls: int
) -> None:
    def answer(questions: Sequence[str]) -> list[Any]:
        if "bad" in questions:
            raise error("no")
        return list(questions)

    library = Library(answer)
    library.go_on.clear()

    async def main() -> list[Any]:
        hop = offload(library)
        warm_up = asyncio.create_task(hop.ask("warm up"))
        await asyncio.to_thread(library.busy.wait, 5)
        asking = asyncio.create_task(all_of(hop, ["a", "bad", "b"]))
        await asyncio.sleep(0.05)
        library.go_on.set()
        await warm_up
        answers = await asking
        hop.close()
        return answers

    answers = asyncio.run(main())
    assert sum(isinstance(one, error) for one in answers) == failed
    assert len(library.batches) == 1 + calls


def test_what_is_asked_during_the_warm_up_is_the_first_batch() -> None:
    library = Library()
    library.go_on.clear()

    async def main() -> None:
        hop = offload(library)
        hop.warm_up()
        asking = asyncio.create_task(all_of(hop, ["a", "b", "c"]))
        await asyncio.sleep(0.05)
        library.go_on.set()
        assert await asking == ["a", "b", "c"]
        hop.close()

    asyncio.run(main())
    assert library.batches == [["a", "b", "c"]]


def test_a_warm_up_that_fails_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    library = Library()
    library.warm_up = lambda: 1 / 0  # type: ignore[method-assign,assignment,return-value]

    async def main() -> None:
        hop = offload(library)
        hop.warm_up()
        answer: Any = await hop.ask("a")
        assert answer == "a"
        hop.close()

    asyncio.run(main())
    assert "could not be opened" in caplog.text


def test_who_gave_up_is_not_answered_and_does_not_disturb() -> None:
    library = Library()
    library.go_on.clear()

    async def main() -> None:
        hop = offload(library)
        first = asyncio.create_task(hop.ask("first"))
        await asyncio.to_thread(library.busy.wait, 5)
        second, third = asyncio.create_task(hop.ask("2")), asyncio.create_task(hop.ask("3"))
        await asyncio.sleep(0.01)
        second.cancel()
        first.cancel()
        await asyncio.sleep(0.01)
        library.go_on.set()
        answer: Any = await third
        assert answer == "3"
        hop.close()

    asyncio.run(main())
    assert library.batches == [["first"], ["3"]]


def test_calls_are_made_in_order_and_drained_at_the_end() -> None:
    done: list[int] = []

    def work(number: int) -> None:
        time.sleep(0.02)
        done.append(number)

    async def main() -> None:
        hop = offload(Library())
        tasks = [asyncio.create_task(hop.call(work, number)) for number in range(5)]
        await asyncio.sleep(0.01)
        hop.close()
        with pytest.raises(RuntimeError):
            await hop.call(work, 9)
        await asyncio.gather(*tasks)

    asyncio.run(main())
    assert done == [0, 1, 2, 3, 4]


def test_a_page_that_does_not_come_holds_up_no_answer_and_no_acknowledgement() -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def fetch() -> str:
        arrived.set()
        go_on.wait(5)
        return "page"

    async def main() -> None:
        hop = offload(Library())
        fetching = asyncio.create_task(hop.wait_for_the_web(fetch))
        await asyncio.to_thread(arrived.wait, 5)
        answer: Any = await hop.ask("a")
        assert (answer, await hop.call(len, "row")) == ("a", 3)
        assert not fetching.done()
        go_on.set()
        assert await fetching == "page"
        hop.close()

    asyncio.run(main())


def test_a_library_that_hangs_does_not_hold_up_the_end() -> None:
    library = Library()
    library.go_on.clear()

    async def main() -> None:
        hop = offload(library)
        asking = asyncio.create_task(hop.ask("x"))
        await asyncio.to_thread(library.busy.wait, 5)
        asking.cancel()
        hop.close()

    began = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - began < 1
    library.go_on.set()
