"""From where a span is marked, fitted to a few made-up ones."""

from __future__ import annotations

from training.marking import NEVER, fit_mark

SPANS = [(5.0, True), (4.0, True), (3.0, False), (2.0, True), (1.0, True), (0.0, False)]


def test_from_there_on_most_right_ones_are_marked_for_few_wrong_ones() -> None:
    assert fit_mark([*SPANS, (-1.0, False), (-2.0, True)]) == 1.0


def test_spans_of_one_margin_are_marked_together_or_not() -> None:
    many = [(12.0, True)] * 5 + [(12.0, False)] * 4 + [(1.0, True)] * 2
    assert fit_mark(many) == 1.0


def test_the_bar_is_never_above_the_span_that_it_was_fitted_to() -> None:
    assert fit_mark([(1.0099, True)]) <= 1.0099


def test_where_most_spans_are_wrong_none_is_marked() -> None:
    assert fit_mark([(3.0, False), (2.0, True)]) == NEVER
    assert fit_mark([]) == NEVER
