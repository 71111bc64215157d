"""The regressions of calibrations, fitted to made-up questions."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.evaluation.regression import Ranking, fit_listwise, fit_regression

NAMES = ("helps", "misleads", "says nothing")


def rankings() -> list[Ranking]:
    draw = np.random.default_rng(1)
    made = []
    for _ in range(200):
        rows = draw.normal(0, 1, (5, 3))
        right = np.arange(5) == draw.integers(5)
        rows[right] += [2, -2, 0]
        made.append((rows, right))
    return made


def test_a_score_weighs_what_tells_right_candidates() -> None:
    helps, misleads, nothing = fit_listwise(rankings(), 1e-3)
    assert helps > 1
    assert misleads == 0
    assert nothing < helps / 5


def test_a_weight_is_one_of_the_feature_as_it_is() -> None:
    larger = [(rows * [10, 1, 1], right) for rows, right in rankings()]
    assert fit_listwise(larger, 1e-3)[0] == pytest.approx(
        fit_listwise(rankings(), 1e-3)[0] / 10, rel=1e-3
    )


def test_a_ridge_makes_weights_smaller() -> None:
    assert fit_listwise(rankings(), 1.0)[0] < fit_listwise(rankings(), 1e-3)[0]


def test_nothing_is_fitted_to_no_question() -> None:
    with pytest.raises(ValueError, match="no question"):
        fit_listwise([], 1e-3)


def test_as_many_are_wrongly_answered_as_wrongly_refused() -> None:
    draw = np.random.default_rng(2)
    answered = np.arange(900) < 300
    signals = draw.normal(0, 1, (900, 3)) + np.outer(answered, [2, -2, 0])
    fitted = fit_regression(signals, answered, NAMES)
    assert fitted["coefficients"]["helps"] > 1
    assert fitted["coefficients"]["misleads"] == 0
    logits = signals @ [fitted["coefficients"][name] for name in NAMES] + fitted["intercept"]
    wrong, refused = np.mean(logits[~answered] >= 0), np.mean(logits[answered] < 0)
    assert 0.05 < wrong < 0.3
    assert wrong == pytest.approx(refused, abs=0.01)
