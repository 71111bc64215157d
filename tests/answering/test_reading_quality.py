"""How well the shipped reader reads what it was not trained on; `make bench` measures it in full."""

from __future__ import annotations

from statistics import mean

import pytest

from retrieval.answering.reader import Reader
from retrieval.evaluation.metrics import area_under_roc
from retrieval.kabar import Kabar
from training.data import Labelled
from training.measure import normalized, overlap_f1
from training.written import read_written

EVERY = 12


@pytest.fixture(scope="module")
def reader(kabar: Kabar) -> Reader:
    assert kabar.close_reading is not None
    return kabar.close_reading.reader


@pytest.fixture(scope="module")
def questions() -> list[Labelled]:
    """Questions about held-back passages in fifteen languages."""
    passages, asked = read_written()
    held_back = {passage.id for passage in passages if passage.held_back}
    return [question for question in asked if question.article in held_back][::EVERY]


def test_the_span_is_right_in_any_language(reader: Reader, questions: list[Labelled]) -> None:
    scores = []
    for question in questions:
        if question.answer:
            (read,) = reader.read(question.question, [question.text])
            told = question.text[slice(*read.span)] if read.span else ""
            scores.append(overlap_f1(list(normalized(told)), list(normalized(question.answer))))
    assert len(scores) > 60
    assert mean(scores) >= 0.6


def test_the_right_passage_is_told_from_another(reader: Reader, questions: list[Labelled]) -> None:
    right, wrong = [], []
    for question, other in zip(questions, [*questions[1:], questions[0]], strict=True):
        if question.answer and other.article != question.article:
            for passage, into in ((question.text, right), (other.text, wrong)):
                into.append(reader.read(question.question, [passage])[0].relevance)
    assert area_under_roc(right, wrong) >= 0.95
