"""How well it is told that outlets say the same, or tell it differently, and how long that takes.

Measured over labelled pairs of sentences (``tests/answering/data``), alone and among the other
sentences of a report. The bars were chosen on the development half; the half held back says how
good they are. Then questions are asked of the invented articles of `tests/stories`: how often
others are named there, and what it costs an answer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.agreement import Relation
from retrieval.answering.background import Background
from retrieval.answering.outlets import Outlets
from retrieval.answering.quotes import MAX_QUOTES, choose_quotes
from retrieval.indexing.analyzer import analyze
from retrieval.kabar import open_kabar
from retrieval.settings import RetrievalSettings
from retrieval.storage.engines import open_storage
from retrieval.stories.levels import Levels
from tests.answering.labelled_pairs import PARTS, Judge, read_pairs, scores
from tests.benchmarks.table import Row
from tests.stories.labelled import read_labelled

if TYPE_CHECKING:
    from retrieval.indexing.embedder import Embedder
    from retrieval.kabar import Kabar
    from retrieval.records import Vectors

PRECISION = 0.95
"""Of what is named as telling the same: a wrong name is a false claim."""
MILLISECONDS = 2.0


class AgreementBench:
    """Measures over the labelled pairs, and over a library of several outlets.

    Args:
        work: An empty folder to work in.
        models: Where the bundled model is unpacked.
    """

    def __init__(self, work: Path, models: Path) -> None:
        self._settings = {"KABAR_DATA_DIR": work / "agreement", "KABAR_MODEL_DIR": models}

    def rows(self) -> Iterator[Row]:
        """Measure, a row at a time."""
        with open_kabar(RetrievalSettings.from_env(**self._settings)) as kabar:
            for part in PARTS:
                yield from self._pairs(part, kabar.embedder)
            yield from self._answers(kabar)

    def _pairs(self, part: str, embedder: Embedder) -> Iterator[Row]:
        pairs = read_pairs(part)
        judge = Judge(embedder, Levels(_Cohorts(embedder).background.cohort))
        for alone in (True, False):
            relations = judge.relations(pairs, alone=alone)
            where = f"{len(pairs)} pairs, {part}, {'alone' if alone else 'in a report'}"
            for relation in (Relation.SAME, Relation.DIFFERS, Relation.REPRINT):
                yield Row(
                    f"{where}: {relation.value}, precision / recall",
                    scores(pairs, relations, lambda found, meant=relation: found is meant),
                    [PRECISION] if relation is Relation.SAME else (),
                )

    def _answers(self, kabar: Kabar) -> Iterator[Row]:
        articles = read_labelled("held-back").articles
        with closing(open_storage(self._settings["KABAR_DATA_DIR"])) as storage:
            storage.write_articles(articles)
            kabar.index_pending()
            kabar.assign_stories()
            outlets = Outlets(
                _Cohorts(kabar.embedder).background.cohort,
                storage.story_places,
                analyze,
                together=MAX_QUOTES,
            )
            outlets.warm(list(kabar.statistics().languages))
            found = kabar.searcher.find([article.title for article in articles], 10)
            first, again, arranged = [], [], []
            for each in found:
                quotes = choose_quotes(each.question, each.hits, analyze)
                for took in (first, again):
                    began = time.thread_time()
                    told = outlets.arrange(quotes, each.hits, each.sentence_vectors)
                    took.append((time.thread_time() - began) * 1000)
                arranged.append(told)
        named = [any(quote.also for quote in told) for told in arranged]
        differ = [any(quote.differs for quote in told) for told in arranged]
        yield Row(
            f"{len(articles)} headlines asked: others named / told differently, share of answers",
            [sum(named) / len(named), sum(differ) / len(differ)],
        )
        yield Row(
            "milliseconds of one core for an answer: p50 / p95; the same quotes again, p50",
            [median(first), float(np.percentile(first, 95)), median(again)],
            [MILLISECONDS],
            lower=True,
        )


class _Cohorts:
    """What is unrelated in each language, embedded as passages are."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @cached_property
    def background(self) -> Background:
        return Background(self._embed)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self._embedder.embed_passages(texts, [[] for _ in texts])
        return np.stack([vector for vector, _ in vectors])
