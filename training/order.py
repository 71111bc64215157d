"""Fits the order of hits that were read: what a reading adds to a score, and how many are read.

A question is a competition of the hits that may be read. One without a right hit says nothing about
the order and is none.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.answering.close_reading import READ_HITS
from retrieval.answering.reading_calibration import ANY_PAIR, HITS, LEAD, READING_SIGNALS, is_read
from retrieval.evaluation.regression import Ranking, fit_listwise

if TYPE_CHECKING:
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

_OWN = "id-id"
_ENOUGH = 60
"""Questions of a pair of languages from which it gets weights of its own."""

_RIDGE = 1e-3
_LEAST = 1e-6
_TOLERANCE = 0.002
"""By how much fewer readings may lower the mean reciprocal rank of the right hit."""

_LEADS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
"""Leads that are tried, as shares of what reading adds to nearly every right hit at most."""

_NEARLY_EVERY = 0.95


def fit_orders(
    competitions: Mapping[str, Sequence[Ranking]], enough: int = _ENOUGH
) -> dict[str, dict[str, float]]:
    """Fit the order of each pair of languages with enough questions, and of all but one together.

    Args:
        competitions: Of each pair of languages: the question's, and its article's.
        enough: Questions from which a pair is fitted by itself.

    Raises:
        ValueError: There is no question.
    """
    others = [each for pair, some in competitions.items() if pair != _OWN for each in some]
    groups = {pair: some for pair, some in competitions.items() if len(some) >= enough}
    order = {}
    for pair, some in {**groups, ANY_PAIR: others or competitions.get(_OWN, ())}.items():
        order[pair] = fit_order(some)
        logger.info("%s: %s", pair, _described(some, order[pair]))
    return order


def fit_order(competitions: Sequence[Ranking]) -> dict[str, float]:
    """Fit by how much a unit of relevance and of margin raises a score.

    The loss of a question is ``log sum exp(all) - log sum exp(right)``; no weight is negative.

    Returns:
        A weight for each reading signal, in units of the search's score, and how far is read
        (`fit_reach`).

    Raises:
        ValueError: There is no question.
    """
    weights = fit_listwise(competitions, _RIDGE)
    each = weights[1:] / max(weights[0], _LEAST)
    named = dict(zip(READING_SIGNALS, each.tolist(), strict=True))
    named |= fit_reach(competitions, each)
    return {name: round(value, 5) for name, value in named.items()}


def fit_reach(competitions: Sequence[Ranking], weights: NDArray[np.float64]) -> dict[str, float]:
    """Fit how many hits are read, and by how much the best read must lead for it to be enough.

    The fewest readings whose mean reciprocal rank of the first right hit is within `_TOLERANCE` of
    the best of all that are tried.

    Args:
        competitions: Questions.
        weights: What a unit of each reading signal adds to a score.

    Returns:
        ``HITS`` and ``LEAD``, as `ReadingCalibration` has them.
    """
    added = [rows[:, 1:] @ weights for rows, _ in competitions]
    gains = [each[right] for each, (_, right) in zip(added, competitions, strict=True)]
    most = max(float(np.quantile(np.concatenate(gains), _NEARLY_EVERY)), 0.0)
    tried = []
    for hits in range(1, READ_HITS + 1):
        for lead in (share * most for share in _LEADS):
            reach = {HITS: float(hits), LEAD: lead}
            outcomes = [
                _outcome(rows[:, 0], each, right, reach)
                for each, (rows, right) in zip(added, competitions, strict=True)
            ]
            read, reciprocal = np.mean(outcomes, axis=0).tolist()
            tried.append((read, -reciprocal, hits, lead))
    best = min(lost for _, lost, _, _ in tried)
    read, lost, hits, lead = min(each for each in tried if each[1] <= best + _TOLERANCE)
    logger.info("%.2f readings, mean reciprocal rank %.4f of %.4f", read, -lost, -best)
    return {HITS: hits, LEAD: lead}


def _outcome(
    scores: NDArray[np.floating[Any]],
    added: NDArray[np.floating[Any]],
    right: NDArray[np.bool_],
    reach: Mapping[str, float],
) -> tuple[int, float]:
    """Return how many hits the product reads, and the first right one's reciprocal rank then."""
    read, best = 0, -np.inf
    while read < len(scores) and is_read(read, scores[read], best, reach):
        best = max(best, scores[read] + added[read])
        read += 1
    order = np.argsort(-(scores + added)[:read], kind="stable").tolist()
    order += range(read, len(scores))
    return read, 1 / (1 + int(np.argmax(right[order])))


def _described(competitions: Sequence[Ranking], order: dict[str, float]) -> str:
    weights = np.array([1.0, *(order[name] for name in READING_SIGNALS)])
    first = np.mean([right[rows[:, 0].argmax()] for rows, right in competitions])
    after = np.mean([right[(rows @ weights).argmax()] for rows, right in competitions])
    return f"{len(competitions)} questions, first {first:.3f} by search, {after:.3f} read; {order}"
