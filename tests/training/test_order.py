"""The order of hits that were read, fitted to a few made-up questions."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.evaluation.regression import Ranking
from training.order import counts_for, fit_order, fit_orders, fit_reach, found_first


def competitions(helps: bool) -> list[Ranking]:
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


def test_where_the_first_hits_are_right_one_is_read() -> None:
    made = [
        (np.array([[0.9, 2.0, 0.0], [0.5, -2.0, 0.0]]), np.array([True, False])) for _ in range(9)
    ]
    assert fit_reach(made, np.array([0.1, 0.0])) == {"hits": 1, "lead": 0.0}


def test_it_is_read_as_far_as_right_hits_are_found_by_it() -> None:
    rows = [[0.9, -2.0, 0.0], [0.89, -2.0, 0.0], [0.88, 2.0, 0.0], [0.87, -2.0, 0.0]]
    reach = fit_reach([(np.array(rows), np.array([False, False, True, False]))] * 9, np.ones(2))
    assert reach == {"hits": 3, "lead": 0.0}


def test_it_is_read_on_where_a_later_hit_may_still_be_better() -> None:
    rows = [[0.9, 0.1, 0.0], [0.8, 0.4, 0.0]]
    reach = fit_reach([(np.array(rows), np.array([False, True]))] * 9, np.ones(2))
    assert reach["hits"] == 2
    assert 0.2 < reach["lead"] <= 0.4


def test_a_pair_of_languages_with_few_questions_has_the_weights_of_all_others() -> None:
    made = competitions(helps=True)
    order = fit_orders({"id-id": made, "en-en": made[:80], "zh-en": made[:9]}, enough=60)
    assert sorted(order) == ["*", "en-en", "id-id"]
    assert order["*"] == fit_order([*made[:80], *made[:9]], share=found_first(made))


def test_a_pair_with_few_questions_is_drawn_to_the_weights_of_all_more_than_one_with_many() -> None:
    own, others = competitions(helps=False), competitions(helps=True)
    alone, few, many = (fit_order(own[:n], o) for n, o in ((200, ()), (20, others), (200, others)))
    assert alone["relevance"] == 0
    assert few["relevance"] > many["relevance"]


def test_questions_count_so_that_search_is_right_in_the_share_that_is_wanted() -> None:
    made = competitions(helps=True)
    counts = counts_for(made, 0.75)
    right = [count for count, each in zip(counts, made, strict=True) if found_first([each])]
    assert sum(counts) == pytest.approx(len(made))
    assert sum(right) / sum(counts) == pytest.approx(0.75)
    assert found_first(made) != pytest.approx(0.75, abs=0.1)


def test_where_search_is_never_or_always_right_each_question_counts_as_one() -> None:
    made = [(np.array([[0.9, 0.0, 0.0], [0.8, 0.0, 0.0]]), np.array([True, False]))] * 3
    assert counts_for(made, 0.75) == [1.0, 1.0, 1.0]
    assert counts_for([], 0.75) == []
    assert counts_for(made, None) == [1.0, 1.0, 1.0]


def test_a_reading_counts_for_less_where_search_is_right_more_often() -> None:
    made = competitions(helps=True)
    assert fit_order(made, share=0.9)["relevance"] < fit_order(made, share=0.5)["relevance"]


def test_of_orders_that_read_as_many_the_best_is_taken() -> None:
    made = [(np.array([[0.9, 0.0, 0.0], [0.8, 0.0, 0.0]]), np.array([True, False]))] * 9
    assert fit_reach(made, np.zeros(2)) == {"hits": 1, "lead": 0.0}


def test_without_questions_there_is_no_order() -> None:
    with pytest.raises(ValueError, match="no question"):
        fit_orders({})
