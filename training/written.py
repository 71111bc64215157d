"""Passages and questions that were written for training, in ``training/written/*.jsonl``.

FacQA and IDK-MRC are Indonesian alone. These are in many languages, news and encyclopedia-like
paragraphs, each with four questions that it answers, one that it only seems to, and some of them in
a second language. Written by a language model for this project, out of its own head, read by no
native speaker; no text of any data set, and none of the subjects of XQuAD.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from training.data import TRANSLATED_PREFIX, Labelled, read_lines

FOLDER = Path(__file__).parent / "written"
HELD_BACK = range(36, 48)
"""Passages of each file that are held back: whole subjects, which go by threes and fours."""


@dataclass(frozen=True)
class Written:
    """A passage.

    Args:
        id: Its name.
        language: ISO 639-1.
        text: The passage.
        held_back: Whether training never sees it.
    """

    id: str
    language: str
    text: str
    held_back: bool


def read_written(folder: Path = FOLDER) -> tuple[list[Written], list[Labelled]]:
    """Return the passages and the questions, those in a second language after their own.

    A question's id is ``written-FILE-PASSAGE-QUESTION-LANGUAGE``, with `TRANSLATED_PREFIX` before
    it where the language is not the passage's.
    """
    passages, questions = [], []
    for path in sorted(folder.glob("*.jsonl")):
        for number, record in enumerate(read_lines(path)):
            name, text = f"written-{path.stem}-{number}", record["passage"]
            passages.append(Written(name, record["language"], text, number in HELD_BACK))
            for place, asked in enumerate(record["questions"]):
                answer = asked["answer"]
                start = text.index(answer) if answer else -1
                end = start + len(answer) if answer else -1
                own = f"{name}-{place}-{record['language']}"
                questions.append(Labelled(own, asked["question"], name, text, start, end))
                if "other" in asked:
                    other = f"{TRANSLATED_PREFIX}{name}-{place}-{asked['other_language']}"
                    questions.append(Labelled(other, asked["other"], name, text, start, end, own))
    return passages, questions
