"""Reading with the real trunk, and weights that are missing, damaged or of another version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.answering.reader import UNREADABLE, TrunkReader, trim
from retrieval.answering.reader_file import CARD, WEIGHTS, load_reader
from retrieval.errors import ModelError
from retrieval.indexing.bundled_model import bundled_model_folder
from retrieval.indexing.reader_network import ReaderNetwork
from retrieval.kabar import Kabar
from tests.answering.reading import CALIBRATION, untrained_weights, write_reader

Weights = dict[str, NDArray[Any]]


@pytest.fixture(scope="module")
def weights(models_folder: Path, kabar: Kabar) -> Weights:
    return untrained_weights(bundled_model_folder(models_folder))


@pytest.fixture(scope="module")
def reader(kabar: Kabar, weights: Weights) -> TrunkReader:
    trunk = kabar.embedder.trunk()
    return TrunkReader(trunk.tokenizer, ReaderNetwork(weights, trunk.run_shared))


def test_the_readers_layers_on_the_shared_ones_are_the_whole_model(
    kabar: Kabar, weights: Weights
) -> None:
    trunk = kabar.embedder.trunk()
    features = trunk.preprocess(["query: siapa?", "passage: Putin menelepon Erdogan tadi malam."])
    ids, mask = (features[name].numpy() for name in ("input_ids", "attention_mask"))
    whole = trunk.forward(dict(features))["token_embeddings"].numpy()
    starts, _, relevance = ReaderNetwork(weights, trunk.run_shared)(ids, mask)
    expected = whole @ weights["start.w"][0].astype(np.float32)
    real = mask > 0
    # Products of int8 and of float32; what the heads multiply is all of a token's numbers.
    np.testing.assert_allclose(starts[real], expected[real], atol=1.0)
    assert np.corrcoef(starts[real], expected[real])[0, 1] > 0.99
    first = whole[:, 0] @ weights["relevance.w"][0].astype(np.float32)
    np.testing.assert_allclose(relevance, first, atol=1.0)


BAD = {
    "a passage longer than the window": ("siapa?", "kata demi kata " * 900),
    "a question longer than the passage": ("siapa yang menelepon " * 80, "Erdogan."),
    "mixed scripts": ("谁 called Эрдоган؟", "普京 menelepon Эрдоган अभी."),
    "no spaces": ("siapa?", "putinmeneleponerdogan" * 60),
    "only numbers": ("berapa?", "1 2 3 4,5 6.7 8"),
    "marks alone": ("?", "... !!! ???"),
}


@pytest.mark.parametrize(("question", "passage"), BAD.values(), ids=BAD)
def test_whatever_is_read_a_span_is_a_slice_of_it(
    reader: TrunkReader, question: str, passage: str
) -> None:
    (reading,) = reader.read(question, [passage])
    assert np.isfinite([reading.relevance, reading.margin]).all()
    if reading.span:
        start, end = reading.span
        assert 0 <= start < end <= len(passage)
        assert passage[start:end] == passage[start:end].strip()


def test_a_passage_without_words_has_nothing_to_say(reader: TrunkReader) -> None:
    alone = reader.read("siapa?", ["Erdogan."])
    empty, same = reader.read("siapa?", ["", "Erdogan."])
    assert empty == UNREADABLE
    assert same.span == alone[0].span
    assert reader.read("siapa?", []) == []


def test_a_passage_reads_the_same_beside_longer_ones(reader: TrunkReader) -> None:
    short = "Putin menelepon Erdogan."
    (alone,) = reader.read("siapa?", [short])
    beside, _ = reader.read("siapa?", [short, short * 12])
    assert beside.span == alone.span
    # Within what a number is rounded to another step of int8 for.
    assert beside.relevance == pytest.approx(alone.relevance, abs=0.2)
    assert beside.margin == pytest.approx(alone.margin, abs=0.2)


def test_blanks_and_marks_around_a_span_are_no_part_of_it() -> None:
    assert trim(" Erdogan, ", 0, 10) == (1, 8)
    assert trim("...", 0, 3) is None


# -- the file ------------------------------------------------------------------------------


def test_what_was_written_is_read(tmp_path: Path, weights: Weights) -> None:
    loaded, calibration = load_reader(write_reader(tmp_path, weights))
    assert loaded.keys() == weights.keys()
    assert calibration.threshold == 0.5


def test_weights_that_are_truncated_are_not_used(tmp_path: Path, weights: Weights) -> None:
    file = write_reader(tmp_path, weights) / WEIGHTS
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ModelError, match="damaged"):
        load_reader(tmp_path)


def test_weights_of_another_version_are_not_used(tmp_path: Path, weights: Weights) -> None:
    with pytest.raises(ModelError, match="another version"):
        load_reader(write_reader(tmp_path, weights, version=99))


@pytest.mark.parametrize("name", [WEIGHTS, CARD])
def test_weights_that_are_missing_are_not_used(tmp_path: Path, weights: Weights, name: str) -> None:
    (write_reader(tmp_path, weights) / name).unlink()
    with pytest.raises(ModelError, match="not there"):
        load_reader(tmp_path)


@pytest.mark.parametrize("card", ["", "[]", "{}", '{"version": 1}', "\x00"])
def test_a_card_that_says_nothing_is_not_used(tmp_path: Path, weights: Weights, card: str) -> None:
    (write_reader(tmp_path, weights) / CARD).write_text(card, encoding="utf-8")
    with pytest.raises(ModelError, match="KABAR_READER=off"):
        load_reader(tmp_path)


def test_a_card_that_lacks_what_orders_is_not_used(tmp_path: Path, weights: Weights) -> None:
    order = {"*": {"relevance": 0.1, "margin": 0.0, "hits": 8}}
    folder = write_reader(tmp_path, weights, calibration={**CALIBRATION, "order": order})
    with pytest.raises(ModelError, match="cannot be read"):
        load_reader(folder)


def test_a_matrix_that_is_not_int8_is_refused(kabar: Kabar, weights: Weights) -> None:
    other = {**weights, "l5.q.w": weights["l5.q.w"].astype(np.float32)}
    with pytest.raises(ModelError, match=r"l5\.q\.w is not int8"):
        ReaderNetwork(other, kabar.embedder.trunk().run_shared)


def test_a_network_without_a_layer_is_not_made(kabar: Kabar, weights: Weights) -> None:
    less = {name: values for name, values in weights.items() if not name.startswith("l9.fo")}
    with pytest.raises(ModelError, match=r"no tensor l9\.fo"):
        ReaderNetwork(less, kabar.embedder.trunk().run_shared)
