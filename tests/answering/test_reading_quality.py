"""The floor under what the shipped reader was measured at, on passages that it never saw."""

from __future__ import annotations

from statistics import mean

import pytest

from retrieval.answering.reader import Reader
from retrieval.evaluation.metrics import area_under_roc
from retrieval.kabar import Kabar
from retrieval.records import Reading
from training.data import Labelled
from training.measure import normalized, overlap_f1
from training.written import read_written

EVERY = 18
SPANS = {"id": 0.75, "en": 0.65, "es": 0.55, "zh": 0.55}
ALL_SPANS = 0.67
ANSWERS = 0.80

Read = tuple[Labelled, Reading]


@pytest.fixture(scope="module")
def reader(kabar: Kabar) -> Reader:
    reading = kabar.close_reading
    assert reading is not None
    return reading.reader


@pytest.fixture(scope="module")
def read(reader: Reader) -> list[Read]:
    passages, questions = read_written()
    held_back = {passage.id for passage in passages if passage.held_back}
    asked = [question for question in questions if question.article in held_back][::EVERY]
    return [(each, *reader.read(each.question, [each.text])) for each in asked]


def span_f1(question: Labelled, reading: Reading) -> float:
    """F1 by character, which any language has."""
    told = question.text[slice(*reading.span)] if reading.span else ""
    return overlap_f1(list(normalized(told)), list(normalized(question.answer)))


def test_what_is_marked_is_the_answer(read: list[Read]) -> None:
    f1 = [span_f1(question, reading) for question, reading in read if question.answer]
    assert len(f1) > 100
    assert mean(f1) >= ALL_SPANS


@pytest.mark.parametrize("language", SPANS)
def test_it_is_in_each_language(read: list[Read], language: str) -> None:
    f1 = [
        span_f1(question, reading)
        for question, reading in read
        if question.answer and question.id.endswith(f"-{language}")
    ]
    assert len(f1) > 10
    assert mean(f1) >= SPANS[language], f1


def test_a_question_that_only_seems_to_be_answered_is_told_from_one_that_is(
    read: list[Read],
) -> None:
    answered = [reading.relevance for question, reading in read if question.answer]
    not_answered = [reading.relevance for question, reading in read if not question.answer]
    assert area_under_roc(answered, not_answered) >= ANSWERS
