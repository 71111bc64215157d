"""What reading the news costs: in time, to the sites, and to those who ask meanwhile.

Twenty sites list 25 articles each, of four passages, in ten languages. They are read twice with
other articles: once while nobody asks, against the time that it takes to embed the same passages
and nothing else; once while somebody asks, against the same questions when nothing is read.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from retrieval.kabar import Kabar, open_kabar
from retrieval.newsroom import Progress
from retrieval.records import Filters, StoredPassage
from retrieval.settings import RetrievalSettings
from retrieval.storage.engines import open_storage
from tests.benchmarks.newspaper import Newspaper, long_articles
from tests.benchmarks.table import Row

if TYPE_CHECKING:
    from tests.news_site import NewsArticle

FEEDS = 20
ARTICLES = 500
_IDLE_QUESTIONS = 120
_PAUSE = 0.5
"""Seconds between an answer and the next question, on average."""


class Reading:
    """Measures over local news sites.

    Args:
        work: An empty folder to work in.
        models: Where the bundled model is unpacked.
    """

    def __init__(self, work: Path, models: Path) -> None:
        self._settings = RetrievalSettings.from_env(
            KABAR_DATA_DIR=work / "reading", KABAR_MODEL_DIR=models, KABAR_ALLOW_PRIVATE=True
        )
        self._chance = random.Random(11)

    def rows(self) -> Iterator[Row]:
        """Measure everything, a row at a time."""
        with Newspaper(FEEDS) as newspaper, open_kabar(self._settings) as kabar:
            kabar.warm_up()
            newspaper.publish(by_feed(long_articles(ARTICLES, seed=1), FEEDS))
            for feed in newspaper.feeds:
                kabar.newsroom.add_feed(feed)
            yield from self._round(kabar)
            newspaper.publish(by_feed(long_articles(ARTICLES, seed=2), FEEDS))
            yield from self._asked(kabar)
            newspaper.asked()
            report = kabar.newsroom.fetch()
            requests = [each for each in newspaper.asked() if each.path != "/robots.txt"]
            yield Row(
                f"a round in which nothing changed: of {len(requests)} requests answered 304",
                [sum(each.status == 304 for each in requests) / max(len(requests), 1)],
                [1],
            )
            yield Row(
                "a round in which nothing changed: bytes of bodies; articles written",
                [sum(each.body_bytes for each in requests), report.new + report.updated],
                [0, 0],
                lower=True,
                digits=0,
            )

    def _round(self, kabar: Kabar) -> Iterator[Row]:
        ended: dict[str, float] = {}

        def tell(progress: Progress) -> None:
            ended[progress.phase] = time.perf_counter()

        began = time.perf_counter()
        report = kabar.newsroom.fetch(tell)
        whole = time.perf_counter() - began
        passages = self._passages(kabar)
        alone = _seconds(lambda: embed(kabar, passages))
        until_indexed = ended["index"] - began
        yield Row(
            f"{report.new} articles of {report.feeds} feeds, {len(passages)} passages, fetched and "
            "indexed: over embedding alone",
            [until_indexed / alone],
            [1.25],
            lower=True,
            digits=2,
        )
        yield Row(
            "seconds until read, indexed, all done; embedding alone; its passages a second",
            [
                ended["pages"] - began,
                until_indexed,
                whole,
                alone,
                len(passages) / alone,
            ],
            digits=1,
        )

    def _passages(self, kabar: Kabar) -> list[StoredPassage]:
        """Return every passage of the library."""
        storage = open_storage(self._settings.data_dir)
        try:
            return storage.get_passages([each for each, _ in storage.iterate_vectors(kabar.model)])
        finally:
            storage.close()

    def _asked(self, kabar: Kabar) -> Iterator[Row]:
        questions = [
            article.title.rpartition(" (")[0] + "?" for article in long_articles(ARTICLES, seed=1)
        ]
        self._chance.shuffle(questions)
        before = kabar.statistics().passages
        self._ask(kabar, questions[:20], lambda: False)
        idle = self._ask(kabar, questions[:_IDLE_QUESTIONS], lambda: False)
        began = time.perf_counter()
        took: list[float] = []

        def read() -> None:
            kabar.newsroom.fetch()
            took.append(time.perf_counter() - began)

        reading = threading.Thread(target=read)
        reading.start()
        busy = self._ask(kabar, questions * 20, lambda: not reading.is_alive())
        reading.join()
        idle += self._ask(kabar, questions[:_IDLE_QUESTIONS], lambda: False)
        yield Row(
            f"{len(busy)} questions while a round is read, p95 over that of {len(idle)} idle ones",
            [_p95(busy) / _p95(idle)],
            [2],
            lower=True,
            digits=2,
        )
        yield Row(
            "milliseconds of a question: idle p50, p95; while reading p50, p95, the longest",
            [1000 * each for each in (median(idle), _p95(idle), median(busy), _p95(busy))]
            + [1000 * max(busy)],
            digits=1,
        )
        yield Row(
            "passages embedded a second while reading and asked",
            [(kabar.statistics().passages - before) / took[0]],
            digits=1,
        )

    def _ask(
        self, kabar: Kabar, questions: Sequence[str], enough: Callable[[], bool]
    ) -> list[float]:
        """Ask like a person among many; return the seconds that each answer took."""
        took = []
        for question in questions:
            if enough():
                break
            took.append(_seconds(lambda q=question: kabar.ask(q, Filters())))
            time.sleep(self._chance.uniform(0, 2 * _PAUSE))
        return took


def by_feed(articles: Sequence[NewsArticle], feeds: int) -> list[list[NewsArticle]]:
    """Deal articles to feeds."""
    return [list(articles[number::feeds]) for number in range(feeds)]


def embed(kabar: Kabar, passages: Sequence[StoredPassage]) -> None:
    """Embed passages with their sentences, and do nothing else."""
    for _ in kabar.embedder.embed_passages(
        [each.text for each in passages],
        [
            [
                span._replace(
                    start=span.start - each.passage.start, end=span.end - each.passage.start
                )
                for span in each.passage.sentences
            ]
            for each in passages
        ],
    ):
        pass


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
