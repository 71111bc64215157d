"""The reader's own layers, in ONNX Runtime, on top of the embedder's.

The trunk is loaded once: its lower layers run in the embedder's session, which hands over their
output, and only the layers that were trained for reading and the three heads run here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.errors import ModelError
from retrieval.indexing.int8_layers import WEIGHT_STEPS, Int8Layers
from retrieval.indexing.onnx_graph import SHARED_LAYERS
from retrieval.indexing.onnx_layers import LayerSizes, attention_mask
from retrieval.indexing.onnx_nodes import Nodes, Shape
from retrieval.indexing.onnx_session import open_session

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEADS = ("start", "end", "relevance")
SCALE = ".scale"
"""After a matrix's name, the name of the numbers that its rows of int8 are multiplied by."""

_LAYERS = 12
_SIZES = LayerSizes(hidden=384, intermediate=1536, heads=12, epsilon=1e-12)

SharedLayers = Callable[["NDArray[np.int64]", "NDArray[np.int64]"], "NDArray[np.float32]"]
"""Tokens and which are real to float32, shape (rows, tokens, hidden)."""


class ReaderNetwork:
    """From tokens to starts, ends and relevance.

    Args:
        weights: By name, ``l4.q.w`` … ``relevance.b``: the layers' matrices int8 of seven
            bits, with a scale for each row, all else of any float type.
        shared: The embedder's lower layers.
        threads: Threads of one pass; 0 lets ONNX Runtime choose.

    Raises:
        ModelError: A weight is missing, or of another shape or type.
    """

    def __init__(
        self, weights: Mapping[str, NDArray[Any]], shared: SharedLayers, *, threads: int = 0
    ) -> None:
        self._shared = shared
        self._session = open_session(_graph(weights), threads)

    def __call__(
        self, ids: NDArray[np.int64], mask: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Return starts and ends, shape (rows, tokens), and relevance, shape (rows,)."""
        scores = self._session.run(
            ["scores"], {"hidden": self._shared(ids, mask), "attention_mask": mask}
        )[0]
        return scores[..., 0], scores[..., 1], scores[:, 0, 2]


class _Given:
    """Weights from a mapping, checked."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._weights = weights

    def dense(self, name: str, columns: int) -> NDArray[np.float32]:
        return self._matrix(name, columns).astype(np.float32)

    def quantized(self, name: str, columns: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        values, scales = self._matrix(name, columns), self.vector(name + SCALE)
        if values.dtype != np.int8 or scales.shape != values.shape[:1]:
            raise ModelError(f"The reader's tensor {name} is not int8 with a scale for each row.")
        if np.abs(values).max() > WEIGHT_STEPS:
            raise ModelError(f"The reader's tensor {name} has numbers of more than seven bits.")
        return values, scales

    def vector(self, name: str) -> NDArray[np.float32]:
        return self._named(name).astype(np.float32)

    def _matrix(self, name: str, columns: int) -> NDArray[Any]:
        values = self._named(name)
        if values.ndim != 2 or values.shape[1] != columns:
            raise ModelError(f"The reader's tensor {name} is not of the expected shape.")
        return values

    def _named(self, name: str) -> NDArray[Any]:
        if name not in self._weights:
            raise ModelError(f"The reader's weights have no tensor {name}.")
        return self._weights[name]


def _graph(weights: Mapping[str, NDArray[Any]]) -> bytes:
    given = _Given(weights)
    nodes = Nodes()
    attention_mask(nodes)
    layers = Int8Layers(nodes, given, _SIZES)
    hidden = "hidden"
    for layer in range(SHARED_LAYERS, _LAYERS):
        hidden = layers.add(hidden, f"l{layer}.")
    matrix = np.concatenate([given.dense(f"{head}.w", _SIZES.hidden) for head in HEADS])
    nodes.constant("heads.weight", matrix.T)
    nodes.constant("heads.bias", np.concatenate([given.vector(f"{head}.b") for head in HEADS]))
    nodes.node("MatMul", [hidden, "heads.weight"], "products")
    nodes.node("Add", ["products", "heads.bias"], "scores")
    shape: Shape = ["rows", "tokens"]
    model = nodes.model(
        [
            ("hidden", nodes.types.FLOAT, [*shape, _SIZES.hidden]),
            ("attention_mask", nodes.types.INT64, shape),
        ],
        [("scores", nodes.types.FLOAT, [*shape, len(HEADS)])],
    )
    return bytes(model.SerializeToString())
