"""Answers with the reader on: real but untrained, so that what it says is by chance."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.answering import reader_file
from retrieval.indexing.bundled_model import bundled_model_folder
from retrieval.kabar import Kabar, open_kabar
from retrieval.terminal.shapes import answer_to_json
from tests.answering.reading import untrained_weights, write_reader
from tests.conftest import SEEDS, KabarFactory, SettingsFactory

QUESTIONS = (
    "who did Putin call?",
    "siapa yang ditelepon Putin?",
    "谁给埃尔多安打电话？",
    "2019",
    "asdfghjkl" * 30,
)


def open_reading(settings: SettingsFactory, kabar: Kabar) -> Kabar:
    library = open_kabar(settings(KABAR_READER="on"))
    # What it would open at its first question; once is enough for all libraries of a run.
    vars(library._parts)["embedder"] = kabar.embedder
    library.ingest([SEEDS])
    library.index_pending()
    return library


@pytest.fixture(scope="module")
def reading(
    settings: SettingsFactory,
    kabar: Kabar,
    models_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Kabar]:
    folder = tmp_path_factory.mktemp("reader")
    write_reader(folder, untrained_weights(bundled_model_folder(models_folder)))
    with pytest.MonkeyPatch.context() as patch, open_reading(settings, kabar) as library:
        patch.setattr(reader_file, "files", lambda _: folder)
        assert library.close_reading is not None
        yield library


@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_marked_answer_is_a_slice_inside_the_first_quote(reading: Kabar, asked: str) -> None:
    answer = reading.ask(asked)
    assert answer.answered
    if answer.answer is not None:
        first = answer.quotes[0]
        assert first.start <= answer.answer.start < answer.answer.end <= first.end
        told = answer_to_json(answer)["answer"]
        assert told["text"] == first.article.text[told["start"] : told["end"]]


def test_some_answer_is_marked(reading: Kabar) -> None:
    assert any(reading.ask(asked).answer for asked in QUESTIONS)


def test_the_receipt_says_what_was_read(reading: Kabar) -> None:
    receipt = reading.explain(reading.ask(QUESTIONS[0]).receipt_id or 0)
    assert receipt is not None
    assert {"relevance", "margin"} <= receipt.details["signals"].keys()
    assert receipt.details["hits"][0]["reading"]["span"]


@pytest.fixture
def without(kabar_factory: KabarFactory) -> Kabar:
    library = kabar_factory(KABAR_READER="off")
    library.ingest([SEEDS])
    library.index_pending()
    return library


def test_without_weights_the_answers_are_the_searchs_with_one_line(
    settings: SettingsFactory,
    without: Kabar,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(reader_file, "files", lambda _: tmp_path)
    with open_reading(settings, without) as library, caplog.at_level(logging.WARNING):
        answers = [library.ask(asked) for asked in QUESTIONS]
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 1
    assert "without the reader" in lines[0]
    for answer in answers:
        alone = without.ask(answer.question)
        assert [quote.text for quote in answer.quotes] == [quote.text for quote in alone.quotes]
        assert (answer.confidence, answer.answer) == (alone.confidence, None)
