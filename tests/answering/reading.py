"""A reader with the trunk's own upper layers: real in all but that nobody trained it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from retrieval.answering.reader_file import CARD, VERSION, WEIGHTS
from retrieval.indexing.onnx_graph import SHARED_LAYERS
from training.network import Network
from training.train import LAYERS

NOTHING = {"intercept": 0.0, "coefficients": {}}
CALIBRATION = {
    "order": {"*": {"relevance": 0.0, "margin": 0.0, "hits": 8, "lead": 0.0}},
    "refuses": ["id"],
    "same_language": NOTHING,
    "other_language": NOTHING,
    "threshold": 0.5,
    "mark_from": -100.0,
}


def untrained_weights(model: Path) -> dict[str, NDArray[Any]]:
    """The upper layers of an unpacked model, under the reader's names, with heads by chance."""
    network = Network(SHARED_LAYERS, LAYERS, dropout=0.0)
    network.take_trunk(model)
    weights: dict[str, NDArray[Any]] = {
        name: values.numpy() for name, values in network.shipped().items()
    }
    draw = np.random.default_rng(3)
    for head in ("start", "end", "relevance"):
        weights[f"{head}.w"] = draw.normal(0, 1, (1, 384)).astype(np.float16)
        weights[f"{head}.b"] = np.zeros(1, np.float16)
    return weights


def write_reader(folder: Path, weights: dict[str, NDArray[Any]], **changes: object) -> Path:
    """Write a reader's two files."""
    content = save(weights)
    (folder / WEIGHTS).write_bytes(content)
    card = {
        "version": VERSION,
        "sha256": hashlib.sha256(content).hexdigest(),
        "calibration": CALIBRATION,
        **changes,
    }
    (folder / CARD).write_text(json.dumps(card), encoding="utf-8")
    return folder
