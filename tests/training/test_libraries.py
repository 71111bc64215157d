"""Which library a held-back question is asked of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from training.libraries import written
from training.written import read_written


@pytest.fixture(scope="module")
def held_back() -> set[str]:
    passages, _ = read_written()
    return {passage.id for passage in passages if passage.held_back}


def test_only_questions_of_passages_that_are_held_back_are_asked(held_back: set[str]) -> None:
    materials = written(Path("work"))
    assert {q.article_id for m in materials for q in m.questions} <= held_back


def test_questions_in_their_passages_language_are_asked_of_all_passages() -> None:
    every, *_ = written(Path("work"))
    own = [q for q in every.questions if q.language == every.languages[q.article_id or ""]]
    assert not every.gone
    assert Counter(q.language for q in own).keys() >= {"id", "en", "es", "zh"}


def test_others_are_asked_of_those_of_their_passages_language() -> None:
    _, *others = written(Path("work"))
    for material in others:
        left = {material.languages[name] for name in material.languages.keys() - {*material.gone}}
        asked = {material.languages[question.article_id or ""] for question in material.questions}
        assert len(left) == 1
        assert asked == left
        assert left.isdisjoint(question.language for question in material.questions)
    assert len(others) >= 4


def test_no_question_is_asked_twice() -> None:
    asked = Counter(q.id for material in written(Path("work")) for q in material.questions)
    assert set(asked.values()) == {1}
