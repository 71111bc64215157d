"""Many questions from a file."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import (
    QUESTION,
    UNANSWERABLE,
    Command,
)


def batch(*lines: object) -> bytes:
    return "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()


def test_a_batch_is_answered_in_its_order(ask: Command, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    questions = [QUESTION if number % 2 else UNANSWERABLE for number in range(40)]
    file.write_bytes(batch(*({"id": f"q{n}", "question": q} for n, q in enumerate(questions))))
    outcome = ask("ask", "--batch", file)
    assert outcome.status == 0
    assert [line["id"] for line in outcome.lines] == [f"q{number}" for number in range(40)]
    assert [line["question"] for line in outcome.lines] == questions
    assert {line["question"] for line in outcome.lines if line["answered"]} == {QUESTION}
    assert outcome.err == ""


def test_what_is_wrong_in_a_batch_costs_its_own_line_alone(ask: Command) -> None:
    lines = (
        {"id": 1, "question": QUESTION},
        "{broken",
        "",
        {"id": 4, "question": "🙂"},
        {"id": 5},
        "[]",
        {"id": 7, "question": "Putin\x00Erdogan \ud800 <b>&"},
    )
    outcome = ask("ask", "--batch", "-", stdin=batch(*lines) + b'\n{"id": 8, "question": "\xff"}')
    assert outcome.status == 3
    assert [line["id"] for line in outcome.lines] == [1, None, 4, 5, None, 7, None]
    assert ["error" in line for line in outcome.lines] == [
        False,
        True,
        True,
        True,
        True,
        False,
        True,
    ]
    assert outcome.lines[1]["error"].startswith("line 2: this is not JSON")
    assert outcome.lines[2]["question"] == "🙂"
    assert "line 8: this is not UTF-8" in outcome.err
    assert len(outcome.err.splitlines()) == 4  # an empty question is no fault of the file


def test_a_batch_of_searches_has_the_ids_and_takes_queries(ask: Command) -> None:
    lines = (
        {"id": "a", "question": "Putin"},
        {"id": "b", "query": "?"},
        {"id": "c", "query": "Libya"},
    )
    outcome = ask("search", "--batch", "-", "-k", "1", stdin=batch(*lines))
    assert outcome.status == 3
    assert [line["id"] for line in outcome.lines] == ["a", "b", "c"]
    assert [len(line.get("hits", ())) for line in outcome.lines] == [1, 0, 1]
    assert outcome.lines[1]["query"] == "?"
