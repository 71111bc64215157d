"""In what order stories are told.

A story's worth is the logarithm of how many outlets told it by themselves, less where all of it is
older than a day, and up to `_FRESH` more the newer it is. Logarithm: the second source says
more than the twentieth. What is near a topic comes before all else, by its worth; what is like an
article that was disliked loses up to `_DISLIKED`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.digest.candidates import Span
    from retrieval.records import Vectors

UPDATE = 0.5
"""What an update is worth of a new story with as many sources."""

_FRESH = 0.5
_HALF_LIFE_HOURS = 8.0
_NEWS_HOURS = 24.0
_LEAST_OF_OLD = 0.25
"""What age leaves of a story: the archive of a new feed comes last, and is not lost."""
_TOPIC = 10.0
"""Above every worth without: exp(9.5) sources would be needed."""
_DISLIKED = 3.0
_LIKE_FROM, _LIKE_TO = 0.3, 0.6
"""Cosines between which a story is more and more like another: 1 % of unrelated ones are above
0.41, half of two parts of one story above 0.63."""


def worth(sources: NDArray[np.int64], age_hours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what stories are worth to anybody, shape (stories,)."""
    old = np.exp2(-np.maximum(age_hours - _NEWS_HOURS, 0) / _NEWS_HOURS)
    fresh = _FRESH * np.exp2(-age_hours / _HALF_LIFE_HOURS)
    return np.asarray(np.log1p(sources) * np.maximum(old, _LEAST_OF_OLD) + fresh, np.float64)


def general_worth(span: Span) -> NDArray[np.float64]:
    """Return what the stories of a span are worth to anybody, shape (stories,)."""
    return worth(span.sources, span.age_hours)


def for_topics(
    nearness: NDArray[np.float32], bar: float
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return what topics add, and to which topic each story is near.

    Args:
        nearness: Shape (topics, stories), in deviations.
        bar: From which on a story is near.

    Returns:
        What is added, shape (stories,); and the place of the nearest topic, -1 where none is near.
    """
    if not len(nearness):
        stories = nearness.shape[1]
        return np.zeros(stories), np.full(stories, -1, np.intp)
    best = nearness.argmax(axis=0)
    highest = nearness.max(axis=0)
    near = highest >= bar
    # Nearness counts a little, so that of two like stories the nearer comes first.
    added = np.where(near, _TOPIC + highest / 10.0, 0.0)
    return added, np.where(near, best, -1)


def for_disliked(centres: Vectors, disliked: Vectors) -> NDArray[np.float64]:
    """Return what stories lose for being like disliked articles, shape (stories,), at least 0."""
    if not len(disliked) or not len(centres):
        return np.zeros(len(centres))
    closest = (centres @ disliked.T).max(axis=1)
    return np.asarray(
        _DISLIKED * np.clip((closest - _LIKE_FROM) / (_LIKE_TO - _LIKE_FROM), 0, 1), np.float64
    )
