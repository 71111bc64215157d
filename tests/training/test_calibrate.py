"""The whole calibration, over a dozen articles, with the reader that is shipped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from retrieval.answering.reader_file import WEIGHTS
from retrieval.answering.reading_calibration import ReadingCalibration
from retrieval.evaluation.questions import LabelledQuestion
from tests.answering.news import NEWS
from tests.conftest import LibraryOpener
from training import calibrate as calibration
from training import libraries, prepare
from training.libraries import Material, open_copy

SHIPPED = Path(str(files("retrieval.answering").joinpath(WEIGHTS)))


@pytest.fixture(scope="module")
def work(open_library: LibraryOpener, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A work folder whose library is the invented news."""
    folder = tmp_path_factory.mktemp("work")
    lines = [
        {"id": name, "title": news.title, "text": news.text, "language": news.language}
        for name, news in NEWS.items()
    ]
    articles = folder / "facqa" / "articles.jsonl"
    articles.parent.mkdir()
    articles.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for module in (libraries, prepare):
            patch.setattr(module, "open_kabar", open_library)
        prepare.open_library(folder / "library", folder / "models", articles).close()
        yield folder


@pytest.fixture(scope="module")
def material(work: Path) -> Material:
    """The invented news with all questions about it."""
    return Material(
        work / "library",
        {name: news.language for name, news in NEWS.items()},
        [
            LabelledQuestion(f"{name}-{language}", text, name, (news.answers,), language)
            for name, news in NEWS.items()
            for language, text in news.questions.items()
            if language in (news.language, "en")
        ],
    )


@pytest.fixture(scope="module")
def fitted(work: Path, material: Material) -> dict[str, Any]:
    """What `calibrate` fits to the invented news."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "facqa", lambda data, work: material)
        patch.setattr(calibration, "written", lambda work: [])
        return calibration.calibrate(work, work, SHIPPED)


def test_what_is_fitted_is_what_the_product_reads(fitted: dict[str, Any]) -> None:
    read = ReadingCalibration.from_json(json.loads(json.dumps(fitted)))
    assert read.refuses == {news.language for news in NEWS.values()}


def test_what_was_read_tells_answered_questions_from_others(fitted: dict[str, Any]) -> None:
    for kind in ("same_language", "other_language"):
        assert fitted[f"{kind}_auroc"] > 0.8
        counted = fitted[kind]["coefficients"]
        assert counted["relevance"] + counted["margin"] > 0


def test_some_spans_are_marked(fitted: dict[str, Any]) -> None:
    assert -12 < fitted["mark_from"] < 12


def test_an_article_that_was_taken_out_is_gone_from_the_copy_alone(
    work: Path, material: Material
) -> None:
    name = next(iter(NEWS))
    with open_copy(work, material, [name]) as kabar:
        assert set(kabar.get_articles(NEWS)) == {*NEWS} - {name}
    with open_copy(work, material) as kabar:
        assert set(kabar.get_articles(NEWS)) == {*NEWS}
