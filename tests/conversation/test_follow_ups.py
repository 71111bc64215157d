"""Follow-ups, and questions that are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.conversation.follow_ups import searched_for
from retrieval.conversation.understanding import Understanding
from retrieval.records import Ask, Turn

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def turn(question: str, searched: str | None = None) -> Turn:
    return Turn(1, 1, question, NOW, searched or question)


@pytest.mark.parametrize(
    ("before", "follow_up", "searched"),
    [
        ("How many died in Kessel?", "and in Tavira?", "How many died in Tavira"),
        ("How many died in Kessel?", "What about Tavira?", "How many died in Tavira"),
        ("Who did Putin call?", "and Biden?", "Who did Biden call"),
        ("Who did Putin call?", "when was that?", "when was that – Who did Putin call?"),
        ("Who did Putin call?", "why?", "why – Who did Putin call?"),
        (
            "Who did Putin call?",
            "what did he say about Turkey?",
            "what did Putin say about Turkey?",
        ),
        (
            "Who leads the union in Vastland?",
            "what did he accept?",
            "what did he accept – Who leads the union in Vastland?",
        ),
        ("What was stolen in Ravello?", "same for Perugo", "What was stolen in Perugo"),
        ("Did the dam break?", "did anyone die?", "did anyone die – Did the dam break?"),
        (
            "Who made the vaccine?",
            "so what is it for?",
            "so what is it for – Who made the vaccine?",
        ),
        ("Kenapa Semara banjir?", "kok bisa?", "kok bisa – Kenapa Semara banjir?"),
        ("who did putin call?", "and libya?", "libya – who did putin call"),
        ("Berapa yang tewas di Banda?", "dan di Seruni?", "Berapa yang tewas di Seruni"),
        ("Siapa ditelepon Putin?", "kapan itu?", "kapan itu – Siapa ditelepon Putin?"),
        ("Mengapa Hartono ditahan?", "apa kata dia?", "apa kata Hartono?"),
        ("Berapa lama perjalanan kereta?", "berapa biayanya?", None),
    ],
)
def test_a_follow_up_is_understood_with_the_last_question(
    before: str, follow_up: str, searched: str | None
) -> None:
    expected = searched or f"{follow_up.rstrip('?')} – {before}"
    assert searched_for(follow_up, [turn(before)]) == expected


def test_the_newest_turn_is_the_one_that_is_meant() -> None:
    turns = [turn("and Biden?", "Who did Biden call"), turn("Who did Putin call?")]
    assert searched_for("when was that?", turns) == "when was that – Who did Biden call"


@pytest.mark.parametrize(
    "question",
    [
        "who won the Balkan cup?",
        "and who won the Balkan volleyball cup this year?",
        "When did Halvorsen say that he would resign?",
        "Siapa yang menggantikan Agus Hartono?",
        "Kapan terjadinya pembantaian terhadap warga Syiah di Irak?",
        "banjir Jakarta",
        "昨天普京给谁打电话",
        "...",
        "",
    ],
)
def test_a_question_that_stands_on_its_own_is_left_alone(question: str) -> None:
    assert searched_for(question, [turn("Who did Putin call?")]) is None


def test_without_a_turn_nothing_is_a_follow_up() -> None:
    assert searched_for("and Libya?", []) is None


def test_an_inquiry_says_that_it_follows_up_and_keeps_the_persons_words() -> None:
    understanding = Understanding(lambda: NOW, lambda: NOW - timedelta(days=9), _utc)
    ask = Ask("and yesterday?", (turn("Who did Putin call?"),))
    inquiry = understanding.inquiry(ask)
    assert inquiry.question == "and yesterday?"
    assert inquiry.follows_up
    assert inquiry.period is not None
    assert inquiry.searched == "Who did Putin call"
    assert not understanding.inquiry(Ask("Who did Putin call?")).follows_up


def test_a_time_before_anything_was_published_is_a_subject() -> None:
    understanding = Understanding(lambda: NOW, lambda: datetime(2022, 1, 1, tzinfo=UTC), _utc)
    assert understanding.inquiry(Ask("who won in 1998?")).filters is None
    dated = understanding.inquiry(Ask("who won in 2022?"))
    assert dated.filters is not None
    assert dated.searched == "who won?"
    undated = Understanding(lambda: NOW, lambda: None, _utc)
    assert undated.inquiry(Ask("who won in 2022?")).filters is None


def _utc(_: str) -> tzinfo:
    return UTC


@pytest.mark.parametrize("question", ["and …?", "and 😀", "dan ---"])
def test_a_lead_with_no_words_behind_it_is_left_alone(question: str) -> None:
    assert searched_for(question, [turn("who did Putin call?")]) is None


@given(st.text(max_size=120), st.text(max_size=120))
def test_whatever_is_written_nothing_breaks(before: str, follow_up: str) -> None:
    searched = searched_for(follow_up, [turn(before)])
    assert searched is None or searched.strip()
