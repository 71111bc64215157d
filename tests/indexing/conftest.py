"""The bundled model's engines beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from retrieval.indexing.embedder import Embedder
    from tests.unpacking import Unpacked


@pytest.fixture(scope="session")
def embedder(unpacked: Unpacked) -> Embedder:
    """The model as Kabar runs it: in ONNX Runtime."""
    from retrieval.indexing.embedder import Embedder

    return Embedder("bundled", unpacked.models, threads=1)


@pytest.fixture(scope="session")
def torch_embedder(unpacked: Unpacked) -> Embedder:
    """The same weights as another model would be opened: from a folder, in torch."""
    from retrieval.indexing.embedder import Embedder

    return Embedder(str(unpacked.folder), unpacked.models, threads=1)
