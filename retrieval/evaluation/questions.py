"""Labelled questions: lines of {"id", "question", "article_id"?, "answers"?, "language"?}."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import IntakeError


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the article that answers it, None where none does."""

    id: str
    question: str
    article_id: str | None = None
    answers: tuple[str, ...] = ()
    language: str | None = None


def read_questions(path: Path) -> list[LabelledQuestion]:
    """Read labelled questions.

    Raises:
        IntakeError: The file cannot be read, or a line has no question; the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise IntakeError(str(path), error.strerror or "it cannot be read") from error
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            questions.append(
                LabelledQuestion(
                    id=str(record.get("id", number)),
                    question=record["question"],
                    article_id=record.get("article_id"),
                    answers=tuple(record.get("answers", ())),
                    language=record.get("language"),
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IntakeError(
                f"{path}, line {number}", "this is no object with a question"
            ) from error
    return questions
