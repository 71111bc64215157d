"""Fits what a reading counts, before a run is shipped.

On what was held back from training alone, by the product's own pipeline, over FacQA's library and
over those of the written passages (`training.libraries`):

1. For the order: the search's score, the relevance and the margin of the hits that may be read, by
   listwise logistic regression; for each pair of languages with enough questions, and once for all
   pairs but Indonesian and Indonesian together, which stands for every other. With each order, how
   many hits are read and when it is enough (`training.order`).
2. For refusing, over FacQA's library alone: half of the articles are taken out, near-duplicates
   together, then the other half instead. Two logistic regressions over the search's signals and
   the reader's, as in `retrieval.evaluation.calibrate`. (With the written questions among them, of
   which one in five only seems to be answered and most have near misses, the bar rose so far that
   plain questions across languages were refused.)
3. For marking, on the first hits of all those questions that are then not refused: the margin from
   which there are most right spans less wrong ones (`training.marking`).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.answering.close_reading import READ_HITS, CloseReading
from retrieval.answering.confidence import SIGNALS, shipped_calibration
from retrieval.answering.reader import TrunkReader
from retrieval.answering.reading_calibration import (
    ANY_PAIR,
    HITS,
    LEAD,
    READING_SIGNALS,
    ReadingCalibration,
    deciding,
    reading_signals,
)
from retrieval.evaluation.metrics import area_under_roc
from retrieval.evaluation.regression import Ranking, fit_regression
from retrieval.indexing.reader_network import ReaderNetwork
from retrieval.intake.language import detect_language
from training.data import assign_folds, near_duplicates, read_lines
from training.libraries import Material, facqa, open_copy, written
from training.marking import fit_mark
from training.measure import RIGHT_F1, best_f1, parts_of
from training.order import fit_orders
from training.prepare import SEED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.answering.reader import Reader
    from retrieval.answering.search import Found
    from retrieval.evaluation.questions import LabelledQuestion
    from retrieval.kabar import Kabar
    from retrieval.records import Hit, Reading

logger = logging.getLogger(__name__)

_NAMES = (*SIGNALS, *READING_SIGNALS)
_NEVER = {"intercept": 0.0, "coefficients": {}}
_NOTHING: dict[str, Any] = {
    "order": {ANY_PAIR: {**dict.fromkeys((*READING_SIGNALS, LEAD), 0.0), HITS: READ_HITS}},
    "refuses": [],
    "same_language": _NEVER,
    "other_language": _NEVER,
    "threshold": 0.5,
    "mark_from": 0.0,
}
"""Readings count nothing."""

_BATCH = 64


@dataclass
class _Remembering:
    """A reader that reads nothing twice: what it reads does not depend on the library."""

    reader: Reader
    known: dict[tuple[str, str], Reading] = field(default_factory=dict)

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """As `Reader` says."""
        new = [passage for passage in passages if (question, passage) not in self.known]
        for passage, reading in zip(new, self.reader.read(question, new), strict=True):
            self.known[question, passage] = reading
        return [self.known[question, passage] for passage in passages]


def calibrate(data: Path, work: Path, weights: Path) -> dict[str, Any]:
    """Fit everything for some weights.

    Args:
        data: The folder with ``facqa/``.
        work: The folder that ``prepare`` wrote.
        weights: The ``.safetensors`` file.

    Returns:
        What `ReadingCalibration.from_json` takes.
    """
    materials = [facqa(data, work), *written(work)]
    known: dict[tuple[str, str], Reading] = {}
    competitions: dict[str, list[Ranking]] = defaultdict(list)
    founds: list[list[Found]] = []
    for material in materials:
        with open_copy(work, material) as kabar:
            reading = close_reading(kabar, weights, known)
            founds.append(_find(kabar, material.answered))
            for question, found in zip(material.answered, founds[-1], strict=True):
                hits = reading.read(question.question, found.hits[:READ_HITS])
                right = np.array([hit.article.id == question.article_id for hit in hits])
                if right.any():
                    competitions[material.pair(question)].append((_rows(hits), right))
    order = fit_orders(competitions)
    regressions = _fit_refusal(data, work, weights, material=materials[0], order=order, known=known)
    content = {
        "order": order,
        "refuses": sorted(set(materials[0].languages.values())),
        **regressions,
        "threshold": 0.5,
        "mark_from": 0.0,
    }
    spans: list[tuple[float, bool]] = []
    for material, found_all in zip(materials, founds, strict=True):
        with open_copy(work, material) as kabar:
            reading = close_reading(kabar, weights, known, content)
            spans += _shown_spans(kabar, reading, material.answered, found_all)
    return {**content, "mark_from": fit_mark(spans)}


def close_reading(
    kabar: Kabar,
    weights: Path,
    known: dict[tuple[str, str], Reading],
    fitted: dict[str, Any] | None = None,
) -> CloseReading:
    """Return what reads with some weights, and orders by what was fitted so far.

    Args:
        kabar: The library whose trunk reads.
        weights: The ``.safetensors`` file.
        known: Questions and passages to what was read before.
        fitted: What was fitted so far, as `ReadingCalibration.from_json` takes it.
    """
    from safetensors.numpy import load_file

    trunk = kabar.embedder.trunk()
    calibration = ReadingCalibration.from_json({**_NOTHING, **(fitted or {})})
    network = ReaderNetwork(load_file(weights), trunk.run_shared)
    return CloseReading(
        _Remembering(TrunkReader(trunk.tokenizer, network), known),
        calibration,
        count_tokens=kabar.embedder.count_tokens,
        detect_language=detect_language,
    )


def _find(kabar: Kabar, questions: Sequence[LabelledQuestion]) -> list[Found]:
    found: list[Found] = []
    for start in range(0, len(questions), _BATCH):
        batch = [question.question for question in questions[start : start + _BATCH]]
        found.extend(kabar.searcher.find(batch, 10))
    return found


def _shown_spans(
    kabar: Kabar,
    reading: CloseReading,
    questions: Sequence[LabelledQuestion],
    founds: Sequence[Found],
) -> Iterator[tuple[float, bool]]:
    """Yield the margins of spans that could be marked in answers, and whether they are right.

    Those read in the first hit of each question that is not refused.
    """
    for question, found in zip(questions, founds, strict=True):
        read = reading.apply(question.question, found)
        if not read.hits or not _is_answered(kabar, reading.calibration, question, read):
            continue
        article, read_first = read.hits[0].article, read.hits[0].reading
        if read_first is None or read_first.span is None:
            continue
        told = article.text[slice(*read_first.span)]
        right = best_f1(told, question.answers, parts_of(article.language)) >= RIGHT_F1
        yield read_first.margin, right


def _is_answered(
    kabar: Kabar, calibration: ReadingCalibration, question: LabelledQuestion, read: Found
) -> bool:
    """Say whether the product would answer, as `retrieval.answering.answerer` decides."""
    signals, same = kabar.answerer.signals(question.language, read)
    decision = deciding(read.hits[0], shipped_calibration(), calibration)
    return decision.probability(signals, same) >= decision.threshold


def _rows(hits: Sequence[Hit]) -> NDArray[np.float64]:
    rows = []
    for hit in hits:
        assert hit.reading is not None  # noqa: S101  # `read` sets it
        signals = reading_signals(hit.reading)
        rows.append([hit.score, *(signals[name] for name in READING_SIGNALS)])
    return np.array(rows)


def _fit_refusal(
    data: Path,
    work: Path,
    weights: Path,
    *,
    material: Material,
    order: dict[str, dict[str, float]],
    known: dict[tuple[str, str], Reading],
) -> dict[str, Any]:
    signals, answerable, same = [], [], []
    articles = {r["id"]: r["text"] for r in read_lines(data / "facqa" / "articles.jsonl")}
    halves = assign_folds(near_duplicates(articles), 2, SEED + 1)
    for half in (0, 1):
        out = {name for name, side in halves.items() if side == half}
        with open_copy(work, material, sorted(out)) as kabar:
            reading = close_reading(kabar, weights, known, {"order": order})
            asked = material.questions
            for question, found in zip(asked, _find(kabar, asked), strict=True):
                read = reading.apply(question.question, found)
                measured, in_language = kabar.answerer.signals(question.language, read)
                signals.append([measured[name] for name in _NAMES])
                answerable.append(bool(question.article_id) and question.article_id not in out)
                same.append(in_language)
    rows, holds, own = np.array(signals), np.array(answerable), np.array(same)
    np.savez(work / "refusal.npz", rows=rows, holds=holds, own=own)
    result: dict[str, Any] = {}
    for name, chosen in (("same_language", own), ("other_language", ~own)):
        by_search = fit_regression(rows[chosen][:, : len(SIGNALS)], holds[chosen], SIGNALS)
        result[name] = fit_regression(rows[chosen], holds[chosen], _NAMES)
        alone, area = (
            _area(content, rows[chosen], holds[chosen]) for content in (by_search, result[name])
        )
        logger.info("%s: AUROC %.3f, by search alone %.3f; %s", name, area, alone, result[name])
        result[f"{name}_auroc"] = round(area, 3)
    return result


def _area(content: dict[str, Any], rows: NDArray[np.float64], holds: NDArray[np.bool_]) -> float:
    factors = np.array([content["coefficients"].get(name, 0.0) for name in _NAMES])
    logits = rows @ factors
    return area_under_roc(logits[holds].tolist(), logits[~holds].tolist())
