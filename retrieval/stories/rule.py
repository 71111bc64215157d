"""When two articles tell of one event: a logistic regression over four signals.

Signals of a pair:

- ``likeness``: the cosine of the articles' vectors after each has had its language's level taken
  away (`retrieval.stories.levels`);
- ``names``: the square root of the cosine of their names, each weighted by how rare it is;
- ``days``: the logarithm of one more than the days between them;
- ``same_language``: 1 for two articles in one language, else 0.

Words other than names were tried and left out, and so were a second regression for pairs in one
language, shared numbers on their own, whether both are in one script, and likeness above that of
the nearest articles.

Articles are one story while the mean of their log-odds stays above a threshold
(`retrieval.stories.clustering`). Coefficients, data and the command that makes them again stand
in `rule.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIGNALS = ("likeness", "names", "days", "same_language")


@dataclass(frozen=True, slots=True)
class Rule:
    """What was fitted, and what was chosen with it.

    Args:
        intercept: Of the regression.
        coefficients: One for each of `SIGNALS`.
        threshold: Mean log-odds above which two groups of articles are one story.
        window_days: Articles further apart are not compared.
    """

    intercept: float
    coefficients: Mapping[str, float]
    threshold: float
    window_days: float

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Rule:
        """Read what ``tests.benchmarks.fit_stories`` wrote."""
        return cls(**{each.name: content[each.name] for each in fields(cls)})

    def log_odds(
        self,
        likeness: NDArray[np.float32],
        names: NDArray[np.float32],
        days: NDArray[np.float32],
        same_language: NDArray[np.bool_],
    ) -> NDArray[np.float32]:
        """Return the log-odds that pairs tell of one event.

        Args:
            likeness: Cosines, any shape.
            names: From 0 to 1, of the same shape.
            days: At least 0, of the same shape.
            same_language: Of the same shape.

        Returns:
            float32, of that shape.
        """
        signals = measure_signals(likeness, names, days, same_language)
        total = sum(factor * signals[name] for name, factor in self.coefficients.items())
        return np.asarray(self.intercept + total, np.float32)


def measure_signals(
    likeness: NDArray[np.float32],
    names: NDArray[np.float32],
    days: NDArray[np.float32],
    same_language: NDArray[np.bool_],
) -> dict[str, NDArray[np.float32]]:
    """Return the signals of pairs by name; the arguments are those of `Rule.log_odds`."""
    values = (likeness, names, np.log1p(days), same_language.astype(np.float32))
    return dict(zip(SIGNALS, values, strict=True))


@cache
def shipped_rule() -> Rule:
    """Return the rule that comes with the package."""
    resource = files("retrieval.stories").joinpath("rule.json")
    return Rule.from_json(json.loads(resource.read_text(encoding="utf-8")))
