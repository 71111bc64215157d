"""The conversation in the terminal."""

from __future__ import annotations

import pytest

from bot.render import wording
from bot.render.translation import translator
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


def test_a_conversation_is_in_the_language_of_the_terminal_or_in_the_one_that_is_named(
    ask: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    indonesian = translator("id")
    said = wording.unknown_command(indonesian)
    assert said not in ask("chat", stdin=b"/dance\n").out
    assert said in ask("chat", "--language", "id", stdin=b"/dance\n").out
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setenv("LANG", "id_ID.UTF-8")
    assert said in ask("chat", stdin=b"/dance\n").out
    refused = ask("chat", "--language", "xx", stdin=b"")
    assert refused.status == 2
    assert "does not speak 'xx', but en, id" in refused.err
