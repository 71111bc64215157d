"""Whether what was found answers the question: a probability from a few named signals.

A logistic regression for questions in the language of the passage, and one for all others: terms
say much within a language and little across. Coefficients, the data they come from and the
command that makes them again stand in `calibration.json`; nothing here is set by hand.

Signals, all of the best hit:

- ``above_chance``: its best sentence's cosine over the best that a library of this size would
  have by chance (`retrieval.answering.background`);
- ``coverage``, ``sentence_coverage``: as in `retrieval.answering.scoring`;
- ``rare_coverage``: coverage with the weights squared, so that names count most.

None of them looks at the other hits, so a library of one article is judged as one of millions is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from retrieval.answering.scoring import Question, coverage

if TYPE_CHECKING:
    from retrieval.records import Hit

SIGNALS = (
    "above_chance",
    "coverage",
    "sentence_coverage",
    "rare_coverage",
)


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression over named signals."""

    intercept: float
    coefficients: Mapping[str, float]

    def probability(self, signals: Mapping[str, float]) -> float:
        """Return the probability, in (0, 1), that the best hit answers."""
        logit = self.intercept + sum(
            factor * signals[name] for name, factor in self.coefficients.items()
        )
        return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What decides whether a hit answers.

    Args:
        same_language: For a question in the passage's language.
        other_language: For any other.
        threshold: The probability from which a question counts as answered.
    """

    same_language: Regression
    other_language: Regression
    threshold: float

    def probability(self, signals: Mapping[str, float], same: bool) -> float:
        """Return the probability, in (0, 1), that a hit answers.

        Args:
            signals: The hit's.
            same: Whether the question is in its language.
        """
        return (self.same_language if same else self.other_language).probability(signals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration(Decision):
    """Everything about search that was fitted to data.

    Args:
        weights: Of the fused score's features.
    """

    weights: Mapping[str, float]

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Calibration:
        """Read what `retrieval.evaluation.calibrate` wrote."""
        return cls(
            weights=content["weights"],
            same_language=Regression(**content["same_language"]),
            other_language=Regression(**content["other_language"]),
            threshold=content["threshold"],
        )


@cache
def shipped_calibration() -> Calibration:
    """Return the calibration that comes with the package."""
    resource = files("retrieval.answering").joinpath("calibration.json")
    return Calibration.from_json(json.loads(resource.read_text(encoding="utf-8")))


def measure_signals(
    question: Question, best: Hit, terms: set[str], chance: float
) -> dict[str, float]:
    """Return the signals of the best hit, by name.

    Args:
        question: What is asked.
        best: The best hit.
        terms: The analysed terms of its passage and its title.
        chance: The best cosine to be expected of a library without an answer.
    """
    squared = Question(
        question.vector, {term: weight**2 for term, weight in question.weights.items()}
    )
    return {
        "above_chance": best.signals["sentence"] - chance,
        "coverage": best.signals["coverage"],
        "sentence_coverage": best.signals["sentence_coverage"],
        "rare_coverage": coverage(squared, terms),
    }
