"""The articles of a span of time as arrays, by story: what all compositions over it share.

Always true: stories are ascending by id, each has an article, and nothing here depends on who
reads the digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from retrieval.records.independence import count_independent
from retrieval.stories.levels import Levels, Unrelated, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.records import Candidate, DigestStory, Vectors


class Span:
    """What came in between two moments.

    Args:
        candidates: The articles that may be told.
        since: From when they were looked for.
        until: Up to when.
        unrelated: A language to vectors of unrelated sentences in it.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        since: datetime,
        until: datetime,
        unrelated: Unrelated,
    ) -> None:
        self.since = since
        self.until = until
        self.candidates = candidates
        languages = [candidate.language for candidate in candidates]
        vectors = _stack(candidates)
        self.levels = Levels.of_articles(vectors, languages, unrelated)
        self.vectors: Vectors = self.levels.centre(vectors, languages)
        """Of each article, without its language's level, shape (articles, d)."""
        stories = np.array([candidate.story_id for candidate in candidates], np.int64)
        self.stories, self.story_of = np.unique(stories, return_inverse=True)
        """Ids of the stories, ascending; and each article's place among them."""
        order = np.argsort(self.story_of, kind="stable")
        bounds = np.searchsorted(self.story_of[order], np.arange(len(self.stories) + 1))
        self.rows: list[NDArray[np.intp]] = [order[start:end] for start, end in pairwise(bounds)]
        """Of each story, its articles."""
        self.centres: Vectors = self._centres(vectors.shape[1])
        """Of each story, the mean of its articles' vectors, of unit length."""
        self.sources = np.array(
            [count_independent(self.articles_of(place)) for place in range(len(self.stories))],
            np.int64,
        )
        """Of each story, how many outlets told it by themselves in this span."""
        self.age_hours = np.array(
            [self._age(place) for place in range(len(self.stories))], np.float64
        )
        """Of each story, how long before ``until`` its newest article was seen."""
        self.tellings: dict[tuple[int, str], DigestStory | None] = {}
        """What was made of a story already, by its place and a language; for all who were not
        told it before."""

    def __len__(self) -> int:
        return len(self.stories)

    def articles_of(self, place: int) -> list[Candidate]:
        """Return a story's articles of this span."""
        return [self.candidates[row] for row in self.rows[place]]

    def _centres(self, dimension: int) -> Vectors:
        sums = np.zeros((len(self.stories), dimension), np.float32)
        np.add.at(sums, self.story_of, self.vectors)
        return unit(sums)

    def _age(self, place: int) -> float:
        newest = max(each.seen_at for each in self.articles_of(place))
        return max(0.0, (self.until - newest).total_seconds() / 3600)


def _stack(candidates: Sequence[Candidate]) -> Vectors:
    if not candidates:
        return np.zeros((0, 0), np.float32)
    return np.stack([candidate.vector for candidate in candidates])
