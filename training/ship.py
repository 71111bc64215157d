"""Puts a run's weights into the product: ``python -m training ship DATA WORK RUN``.

Writes ``reader.safetensors`` into ``retrieval/answering/``, and ``reader.json``, which says what it
is, where it comes from and what its readings count.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

from retrieval.answering.reader_file import CARD, VERSION, WEIGHTS
from training.calibrate import calibrate

MAX_BYTES = 16_000_000
DATA = {
    "FacQA train": "IndoNLU (Purwarianti et al. 2007; Wilie et al. 2020), Apache-2.0",
    "IDK-MRC train": "Putri and Oh 2022, CC BY-SA 4.0",
    "training/written": "written by a language model for this project, MIT as the project",
}


def ship(data: Path, work: Path, run: str) -> None:
    """Calibrate a run and put it into the product.

    Raises:
        ValueError: The weights are larger than what the product may carry.
    """
    folder = work / "runs" / run
    weights = folder / "reader.safetensors"
    if weights.stat().st_size > MAX_BYTES:
        raise ValueError(f"{weights} has more than {MAX_BYTES:,} bytes")
    target = Path(str(files("retrieval.answering")))
    content = {**card(weights, folder), "calibration": calibrate(data, work, weights)}
    shutil.copyfile(weights, target / WEIGHTS)
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (target / CARD).write_text(text + "\n", encoding="utf-8")


def card(weights: Path, folder: Path) -> dict[str, Any]:
    """Return what ``reader.json`` says of some weights.

    Args:
        weights: The file.
        folder: The run's, with its plan and its result.
    """
    return {
        "version": VERSION,
        "sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "what": "Upper eight layers and three heads for multilingual-e5-small (MIT), matrices int8",
        "licence": "CC BY-SA 4.0, as one of the sets it was trained on",
        "data": DATA,
        "plan": json.loads((folder / "plan.json").read_text(encoding="utf-8")),
        "held_back_fold": json.loads((folder / "result.json").read_text(encoding="utf-8")),
    }
