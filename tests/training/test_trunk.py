"""What training sees of an example, and that the product reads as training did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from retrieval.indexing.bundled_model import bundled_model_folder
from retrieval.indexing.onnx_graph import SHARED_LAYERS
from retrieval.indexing.reader_network import SCALE, ReaderNetwork
from retrieval.kabar import Kabar
from training.data import Example
from training.measure import measure
from training.network import Network
from training.train import LAYERS
from training.trunk import Rows, Trunk

PASSAGE = "Menurut Kremlin, Putin menelepon Recep Tayyip Erdogan pada 2019."
ANSWER = "Recep Tayyip Erdogan"
START = PASSAGE.index(ANSWER)
EXAMPLES = [
    Example("Siapa yang ditelepon Putin?", PASSAGE, START, START + len(ANSWER), "train-1"),
    Example("Siapa yang ditelepon Putin?", "Harga beras turun.", -1, -1, "train-1"),
]


@pytest.fixture(scope="module")
def model(models_folder: Path, kabar: Kabar) -> Path:
    return bundled_model_folder(models_folder)


@pytest.fixture(scope="module")
def rows(model: Path) -> Rows:
    return Rows(EXAMPLES, model)


@pytest.fixture(scope="module")
def network(model: Path) -> Network:
    torch.manual_seed(1)
    made = Network(SHARED_LAYERS, LAYERS, dropout=0.0)
    made.take_trunk(model)
    return made.eval()


def test_the_target_tokens_are_those_of_the_answer(rows: Rows) -> None:
    first, last = rows.targets[0]
    pair = rows.pairs[0]
    start, end = pair.offsets[first - pair.first, 0], pair.offsets[last - pair.first, 1]
    assert PASSAGE[start:end].strip() == ANSWER
    assert rows.targets[1].tolist() == [0, 0]


def test_what_was_kept_is_read_again_by_another_run(
    rows: Rows, model: Path, tmp_path: Path
) -> None:
    hidden, real = Trunk(rows, model, tmp_path / "states", threads=1).batch([0, 1])
    assert real.sum(axis=1).tolist() == rows.lengths.tolist()
    again = Trunk(rows, model, tmp_path / "states", threads=1)
    assert again._filled.all()
    np.testing.assert_array_equal(again.batch([0, 1])[0], hidden)


def test_the_product_reads_as_training_did(
    rows: Rows, model: Path, network: Network, kabar: Kabar, tmp_path: Path
) -> None:
    trunk = Trunk(rows, model, tmp_path / "states", threads=1)
    hidden, real = trunk.batch([0])
    with torch.inference_mode():
        starts, ends, relevance = network(torch.from_numpy(hidden), torch.from_numpy(real))
    weights = {name: values.numpy() for name, values in network.shipped().items()}
    product = ReaderNetwork(weights, kabar.embedder.trunk().run_shared)
    ids = np.array([rows.pairs[0].ids])
    read = product(ids, np.ones_like(ids))
    spread = starts.std().item()  # float32 and int8 differ by a part of how far numbers lie apart
    for trained, told in zip((starts, ends, relevance), read, strict=True):
        np.testing.assert_allclose(trained.numpy(), told, atol=spread / 2)
    for trained, told in zip((starts, ends), read[:2], strict=True):
        assert np.corrcoef(trained.numpy().ravel(), told.ravel())[0, 1] > 0.98


def test_a_row_of_zeros_is_shipped_as_zeros(network: Network) -> None:
    layer = network.layers[0]
    weight = layer.state_dict()["q.weight"]
    kept = weight[0].clone()
    weight[0] = 0.0
    shipped = network.shipped()
    weight[0] = kept
    name = f"l{SHARED_LAYERS}.q.w"
    assert not shipped[name][0].any()
    assert shipped[name + SCALE][0] > 0


def test_a_network_is_measured_over_rows_and_groups(
    rows: Rows, model: Path, network: Network, tmp_path: Path
) -> None:
    result = measure(network, Trunk(rows, model, tmp_path / "states", threads=1), rows)
    assert result["rows"] == 2
    assert all(0 <= value <= 1 for name, value in result.items() if name != "rows")
