"""Fits the fused score's weights and the refusal to labelled questions.

    python -m retrieval.evaluation.calibrate DATA

``DATA`` is the folder with ``facqa/`` (articles and training questions). Everything is done by
the product's own pipeline, in four steps:

1. The terms that are common in questions are counted, in each language.
2. All articles are read into a library. A listwise logistic regression over the candidates of
   every training question gives the weights of the fused score.
3. Half of the articles are taken out, so that half of the questions have no answer any more.
   The signals of each question's best hit are measured, for the Indonesian questions and for
   translations of some of them into nine languages, with everyday questions that no news
   answers beside both.
4. Two logistic regressions, for questions in the passage's language and for others, give the
   probability of an answer. Its intercept is set so that at the threshold of one half the
   share wrongly answered and the share wrongly refused are the same, in each of the two.

The results are written to ``question_terms.json`` and, with the data's fingerprint, to
``calibration.json`` in ``retrieval/answering/``.
"""

from __future__ import annotations

import hashlib
import json
import logging
import random
import sys
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.answering.confidence import SIGNALS
from retrieval.answering.question_terms import count_shares
from retrieval.answering.scoring import FEATURES
from retrieval.evaluation.metrics import area_under_roc, recall_at
from retrieval.evaluation.questions import LabelledQuestion, read_questions
from retrieval.evaluation.regression import Ranking, fit_listwise, fit_regression
from retrieval.indexing.analyzer import analyze
from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from retrieval.storage.engines import restore_storage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.answering.search import Found

logger = logging.getLogger(__name__)

_SEED = 20_220_103
_BATCH = 64
_POOL = 80
_SHARED = 1e-2
"""The ridge of the score's weights: enough that two cosines which say nearly the same share what
they explain. Without it one takes all, which fits Indonesian best and other languages worse."""
_FEEDBACK_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)

_START = dict(zip(FEATURES, (0.3, 0.7, 0.12, 0.05, 0.3), strict=True))
"""Weights under which candidates are read closely and feedback is made, while fitting; fixed, so
that the outcome does not depend on what was shipped before."""


def fit_weights(own: Sequence[Ranking], foreign: Sequence[Ranking]) -> dict[str, float]:
    """Fit the weights of the fused score.

    Those of a passage's own scores by listwise logistic regression over questions in its
    language: the loss of a question is ``log sum exp(all candidates) - log sum exp(right)``.
    They are scaled so that the two cosines' sum to 1 and a score stays of a cosine's size.

    Feedback is made from the other scores and would take their place in a regression. Its
    weight is the one of a few with the highest sum of R@1, R@3 and R@10 over both groups.

    Args:
        own: Candidates of questions in the language of the passages.
        foreign: Candidates of questions in other languages.

    Returns:
        A weight for each feature.
    """
    feedback = FEATURES.index("feedback")
    columns = [column for column in range(len(FEATURES)) if column != feedback]
    weights = np.zeros(len(FEATURES))
    weights[columns] = fit_listwise([(rows[:, columns], right) for rows, right in own], _SHARED)
    weights /= weights[0] + weights[1]

    def recall(weight: float) -> float:
        weights[feedback] = weight
        return sum(_recall(group, weights, k) for group in (own, foreign) for k in (1, 3, 10))

    weights[feedback] = max(_FEEDBACK_WEIGHTS, key=recall)
    return {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)}


def _recall(rankings: Sequence[Ranking], weights: NDArray[np.float64], k: int) -> float:
    ranks: list[int | None] = []
    for rows, right in rankings:
        scores = rows @ weights
        ranks.append(int((scores > scores[right].max()).sum()) + 1)
    return recall_at(ranks, k)


def _find(kabar: Kabar, questions: Sequence[LabelledQuestion], k: int) -> list[Found]:
    found: list[Found] = []
    for start in range(0, len(questions), _BATCH):
        batch = [question.question for question in questions[start : start + _BATCH]]
        found.extend(kabar.searcher.find(batch, k))
    return found


def _listwise(kabar: Kabar, questions: Sequence[LabelledQuestion]) -> list[Ranking]:
    """Return the features of each question's candidates, and which of them are right."""
    rows = []
    for start in range(0, len(questions), _BATCH):
        batch = questions[start : start + _BATCH]
        for question, found in zip(batch, _find(kabar, batch, _POOL), strict=True):
            right = np.array([hit.article.id == question.article_id for hit in found.hits])
            if right.any():
                values = [[hit.signals[name] for name in FEATURES] for hit in found.hits]
                rows.append((np.array(values, np.float32), right))
    return rows


