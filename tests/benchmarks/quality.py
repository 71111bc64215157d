"""How good search, quotes and refusal are, over the labelled data.

The data is no part of the project: its folder is `KABAR_BENCH_DATA`, else `../shared/data`.
One library of everything is embedded once; each smaller one is a copy with the rest deleted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean

from retrieval.answering.quotes import MAX_QUOTES
from retrieval.evaluation.metrics import (
    area_under_roc,
    contains_answer,
    mean_reciprocal_rank,
    recall_at,
)
from retrieval.evaluation.questions import LabelledQuestion, read_questions
from retrieval.kabar import Kabar, open_kabar
from retrieval.records import Answer
from retrieval.settings import RetrievalSettings
from retrieval.storage.engines import restore_storage
from tests.benchmarks.table import Row

LANGUAGES = ("en", "es", "zh")
_K = 40
_REFUSAL_DRAWS = 5


class Quality:
    """Measures over one folder of labelled data.

    Args:
        data: The folder with ``facqa/`` and ``xquad/``.
        work: An empty folder to work in.
        models: Where the bundled model is unpacked.
    """

    def __init__(self, data: Path, work: Path, models: Path) -> None:
        self._data = data
        self._work = work
        self._models = models
        self._whole = work / "whole.db"
        self._copies = 0

    def _open(self, folder: Path) -> Kabar:
        return open_kabar(
            RetrievalSettings.from_env(KABAR_DATA_DIR=folder, KABAR_MODEL_DIR=self._models)
        )

    def rows(self) -> Iterator[Row]:
        """Measure everything, a row at a time."""
        with self._open(self._work / "whole") as kabar:
            kabar.ingest(
                [
                    self._data / "facqa" / "articles.jsonl",
                    *(self._data / "xquad" / f"articles-{each}.jsonl" for each in LANGUAGES),
                ]
            )
            kabar.index_pending()
            kabar.backup(self._whole)
            mixed = list(self._mixed(kabar))
        with self._only("facqa-") as kabar:
            yield from self._facqa(kabar, mixed)
        for language, floor in (("es", 0.88), ("zh", 0.74)):
            with self._only("xquad-", f"-{language}") as kabar:
                ranks = _ranks(kabar, self._xquad("en"), _paragraph)
                yield Row(f"XQuAD, en asks {language}: R@1", [recall_at(ranks, 1)], [floor])
                ranks = _ranks(kabar, self._xquad(language), _paragraph)
                yield Row(f"XQuAD, {language} asks {language}: R@1", [recall_at(ranks, 1)])
        yield from (row for row, _ in mixed)
        yield self._refusal()

    def _xquad(self, language: str) -> list[LabelledQuestion]:
        return read_questions(self._data / "xquad" / f"questions-{language}.jsonl")

    def _valid(self) -> list[LabelledQuestion]:
        return read_questions(self._data / "facqa" / "questions-valid.jsonl")

    @contextmanager
    def _only(
        self, prefix: str, suffix: str = "", gone: frozenset[str] = frozenset()
    ) -> Iterator[Kabar]:
        """Open a copy of the whole library with nothing but the articles of one set."""
        self._copies += 1
        folder = self._work / f"copy-{self._copies}"
        restore_storage(folder, self._whole)
        with self._open(folder) as kabar:
            kabar.delete(
                article.id
                for article in kabar.latest(1_000_000)
                if not (article.id.startswith(prefix) and article.id.endswith(suffix))
                or article.id in gone
            )
            yield kabar

    def _facqa(self, kabar: Kabar, mixed: Sequence[tuple[Row, float]]) -> Iterator[Row]:
        questions = self._valid()
        ranks = _ranks(kabar, questions, _article)
        yield Row(
            "FacQA valid: R@1 / R@3 / R@10",
            [recall_at(ranks, k) for k in (1, 3, 10)],
            [0.77, 0.90, 0.96],
        )
        yield Row("FacQA valid: MRR", [mean_reciprocal_rank(ranks)])
        alone = recall_at(ranks, 1)
        yield Row(
            "FacQA valid: R@1 lost in the mixed library (at most)",
            [alone - mixed[-1][1]],
            [0.01],
            lower=True,
        )
        answers = [_quoted(kabar, question) for question in questions]
        first = [
            bool(quotes) and contains_answer(quotes[0], q.answers)
            for quotes, q in zip(answers, questions, strict=True)
        ]
        any_of = [
            any(contains_answer(text, q.answers) for text in quotes)
            for quotes, q in zip(answers, questions, strict=True)
        ]
        yield Row(
            "FacQA valid: first quote has the answer; one of three",
            [mean(first), mean(any_of)],
            [0.75, 0.88],
        )
        lengths = [len(text) for quotes in answers for text in quotes]
        yield Row("FacQA valid: characters of a quote", [mean(lengths)])

    def _mixed(self, kabar: Kabar) -> Iterator[tuple[Row, float]]:
        for language in LANGUAGES:
            ranks = _ranks(kabar, self._xquad(language), _paragraph)
            value = recall_at(ranks, 3)
            yield (
                Row(f"mixed library, {language}: right paragraph in the first 3", [value], [0.96]),
                value,
            )
        ranks = _ranks(kabar, self._valid(), _article)
        value = recall_at(ranks, 1)
        yield Row("mixed library, FacQA valid: R@1", [value]), value

    def _refusal(self) -> Row:
        """Take out the articles of half of the questions, five times, and average."""
        questions = self._valid()
        ids = sorted({q.article_id for q in questions if q.article_id})
        areas, answered, wrong = [], [], []
        for draw in range(_REFUSAL_DRAWS):
            shuffled = list(ids)
            random.Random(draw).shuffle(shuffled)
            gone = frozenset(shuffled[: len(shuffled) // 2])
            with self._only("facqa-", gone=gone) as kabar:
                answers = [kabar.ask(question.question) for question in questions]
            kept = [a for a, q in zip(answers, questions, strict=True) if q.article_id not in gone]
            lost = [a for a, q in zip(answers, questions, strict=True) if q.article_id in gone]
            areas.append(area_under_roc(_confidences(kept), _confidences(lost)))
            answered.append(mean(a.answered for a in kept))
            wrong.append(mean(a.answered for a in lost))
        return Row(
            f"refusal, FacQA valid, half taken out, mean of {_REFUSAL_DRAWS}: AUROC; answered with; without",
            [mean(areas), mean(answered), mean(wrong)],
            [0.85],
        )


def _confidences(answers: Sequence[Answer]) -> list[float]:
    return [answer.confidence for answer in answers]


def _article(article_id: str, question: LabelledQuestion) -> bool:
    return article_id == question.article_id


def _paragraph(article_id: str, question: LabelledQuestion) -> bool:
    """The same paragraph in any language: ids are ``xquad-NUMBER-LANGUAGE``."""
    right = question.article_id or ""
    return article_id.rsplit("-", 1)[0] == right.rsplit("-", 1)[0]


def _ranks(
    kabar: Kabar,
    questions: Sequence[LabelledQuestion],
    is_right: Callable[[str, LabelledQuestion], bool],
) -> list[int | None]:
    """Return for each question the rank of its right article among the articles found."""
    ranks: list[int | None] = []
    for question in questions:
        hits = kabar.search(question.question, _K).hits
        ids = list(dict.fromkeys(hit.article.id for hit in hits))
        ranks.append(next((n for n, i in enumerate(ids, 1) if is_right(i, question)), None))
    return ranks


def _quoted(kabar: Kabar, question: LabelledQuestion) -> list[str]:
    """Return the quotes that Kabar would give, whether or not it is sure enough to."""
    (found,) = kabar.searcher.find([question.question], _K)
    return [quote.text for quote in kabar.answerer.quotes(found)[:MAX_QUOTES]]
