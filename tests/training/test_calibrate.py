"""What a reading counts for refusing."""

from __future__ import annotations

from training.calibrate import mean_logit


def test_the_mean_of_two_regressions_has_the_mean_of_their_logits() -> None:
    first = {"intercept": 1.0, "coefficients": {"coverage": 2.0}}
    second = {"intercept": -2.0, "coefficients": {"coverage": 1.0, "margin": 3.0}}
    assert mean_logit(first, second) == {
        "intercept": -0.5,
        "coefficients": {"coverage": 1.5, "margin": 1.5},
    }
