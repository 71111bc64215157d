"""Libraries that a run is calibrated over, each with questions that training never saw.

FacQA's articles, and what was written for training (`training.written`). Of the latter, questions
in their passage's language are asked of all passages together; the others of those of their
passage's language alone, since a library is mostly of one language, and among many a search finds
first what is in the question's.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from retrieval.evaluation.questions import LabelledQuestion, read_questions
from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from retrieval.storage.engines import restore_storage
from training.data import Labelled
from training.written import read_written

_WRITTEN_EVERY = 2
"""Of the written questions every so many-th is asked."""

_LIBRARY_OF_ITS_OWN = 60
"""Passages of a language from which they are a library by themselves."""


@dataclass(frozen=True)
class Material:
    """A library, and questions for it that training never saw.

    Args:
        library: Its folder, as ``prepare`` left it.
        languages: Its articles to their languages.
        questions: Those without an article are answered by none.
        gone: Articles that are taken out of it.
    """

    library: Path
    languages: dict[str, str]
    questions: list[LabelledQuestion]
    gone: tuple[str, ...] = ()

    @property
    def answered(self) -> list[LabelledQuestion]:
        """Those that an article answers."""
        return [question for question in self.questions if question.article_id]

    def pair(self, question: LabelledQuestion) -> str:
        """The question's language and that of its article."""
        return f"{question.language}-{self.languages[question.article_id or '']}"


def facqa(data: Path, work: Path) -> Material:
    """Return FacQA's library, with the questions of its held-back fold and everyday ones.

    Args:
        data: The folder with ``facqa/``.
        work: The folder that ``prepare`` wrote.
    """
    folds = json.loads((work / "folds.json").read_text(encoding="utf-8"))
    shipped = Path(str(files("retrieval.evaluation").joinpath("data")))
    own = read_questions(data / "facqa" / "questions-train.jsonl")
    answers = {question.id: question.answers for question in own}
    questions = [
        *(replace(question, language="id") for question in own),
        *(
            # A translation is its original's id and a language.
            replace(question, answers=answers[question.id.rsplit("-", 1)[0]])
            for question in read_questions(shipped / "questions-translated.jsonl")
        ),
    ]
    return Material(
        work / "library",
        dict.fromkeys(folds, "id"),
        [
            *(question for question in questions if folds[question.article_id] == 0),
            *read_questions(shipped / "questions-everyday.jsonl"),
        ],
    )


def written(work: Path) -> list[Material]:
    """Return the libraries of what was written, with questions of held-back passages.

    Args:
        work: The folder that ``prepare`` wrote.
    """
    passages, questions = read_written()
    held_back = {passage.id for passage in passages if passage.held_back}
    languages = {passage.id: passage.language for passage in passages}
    asked = [each for each in questions if each.article in held_back and each.answer]
    many = {
        language
        for language, count in Counter(languages.values()).items()
        if count >= _LIBRARY_OF_ITS_OWN
    }
    by_library: dict[str, list[LabelledQuestion]] = {"": [], **{name: [] for name in sorted(many)}}
    for question in asked[::_WRITTEN_EVERY]:
        labelled, told = _labelled(question), languages[question.article]
        alone = told in many and labelled.language != told
        by_library[told if alone else ""].append(labelled)
    return [
        Material(
            work / "library-written",
            languages,
            chosen,
            tuple(name for name, told in languages.items() if only and told != only),
        )
        for only, chosen in by_library.items()
    ]


def _labelled(question: Labelled) -> LabelledQuestion:
    return LabelledQuestion(
        question.id,
        question.question,
        question.article,
        (question.answer,),
        language=question.id.rsplit("-", 1)[1],
    )


@contextmanager
def open_copy(work: Path, material: Material, gone: Sequence[str] = ()) -> Iterator[Kabar]:
    """Open a copy of a material's library, without what it says and some more articles.

    Args:
        work: Where the copy is made.
        material: The library.
        gone: Further articles to take out.
    """
    whole = RetrievalSettings.from_env(
        KABAR_DATA_DIR=material.library, KABAR_MODEL_DIR=work / "models", KABAR_READER="off"
    )
    copy = work / "copy.db"
    copy.unlink(missing_ok=True)
    with open_kabar(whole) as kabar:
        kabar.backup(copy)
    out = sorted({*material.gone, *gone})
    name = f"copy-of-{material.library.name}-{random.Random(str(out)).randrange(10**6)}"
    restore_storage(work / name, copy)
    with open_kabar(whole.model_copy(update={"data_dir": work / name})) as kabar:
        kabar.delete(out)
        yield kabar
