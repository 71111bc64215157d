"""Layers of BERT whose products are of int8: 0.6 of float32's time on two cores with VNNI.

Symmetric quantization: weights for each output channel, beforehand, activations for each token, in
the pass (Yao et al. 2022, ZeroQuant): a token's numbers are divided by the greatest magnitude among
them and written as 127ths of it. With one scale for all tokens, as ONNX Runtime's
``DynamicQuantizeLinear`` has, one span in six came out otherwise; with a scale for each, one in
twenty, mostly by a word at its ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from retrieval.indexing.onnx_layers import Layers, LayerWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.indexing.onnx_layers import LayerSizes
    from retrieval.indexing.onnx_nodes import Nodes

WEIGHT_STEPS = 63
"""Of a weight on either side of zero: seven bits. Processors without VNNI add two products of uint8
and int8 in 16 bits, which eight bits would overflow; seven read as well."""

_STEPS = 127
"""Of an activation on either side of zero."""

_ZERO_POINT = 128
"""Of the activations, which are uint8: that is what processors multiply with int8."""

_LEAST = 1e-6
"""The greatest magnitude of a token or of an output's weights at least: zeros are divided by it."""


def quantize_rows(
    matrix: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Write a matrix as int8 of seven bits.

    Args:
        matrix: Shape (outputs, inputs).

    Returns:
        Steps, the same shape, and of each output the size of one, by which they are multiplied.
    """
    scales = np.maximum(np.abs(matrix).max(axis=1), _LEAST) / WEIGHT_STEPS
    return np.rint(matrix / scales[:, np.newaxis]).astype(np.int8), scales.astype(np.float32)


class Int8Weights(LayerWeights, Protocol):
    """Weights whose matrices can be had as int8."""

    def quantized(self, name: str, columns: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        """Return a matrix, int8, shape (outputs, columns), and the scale of each output.

        No number is beyond `WEIGHT_STEPS`.
        """
        ...


class Int8Layers(Layers):
    """As `Layers`, with products of int8.

    Args:
        nodes: The graph's.
        weights: Where the numbers come from.
        sizes: The model's.
    """

    def __init__(self, nodes: Nodes, weights: Int8Weights, sizes: LayerSizes) -> None:
        super().__init__(nodes, weights, sizes)
        self._matrices = weights
        self._activations: dict[str, tuple[str, str]] = {}
        self._nodes.constant("last_axis", np.array([-1], np.int64))
        self._nodes.constant("least", np.array(_LEAST, np.float32))
        self._nodes.constant("step", np.array(1 / _STEPS, np.float32))
        self._nodes.constant("zero_point", np.array(_ZERO_POINT, np.uint8))
        self._nodes.constant("weight_zero_point", np.array(0, np.int8))

    def product(self, inputs: str, name: str, columns: int, output: str) -> str:
        """Add a product with a matrix."""
        values, scales = self._matrices.quantized(name + ".w", columns)
        self._nodes.constant(name + ".weight", values.T)
        self._nodes.constant(name + ".scale", scales / _STEPS)
        quantized, magnitudes = self._by_token(inputs)
        summed = self._nodes.node(
            "MatMulInteger",
            [quantized, name + ".weight", "zero_point", "weight_zero_point"],
            name + ".sum",
        )
        summed = self._nodes.node("Cast", [summed], name + ".float", to=self._nodes.types.FLOAT)
        scaled = self._nodes.node("Mul", [summed, name + ".scale"], name + ".scaled")
        return self._nodes.node("Mul", [scaled, magnitudes], output)

    def _by_token(self, inputs: str) -> tuple[str, str]:
        """Return activations as uint8 and each token's magnitude, once for all products of them."""
        if inputs not in self._activations:
            absolute = self._nodes.node("Abs", [inputs], inputs + ".absolute")
            greatest = self._nodes.node("ReduceMax", [absolute, "last_axis"], inputs + ".greatest")
            magnitude = self._nodes.node("Max", [greatest, "least"], inputs + ".magnitude")
            unit = self._nodes.node("Div", [inputs, magnitude], inputs + ".unit")
            quantized = self._nodes.node(
                "QuantizeLinear", [unit, "step", "zero_point"], inputs + ".quantized"
            )
            self._activations[inputs] = quantized, magnitude
        return self._activations[inputs]
