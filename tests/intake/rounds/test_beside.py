"""Indexing beside reading."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from retrieval.errors import ModelError
from retrieval.intake.rounds.beside import IndexBeside
from retrieval.intake.rounds.progress import Progress


class Pending:
    """So many articles that wait; each call indexes them all."""

    def __init__(self) -> None:
        self.waiting = 0
        self.calls: list[int] = []
        self.called = threading.Event()

    def index(
        self,
        on_indexed: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        count, self.waiting = self.waiting, 0
        self.calls.append(count)
        if on_indexed:
            on_indexed(count)
        self.called.set()
        return count


def test_a_batch_is_indexed_while_more_is_read_and_the_rest_at_the_end() -> None:
    pending = Pending()
    told: list[Progress] = []
    beside = IndexBeside(pending.index, lambda: False, told.append)
    pending.waiting = 16
    beside.wrote(16)
    assert pending.called.wait(5)
    pending.waiting = 3
    beside.wrote(3)
    beside.finish()
    assert pending.calls == [16, 3]
    assert told == [Progress("index", 16, 16), Progress("index", 19, 19)]


def test_where_nothing_was_written_nothing_is_indexed() -> None:
    pending = Pending()
    IndexBeside(pending.index, lambda: False).finish()
    assert pending.calls == []


def test_what_is_told_to_stop_leaves_the_rest() -> None:
    pending = Pending()
    beside = IndexBeside(pending.index, lambda: True)
    beside.wrote(100)
    beside.finish()
    assert pending.calls == []


def test_an_error_of_the_model_is_raised_at_the_end() -> None:
    def fail(*_: object) -> int:
        raise ModelError("The model is damaged.")

    beside = IndexBeside(fail, lambda: False)
    beside.wrote(1)
    with pytest.raises(ModelError):
        beside.finish()
