"""What reading adds: spans, order, refusal, other languages, time and memory.

Each figure stands beside the same one without the reader, measured in the same run. The reader
has seen FacQA's training questions and IDK-MRC's; never FacQA's valid ones, nor XQuAD.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import mean

from retrieval.answering.quotes import MAX_QUOTES
from retrieval.evaluation.metrics import area_under_roc, contains_answer, recall_at
from retrieval.evaluation.questions import LabelledQuestion, read_questions
from retrieval.kabar import Kabar
from retrieval.records import Quote
from retrieval.storage.engines import restore_storage
from tests.benchmarks.large_library import fill
from tests.benchmarks.reading_cost import open_library, reading_cost
from tests.benchmarks.table import Row
from training.data import near_duplicates, read_lines
from training.measure import RIGHT_F1, Parts, best_f1, normalized

LANGUAGES = ("en", "es", "zh")
PASSAGES = 20_000
_DRAWS = 5
_K = 10
_WRONG_SHARE = 0.05
_EVERY = int(os.environ.get("KABAR_BENCH_EVERY", "1"))
"""Of XQuAD's questions every so many-th is asked."""


class Reader:
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
        self._copies = 0

    def rows(self) -> Iterator[Row]:
        """Measure everything, a row at a time."""
        facqa = self._library("facqa", self._data / "facqa" / "articles.jsonl")
        with self._open(facqa, "on") as kabar:
            if kabar.close_reading is None:
                raise SystemExit("There is no reader to measure.")
            yield from self._spans(kabar)
        yield from self._order(facqa)
        yield from self._refusal(facqa)
        large = self._work / "reader-large"
        with self._open(facqa, "off") as kabar:
            fill(kabar, large, PASSAGES)
        yield from reading_cost(large, self._models, [each.question for each in self._valid()])
        for language in LANGUAGES:
            articles = self._data / "xquad" / f"articles-{language}.jsonl"
            yield from self._language(language, self._library(f"xquad-{language}", articles))

    def _open(self, folder: Path, reader: str) -> Kabar:
        return open_library(folder, self._models, reader)

    def _library(self, name: str, articles: Path) -> Path:
        folder = self._work / f"reader-{name}"
        with self._open(folder, "off") as kabar:
            kabar.ingest([articles])
            kabar.index_pending()
        return folder

    def _valid(self) -> list[LabelledQuestion]:
        return read_questions(self._data / "facqa" / "questions-valid.jsonl")

    def _xquad(self, language: str) -> list[LabelledQuestion]:
        return read_questions(self._data / "xquad" / f"questions-{language}.jsonl")[::_EVERY]

    def _spans(self, kabar: Kabar) -> Iterator[Row]:
        questions = self._valid()
        scores = list(_span_scores(kabar, questions, str.split))
        yield Row(
            "FacQA valid, right passage given: span F1 / exact",
            [mean(f1 for f1, _ in scores), mean(exact for _, exact in scores)],
            [0.80, 0.64],
        )

    def _order(self, facqa: Path) -> Iterator[Row]:
        questions = self._valid()
        clusters = self._clusters()
        for reader in ("off", "on"):
            with self._open(facqa, reader) as kabar:
                found = _articles_found(kabar, questions)
                for what, name in (
                    ("", lambda each: each),
                    (", near-duplicates of an article as that one", clusters.__getitem__),
                ):
                    ranks = _ranks(found, questions, name)
                    yield Row(
                        f"FacQA valid, reader {reader}: R@1 / R@3{what}",
                        [recall_at(ranks, 1), recall_at(ranks, 3)],
                        [0.84, 0.94] if reader == "on" else [],
                    )
                holds, right = zip(*_first_quotes(kabar, questions), strict=True)
                yield Row(
                    f"FacQA valid, reader {reader}: first quote holds the answer; span shown right",
                    [mean(holds), mean(right)],
                    [0.83, 0.70] if reader == "on" else [],
                )

    def _clusters(self) -> dict[str, str]:
        """FacQA's articles to their cluster of near-duplicates: many a text is there twice."""
        articles = read_lines(self._data / "facqa" / "articles.jsonl")
        return near_duplicates({article["id"]: article["text"] for article in articles})

    def _refusal(self, facqa: Path) -> Iterator[Row]:
        """Take out the articles of half of the questions, five times, and average.

        What is left answers some of their questions all the same: a text is there twice, or a
        minister is named in many. So there is a second row: near-duplicates are taken out as well,
        and a question whose best quotes hold the answer, shown or not, is left out.
        """
        questions = self._valid()
        clusters = self._clusters()
        ids = sorted({q.article_id for q in questions if q.article_id})
        plain, fair = [], []
        for draw in range(_DRAWS):
            shuffled = list(ids)
            random.Random(draw).shuffle(shuffled)
            gone = frozenset(shuffled[: len(shuffled) // 2])
            plain.append(self._refused(facqa, questions, gone))
            names = {clusters[each] for each in gone}
            every = frozenset(each for each, name in clusters.items() if name in names)
            fair.append(self._refused(facqa, questions, every, skip_held=True))
        figures = "AUROC; answered at 5 % wrong; answered with; without"
        for what, measured in (
            ("half taken out", plain),
            ("half and its near-duplicates out, no quote holding the answer", fair),
        ):
            yield Row(
                f"refusal, {what}, mean of {_DRAWS}: {figures}",
                [mean(column) for column in zip(*measured, strict=True)],
                [0.93, 0.60],
            )

    def _refused(
        self,
        facqa: Path,
        questions: Sequence[LabelledQuestion],
        gone: frozenset[str],
        *,
        skip_held: bool = False,
    ) -> tuple[float, float, float, float]:
        """Ask without some articles.

        Args:
            facqa: The library.
            questions: What is asked.
            gone: Articles that are taken out.
            skip_held: Leave out questions whose article is gone and whose answer stands in what
                would be quoted.
        """
        kept, without = [], []
        with self._open(self._copy(facqa), "on") as kabar:
            kabar.delete(gone)
            for question in questions:
                if question.article_id not in gone:
                    kept.append(kabar.ask(question.question))
                elif not skip_held or not _held(kabar, question):
                    without.append(kabar.ask(question.question))
        confidences = sorted(answer.confidence for answer in without)
        bar = confidences[int(len(confidences) * (1 - _WRONG_SHARE))]
        return (
            area_under_roc([answer.confidence for answer in kept], confidences),
            mean(answer.confidence > bar for answer in kept),
            mean(answer.answered for answer in kept),
            mean(answer.answered for answer in without),
        )

    def _copy(self, library: Path) -> Path:
        whole, self._copies = self._work / "whole.db", self._copies + 1
        if not whole.exists():
            with self._open(library, "off") as kabar:
                kabar.backup(whole)
        folder = self._work / f"reader-copy-{self._copies}"
        restore_storage(folder, whole)
        return folder

    def _language(self, language: str, library: Path) -> Iterator[Row]:
        figures: dict[str, list[float]] = {}
        asking = [language, *(["en"] if language != "en" else [])]
        for reader in ("off", "on"):
            with self._open(library, reader) as kabar:
                for asks in asking:
                    questions = self._xquad(asks)
                    ranks = _ranks(_articles_found(kabar, questions), questions, _paragraph)
                    figures.setdefault(asks, []).append(recall_at(ranks, 1))
        for asks, (without, reading) in figures.items():
            yield Row(
                f"XQuAD, {asks} asks {language}: R@1 added by the reader; with; without",
                [reading - without, reading, without],
                [0.03],
            )
        floors = {"en": 0.66, "es": 0.62, "zh": 0.50}
        with self._open(library, "on") as kabar:
            scores = list(_span_scores(kabar, self._xquad(language), list))
        yield Row(
            f"XQuAD {language}, right passage given: span F1 by character / exact",
            [mean(f1 for f1, _ in scores), mean(exact for _, exact in scores)],
            [floors[language]],
        )


def _span_scores(
    kabar: Kabar, questions: Sequence[LabelledQuestion], parts: Parts
) -> Iterator[tuple[float, bool]]:
    """Yield F1 and exactness of the span read in each question's own article."""
    reading = kabar.close_reading
    assert reading is not None
    articles = kabar.get_articles({q.article_id for q in questions if q.article_id})
    for question in questions:
        text = articles[question.article_id or ""].text
        (read,) = reading.reader.read(question.question, [text])
        told = text[slice(*read.span)] if read.span else ""
        yield (
            best_f1(told, question.answers, parts),
            any(normalized(told) == normalized(answer) for answer in question.answers),
        )


def _articles_found(kabar: Kabar, questions: Sequence[LabelledQuestion]) -> list[list[str]]:
    """Return the articles of each question's hits, best first."""
    return [
        [hit.article.id for hit in kabar.search(question.question, _K).hits]
        for question in questions
    ]


def _ranks(
    found: Sequence[Sequence[str]],
    questions: Sequence[LabelledQuestion],
    name: Callable[[str], str],
) -> list[int | None]:
    """Return the rank of each question's article among those found, by what they are called."""
    ranks: list[int | None] = []
    for articles, question in zip(found, questions, strict=True):
        names = list(dict.fromkeys(map(name, articles)))
        right = name(question.article_id or "")
        ranks.append(names.index(right) + 1 if right in names else None)
    return ranks


def _held(kabar: Kabar, question: LabelledQuestion) -> bool:
    """Say whether one of the quotes that would be shown holds the answer."""
    quotes = _quotes(kabar, question)[:MAX_QUOTES]
    return any(contains_answer(quote.text, question.answers) for quote in quotes)


def _quotes(kabar: Kabar, question: LabelledQuestion) -> list[Quote]:
    """Return what is quoted for a question, whether or not the best hit passes the bar."""
    (found,) = kabar.searcher.find([question.question], _K)
    if kabar.close_reading:
        found = kabar.close_reading.apply(question.question, found)
    return list(kabar.answerer.quotes(found))


def _paragraph(article_id: str) -> str:
    """XQuAD's ids are ``xquad-NUMBER-LANGUAGE``: the same paragraph in any language."""
    return article_id.rsplit("-", 1)[0] if article_id.startswith("xquad-") else article_id


def _first_quotes(
    kabar: Kabar, questions: Sequence[LabelledQuestion]
) -> Iterator[tuple[bool, bool]]:
    """Yield whether the first quote holds the answer, and whether the span marked in it is right."""
    for question in questions:
        quotes = _quotes(kabar, question)
        if not quotes:
            yield False, False
            continue
        first = quotes[0]
        told = first.article.text[slice(*first.answer)] if first.answer else ""
        yield (
            contains_answer(first.text, question.answers),
            best_f1(told, question.answers, str.split) >= RIGHT_F1,
        )
