"""Many questions from a file of JSON lines, answered a line each, in the order of the file.

A line that cannot be read or answered costs itself alone: its place is taken by an object with
an ``error``, so the output has a line for each of the input, whatever comes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from retrieval.errors import KabarError, UsageError
from retrieval.terminal.shapes import Json, print_json

CHUNK = 32
"""Questions that share an embedding batch; more gain nothing and delay the first answer."""

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a batch file: its question, or what is wrong with it."""

    id: Any
    question: str | None
    problem: str | None = None


def clean_argument(text: str) -> str:
    """Return a text that can be kept: a byte or half a pair that is no character is U+FFFD."""
    return "".join(
        "\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text
    )


@contextmanager
def open_batch(name: str) -> Iterator[BinaryIO]:
    """Open a batch file, or standard input for ``-``.

    Raises:
        UsageError: It cannot be opened.
    """
    if name == STDIN:
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 – closed below
    except OSError as error:
        raise UsageError(f"{name} cannot be opened ({error.strerror}).") from error
    with stream:
        yield stream


def read_lines(stream: Iterable[bytes]) -> Iterator[Line]:
    """Read questions.

    Args:
        stream: Lines of ``{"id", "question"}``; ``query`` is taken for ``question``. Blank ones
            are passed over.

    Yields:
        A question, or a problem that names the line by its number.
    """
    for number, raw in enumerate(stream, start=1):
        if raw.strip():
            yield _read_line(raw, f"line {number}")


def _read_line(raw: bytes, where: str) -> Line:
    try:
        content = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Line(None, None, f"{where}: this is not UTF-8")
    except json.JSONDecodeError as error:
        return Line(None, None, f"{where}: this is not JSON: {error.msg} (column {error.colno})")
    except (RecursionError, ValueError):
        return Line(None, None, f"{where}: this is not JSON that can be read")
    if not isinstance(content, dict):
        return Line(None, None, f'{where}: an object like {{"id": 1, "question": "…"}} is needed')
    identity = content.get("id")
    question = content.get("question", content.get("query"))
    if not isinstance(question, str):
        return Line(identity, None, f'{where}: it has no "question" that is text')
    return Line(identity, question)


def run_batch(
    name: str,
    answer: Callable[[Sequence[str]], Sequence[Json | KabarError]],
    key: str,
    complain: Callable[[str], object],
) -> bool:
    """Answer the questions of a file; each chunk is written as soon as it is answered.

    Args:
        name: The file, or ``-``.
        answer: Returns an object or an error for each question.
        key: What the question is called in the output.
        complain: Told about each line that could not be read.

    Returns:
        Whether every line was answered.

    Raises:
        KabarError: The file cannot be opened, or the library cannot answer at all.
    """
    complete = True
    where = "standard input" if name == STDIN else name
    with open_batch(name) as stream:
        lines = read_lines(stream)
        while chunk := list(islice(lines, CHUNK)):
            questions = [
                clean_argument(line.question) for line in chunk if line.question is not None
            ]
            outcomes = iter(answer(questions) if questions else ())
            for line in chunk:
                outcome: Json | KabarError
                if line.question is None:
                    outcome = UsageError(line.problem or "")
                    complain(f"{where}, {line.problem}")
                else:
                    outcome = next(outcomes)
                if isinstance(outcome, KabarError):
                    complete = False
                    outcome = {key: line.question, "error": str(outcome)}
                print_json({"id": line.id, **outcome})
            sys.stdout.flush()
    return complete
