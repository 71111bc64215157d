"""How well articles about one event are brought together, and how fast.

Measured over labelled fictional articles (``tests/stories/data``). The rule was fitted and its
threshold chosen on the development part alone; the held-back part says how good it is. The two
are never in one library. Articles arrive one after another in the order of their dates, but where
another order is named.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from itertools import combinations_with_replacement, count
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.background import Background
from retrieval.indexing.embedder import Embedder
from retrieval.indexing.indexer import Indexer
from retrieval.indexing.recipe import BUNDLED
from retrieval.records import Article, IndexedArticle
from retrieval.storage.engines import open_storage
from retrieval.stories.levels import Levels
from retrieval.stories.window import Window
from tests.benchmarks.table import Row
from tests.stories.arrivals import MODEL, Arrivals, one_by_one
from tests.stories.labelled import PARTS, Labelled, compare, read_labelled

if TYPE_CHECKING:
    from retrieval.records import Vector, Vectors

FLOOR = 0.90
_ORDERS = 10
_MEMBERS = 20_000
_NEW = 500
_SECONDS = 2.0
_DAYS = 4.0
_NOISE = 0.6


class Stories:
    """Measures over the labelled articles.

    Args:
        work: An empty folder to work in.
        models: Where the bundled model is unpacked.
        embedder: The model, where it is open already.
    """

    def __init__(self, work: Path, models: Path, embedder: Embedder | None = None) -> None:
        self._work = work
        self._models = models
        self._opened = embedder
        self._numbers = count()
        self._indexed: dict[str, dict[str, IndexedArticle]] = {}
        self._known: dict[str, Vector] = {}

    @cached_property
    def _embedder(self) -> Embedder:
        return self._opened or Embedder(BUNDLED, self._models)

    @cached_property
    def _background(self) -> Background:
        return Background(self._embed)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as passages; each once, as articles arrive in many orders."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        vectors = self._embedder.embed_passages(new, [[] for _ in new])
        self._known.update((text, vector) for text, (vector, _) in zip(new, vectors, strict=True))
        return np.stack([self._known[text] for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as questions."""
        return self._embedder.embed_queries(texts)

    def unrelated(self, language: str | None) -> Vectors:
        """Return vectors of unrelated sentences in a language."""
        return self._background.cohort(language)

    def arrivals(self, articles: tuple[Article, ...]) -> Arrivals:
        """Return an empty library to which articles can be delivered."""
        folder = self._work / f"stories-{next(self._numbers)}"
        key = articles[0].id
        if key not in self._indexed:
            with closing(open_storage(folder)) as storage:
                derived = Indexer(storage, self._embedder, MODEL).index_articles(articles)
            self._indexed[key] = {each.article_id: each for each in derived}
        return Arrivals(
            folder, self._indexed[key], embed=self._embed, unrelated=self._background.cohort
        )

    def window(self, labelled: Labelled) -> Window:
        """Return a settled window that holds every labelled article."""
        with closing(self.arrivals(labelled.articles)) as arrivals:
            arrivals.arrive([labelled.articles])
            first, last = labelled.articles[0], labelled.articles[-1]
            assert first.published_at is not None
            assert last.published_at is not None
            until = last.published_at + timedelta(seconds=1)
            levels = Levels(self._background.cohort)
            levels.add(arrivals.storage.latest_story_vectors(MODEL, len(labelled.articles)))
            window = Window(levels)
            window.add(arrivals.storage.story_members(MODEL, first.published_at, until))
            window.settle()
            return window

    def rows(self) -> Iterator[Row]:
        """Measure everything, a row at a time."""
        for part in PARTS:
            yield from self._agreement(part, read_labelled(part))
        yield self._speed(read_labelled("development"))

    def _agreement(self, part: str, labelled: Labelled) -> Iterator[Row]:
        with closing(self.arrivals(labelled.articles)) as arrivals:
            found = arrivals.arrive(one_by_one(labelled.articles))
        agreement = compare(labelled, found)
        name = f"stories, {part}: {len(labelled.articles)} articles"
        yield Row(f"{name}: pairwise F1", [agreement.f1], [FLOOR])
        yield Row(
            f"{name}: precision / recall / stories / found",
            [
                agreement.precision,
                agreement.recall,
                len(set(labelled.stories.values())),
                len(set(found.values())),
            ],
        )
        yield from self._languages(part, labelled, found)
        for what, shuffled in (
            (f"{_ORDERS} orders within each day", labelled.shuffled_within_days),
            (f"{_ORDERS} orders of any kind", labelled.shuffled),
        ):
            figures = []
            for seed in range(_ORDERS):
                with closing(self.arrivals(labelled.articles)) as arrivals:
                    found = arrivals.arrive(one_by_one(shuffled(seed)))
                figures.append(compare(labelled, found).f1)
            yield Row(
                f"stories, {part}, {what}: F1 mean / lowest / highest",
                [mean(figures), min(figures), max(figures)],
            )

    @staticmethod
    def _languages(part: str, labelled: Labelled, found: dict[str, int]) -> Iterator[Row]:
        languages = sorted({article.language or "" for article in labelled.articles})
        for pair in combinations_with_replacement(languages, 2):
            agreement = compare(labelled, found, pair)
            if agreement.labelled:
                yield Row(
                    f"stories, {part}, {'-'.join(pair)}: precision / recall of {agreement.labelled} pairs",
                    [agreement.precision, agreement.recall],
                )

    def _speed(self, labelled: Labelled) -> Row:
        """Time 500 articles that meet 20,000, all seen within four days.

        They are the labelled ones with noise in their vectors and words of their own.
        """
        with closing(self.arrivals(labelled.articles)) as arrivals:
            originals = self._indexed[labelled.articles[0].id]
            chance = np.random.default_rng(0)
            first = labelled.articles[0].published_at
            assert first is not None
            storage = arrivals.storage
            for start in range(0, _MEMBERS + _NEW, _NEW):
                articles, indexed = [], []
                for number in range(start, start + _NEW):
                    original = labelled.articles[number % len(labelled.articles)]
                    # The last 500 come after the others.
                    share = number / (_MEMBERS + _NEW)
                    article = replace(
                        original,
                        id=f"copy-{number}",
                        text=_mixed(original.text, chance),
                        published_at=first + timedelta(days=_DAYS * share),
                    )
                    articles.append(article)
                    indexed.append(_noisy(originals[original.id], article, chance))
                storage.write_articles(articles)
                storage.write_passages(MODEL, indexed)
                began = time.perf_counter()
                assigned = arrivals.keeper.assign_pending()
                took = time.perf_counter() - began
                assert assigned == _NEW
            sizes = Counter(storage.story_of([f"copy-{n}" for n in range(_MEMBERS)]).values())
        return Row(
            f"stories: seconds for {_NEW} articles beside {_MEMBERS} of 4 days (in {len(sizes)} stories)",
            [took],
            [_SECONDS],
            lower=True,
        )


def _mixed(text: str, chance: np.random.Generator) -> str:
    words = text.split()
    chance.shuffle(words)
    return " ".join(words)


def _noisy(
    original: IndexedArticle, article: Article, chance: np.random.Generator
) -> IndexedArticle:
    passages = []
    for passage in original.passages[:1]:
        noise = chance.standard_normal(passage.vector.shape).astype(np.float32)
        vector = passage.vector + _NOISE * noise / np.linalg.norm(noise)
        vector /= np.linalg.norm(vector)
        end = min(len(article.text), passage.passage.end)
        span = replace(passage.passage, article_id=article.id, start=0, end=end, sentences=())
        empty = np.empty((0, len(vector)), np.float32)
        passages.append(replace(passage, passage=span, vector=vector, sentence_vectors=empty))
    return IndexedArticle(article.id, article.content_hash, tuple(passages))
