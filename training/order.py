"""Fits the order of hits that were read: what a reading adds to a score, and how many are read.

A question is a competition of the hits that may be read. One without a right hit says nothing about
the order and is none. The loss of one is ``log sum exp(all) - log sum exp(right)``; no weight is
negative.

Two things are wrong with questions that were written for training, and mended here. A pair of
languages has few of them: the weights of one are fitted to those of all pairs as well, which count
the less the more it has of its own. And they are hard on search, which finds in far fewer of them
the right hit first than in news: fitted to them as they are, a reading would count for too much.
So each counts as many times as makes that share the one of Indonesian questions, half of which are
FacQA's.
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
_ENOUGH = 30
"""Questions of a pair of languages from which it gets weights of its own."""

_OTHERS = 30
"""As how many questions those of all pairs together count in the weights of one."""

_RIDGE = 1e-3
_LEAST = 1e-6
_TOLERANCE = 0.004
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
    news = competitions.get(_OWN, ())
    others = [each for pair, some in competitions.items() if pair != _OWN for each in some]
    groups = {pair: some for pair, some in competitions.items() if len(some) >= enough}
    groups[ANY_PAIR] = others or news
    order = {}
    for pair, some in groups.items():
        further = () if pair == ANY_PAIR else others
        order[pair] = fit_order(some, further, found_first(news) if news else None)
        logger.info("%s: %s", pair, _described(some, order[pair]))
    return order


def fit_order(
    competitions: Sequence[Ranking],
    others: Sequence[Ranking] = (),
    share: float | None = None,
) -> dict[str, float]:
    """Fit by how much a unit of relevance and of margin raises a score.

    Args:
        competitions: Questions.
        others: Further ones, which count as `_OTHERS` together.
        share: In which part of either search is to find the right hit first; without, as they are.

    Returns:
        A weight for each reading signal, in units of the search's score, and how far is read
        (`fit_reach`).

    Raises:
        ValueError: There is no question.
    """
    each_other = _OTHERS / max(len(others), 1)
    counts = [
        *counts_for(competitions, share),
        *(count * each_other for count in counts_for(others, share)),
    ]
    asked = [*competitions, *others]
    weights = fit_listwise(asked, _RIDGE, counts)
    each = weights[1:] / max(weights[0], _LEAST)
    named = dict(zip(READING_SIGNALS, each.tolist(), strict=True))
    named |= fit_reach(asked, each, counts)
    return {name: round(value, 5) for name, value in named.items()}


def found_first(competitions: Sequence[Ranking]) -> float:
    """Return in which share of questions, not none, search finds the right hit first."""
    return float(np.mean([right[rows[:, 0].argmax()] for rows, right in competitions]))


def counts_for(competitions: Sequence[Ranking], share: float | None) -> list[float]:
    """Return as how many questions each is to count, so that search is right first in a share.

    Their sum is the number of questions. Where search is right in all or in none, each is one.
    """
    first = found_first(competitions) if competitions else 0.0
    if share is None or first in (0.0, 1.0):
        return [1.0] * len(competitions)
    right, wrong = share / first, (1 - share) / (1 - first)
    return [right if found_first([each]) else wrong for each in competitions]


def fit_reach(
    competitions: Sequence[Ranking],
    weights: NDArray[np.float64],
    counts: Sequence[float] | None = None,
) -> dict[str, float]:
    """Fit how many hits are read, and by how much the best read must lead for it to be enough.

    The fewest readings whose mean reciprocal rank of the first right hit is within `_TOLERANCE` of
    the best of all that are tried.

    Args:
        competitions: Questions.
        weights: What a unit of each reading signal adds to a score.
        counts: As how many questions each counts; without, as one.

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
            read, reciprocal = np.average(outcomes, axis=0, weights=counts).tolist()
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
    first = found_first(competitions)
    after = np.mean([right[(rows @ weights).argmax()] for rows, right in competitions])
    return f"{len(competitions)} questions, first {first:.3f} by search, {after:.3f} read; {order}"
