"""Unpacks the bundled model once for a run: in two processes at once, both of which succeed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock

from retrieval.indexing.bundled_model import bundled_model_folder

ROOT = Path(__file__).parents[1]
UNPACK = """
import sys
from pathlib import Path
from retrieval.errors import ModelError
from retrieval.indexing.bundled_model import ensure_bundled_model
try:
    print(ensure_bundled_model(Path(sys.argv[1])))
except ModelError as error:
    sys.exit(f"ModelError: {error}")
"""


class Unpacked(NamedTuple):
    """What two processes made that unpacked the model into one folder at the same time."""

    models: Path
    folder: Path
    outcomes: Sequence[tuple[int, str, str]]


def unpack_once(folder: Path) -> Unpacked:
    """Unpack the model below a folder, or return what another process unpacked there."""
    models = folder / "unpacked" / "below" / "models"
    outcomes = folder / "unpacked.json"
    with FileLock(folder / "unpacked.lock"):
        if not outcomes.exists():
            outcomes.write_text(json.dumps(_unpack_twice(models)), encoding="utf-8")
    told = json.loads(outcomes.read_text(encoding="utf-8"))
    return Unpacked(models, bundled_model_folder(models), [tuple(each) for each in told])


def _unpack_twice(models: Path) -> list[tuple[int, str, str]]:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", UNPACK, str(models)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outcomes = []
    for process in processes:
        out, err = process.communicate(timeout=120)
        outcomes.append((process.returncode, out.strip(), err))
    return outcomes