def _measure(
    kabar: Kabar, questions: Sequence[LabelledQuestion], gone: set[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the signals, whether each question can be answered, and whether in its language."""
    signals, answerable, same = [], [], []
    for question, found in zip(questions, _find(kabar, questions, 10), strict=True):
        measured, in_language = kabar.answerer.signals(question.language, found)
        signals.append([measured[name] for name in SIGNALS])
        answerable.append(question.article_id is not None and question.article_id not in gone)
        same.append(in_language)
    return np.array(signals), np.array(answerable), np.array(same)


def _report(name: str, content: dict[str, Any], signals: Any, answerable: Any) -> float:
    factors = np.array([content["coefficients"][signal] for signal in SIGNALS])
    probabilities = 1 / (1 + np.exp(-(signals @ factors + content["intercept"])))
    area = area_under_roc(probabilities[answerable].tolist(), probabilities[~answerable].tolist())
    wrong = float((probabilities[~answerable] >= 0.5).mean())
    right = float((probabilities[answerable] >= 0.5).mean())
    logger.info(
        "%s: %d questions, AUROC %.3f; at 0.5 answers %.2f of the answerable, %.2f of the others",
        name, len(answerable), area, right, wrong,
    )  # fmt: skip
    return area


def calibrate(data: Path, library: Path, models: Path) -> dict[str, Any]:
    """Fit everything.

    Args:
        data: The folder with ``facqa/``.
        library: A folder to work in; one that is used again is not embedded again.
        models: Where the bundled model is unpacked.

    Returns:
        The content of ``calibration.json``.
    """
    train = [
        LabelledQuestion(q.id, q.question, q.article_id, q.answers, "id")
        for q in read_questions(data / "facqa" / "questions-train.jsonl")
    ]
    shipped = Path(str(files("retrieval.evaluation").joinpath("data")))
    translated = read_questions(shipped / "questions-translated.jsonl")
    everyday = read_questions(shipped / "questions-everyday.jsonl")
    by_language: dict[str, list[str]] = {}
    for question in (*train, *translated, *everyday):
        by_language.setdefault(question.language or "", []).append(question.question)
    _write("question_terms.json", count_shares(by_language, analyze))
    settings = RetrievalSettings.from_env(KABAR_DATA_DIR=library, KABAR_MODEL_DIR=models)
    halved = settings.model_copy(update={"data_dir": library / "halved"})
    with open_kabar(settings) as kabar:
        logger.info("%s", kabar.ingest([data / "facqa" / "articles.jsonl"]))
        kabar.index_pending()
        kabar.searcher.weights = _START
        weights = fit_weights(_listwise(kabar, train), _listwise(kabar, translated))
        copy = library / "copy.db"
        copy.unlink(missing_ok=True)
        kabar.backup(copy)
    restore_storage(halved.data_dir, copy)
    logger.info("weights: %s", weights)
    return {
        "weights": weights,
        **_calibrate_refusal(halved, weights, train, translated, everyday),
    }


def _calibrate_refusal(
    settings: RetrievalSettings,
    weights: dict[str, float],
    train: Sequence[LabelledQuestion],
    translated: Sequence[LabelledQuestion],
    everyday: Sequence[LabelledQuestion],
) -> dict[str, Any]:
    ids = sorted({question.article_id for question in train if question.article_id})
    random.Random(_SEED).shuffle(ids)  # noqa: S311
    gone = set(ids[: len(ids) // 2])
    with open_kabar(settings) as kabar:
        kabar.delete(gone)
        kabar.searcher.weights = weights
        signals, answerable, same = _measure(kabar, [*train, *translated, *everyday], gone)
    result: dict[str, Any] = {}
    for name, rows in (("same_language", same), ("other_language", ~same)):
        content = fit_regression(signals[rows], answerable[rows])
        area = _report(name, content, signals[rows], answerable[rows])
        result[name] = content
        result[f"{name}_auroc"] = round(area, 3)
    return result


def _fingerprint(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _write(name: str, content: object) -> None:
    target = Path(str(files("retrieval.answering").joinpath(name)))
    target.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    logger.info("written: %s", target)


def main(arguments: Sequence[str]) -> int:
    """Run the calibration; return the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if len(arguments) not in (1, 2):
        print("usage: python -m retrieval.evaluation.calibrate DATA [WORKING_FOLDER]")  # noqa: T201
        return 2
    data = Path(arguments[0])
    with tempfile.TemporaryDirectory() as temporary:
        library = Path(arguments[1]) if len(arguments) == 2 else Path(temporary)
        fitted = calibrate(data, library, RetrievalSettings.from_env().models_folder)
    questions = data / "facqa" / "questions-train.jsonl"
    content = {
        "made_by": "python -m retrieval.evaluation.calibrate DATA",
        "data": {
            "facqa": "FacQA training questions over all its articles (IndoNLU, Apache-2.0)",
            "translated": "retrieval/evaluation/data/questions-translated.jsonl",
            "everyday": "retrieval/evaluation/data/questions-everyday.jsonl",
            "fingerprint": _fingerprint([questions, data / "facqa" / "articles.jsonl"]),
        },
        **fitted,
        "threshold": 0.5,
    }
    _write("calibration.json", content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
