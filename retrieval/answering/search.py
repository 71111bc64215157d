"""From a question to hits: two kinds of search, one order.

A question's vector finds passages by meaning in any language, its terms find names and numbers.
The best of both are read from the store and scored again, each by all scores
(`retrieval.answering.scoring`), so a passage found one way is not at a disadvantage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.question_terms import topic_weight
from retrieval.answering.scoring import (
    FEATURES,
    Question,
    inverse_document_frequency,
    score_candidates,
)
from retrieval.records import Filters, Hit, Match

if TYPE_CHECKING:
    from retrieval.answering.background import Background
    from retrieval.answering.scoring import Candidates
    from retrieval.records import Vector, Vectors
    from retrieval.storage.base import Storage

CANDIDATES = 40
"""Passages taken from each kind of search: on FacQA the right one was among so many in about 98
of 100 questions. More were not tried."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, with what is needed to choose quotes and to decide."""

    question: Question
    hits: tuple[Hit, ...]
    sentence_vectors: Mapping[int, Vectors] = field(default_factory=dict)
    """Each hit's passage id to its sentences' vectors, float32, rows of unit length."""


class Searcher:
    """Finds passages.

    Args:
        storage: The library.
        embed: Questions to float32 vectors, shape (n, d), rows of unit length.
        analyze: Text to terms, as the passages' were made.
        background: What cosines are read against.
        model: The name under which the passages are stored.
        weights: The weight of each feature of the fused score.
        clock: What time it is, in UTC.
    """

    def __init__(
        self,
        storage: Storage,
        embed: Callable[[Sequence[str]], Vectors],
        analyze: Callable[[str], list[str]],
        background: Background,
        *,
        model: str,
        weights: Mapping[str, float],
        clock: Callable[[], datetime],
    ) -> None:
        self._storage = storage
        self._embed = embed
        self._analyze = analyze
        self._background = background
        self._model = model
        self.weights = weights
        self._clock = clock
        # The text search of a question runs while its vector is made, on the other core.
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="text-search")

    def close(self) -> None:
        """End the thread of the text search."""
        self._pool.shutdown()

    def find(
        self, queries: Sequence[str], k: int, filters: Sequence[Filters | None] = ()
    ) -> list[Found]:
        """Search for several queries, embedded in one batch.

        Args:
            queries: Texts with at least a letter or a digit.
            k: The most hits of each.
            filters: What narrows each search before k is counted; none at all narrows none.

        Returns:
            For each query its hits, best first.
        """
        each = list(filters) or [None] * len(queries)
        lexical = [
            self._pool.submit(self._search_text, query, k, one)
            for query, one in zip(queries, each, strict=True)
        ]
        vectors = self._embed(queries)
        return [
            self._fuse(vector, future, k, one)
            for vector, future, one in zip(vectors, lexical, each, strict=True)
        ]

    def _search_text(
        self, query: str, k: int, filters: Filters | None
    ) -> tuple[dict[str, float], list[Match]]:
        terms = list(dict.fromkeys(self._analyze(query)))
        frequencies = self._storage.document_frequencies(terms)
        passages = self._storage.count_passages(self._model)
        weights = {
            term: topic_weight(term)
            * inverse_document_frequency(passages, min(frequencies[term], passages))
            for term in terms
        }
        limit = max(k, CANDIDATES)
        return weights, self._storage.search_text(terms, limit, filters, model=self._model)

    def _fuse(
        self,
        vector: Vector,
        lexical: Future[tuple[dict[str, float], list[Match]]],
        k: int,
        filters: Filters | None,
    ) -> Found:
        limit = max(k, CANDIDATES)
        dense = self._storage.search_vectors(vector, limit, filters, model=self._model)
        weights, by_text = lexical.result()
        question = Question(vector, weights)
        ids = dict.fromkeys(match.passage_id for match in (*dense, *by_text))
        passages = self._storage.get_passages(list(ids))
        if not passages:
            return Found(question, ())
        candidates = score_candidates(
            question,
            passages,
            weights=self.weights,
            level=partial(self._background.level, vector),
            analyze=self._analyze,
            now=self._clock(),
        )
        hits = _hits(candidates, dense, by_text, k)
        shown = {hit.passage_id for hit in hits}
        vectors = {each.id: each.sentence_vectors for each in passages if each.id in shown}
        return Found(question, hits, vectors)


def _hits(
    candidates: Candidates, dense: Sequence[Match], lexical: Sequence[Match], k: int
) -> tuple[Hit, ...]:
    dense_ranks = {match.passage_id: rank for rank, match in enumerate(dense, start=1)}
    lexical_ranks = {match.passage_id: rank for rank, match in enumerate(lexical, start=1)}
    lexical_scores = {match.passage_id: match.score for match in lexical}
    ids = np.array([passage.id for passage in candidates.passages])
    order = np.lexsort((ids, -candidates.fused))
    hits = []
    for row in order[:k].tolist():
        stored = candidates.passages[row]
        features = candidates.features[row].tolist()
        hits.append(
            Hit(
                passage_id=stored.id,
                article=stored.article,
                passage=stored.passage,
                score=float(candidates.fused[row]),
                dense=features[0] if stored.id in dense_ranks else None,
                dense_rank=dense_ranks.get(stored.id),
                lexical=lexical_scores.get(stored.id),
                lexical_rank=lexical_ranks.get(stored.id),
                sentence_scores=tuple(candidates.sentence_cosines[row].tolist()),
                signals=dict(zip(FEATURES, features, strict=True)),
            )
        )
    return tuple(hits)
