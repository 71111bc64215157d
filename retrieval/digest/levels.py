"""Vectors without what they have in common only because they share a language.

Cosines of multilingual-e5 are higher within a language than across, whatever is told. So the mean
of a language's articles is taken away, with a fixed cohort of unrelated sentences counted in as
so many articles more: three articles about one event must not pass for their language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from retrieval.records import Vector, Vectors

PRIOR_ARTICLES = 32
"""How many articles the cohort counts for."""

Unrelated = Callable[[str | None], "Vectors"]
"""A language to vectors of unrelated sentences in it, or, where it is unknown, in another."""


class Levels:
    """The mean vector of each language among some articles.

    Args:
        vectors: The articles', float32, shape (n, d).
        languages: Theirs, n of them.
        unrelated: Gives the cohort of a language.
    """

    def __init__(
        self, vectors: Vectors, languages: Sequence[str | None], unrelated: Unrelated
    ) -> None:
        self._unrelated = unrelated
        self._levels: dict[str | None, Vector] = {}
        known = np.array([language or "" for language in languages])
        for language in dict.fromkeys(languages):
            self._levels[language] = self._level(language, vectors[known == (language or "")])

    def of(self, language: str | None) -> Vector:
        """Return a language's mean, shape (d,); of one that no article is in, its cohort's."""
        level = self._levels.get(language)
        if level is None:
            level = self._unrelated(language).mean(axis=0)
        return level

    def centre(self, vectors: Vectors, languages: Sequence[str | None]) -> Vectors:
        """Return vectors, shape (n, d), without their languages' levels, of unit length."""
        if not len(languages):
            return vectors
        levels = {language: self.of(language) for language in dict.fromkeys(languages)}
        return unit(vectors - np.stack([levels[language] for language in languages]))

    @property
    def languages(self) -> list[str | None]:
        """The languages of the articles, in the order of their first ones."""
        return list(self._levels)

    def _level(self, language: str | None, vectors: Vectors) -> Vector:
        cohort = self._unrelated(language).mean(axis=0)
        total = PRIOR_ARTICLES * cohort + vectors.sum(axis=0)
        return np.asarray(total / (PRIOR_ARTICLES + len(vectors)), np.float32)


def unit(vectors: Vectors) -> Vectors:
    """Return vectors, along the last axis, of unit length."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)
