"""Progress bars, on a terminal only, on standard error, and gone when the work is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from retrieval.kabar import Kabar


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
def embedding_progress(articles: int) -> Iterator[Callable[[int], None] | None]:
    """Show how many of so many articles are embedded."""
    if not (articles and sys.stderr.isatty()):
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
        TextColumn("Embedding"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("articles"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=articles)
        yield lambda indexed: progress.advance(task, indexed)


def waiting(reason: str) -> AbstractContextManager[object]:
    """Show that something takes a while, such as opening the model."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(reason)


def index_pending(kabar: Kabar) -> int:
    """Index what is not indexed yet, with a progress bar; return how many articles."""
    with embedding_progress(kabar.statistics().unindexed_articles) as on_indexed:
        return kabar.index_pending(on_indexed)
