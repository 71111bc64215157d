"""What a reading counts, fitted to a few made-up questions."""

from __future__ import annotations

import numpy as np

from training.calibrate import Competition, fit_order, fit_orders, mean_logit


def competitions(helps: bool) -> list[Competition]:
    """Questions whose search is blind; relevance tells the right hit, or nothing."""
    draw = np.random.default_rng(1)
    made = []
    for _ in range(200):
        rows = draw.normal(0, 1, (4, 3)) * [0.05, 1, 1]
        right = np.zeros(4, bool)
        right[draw.integers(4)] = True
        rows[:, 0] += 0.05 * right
        rows[:, 1] += 3 * right * helps - 3 * right * (not helps)
        made.append((rows, right))
    return made


def test_what_helps_has_a_weight() -> None:
    order = fit_order(competitions(helps=True))
    assert order["relevance"] > 0.01
    assert order["relevance"] > 5 * order["margin"]


def test_what_misleads_has_none() -> None:
    assert fit_order(competitions(helps=False))["relevance"] == 0


def test_nearly_every_right_hit_gains_no_more_than_the_most() -> None:
    made = competitions(helps=True)
    order = fit_order(made)
    factors = np.array([order["relevance"], order["margin"]])
    added = np.concatenate([rows[right, 1:] @ factors for rows, right in made])
    assert 0.94 <= (added <= order["most"]).mean() <= 0.96


def test_a_pair_of_languages_with_few_questions_has_the_weights_of_all_others() -> None:
    made = competitions(helps=True)
    order = fit_orders({"id-id": made, "en-en": made[:80], "zh-en": made[:9]}, enough=60)
    assert sorted(order) == ["*", "en-en", "id-id"]
    assert order["*"] == fit_order([*made[:80], *made[:9]])


def test_the_mean_logit_two_regressions_has_the_mean_logit_their_logits() -> None:
    first = {"intercept": 1.0, "coefficients": {"coverage": 2.0}}
    second = {"intercept": -2.0, "coefficients": {"coverage": 1.0, "margin": 3.0}}
    assert mean_logit(first, second) == {
        "intercept": -0.5,
        "coefficients": {"coverage": 1.5, "margin": 1.5},
    }
