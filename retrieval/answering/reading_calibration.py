"""What a reading counts: for the order of hits, for refusing, and for marking an answer.

Everything was fitted to questions that the reader was not trained on (`training.calibrate`) and
stands beside the weights, in ``reader.json``. For the order, weights are those of the pair of
languages of question and passage, where there were questions of that pair to fit them to, else
those of all others together. No weight is negative, and one that did not help is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retrieval.answering.confidence import Decision, Regression

if TYPE_CHECKING:
    from retrieval.records import Hit, Reading

ANY_PAIR = "*"
READING_SIGNALS = ("relevance", "margin")
HITS = "hits"
LEAD = "lead"
_LIMIT = 12.0
"""Logits beyond say nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCalibration(Decision):
    """Everything about the reader that was fitted to held-back data.

    Args:
        order: A pair of languages (``id-id``) or `ANY_PAIR`, to what each reading signal adds
            to a hit's score; as `HITS`, how many hits are read at most; and as `LEAD`, how far
            above a hit's score the best one read must be for that hit not to be read.
        refuses: Languages of passages that refusing was fitted to; of others search decides alone.
        mark_from: The margin from which the span is shown as the answer.
    """

    order: Mapping[str, Mapping[str, float]]
    refuses: frozenset[str]
    mark_from: float

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> ReadingCalibration:
        """Read what `training.calibrate` fitted.

        Raises:
            KeyError: Something is missing.
        """
        for pair in (content["order"][ANY_PAIR], *content["order"].values()):
            if absent := {*READING_SIGNALS, HITS, LEAD} - pair.keys():
                raise KeyError(*absent)
        return cls(
            order=content["order"],
            refuses=frozenset(content["refuses"]),
            same_language=Regression(**content["same_language"]),
            other_language=Regression(**content["other_language"]),
            threshold=content["threshold"],
            mark_from=content["mark_from"],
        )

    def raise_of(self, reading: Reading | None, asked: str | None, told: str | None) -> float:
        """Return what a reading adds to its hit's score.

        Args:
            reading: None adds nothing.
            asked: The question's language.
            told: The passage's.
        """
        if reading is None:
            return 0.0
        weights = self._of_pair(asked, told)
        signals = reading_signals(reading)
        return sum(weights[name] * signals[name] for name in READING_SIGNALS)

    def reads(
        self, number: int, score: float, best: float, asked: str | None, told: str | None
    ) -> bool:
        """Say whether a hit is read.

        Args:
            number: How many come before it.
            score: Its own.
            best: The highest score of those that were read, with what reading added.
            asked: The question's language.
            told: The passage's.
        """
        return is_read(number, score, best, self._of_pair(asked, told))

    def _of_pair(self, asked: str | None, told: str | None) -> Mapping[str, float]:
        return self.order.get(f"{asked}-{told}", self.order[ANY_PAIR])


def deciding(hit: Hit, search: Decision, reading: ReadingCalibration | None) -> Decision:
    """Return what decides on a hit: what knows its reading, where it was fitted to its language.

    Args:
        hit: Read or not.
        search: What decides by search alone.
        reading: None where nothing reads.
    """
    if reading and hit.reading and hit.article.language in reading.refuses:
        return reading
    return search


def reading_signals(reading: Reading) -> dict[str, float]:
    """Return a reading's signals, by name, each within bounds."""
    return {
        "relevance": max(-_LIMIT, min(reading.relevance, _LIMIT)),
        "margin": max(-_LIMIT, min(reading.margin, _LIMIT)),
    }


def is_read(number: int, score: float, best: float, pair: Mapping[str, float]) -> bool:
    """Say whether a hit is read, by its pair's ``HITS`` and ``LEAD``; see `reads`."""
    return number < pair[HITS] and best < score + pair[LEAD]
