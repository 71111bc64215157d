"""What people type, and what they should not have."""

from __future__ import annotations

import pytest

from tests.cli.conftest import (
    QUESTION,
    Command,
)


@pytest.mark.parametrize(
    "question", ["", "   ", "🙂🎉", "?!… —", "\u200f\u200e", "kata " * 2_000], ids=repr
)
@pytest.mark.parametrize("name", ["ask", "search"])
def test_a_hopeless_question_is_wrong_usage_in_one_sentence(
    ask: Command, name: str, question: str
) -> None:
    assert ask(name, question).failed_with_one_sentence(2)
    assert ask(name, question, "--json").failed_with_one_sentence(2)


@pytest.mark.parametrize(
    "question",
    [
        "بمن اتصل بوتين؟ \u202e<b>",
        "<script>alert('Putin')</script> &amp; [link](x) [bold]",
        '"who\'s" AND (NEAR',
        "-5 derajat?",
        "caf\udce9",  # Latin-1 bytes on the command line
    ],
)
def test_a_strange_question_is_a_question(ask: Command, question: str) -> None:
    outcome = ask("ask", "--json", "--", question)
    assert outcome.status == 0
    assert outcome.json["question"] == question.replace("\udce9", "\ufffd")
    assert ask("ask", "--", question).status == 0


@pytest.mark.parametrize(
    "args",
    [
        ("ask",),
        ("ask", QUESTION, "--batch", "x.jsonl"),
        ("ask", "--batch", "nowhere.jsonl"),
        ("ask", "--batch", "-", "--explain"),
        ("ingest", "list.opml"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_in_one_sentence(ask: Command, args: tuple[str, ...]) -> None:
    assert ask(*args).failed_with_one_sentence(2)


@pytest.mark.parametrize(
    "args", [("search", "x", "-k", "0"), ("dance",), ("ingest",), ("ask", "--x")]
)
def test_what_the_parser_refuses_is_wrong_usage(ask: Command, args: tuple[str, ...]) -> None:
    outcome = ask(*args)
    assert outcome.status == 2
    assert "Error" in outcome.err
    assert "Traceback" not in outcome.err
