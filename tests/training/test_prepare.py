"""Which wrong passages a question is trained against."""

from __future__ import annotations

from training.prepare import alternating


def test_wrong_passages_of_a_translation_come_from_both_searches_in_turn() -> None:
    original = [("zh-1", "一"), ("zh-2", "二")]
    translation = [("en-1", "one"), ("zh-1", "一"), ("en-2", "two")]
    names = [name for name, _ in alternating(original, translation)]
    assert names == ["zh-1", "en-1", "zh-2", "en-2"]


def test_a_question_as_it_was_first_asked_keeps_its_own() -> None:
    own = [("a", "A"), ("b", "B")]
    assert alternating(own, own) == own
    assert alternating([], own) == own
