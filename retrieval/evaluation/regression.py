"""The regressions that calibrations are made of; no weight is ever negative.

More of a signal never makes a passage worse or an answer less likely: signals that say nearly the
same must not be set against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.answering.confidence import SIGNALS

if TYPE_CHECKING:
    from numpy.typing import NDArray

Ranking = tuple["NDArray[np.floating[Any]]", "NDArray[np.bool_]"]
"""A question's candidates: features, shape (n, features), and which are right, one at least."""

_RIDGE = 1e-3


def fit_listwise(
    rankings: Sequence[Ranking], ridge: float, counts: Sequence[float] | None = None
) -> NDArray[np.float64]:
    """Fit the weights of a score by listwise logistic regression.

    The loss of a question is ``log sum exp(all candidates) - log sum exp(right)``.

    Args:
        rankings: Questions.
        ridge: What the squares of the weights count, of features of unit spread.
        counts: As how many questions each counts; without, as one.

    Returns:
        A weight for each feature, float64, shape (features,).

    Raises:
        ValueError: There is no question.
    """
    from scipy.optimize import minimize
    from scipy.special import logsumexp, softmax

    if not rankings:
        raise ValueError("no question to fit to")
    shares = np.ones(len(rankings)) if counts is None else np.array(counts)
    shares /= shares.sum()
    spread = np.concatenate([rows for rows, _ in rankings]).std(axis=0) + 1e-9

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = 0.0
        gradient = np.zeros(len(weights))
        for (rows, right), share in zip(rankings, shares, strict=True):
            scaled = rows / spread
            scores = scaled @ weights
            total += share * float(logsumexp(scores) - logsumexp(scores[right]))
            of_right = softmax(scores[right]) @ scaled[right]
            gradient += share * (softmax(scores) @ scaled - of_right)
        return total + ridge * float(weights @ weights), gradient + 2 * ridge * weights

    bounds = [(0, None)] * len(spread)
    fitted = minimize(loss, np.ones(len(spread)), jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(fitted.x / spread)


def fit_regression(
    signals: NDArray[np.float64], answered: NDArray[np.bool_], names: Sequence[str] = SIGNALS
) -> dict[str, Any]:
    """Fit one logistic regression.

    Args:
        signals: float64, shape (questions, len(names)).
        answered: bool, shape (questions,).
        names: What the signals are called.

    Returns:
        Intercept and coefficients, as `retrieval.answering.confidence.Regression` takes them.
    """
    from scipy.optimize import minimize

    spread = signals.std(axis=0) + 1e-9
    scaled = np.column_stack([signals / spread, np.ones(len(signals))])
    # Each side counts as much as the other, however many questions it has.
    shares = np.where(answered, 0.5 / answered.sum(), 0.5 / (~answered).sum())
    signs = np.where(answered, 1.0, -1.0)

    def loss(factors: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (scaled @ factors)
        value = float(shares @ np.logaddexp(0, -margins)) + _RIDGE * float(factors @ factors)
        slope = -shares * signs / (1 + np.exp(np.clip(margins, -30, 30)))
        return value, scaled.T @ slope + 2 * _RIDGE * factors

    bounds = [*[(0, None)] * len(names), (None, None)]
    start = np.zeros(len(names) + 1)
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    logits = scaled @ fitted
    return {
        "intercept": round(float(fitted[-1]) - _equal_error(logits, answered), 4),
        "coefficients": {
            name: round(float(value), 4)
            for name, value in zip(names, fitted[:-1] / spread, strict=True)
        },
    }


def _equal_error(logits: NDArray[np.float64], answered: NDArray[np.bool_]) -> float:
    """Return the logit from which as large a share is wrongly answered as wrongly refused."""
    bars = np.sort(logits)
    refused = np.searchsorted(np.sort(logits[answered]), bars) / answered.sum()
    accepted = 1 - np.searchsorted(np.sort(logits[~answered]), bars) / (~answered).sum()
    return float(bars[np.argmin(np.abs(refused - accepted))])
