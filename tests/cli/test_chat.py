"""The conversation in the terminal."""

from __future__ import annotations

from tests.bot import words
from tests.cli.conftest import (
    QUESTION,
    SENTENCE,
    UNANSWERABLE,
    Command,
)


def test_a_conversation_is_worded_as_the_bots(ask: Command) -> None:
    lines = (QUESTION, "", "/help", "/dance", "🙂", "/ask", UNANSWERABLE, "/quit", "never asked")
    outcome = ask("chat", stdin="\n".join(lines).encode() + b"\n\xff\n")
    assert outcome.status == 0
    assert SENTENCE in outcome.out
    for sentence in (
        words.CHAT_HELP,
        words.UNKNOWN_COMMAND,
        words.NO_WORDS,
        words.ASK_USAGE,
        words.NOT_FOUND,
    ):
        assert sentence in outcome.out
    assert outcome.err == ""


def test_a_conversation_cuts_long_questions_and_ends_with_its_input(ask: Command) -> None:
    outcome = ask("chat", stdin=(f"{QUESTION} " * 400).encode())
    assert outcome.status == 0
    assert words.question_was_cut(1_000) in outcome.out
