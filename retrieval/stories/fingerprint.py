"""Which texts are copies of one another, told from sketches of 256 bytes.

A sketch holds the 64 smallest hashes of a text's shingles, every five neighbouring words (in
scripts without spaces, characters): the bottom-k sketch of Broder 1997. Up to the smaller of two
sketches' largest hashes both texts are sampled whole, so the share found there estimates how
much of the shorter text is in the longer. An outlet that prints the first paragraphs of a wire
report is a copy like one that prints all of it.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from retrieval.stories.words import fold, tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

SKETCH_HASHES = 64
_SHINGLE = 5
_FEWEST = 6
"""Shingles to compare; below, a phrase that everybody uses would make a copy."""
COPY_SHARE = 0.5
"""From half of its words on a report is a copy."""
EMPTY = 0xFFFFFFFF
"""Fills a sketch with fewer hashes; no shingle has it."""


def fingerprint(text: str) -> bytes:
    """Return a text's sketch: little-endian uint32, ascending, at most `SKETCH_HASHES`."""
    words: list[str] = []
    for kind, token in tokens(text):
        words += list(token) if kind == "run" else [fold(token)]
    shingles = {
        " ".join(words[start : start + _SHINGLE]).encode()
        for start in range(len(words) - _SHINGLE + 1)
    }
    hashes = np.array([zlib.crc32(shingle) for shingle in shingles], "<u4")
    return np.unique(hashes[hashes != EMPTY])[:SKETCH_HASHES].tobytes()


def unpack(sketch: bytes) -> NDArray[np.uint32]:
    """Return a sketch as uint32, shape (SKETCH_HASHES,), filled up with `EMPTY`."""
    filled = np.full(SKETCH_HASHES, EMPTY, np.uint32)
    known = np.frombuffer(sketch, "<u4")[:SKETCH_HASHES]
    filled[: len(known)] = known
    return filled


def shared_share(one: NDArray[np.uint32], others: NDArray[np.uint32]) -> NDArray[np.float32]:
    """Estimate how much of the shorter of two texts is in the longer.

    Args:
        one: A sketch, shape (SKETCH_HASHES,).
        others: Sketches, shape (n, SKETCH_HASHES).

    Returns:
        float32, shape (n,), from 0 to 1; 0 where there is too little to tell.
    """
    # A sketch that is not full holds every shingle: it bounds nothing.
    bounds = np.minimum(one[-1], others[:, -1:])
    mine = (one <= bounds) & (one != EMPTY)
    theirs = (others <= bounds) & (others != EMPTY)
    common = (theirs & np.isin(others, one[one != EMPTY])).sum(axis=1)
    smaller = np.minimum(mine.sum(axis=1), theirs.sum(axis=1))
    share = common / np.maximum(smaller, 1)
    return np.where(smaller >= _FEWEST, share, 0.0).astype(np.float32)
