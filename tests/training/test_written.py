"""What was written for training is what it says of itself."""

from __future__ import annotations

from training.written import read_written


def test_every_answer_is_a_slice_of_its_passage_that_stands_there_once() -> None:
    _, questions = read_written()
    answered = [question for question in questions if question.start >= 0]
    assert answered
    assert all(question.text.count(question.answer) == 1 for question in answered)


def test_each_passage_has_questions_that_it_answers_and_one_that_it_does_not() -> None:
    passages, questions = read_written()
    without = {question.article for question in questions if question.start < 0}
    assert without == {passage.id for passage in passages}


def test_no_passage_stands_twice_and_some_are_held_back() -> None:
    passages, _ = read_written()
    assert len({passage.text for passage in passages}) == len(passages)
    held_back = {passage.language for passage in passages if passage.held_back}
    assert {"en", "es", "zh", "id"} <= held_back


def test_a_translated_question_has_the_answer_of_its_own() -> None:
    _, questions = read_written()
    own = {question.id: question for question in questions}
    translated = [question for question in questions if question.translated]
    assert translated
    assert all(question.answer == own[question.source].answer for question in translated)
