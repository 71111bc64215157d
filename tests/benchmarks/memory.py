"""How much memory reading takes, and that it does not grow with what was read.

The whole way of an article is gone by 20,000 of them, in rounds of a thousand; they are short,
one passage each, so that it takes minutes and not hours. What is compared is this process, with
the library open and a question answered, before it has read anything and after. The model is the
same, so is the code; the index of vectors grows with the library and is counted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from tests.benchmarks.newspaper import Newspaper, short_articles
from tests.benchmarks.reading import by_feed
from tests.benchmarks.table import Row

FEEDS = 20
ROUNDS = 20
ARTICLES = 1_000
"""Of a round."""

_SHOWN = 5
"""Rounds after which a line is printed."""

_QUESTION = "Who was elected mayor of Port Ellian?"


class Memory:
    """Measures over local news sites.

    Args:
        work: An empty folder to work in.
        models: Where the bundled model is unpacked.
        rounds: How many rounds of a thousand articles are read.
    """

    def __init__(self, work: Path, models: Path, rounds: int = ROUNDS) -> None:
        self._rounds = rounds
        self._settings = RetrievalSettings.from_env(
            KABAR_DATA_DIR=work / "memory",
            KABAR_MODEL_DIR=models,
            KABAR_ALLOW_PRIVATE=True,
            KABAR_FETCH_PAUSE_SECONDS=0,
        )

    def rows(self) -> Iterator[Row]:
        """Measure everything, a row at a time."""
        with Newspaper(FEEDS) as newspaper, open_kabar(self._settings) as kabar:
            kabar.warm_up()
            kabar.ask(_QUESTION)
            idle = resident(os.getpid())
            yield Row("the idle bot, MB", [idle], digits=0)
            for number in range(self._rounds):
                newspaper.publish(by_feed(short_articles(ARTICLES, seed=number), FEEDS))
                if not number:
                    for feed in newspaper.feeds:
                        kabar.newsroom.add_feed(feed)
                kabar.newsroom.fetch()
                kabar.ask(_QUESTION)
                if (number + 1) % _SHOWN == 0 and number + 1 < self._rounds:
                    yield self._row(kabar, newspaper, idle)
            yield self._row(kabar, newspaper, idle, last=True)

    def _row(self, kabar: Kabar, newspaper: Newspaper, idle: float, *, last: bool = False) -> Row:
        articles = kabar.statistics().articles
        children = sum(map(resident, _children(os.getpid()) - {newspaper.process_id}))
        return Row(
            f"MB above the idle bot, {articles:,} articles read; at the most; of its child beside",
            [resident(os.getpid()) - idle, resident(os.getpid(), "VmHWM") - idle, children],
            [200] if last else (),
            lower=True,
            digits=0,
        )


def resident(pid: int, field: str = "VmRSS") -> float:
    """Return a process's resident memory, in MB; 0 if it has ended.

    Args:
        pid: The process.
        field: ``VmRSS`` for now, ``VmHWM`` for the most that it ever was.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0
    return sum(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(field + ":"))


def _children(pid: int) -> set[int]:
    return {
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    }
