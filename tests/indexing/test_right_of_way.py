"""Questions go first, reading goes on, and nobody waits for themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from retrieval.indexing.right_of_way import (
    PATIENCE_SECONDS,
    STEP_PATIENCE_SECONDS,
    BrokenOffError,
    Pass,
    RightOfWay,
)

SOON = 5.0
"""Seconds in which what should happen has happened, on any machine."""


@pytest.fixture
def right_of_way() -> RightOfWay:
    return RightOfWay()


@pytest.fixture
def other_thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@contextmanager
def asked_elsewhere(right_of_way: RightOfWay, pool: ThreadPoolExecutor) -> Iterator[None]:
    """Have another thread answer a question for as long as the block runs."""
    begun, over = threading.Event(), threading.Event()

    def answer() -> None:
        with right_of_way.question():
            begun.set()
            over.wait(SOON)

    answering = pool.submit(answer)
    assert begun.wait(SOON)
    try:
        yield
    finally:
        over.set()
        answering.result(SOON)


def seconds(call: Callable[[], object]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def test_nobody_waits_where_nobody_asks(right_of_way: RightOfWay) -> None:
    assert right_of_way.give_way(SOON)
    assert right_of_way.run(lambda _: "done") == "done"
    assert not right_of_way.is_busy


def test_a_step_waits_until_the_question_is_answered(
    right_of_way: RightOfWay, other_thread: ThreadPoolExecutor
) -> None:
    with ThreadPoolExecutor(1) as reading:
        with asked_elsewhere(right_of_way, other_thread):
            waiting = reading.submit(right_of_way.give_way, SOON)
            with pytest.raises(TimeoutError):
                waiting.result(0.05)
        assert waiting.result(SOON)


def test_a_question_without_end_holds_a_step_and_a_pass_up_only_so_long(
    right_of_way: RightOfWay, other_thread: ThreadPoolExecutor
) -> None:
    with asked_elsewhere(right_of_way, other_thread):
        assert STEP_PATIENCE_SECONDS * 0.9 < seconds(right_of_way.give_way) < SOON / 2
        took = seconds(lambda: right_of_way.run(lambda _: None))
        assert PATIENCE_SECONDS * 0.9 < took < SOON / 2


def test_questions_one_after_another_do_not_stop_reading(right_of_way: RightOfWay) -> None:
    over = threading.Event()

    def ask_on() -> int:
        count = 0
        while not over.is_set():
            with right_of_way.question():
                time.sleep(0.01)
            count += 1
        return count

    made: list[int] = []
    with ThreadPoolExecutor(1) as people:
        asking = people.submit(ask_on)
        for number in range(3):
            right_of_way.run(lambda _, number=number: made.append(number))
        over.set()
        assert asking.result(SOON) > 10
    assert made == [0, 1, 2]


def test_who_asks_without_a_pause_leaves_no_gap_to_be_fallen_into(
    right_of_way: RightOfWay, other_thread: ThreadPoolExecutor
) -> None:
    def ask_on() -> None:
        for _ in range(20):
            with right_of_way.question():
                time.sleep(0.002)

    asking = other_thread.submit(ask_on)
    while not right_of_way.is_busy:
        time.sleep(0)
    assert right_of_way.give_way(SOON)
    assert asking.done()


def test_a_question_breaks_a_pass_off_and_it_is_made_again_after(
    right_of_way: RightOfWay, other_thread: ThreadPoolExecutor
) -> None:
    begun = threading.Event()
    answered = threading.Event()
    tries: list[bool] = []

    def make(running: Pass) -> str:
        tries.append(answered.is_set())
        broken = threading.Event()
        running.on_break_off(broken.set)
        begun.set()
        if broken.wait(0.01 if answered.is_set() else SOON):
            raise BrokenOffError
        return "made"

    def ask() -> None:
        begun.wait(SOON)
        with right_of_way.question():
            answered.set()

    asking = other_thread.submit(ask)
    assert right_of_way.run(make) == "made"
    asking.result(SOON)
    assert tries == [False, True]


def test_a_pass_that_was_put_off_for_long_is_not_broken_off_any_more(
    right_of_way: RightOfWay, other_thread: ThreadPoolExecutor
) -> None:
    with ThreadPoolExecutor(1) as second, asked_elsewhere(right_of_way, other_thread):

        def make(running: Pass) -> bool:
            broken = threading.Event()
            running.on_break_off(broken.set)
            with asked_elsewhere(right_of_way, second):
                return broken.is_set()

        assert not right_of_way.run(make)


def test_a_break_off_that_comes_before_its_way_is_known_is_not_lost() -> None:
    running = Pass()
    running.break_off()
    ended: list[str] = []
    running.on_break_off(lambda: ended.append("at once"))
    assert ended == ["at once"]


def test_an_error_is_the_callers(right_of_way: RightOfWay) -> None:
    def fail(_: Pass) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        right_of_way.run(fail)
    assert right_of_way.give_way(SOON)


def test_what_is_read_for_a_question_waits_for_none(
    right_of_way: RightOfWay, other_thread: ThreadPoolExecutor
) -> None:
    with asked_elsewhere(right_of_way, other_thread), right_of_way.question():
        with right_of_way.question():
            assert seconds(lambda: right_of_way.give_way(SOON)) < SOON / 2
        # Still inside the outer one.
        assert seconds(lambda: right_of_way.give_way(SOON)) < SOON / 2
        assert seconds(lambda: right_of_way.run(lambda _: None)) < PATIENCE_SECONDS
        assert not right_of_way.is_busy


def test_a_question_that_failed_is_over(
    right_of_way: RightOfWay, other_thread: ThreadPoolExecutor
) -> None:
    def fail() -> None:
        with right_of_way.question():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        other_thread.submit(fail).result(SOON)
    assert right_of_way.is_busy  # more may follow
    assert right_of_way.give_way(SOON)
