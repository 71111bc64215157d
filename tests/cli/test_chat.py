"""The conversation in the terminal."""

from __future__ import annotations

import pytest

from bot.cli import WITHOUT_A_BOT
from bot.render import wording
from tests.cli.conftest import (
    QUESTION,
    SENTENCE,
    UNANSWERABLE,
    Command,
)


@pytest.mark.parametrize("name", ["chat", "run"])
def test_a_conversation_is_worded_as_the_bots(ask: Command, name: str) -> None:
    lines = (QUESTION, "", "/help", "/dance", "🙂", "/ask", UNANSWERABLE, "/quit", "never asked")
    outcome = ask(name, stdin="\n".join(lines).encode() + b"\n\xff\n")
    assert outcome.status == 0
    assert SENTENCE in outcome.out
    for words in (
        wording.CHAT_HELP,
        wording.UNKNOWN_COMMAND,
        wording.NO_WORDS,
        wording.ASK_USAGE,
        wording.NOT_FOUND,
    ):
        assert words in outcome.out
    assert outcome.err == ("" if name == "chat" else f"{WITHOUT_A_BOT}\n")


def test_a_conversation_cuts_long_questions_and_ends_with_its_input(ask: Command) -> None:
    outcome = ask("chat", stdin=(f"{QUESTION} " * 400).encode())
    assert outcome.status == 0
    assert wording.question_was_cut(1_000) in outcome.out
