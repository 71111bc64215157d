"""Each feature of a candidate's score by itself, on vectors made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.confidence import shipped_calibration
from retrieval.answering.scoring import (
    FEATURES,
    Candidates,
    Question,
    coverage,
    inverse_document_frequency,
    score_candidates,
)
from retrieval.indexing.analyzer import analyze
from retrieval.records import StoredPassage
from tests.answering.builders import QUESTION, question, stored

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


def score(
    passages: Sequence[StoredPassage],
    asked: Question | None = None,
    level: Callable[[str | None], float] = lambda _: 0.0,
    **weights: float,
) -> Candidates:
    factors = {**dict.fromkeys(FEATURES, 0.0), **weights}
    return score_candidates(
        asked or question(), passages, weights=factors, level=level, analyze=analyze, now=NOW
    )


def feature(candidates: Candidates, name: str) -> list[float]:
    return [float(value) for value in candidates.features[:, FEATURES.index(name)]]


# -- vectors -------------------------------------------------------------------------------


def test_passage_is_the_cosine_of_question_and_passage() -> None:
    found = score([stored(1, "Satu.", cosine=0.9), stored(2, "Dua.", cosine=0.7)], passage=1.0)
    assert feature(found, "passage") == pytest.approx([0.9, 0.7])
    assert found.fused == pytest.approx([0.9, 0.7])


def test_sentence_is_the_highest_cosine_of_one_of_the_sentences() -> None:
    found = score([stored(1, "Satu.", "Dua.", "Tiga.", sentence_cosines=[0.6, 0.85, 0.7])])
    assert feature(found, "sentence") == pytest.approx([0.85])
    assert found.sentence_cosines[0] == pytest.approx([0.6, 0.85, 0.7])


def test_sentences_stay_with_their_passages() -> None:
    found = score(
        [
            stored(1, "Satu.", sentence_cosines=[0.5]),
            stored(2, "Satu.", "Dua.", "Tiga.", sentence_cosines=[0.6, 0.7, 0.8]),
            stored(3, "Satu.", "Dua.", sentence_cosines=[0.9, 0.4]),
        ]
    )
    assert [len(cosines) for cosines in found.sentence_cosines] == [1, 3, 2]
    assert feature(found, "sentence") == pytest.approx([0.5, 0.8, 0.9])


def test_the_fused_score_is_the_weighted_sum_of_the_features() -> None:
    passages = [stored(i, f"Berita {i}.", cosine=0.9 - i / 50, axis=1 + i % 3) for i in range(1, 6)]
    weights = {name: 0.1 * (i + 1) for i, name in enumerate(FEATURES)}
    found = score(passages, question(berita=1.0, lain=2.0), **weights)
    assert found.fused == pytest.approx(found.features @ np.array(list(weights.values())), abs=1e-6)


def test_a_passage_is_ranked_by_how_far_it_is_above_the_level_of_its_language() -> None:
    own, foreign = stored(1, "Satu.", cosine=0.84), stored(2, "Two.", cosine=0.82)
    foreign = replace(foreign, article=replace(foreign.article, language="en"))
    levels = {own.article.language: 0.80, "en": 0.74}
    found = score([own, foreign], level=lambda language: levels[language], passage=1.0)
    assert found.fused == pytest.approx([0.04, 0.08])
    assert feature(found, "passage") == pytest.approx([0.84, 0.82])


def test_the_passages_stay_in_the_order_given() -> None:
    passages = [stored(i, "Satu.", cosine=c) for i, c in [(5, 0.1), (3, 0.9), (4, 0.5)]]
    assert list(score(passages, passage=1.0).passages) == passages


# -- the lead ------------------------------------------------------------------------------


def lead(*cosines: float, goes_on: bool = True) -> StoredPassage:
    sentences = [f"Kalimat {i}." for i in range(len(cosines))]
    whole = stored(1, *sentences, sentence_cosines=cosines, ordinal=0)
    if not goes_on:
        return whole
    longer = stored(1, *sentences, "Masih ada lagi.", sentence_cosines=[*cosines, 0], ordinal=0)
    return StoredPassage(
        1, longer.article, whole.passage, (), (), whole.vector, whole.sentence_vectors
    )


def test_the_first_sentence_of_an_article_wins_a_near_tie_and_no_more() -> None:
    near, clear = score([lead(0.800, 0.805)]), score([lead(0.80, 0.84)])
    assert near.sentence_cosines[0].argmax() == 0
    assert clear.sentence_cosines[0].argmax() == 1
    assert feature(clear, "sentence") == pytest.approx([0.84])


def test_the_first_sentence_of_a_later_passage_is_not_ahead() -> None:
    found = score([stored(1, "Satu.", "Dua.", sentence_cosines=[0.800, 0.805], ordinal=3)])
    assert found.sentence_cosines[0] == pytest.approx([0.800, 0.805])


def test_an_article_of_one_passage_has_no_lead() -> None:
    found = score([lead(0.800, 0.805, goes_on=False)])
    assert found.sentence_cosines[0] == pytest.approx([0.800, 0.805])


def test_scoring_leaves_the_stored_vectors_alone() -> None:
    passage = lead(0.8, 0.7)
    before = passage.sentence_vectors.copy()
    first, second = score([passage]), score([passage])
    np.testing.assert_array_equal(passage.sentence_vectors, before)
    np.testing.assert_array_equal(first.sentence_cosines[0], second.sentence_cosines[0])


# -- terms ---------------------------------------------------------------------------------


def test_coverage_is_the_weighted_share_of_the_questions_terms() -> None:
    asked = question(putin=3.0, erdogan=2.0, telepon=1.0)
    assert coverage(asked, {"putin", "erdogan", "telepon"}) == pytest.approx(1.0)
    assert coverage(asked, {"putin"}) == pytest.approx(0.5)
    assert coverage(asked, {"telepon", "lain"}) == pytest.approx(1 / 6)
    assert coverage(asked, {"lain"}) == 0.0
    assert coverage(asked, set()) == 0.0


def test_a_question_without_terms_is_covered_by_nothing() -> None:
    assert coverage(question(), {"putin"}) == 0.0


@pytest.mark.parametrize(
    ("term", "word", "is_form"),
    [
        ("ditelepon", "telepon", True),
        ("kemerdekaan", "merdeka", False),  # four letters more
        ("dibeli", "beli", False),  # four letters are too short to tell
        ("telepon", "ditelepon", False),  # a question's word is looked for, not the passage's
    ],
)
def test_a_word_with_a_few_letters_before_it_is_a_form_of_it(
    term: str, word: str, is_form: bool
) -> None:
    assert coverage(question(**{term: 1.0}), {word}) == (1.0 if is_form else 0.0)


@pytest.mark.parametrize(
    ("term", "word", "is_form"),
    [
        ("presidential", "president", True),
        ("presiden", "presidennya", True),
        ("выборов", "выборы", True),
        ("elections", "elect", True),
        ("banks", "bank", False),
        ("putin", "putins", False),
        ("bank", "banks", False),
        ("president", "pres", False),
        ("president", "prescribe", False),
        ("202401", "202402", False),
        ("总统府", "总统", False),
    ],
)
def test_longer_words_that_share_their_first_five_letters_are_forms_of_one(
    term: str, word: str, is_form: bool
) -> None:
    assert coverage(question(**{term: 1.0}), {word}) == (1.0 if is_form else 0.0)


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.floats(0.01, 20), max_size=6),
    st.sets(st.text(max_size=8), max_size=8),
    st.text(max_size=8),
)
def test_coverage_is_a_share_and_grows_with_the_terms(
    weights: dict[str, float], terms: set[str], more: str
) -> None:
    asked = Question(QUESTION, weights)
    assert 0 <= coverage(asked, terms) <= 1
    assert coverage(asked, {*terms, more}) >= coverage(asked, terms) - 1e-9
    assert coverage(asked, set(weights)) == (pytest.approx(1.0) if weights else 0.0)


def test_the_title_counts_for_the_passage_but_not_for_a_sentence() -> None:
    asked = question(erdogan=1.0, ankara=1.0)
    found = score([stored(1, "Ia tiba di Ankara.", title="Presiden Erdogan")], asked)
    assert feature(found, "coverage") == pytest.approx([1.0])
    assert feature(found, "sentence_coverage") == pytest.approx([0.5])


def test_sentence_coverage_wants_the_terms_in_one_sentence() -> None:
    asked = question(erdogan=1.0, ankara=1.0)
    together = stored(1, "Erdogan tiba di Ankara.", "Cuaca cerah.")
    apart = stored(2, "Erdogan tiba.", "Cuaca di Ankara cerah.")
    found = score([together, apart], asked)
    assert feature(found, "coverage") == pytest.approx([1.0, 1.0])
    assert feature(found, "sentence_coverage") == pytest.approx([1.0, 0.5])


def test_only_the_best_candidates_sentences_are_read_and_the_others_stay_below() -> None:
    asked = question(erdogan=1.0)
    passages = [stored(i, "Erdogan tiba.", cosine=0.9 - i / 100) for i in range(30)]
    found = score(passages, asked, passage=1.0, sentence_coverage=0.05)
    read = feature(found, "sentence_coverage")
    assert 0 < sum(read) < 30
    assert read == sorted(read, reverse=True)
    assert list(np.argsort(-found.fused, kind="stable")) == list(range(30))


# -- weights of terms ----------------------------------------------------------------------


def test_a_rare_term_weighs_more_than_a_common_one_and_none_weighs_nothing() -> None:
    weights = [inverse_document_frequency(10_000, frequency) for frequency in (0, 1, 100, 10_000)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


def test_in_a_small_library_no_word_is_common() -> None:
    assert inverse_document_frequency(1, 1) > 0.5 * inverse_document_frequency(1, 0)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_weight_of_a_term_is_always_positive(passages: int, frequency: int) -> None:
    assert inverse_document_frequency(passages, min(frequency, passages)) > 0


# -- feedback ------------------------------------------------------------------------------


def test_a_passage_like_the_best_ones_comes_before_one_that_is_not() -> None:
    best = [stored(i, f"Satu {i}.", cosine=0.9, axis=1) for i in (1, 2)]
    like, unlike = stored(3, "Dua.", cosine=0.6, axis=1), stored(4, "Tiga.", cosine=0.6, axis=2)
    found = score([*best, like, unlike], passage=1.0, feedback=0.1)
    feedback = feature(found, "feedback")
    assert feedback[2] > feedback[3]
    assert found.fused[2] > found.fused[3]


def test_feedback_is_a_cosine() -> None:
    found = score([stored(1, "Satu."), stored(2, "Dua.", cosine=0.3, axis=3)], passage=1.0)
    assert all(-1 <= value <= 1 + 1e-6 for value in feature(found, "feedback"))


def test_the_only_candidate_is_its_own_centre() -> None:
    assert feature(score([stored(1, "Satu.")]), "feedback") == pytest.approx([1.0])


# -- freshness -----------------------------------------------------------------------------


def aged(identity: int, days: float | None, cosine: float = 0.8) -> StoredPassage:
    published = None if days is None else NOW - timedelta(days=days)
    return stored(identity, "Satu.", cosine=cosine, published_at=published)


def test_of_equally_good_passages_the_newer_comes_first() -> None:
    fused = score([aged(1, 0), aged(2, 10), aged(3, 400), aged(4, None)], passage=1.0).fused
    assert list(np.argsort(-fused, kind="stable")) == [0, 1, 2, 3]


def test_freshness_never_outweighs_a_better_match() -> None:
    fused = score([aged(1, 0, cosine=0.80), aged(2, None, cosine=0.81)], passage=1.0).fused
    assert fused[1] > fused[0]
    assert 0 < score([aged(1, 0)], passage=1.0).fused[0] - np.float32(0.8) < 0.005


def test_a_date_in_the_future_counts_as_now() -> None:
    fused = score([aged(1, 0), aged(2, -365)], passage=1.0).fused
    assert fused[0] == pytest.approx(fused[1])


# -- the shipped weights -------------------------------------------------------------------


def test_the_shipped_weights_are_of_the_features_and_none_is_negative() -> None:
    weights = shipped_calibration().weights
    assert set(weights) == set(FEATURES)
    assert all(weight >= 0 for weight in weights.values())
