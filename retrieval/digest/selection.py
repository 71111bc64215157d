"""Which of the ranked stories make a digest: at most two of five about the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.records import Vector

ALIKE = 0.5
"""Cosine of stories' centres from which they are about the same thing: two central banks that
hold their rates, two matches of one derby, two days of one tariff. Of 12,246 pairs of the labelled
stories 56 are above, all but a handful such."""


class Choice:
    """The stories chosen so far.

    Args:
        wanted: How many make the digest.
    """

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._most_alike = max(1, wanted * 2 // 5)
        self._groups: list[list[Vector]] = []
        self.chosen = 0

    @property
    def is_full(self) -> bool:
        """Whether there are as many as are wanted."""
        return self.chosen >= self._wanted

    def fits(self, centre: Vector) -> bool:
        """Return whether a story may be taken: not too many are about the same thing already.

        Being about the same thing is handed on: of three stories of which the second is like
        the first and the third, all are about one thing.

        Args:
            centre: The story's, shape (d,), of unit length.
        """
        return (
            1 + sum(len(self._groups[place]) for place in self._alike(centre)) <= self._most_alike
        )

    def take(self, centre: Vector) -> None:
        """Take a story that fits."""
        alike = self._alike(centre)
        others = [group for place, group in enumerate(self._groups) if place not in alike]
        merged = [each for place in alike for each in self._groups[place]]
        self._groups = [*others, [*merged, centre]]
        self.chosen += 1

    def _alike(self, centre: Vector) -> list[int]:
        """Return the places of the groups that a story is about the same thing as."""
        return [
            place
            for place, group in enumerate(self._groups)
            if any(float(each @ centre) >= ALIKE for each in group)
        ]
