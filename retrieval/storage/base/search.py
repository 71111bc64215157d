"""What an engine promises of search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from retrieval.records import Filters, Match

if TYPE_CHECKING:
    from retrieval.records import Vector


class SearchStorage(Protocol):
    """Two ways to find passages. At most ``k``, best first, ties by passage id.

    Filters narrow before ``k`` is counted: with k matches left by a filter, k are returned.
    """

    def search_vectors(
        self, vector: Vector, k: int, filters: Filters | None = None, *, model: str
    ) -> list[Match]:
        """Find the passages nearest to a vector; the score is the cosine, in [-1, 1]."""
        ...

    def search_text(
        self, terms: Sequence[str], k: int, filters: Filters | None = None, *, model: str
    ) -> list[Match]:
        """Find passages with any of these analysed terms; the score is comparable by rank only.

        Terms are data, never query syntax: any string is a legal term. Terms that a large
        part of the library contains may be left out where others remain.
        """
        ...

    def document_frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """Return in how many passages each term occurs (all models counted), 0 included.

        A count of 100 or more may be as much as a hundredth behind.
        """
        ...

    def count_passages(self, model: str) -> int:
        """Return the number of passages of this model, from memory where it can be."""
        ...
