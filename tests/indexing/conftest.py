"""The bundled model as today's code unpacks it, and its engines beside each other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from retrieval.indexing.bundled_model import bundled_model_name

if TYPE_CHECKING:
    from retrieval.indexing.embedder import Embedder

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
ROOT = Path(__file__).parents[2]


class Unpacked(NamedTuple):
    """What two processes made that unpacked the model into one folder at the same time."""

    models: Path
    folder: Path
    outcomes: Sequence[tuple[int, str, str]]


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Unpacked:
    models = tmp_path_factory.mktemp("unpacked") / "below" / "models"
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
    return Unpacked(models, models / bundled_model_name(), outcomes)


@pytest.fixture(scope="session")
def embedder(unpacked: Unpacked) -> Embedder:
    """The model as Kabar runs it: in ONNX Runtime."""
    from retrieval.indexing.embedder import Embedder

    return Embedder("bundled", unpacked.models)


@pytest.fixture(scope="session")
def torch_embedder(unpacked: Unpacked) -> Embedder:
    """The same weights as another model would be opened: from a folder, in torch."""
    from retrieval.indexing.embedder import Embedder

    return Embedder(str(unpacked.folder), unpacked.models)
