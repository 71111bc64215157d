"""Fits what a reading counts, before a run is shipped.

On the held-back fold alone, by the product's own pipeline:

1. For the order: the search's score, the relevance and the margin of the hits that are read, by
   listwise logistic regression; once for the fold's Indonesian questions, once for all of their
   translations together, which stand for every pair of languages without questions of its own.
2. For refusing: half of the articles are taken out, near-duplicates together, then the other half
   instead. Two logistic
   regressions over the search's signals and the reader's, as in
   `retrieval.evaluation.calibrate`.
3. For marking: the margin from which a span is more often right than wrong.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.answering.close_reading import READ_HITS, CloseReading
from retrieval.answering.confidence import SIGNALS, Regression
from retrieval.answering.reader import TrunkReader
from retrieval.answering.reading_calibration import (
    ANY_PAIR,
    READING_SIGNALS,
    ReadingCalibration,
    reading_signals,
)
from retrieval.answering.search import Found
from retrieval.evaluation.calibrate import fit_regression
from retrieval.evaluation.metrics import area_under_roc
from retrieval.evaluation.questions import LabelledQuestion, read_questions
from retrieval.indexing.reader_network import ReaderNetwork
from retrieval.intake.language import detect_language
from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from retrieval.storage.engines import restore_storage
from training.data import assign_folds, near_duplicates, read_lines
from training.measure import normalized, overlap_f1
from training.prepare import SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

_OWN = "id-id"
_NAMES = (*SIGNALS, *READING_SIGNALS)
_RIDGE = 1e-3
_BATCH = 64

Competition = tuple["NDArray[np.float64]", "NDArray[np.bool_]"]
"""A question's hits that were read: score, relevance and margin, shape (n, 3); which are right."""


def calibrate(data: Path, work: Path, weights: Path) -> dict[str, Any]:
    """Fit everything for some weights.

    Args:
        data: The folder with ``facqa/``.
        work: The folder that ``prepare`` wrote.
        weights: The ``.safetensors`` file.

    Returns:
        What `ReadingCalibration.from_json` takes.
    """
    own, translated, everyday = _questions(data, work)
    with _library(work) as kabar:
        reading = close_reading(kabar, weights)
        order, marks = {}, []
        for pair, questions in ((_OWN, own), (ANY_PAIR, translated)):
            competitions, spans = _compete(kabar, reading, questions)
            order[pair] = fit_order(competitions)
            marks += spans if pair == _OWN else []
            logger.info("%s: %s", pair, _described(competitions, order[pair]))
    mark_from = fit_mark(marks)
    regressions = _fit_refusal(data, work, weights, order, (own, translated, everyday))
    return {"order": order, **regressions, "threshold": 0.5, "mark_from": mark_from}


def _questions(
    data: Path, work: Path
) -> tuple[list[LabelledQuestion], list[LabelledQuestion], list[LabelledQuestion]]:
    folds = json.loads((work / "folds.json").read_text(encoding="utf-8"))
    shipped = Path(str(files("retrieval.evaluation").joinpath("data")))

    def held_back(path: Path) -> list[LabelledQuestion]:
        return [q for q in read_questions(path) if folds[q.article_id] == 0]

    own = held_back(data / "facqa" / "questions-train.jsonl")
    return (
        [replace(question, language="id") for question in own],
        held_back(shipped / "questions-translated.jsonl"),
        read_questions(shipped / "questions-everyday.jsonl"),
    )


@contextmanager
def _library(work: Path, gone: Sequence[str] = ()) -> Iterator[Kabar]:
    """Open a copy of the work folder's library without some articles."""
    whole = RetrievalSettings.from_env(
        KABAR_DATA_DIR=work / "library", KABAR_MODEL_DIR=work / "models", KABAR_READER="off"
    )
    copy = work / "copy.db"
    copy.unlink(missing_ok=True)
    with open_kabar(whole) as kabar:
        kabar.backup(copy)
    folder = work / f"copy-{len(gone)}-{random.Random(str(gone)).randrange(10**6)}"
    restore_storage(folder, copy)
    with open_kabar(whole.model_copy(update={"data_dir": folder})) as kabar:
        kabar.delete(gone)
        yield kabar


def close_reading(
    kabar: Kabar, weights: Path, order: dict[str, dict[str, float]] | None = None
) -> CloseReading:
    """Return what reads with some weights, and orders by what was fitted so far."""
    from safetensors.numpy import load_file

    trunk = kabar.embedder.trunk()
    nothing = {ANY_PAIR: dict.fromkeys(READING_SIGNALS, 0.0)}
    never = Regression(0.0, {})
    return CloseReading(
        TrunkReader(trunk.tokenizer, ReaderNetwork(load_file(weights), trunk.run_shared)),
        ReadingCalibration(order or nothing, never, never, 0.5, 0.0),
        count_tokens=kabar.embedder.count_tokens,
        detect_language=detect_language,
    )


def _find(kabar: Kabar, questions: Sequence[LabelledQuestion]) -> list[Found]:
    found: list[Found] = []
    for start in range(0, len(questions), _BATCH):
        batch = [question.question for question in questions[start : start + _BATCH]]
        found.extend(kabar.searcher.find(batch, 10))
    return found


