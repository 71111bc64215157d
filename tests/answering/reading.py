"""A reader with the trunk's own upper layers: real in all but that nobody trained it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from retrieval.answering.reader_file import CARD, VERSION, WEIGHTS

_LONG = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
NOTHING = {"intercept": 0.0, "coefficients": {}}
CALIBRATION = {
    "order": {"*": {"relevance": 0.0, "margin": 0.0, "most": 0.0}},
    "same_language": NOTHING,
    "other_language": NOTHING,
    "threshold": 0.5,
    "mark_from": -100.0,
}


def untrained_weights(model: Path) -> dict[str, NDArray[Any]]:
    """The upper layers of an unpacked model, under the reader's names, with heads by chance."""
    stored = load_file(model / "model.safetensors")
    draw = np.random.default_rng(3)
    weights = {
        f"l{layer}.{short}.{part[0]}": stored[f"encoder.layer.{layer}.{long}.{part}"]
        for layer in range(8, 12)
        for short, long in _LONG.items()
        for part in ("weight", "bias")
    }
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
