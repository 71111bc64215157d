"""Whether a hit answers: a probability from signals, read against what chance would give."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.background import Background
from retrieval.answering.confidence import (
    SIGNALS,
    Regression,
    measure_signals,
    shipped_calibration,
)
from tests.answering.builders import QUESTION, Floats, hit, leaning, make_article, question

REGRESSIONS = {
    "same": shipped_calibration().same_language,
    "other": shipped_calibration().other_language,
}
signals = st.fixed_dictionaries(
    {name: st.floats(-0.3, 0.3) if name == "above_chance" else st.floats(0, 1) for name in SIGNALS}
)


# -- the regression ------------------------------------------------------------------------


@given(signals, st.sampled_from(sorted(REGRESSIONS)))
def test_confidence_is_a_probability(measured: dict[str, float], which: str) -> None:
    assert 0 < REGRESSIONS[which].probability(measured) < 1


@given(signals, st.sampled_from(SIGNALS), st.floats(0, 1), st.sampled_from(sorted(REGRESSIONS)))
def test_more_of_a_good_sign_never_makes_an_answer_less_likely(
    measured: dict[str, float], name: str, more: float, which: str
) -> None:
    regression = REGRESSIONS[which]
    raised = {**measured, name: measured[name] + more}
    before, after = regression.probability(measured), regression.probability(raised)
    factor = regression.coefficients.get(name, 0.0)
    assert after >= before - 1e-12 if factor >= 0 else after <= before + 1e-12


def test_a_logit_that_no_float_holds_is_still_a_probability() -> None:
    for size in (1e6, -1e6):
        assert 0 < Regression(0.0, {"x": size}).probability({"x": size}) < 1
    assert Regression(0.0, {}).probability({}) == 0.5


def test_no_shipped_coefficient_counts_a_good_sign_against_an_answer() -> None:
    for regression in REGRESSIONS.values():
        assert set(regression.coefficients) <= set(SIGNALS)
        assert all(factor >= 0 for factor in regression.coefficients.values())
        assert regression.coefficients["above_chance"] > 0


def test_the_threshold_is_a_probability() -> None:
    assert 0.05 < shipped_calibration().threshold < 0.95


# -- the signals ---------------------------------------------------------------------------


def test_the_signals_are_those_of_the_best_hit_against_chance() -> None:
    article = make_article("a", "Erdogan tiba di Ankara.")
    features = {"passage": 0.7, "sentence": 0.9, "coverage": 0.5, "sentence_coverage": 0.25}
    best = hit(article, [article.text], [0.9], signals=features)
    asked = question(erdogan=3.0, ankara=1.0)
    measured = measure_signals(asked, best, {"erdogan", "tiba"}, 0.85)
    assert tuple(measured) == SIGNALS
    assert measured["above_chance"] == pytest.approx(0.05)
    assert measured["coverage"] == 0.5
    assert measured["sentence_coverage"] == 0.25
    assert measured["rare_coverage"] == pytest.approx(9 / 10)


# -- the background ------------------------------------------------------------------------


class Embedded:
    """Vectors by hand: the languages' sentences lie at different cosines to the question."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, sentences: Sequence[str]) -> Floats:
        self.calls += 1
        level = 0.8 if sentences[0].isascii() else 0.7
        return np.stack([leaning(level + (i % 5) / 100) for i in range(len(sentences))])


def test_chance_differs_by_language() -> None:
    background = Background(Embedded())
    assert background.expected_best(QUESTION, "en", 10) > background.expected_best(
        QUESTION, "zh", 10
    )


@pytest.mark.parametrize("language", [None, "", "xx", "tlh"])
def test_a_language_without_sentences_of_its_own_is_read_against_the_english_ones(
    language: str | None,
) -> None:
    background = Background(Embedded())
    assert background.expected_best(QUESTION, language, 10) == background.expected_best(
        QUESTION, "en", 10
    )


@given(st.integers(0, 10**8), st.integers(1, 10**6))
def test_chance_comes_closer_in_a_larger_library(sentences: int, more: int) -> None:
    background = Background(Embedded())
    small = background.expected_best(QUESTION, "en", sentences)
    large = background.expected_best(QUESTION, "en", sentences + more)
    assert small <= large < 1


def test_chance_in_a_library_of_one_sentence_is_the_mean() -> None:
    assert Background(Embedded()).expected_best(QUESTION, "en", 1) == pytest.approx(0.82, abs=0.002)


def test_a_languages_sentences_are_embedded_once() -> None:
    embed = Embedded()
    background = Background(embed)
    background.warm(["en", "id", "xx"])
    assert embed.calls == 2
    for _ in range(3):
        background.expected_best(QUESTION, "id", 100)
    assert embed.calls == 2


def test_every_language_has_enough_different_sentences() -> None:
    seen: list[list[str]] = []

    def embed(sentences: Sequence[str]) -> Floats:
        seen.append(list(sentences))
        return np.stack([QUESTION] * len(sentences))

    background = Background(embed)
    assert {"id", "en", "es", "ru", "tr", "ar", "zh"} <= background.languages
    background.warm(sorted(background.languages))
    for sentences in seen:
        assert len(set(sentences)) == len(sentences) >= 32
        assert all(sentence == sentence.strip() != "" for sentence in sentences)
