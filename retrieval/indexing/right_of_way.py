"""Questions go first: what is read into the library waits while somebody is waiting.

Two cores and one interpreter are shared by answering and by reading. A question costs some
25 ms, a passage's forward pass 45, so one that had to wait for a pass, or ran beside one, would
take twice as long and more. So a question announces itself; a pass under way is broken off, to
be done again, and what else reading does waits at its next step.

Always true: reading goes on. However many questions there are, a pass is put off for at most
`PATIENCE_SECONDS` and then runs through beside them, a step for `STEP_PATIENCE_SECONDS`. A
thread that is answering never waits: what it embeds belongs to its question.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 0.2
"""How long a forward pass is put off by questions before it runs beside them."""

STEP_PATIENCE_SECONDS = 0.05
"""The same for a step of a few milliseconds: cutting an article, writing some."""

QUIET_SECONDS = 0.005
"""How long nobody has asked before reading goes on: who asks question after question leaves
less than a millisecond in between, in which nothing can be done."""

BUSY_SECONDS = 2.0
"""How long after a question more are to be expected."""


_TURN_SECONDS = 0.0005
"""How long a thread that computes in Python keeps the interpreter from one that answers, each of
the dozens of times that an answer lets go of it (to read rows, to multiply). Python's own 5 ms
made a question 2.4 times as long beside such a thread, and 3.4 times its 95th percentile; with
this it is 1.4 times both."""


class BrokenOffError(Exception):
    """A forward pass was broken off, because a question came."""


class Pass:
    """A forward pass that a question may break off."""

    def __init__(self) -> None:
        self._is_over = False
        self._end: Callable[[], None] | None = None

    def on_break_off(self, end: Callable[[], None]) -> None:
        """Say what ends the pass; whoever makes it raises `BrokenOffError` then.

        Args:
            end: Called in another thread when a question comes, or at once where one has come
                already, and perhaps after the pass has ended by itself.
        """
        self._end = end
        if self._is_over:
            end()

    def break_off(self) -> None:
        """End the pass; it will be made again."""
        self._is_over = True
        if self._end:
            self._end()


class RightOfWay:
    """Lets questions pass and others wait. Safe to use from any thread.

    One is made for a process: making it shortens the turns of all its threads.
    """

    def __init__(self) -> None:
        sys.setswitchinterval(min(sys.getswitchinterval(), _TURN_SECONDS))
        self._changed = threading.Condition()
        self._questions = 0
        self._last_asked = float("-inf")  # seconds of the monotonic clock
        self._passes: set[Pass] = set()
        self._thread = threading.local()

    @contextmanager
    def question(self) -> Iterator[None]:
        """Run a block, in which a question is answered, before all else; it may be nested."""
        depth = self._depth
        self._thread.depth = depth + 1
        if not depth:
            with self._changed:
                self._questions += 1
                for each in self._passes:
                    each.break_off()
        try:
            yield
        finally:
            self._thread.depth = depth
            if not depth:
                with self._changed:
                    self._questions -= 1
                    self._last_asked = time.monotonic()
                    if not self._questions:
                        self._changed.notify_all()

    @property
    def is_busy(self) -> bool:
        """Whether questions are being asked these seconds, by others than this thread."""
        if self._depth:
            return False
        return bool(self._questions) or time.monotonic() - self._last_asked < BUSY_SECONDS

    def give_way(self, patience: float = STEP_PATIENCE_SECONDS) -> bool:
        """Wait while questions are answered.

        Args:
            patience: The most seconds to wait.

        Returns:
            Whether nobody is asking; False where patience ended.
        """
        if self._depth:
            return True
        with self._changed:
            return self._wait(time.monotonic() + patience)

    def run(self, make: Callable[[Pass], T]) -> T:
        """Make a forward pass while nobody asks, as often as it takes.

        Args:
            make: Makes it. It is called again when it raised `BrokenOffError`.

        Returns:
            What it returned.
        """
        if self._depth:
            return make(Pass())
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            running = Pass()
            with self._changed:
                if self._wait(deadline):
                    self._passes.add(running)
            try:
                return make(running)
            except BrokenOffError:
                continue
            finally:
                with self._changed:
                    self._passes.discard(running)

    @property
    def _depth(self) -> int:
        """How many questions this thread is inside of."""
        return int(getattr(self._thread, "depth", 0))

    def _wait(self, deadline: float) -> bool:
        """Wait, with the condition held, until nobody asks; return whether it came to that."""
        while True:
            now = time.monotonic()
            quiet_at = self._last_asked + QUIET_SECONDS
            if not self._questions and now >= quiet_at:
                return now < deadline
            if now >= deadline:
                return False
            self._changed.wait((deadline if self._questions else min(quiet_at, deadline)) - now)
