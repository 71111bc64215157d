"""A line of the benchmark's table: what, measured, at least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line; ``floors`` are held against the first figures."""

    what: str
    figures: Sequence[float]
    floors: Sequence[float] = ()
    lower: bool = False
    digits: int = 3

    def __str__(self) -> str:
        shown = " / ".join(f"{figure:.{self.digits}f}" for figure in self.figures)
        if not self.floors:
            return f"{self.what:<86} {shown}"
        met = all(
            figure <= floor if self.lower else figure >= floor
            for figure, floor in zip(self.figures, self.floors, strict=False)
        )
        floors = " / ".join(f"{floor:g}" for floor in self.floors)
        return f"{self.what:<86} {shown:<22} {'≤' if self.lower else '≥'} {floors}{'' if met else '   MISSED'}"
