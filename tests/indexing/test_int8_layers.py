"""Products of int8 against the same arithmetic in NumPy."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from retrieval.indexing.int8_layers import WEIGHT_STEPS, Int8Layers, quantize_rows
from retrieval.indexing.onnx_layers import LayerSizes
from retrieval.indexing.onnx_nodes import Nodes

HIDDEN = 384


class Weights:
    """One matrix, of the whole range that weights have."""

    def __init__(self) -> None:
        draw = np.random.default_rng(1)
        self.matrix = draw.integers(-WEIGHT_STEPS, WEIGHT_STEPS + 1, (HIDDEN, HIDDEN)).astype(
            np.int8
        )
        self.matrix[0] = WEIGHT_STEPS  # the greatest sums
        self.scales = draw.uniform(0.001, 0.01, HIDDEN).astype(np.float32)

    def quantized(self, name: str, columns: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        assert (name, columns) == ("some.w", HIDDEN)
        return self.matrix, self.scales

    def dense(self, name: str, columns: int) -> NDArray[np.float32]:
        raise AssertionError(name)

    def vector(self, name: str) -> NDArray[np.float32]:
        raise AssertionError(name)


@pytest.fixture(scope="module")
def weights() -> Weights:
    return Weights()


@pytest.fixture(scope="module")
def session(weights: Weights) -> onnxruntime.InferenceSession:
    nodes = Nodes()
    sizes = LayerSizes(hidden=HIDDEN, intermediate=1536, heads=12, epsilon=1e-12)
    Int8Layers(nodes, weights, sizes).product("hidden", "some", HIDDEN, "first")
    shape: list[int | str] = ["rows", "tokens", HIDDEN]
    model = nodes.model(
        [("hidden", nodes.types.FLOAT, shape)], [("first", nodes.types.FLOAT, shape)]
    )
    return onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )


def product(
    session: onnxruntime.InferenceSession, hidden: NDArray[np.float32]
) -> NDArray[np.float32]:
    (found,) = session.run(["first"], {"hidden": hidden})
    return np.asarray(found)


def expected(weights: Weights, hidden: NDArray[np.float32]) -> NDArray[np.float64]:
    magnitudes = np.maximum(np.abs(hidden).max(axis=-1, keepdims=True), 1e-6)
    counts = np.rint(hidden / magnitudes * 127).astype(np.int64)
    return (counts @ weights.matrix.T.astype(np.int64)) * weights.scales * magnitudes / 127


def test_a_product_is_that_of_the_quantized_numbers(
    session: onnxruntime.InferenceSession, weights: Weights
) -> None:
    hidden = np.random.default_rng(2).normal(0, 1, (2, 5, HIDDEN)).astype(np.float32)
    hidden[0, 1, 7] = 300.0  # an outlier leaves the other tokens their precision
    hidden[1, 2] = 9.0  # each number the greatest: all of a uint8's range
    hidden[1, 3] = -9.0
    found = product(session, hidden)
    # A number half-way between two steps may be rounded to either.
    step = np.abs(hidden).max(axis=-1, keepdims=True) / 127 * 127 * weights.scales
    assert (np.abs(found - expected(weights, hidden)) <= 2 * step + 1e-3).all()
    exact = hidden @ (weights.matrix * weights.scales[:, np.newaxis]).T
    others = [(0, 0), (0, 2), (1, 0), (1, 4)]
    for place in others:
        assert np.corrcoef(found[place], exact[place])[0, 1] > 0.999


def test_a_token_of_zeros_has_products_of_zero(session: onnxruntime.InferenceSession) -> None:
    assert not product(session, np.zeros((1, 2, HIDDEN), np.float32)).any()


def test_a_token_does_not_depend_on_those_beside_it(
    session: onnxruntime.InferenceSession,
) -> None:
    hidden = np.random.default_rng(3).normal(0, 1, (1, 3, HIDDEN)).astype(np.float32)
    alone = product(session, hidden[:, :1])
    hidden[0, 2] *= 1000
    np.testing.assert_array_equal(product(session, hidden)[:, :1], alone)


def test_a_quantized_matrix_is_itself_within_half_a_step() -> None:
    matrix = np.random.default_rng(4).normal(0, 1, (5, 7)).astype(np.float32)
    matrix[1] *= 1000  # each output has a step of its own
    matrix[2] = 0
    steps, sizes = quantize_rows(matrix)
    assert steps.dtype == np.int8
    assert np.abs(steps).max(axis=1).tolist() == [
        WEIGHT_STEPS,
        WEIGHT_STEPS,
        0,
        *[WEIGHT_STEPS] * 2,
    ]
    difference = np.abs(steps * sizes[:, np.newaxis] - matrix)
    assert (difference <= sizes[:, np.newaxis] * 0.501).all()
