"""Progress bars, on a terminal only, on standard error, and gone when the work is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from retrieval.kabar import Kabar
    from retrieval.newsroom import Progress

_PHASES = {"feeds": "Visiting", "pages": "Reading", "index": "Embedding", "stories": "Stories"}
"""What a round does in each of its phases."""


@contextmanager
def reading_progress(wanted: bool) -> Iterator[Callable[[], None] | None]:
    """Show how many articles were read; how many there are is known only at the end."""
    if not (wanted and sys.stderr.isatty()):
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("Reading: {task.completed:,.0f} articles"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda: progress.advance(task)


@contextmanager
def counting_progress(
    doing: str, total: int, things: str
) -> Iterator[Callable[[int], None] | None]:
    """Show how many of so many things are done.

    Args:
        doing: What is done to them: "Embedding".
        total: How many there are; of none, nothing is shown.
        things: What they are: "articles".
    """
    if not (total and sys.stderr.isatty()):
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(things),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.advance(task, done)


@contextmanager
def round_progress() -> Iterator[Callable[[Progress], None] | None]:
    """Show how far a round over the feeds is; a bar for each of its phases."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {"feeds": bars.add_task("Visiting", total=None)}

        def show(at: Progress) -> None:
            if at.phase not in tasks:
                tasks[at.phase] = bars.add_task(_PHASES[at.phase])
            bars.update(tasks[at.phase], completed=at.done, total=at.total)

        yield show


def waiting(reason: str) -> AbstractContextManager[object]:
    """Show that something takes a while, such as opening the model."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(reason)


def index_pending(kabar: Kabar) -> int:
    """Index what is not indexed yet, with a progress bar; return how many articles."""
    waiting_for_it = kabar.statistics().unindexed_articles
    with counting_progress("Embedding", waiting_for_it, "articles") as on_indexed:
        return kabar.index_pending(on_indexed)