def _compete(
    kabar: Kabar, reading: CloseReading, questions: Sequence[LabelledQuestion]
) -> tuple[list[Competition], list[tuple[float, bool]]]:
    """Read the first hits of each question; return them, and how sure and right spans were."""
    competitions, spans = [], []
    for question, found in zip(questions, _find(kabar, questions), strict=True):
        hits = reading.read(question.question, found.hits[:READ_HITS])
        right = np.array([hit.article.id == question.article_id for hit in hits])
        if not right.any():
            continue
        rows = []
        for hit in hits:
            assert hit.reading is not None  # noqa: S101  # `read` sets it
            signals = reading_signals(hit.reading)
            rows.append([hit.score, *(signals[name] for name in READING_SIGNALS)])
            if hit.article.id == question.article_id and hit.reading.span and question.answers:
                start, end = hit.reading.span
                told = normalized(hit.article.text[start:end]).split()
                f1 = max(overlap_f1(told, normalized(a).split()) for a in question.answers)
                spans.append((hit.reading.margin, f1 >= 0.5))
        competitions.append((np.array(rows), right))
    return competitions, spans


def fit_order(competitions: Sequence[Competition]) -> dict[str, float]:
    """Fit by how much a unit of relevance and of margin raises a score.

    The loss of a question is ``log sum exp(all) - log sum exp(right)``; no weight is negative.

    Returns:
        A weight for each reading signal, in units of the search's score.
    """
    from scipy.optimize import minimize
    from scipy.special import logsumexp, softmax

    spread = np.concatenate([rows for rows, _ in competitions]).std(axis=0) + 1e-9

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, gradient = 0.0, np.zeros(len(weights))
        for rows, right in competitions:
            scaled = rows / spread
            scores = scaled @ weights
            total += float(logsumexp(scores) - logsumexp(scores[right]))
            gradient += softmax(scores) @ scaled - softmax(scores[right]) @ scaled[right]
        count = len(competitions)
        return (
            total / count + _RIDGE * float(weights @ weights),
            gradient / count + 2 * _RIDGE * weights,
        )

    fitted = minimize(
        loss, np.ones(len(spread)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(spread)
    ).x
    weights = fitted / spread
    return {
        name: round(float(value / max(weights[0], 1e-6)), 5)
        for name, value in zip(READING_SIGNALS, weights[1:], strict=True)
    }


def _described(competitions: Sequence[Competition], order: dict[str, float]) -> str:
    weights = np.array([1.0, *(order[name] for name in READING_SIGNALS)])
    first = np.mean([right[rows[:, 0].argmax()] for rows, right in competitions])
    after = np.mean([right[(rows @ weights).argmax()] for rows, right in competitions])
    return f"{len(competitions)} questions, first {first:.3f} by search, {after:.3f} read; {order}"


def fit_mark(spans: Sequence[tuple[float, bool]]) -> float:
    """Return the margin from which spans are more often right than wrong.

    Args:
        spans: The margin of each, and whether it was right.
    """
    from sklearn.isotonic import IsotonicRegression

    margins = np.array([margin for margin, _ in spans])
    right = np.array([float(is_right) for _, is_right in spans])
    curve = IsotonicRegression(out_of_bounds="clip").fit(margins, right)
    likely = np.sort(margins)[curve.predict(np.sort(margins)) >= 0.5]
    return round(float(likely[0]) if len(likely) else float(margins.max()), 3)


def _clusters(data: Path) -> dict[str, str]:
    articles = read_lines(data / "facqa" / "articles.jsonl")
    return near_duplicates({record["id"]: record["text"] for record in articles})


def _fit_refusal(
    data: Path,
    work: Path,
    weights: Path,
    order: dict[str, dict[str, float]],
    groups: tuple[list[LabelledQuestion], ...],
) -> dict[str, Any]:
    halves = assign_folds(_clusters(data), 2, SEED + 1)
    signals, answerable, same = [], [], []
    for half in (0, 1):
        out = {name for name, side in halves.items() if side == half}
        with _library(work, sorted(out)) as kabar:
            reading = close_reading(kabar, weights, order)
            for questions in groups:
                for question, found in zip(questions, _find(kabar, questions), strict=True):
                    read = reading.apply(question.question, found)
                    measured, in_language = kabar.answerer.signals(question.language, read)
                    signals.append([measured[name] for name in _NAMES])
                    answerable.append(bool(question.article_id) and question.article_id not in out)
                    same.append(in_language)
    rows, holds, own = np.array(signals), np.array(answerable), np.array(same)
    np.savez(work / "refusal.npz", rows=rows, holds=holds, own=own)
    result: dict[str, Any] = {}
    for name, chosen in (("same_language", own), ("other_language", ~own)):
        for kind, names in (("search", SIGNALS), ("read", _NAMES)):
            columns = [_NAMES.index(each) for each in names]
            content = fit_regression(rows[chosen][:, columns], holds[chosen], names)
            area = _area(content, rows[chosen], holds[chosen])
            logger.info("%s, %s: AUROC %.3f %s", name, kind, area, content)
            result[name] = content  # the last one, with all signals, stays
        result[f"{name}_auroc"] = round(area, 3)
    return result


def _area(content: dict[str, Any], rows: NDArray[np.float64], holds: NDArray[np.bool_]) -> float:
    factors = np.array([content["coefficients"].get(name, 0.0) for name in _NAMES])
    logits = rows @ factors
    return area_under_roc(logits[holds].tolist(), logits[~holds].tolist())
