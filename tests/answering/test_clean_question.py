"""What people may type as a question, and what they are told where it is none."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.answerer import MAX_QUESTION_CHARACTERS, clean_question
from retrieval.errors import QuestionError


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("who did Putin call?", "who did Putin call?"),
        ("  who\tdid\n\nPutin   call? ", "who did Putin call?"),
        ("who\0did\x07Putin\x1bcall", "who did Putin call"),
        ("who\u2028did\u00a0Putin\u3000call", "who did Putin call"),
        ("cafe\u0301", "café"),
        ("<b>who</b> & <script>alert(1)</script>", "<b>who</b> & <script>alert(1)</script>"),
        ('"who\'s" AND (NEAR', '"who\'s" AND (NEAR'),
        ("مَن اتصل به بوتين؟", "مَن اتصل به بوتين؟"),
        ("می‌خواهم", "می‌خواهم"),
        ("谁？", "谁？"),
        ("7", "7"),
        ("🔥 api 🔥", "🔥 api 🔥"),
        ("who\ud83d", "who"),
    ],
)
def test_a_question_becomes_one_line_without_control_characters(asked: str, searched: str) -> None:
    assert clean_question(asked) == searched


@pytest.mark.parametrize(
    "nothing",
    ["", " ", "\n\t", "\0\0", "?!…", "🔥👨‍👩‍👧🇮🇩", "—", "\u200b\u202e", "\u0301", "\ud800", "<>&"],
)
def test_what_has_no_words_is_told_so(nothing: str) -> None:
    with pytest.raises(QuestionError, match="no words"):
        clean_question(nothing)


def test_what_is_longer_than_a_question_is_told_how_long_it_may_be() -> None:
    assert clean_question("a" * MAX_QUESTION_CHARACTERS)
    with pytest.raises(QuestionError, match=r"10,000 characters; at most 1,000"):
        clean_question("a" * 10_000)


def test_blanks_do_not_make_a_question_long() -> None:
    assert clean_question("siapa" + " " * 10_000 + "dia?") == "siapa dia?"


@given(st.text())
def test_any_text_is_a_clean_question_or_a_question_error(text: str) -> None:
    try:
        cleaned = clean_question(text)
    except QuestionError:
        return
    assert cleaned == clean_question(cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in cleaned)
