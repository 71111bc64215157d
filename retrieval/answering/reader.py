"""Reads a question and passages together: what in a passage answers, and whether anything does.

Always true: a span is a slice of the passage that was given; a passage that is too long is read
as far as the trunk can, one without words has no span and nothing that speaks for it.

One pass gives all three: where the answer starts and ends, how relevant the passage is, and by
how much the best span beats "no answer", for which a row's first token stands (as in Devlin et
al. 2019 for SQuAD 2.0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from retrieval.answering.pairs import PairEncoder, best_span
from retrieval.records import Reading, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.answering.pairs import Pair

Forward = Callable[
    ["NDArray[np.int64]", "NDArray[np.int64]"],
    tuple["NDArray[np.float32]", "NDArray[np.float32]", "NDArray[np.float32]"],
]
"""Tokens and which of them are real, shape (rows, tokens), to starts and ends of the same shape
and relevance, shape (rows,)."""

UNREADABLE = Reading(span=None, relevance=-20.0, margin=-20.0)
"""Of a passage without words."""


class Reader(Protocol):
    """What reads."""

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Read passages for one question.

        Args:
            question: What is asked.
            passages: Texts in any language.

        Returns:
            For each passage, in order, what was read in it.
        """
        ...


class TrunkReader:
    """Reads with the layers that were trained on top of the embedding model's.

    Args:
        tokenizer: The trunk's ``tokenizers.Tokenizer``.
        forward: The trunk's lower layers, the reader's upper ones and its heads.
    """

    def __init__(self, tokenizer: Any, forward: Forward) -> None:
        self._encoder = PairEncoder(tokenizer)
        self._forward = forward

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """Read passages for one question, in one pass; see `Reader`."""
        pairs = self._encoder.encode(question, passages)
        rows = [row for row, pair in enumerate(pairs) if len(pair.offsets)]
        readings = [UNREADABLE] * len(pairs)
        if not rows:
            return readings
        longest = max(len(pairs[row].ids) for row in rows)
        ids = np.full((len(rows), longest), self._encoder.padding, np.int64)
        mask = np.zeros((len(rows), longest), np.int64)
        for place, row in enumerate(rows):
            length = len(pairs[row].ids)
            ids[place, :length] = pairs[row].ids
            mask[place, :length] = 1
        starts, ends, relevance = self._forward(ids, mask)
        for place, row in enumerate(rows):
            readings[row] = _reading(
                passages[row], pairs[row], starts[place], ends[place], float(relevance[place])
            )
        return readings


def _reading(
    passage: str,
    pair: Pair,
    starts: NDArray[np.float32],
    ends: NDArray[np.float32],
    relevance: float,
) -> Reading:
    first, last, score = best_span(starts, ends, pair)
    margin = score - float(starts[0] + ends[0])
    span = trim(passage, int(pair.offsets[first, 0]), int(pair.offsets[last, 1]))
    return Reading(span=span, relevance=relevance, margin=margin)


_AROUND = " \t\n\r\u00a0.,;:!?…。，、；：！？"
"""What a token may carry that is no part of an answer: blanks before it, marks after it."""


def trim(text: str, start: int, end: int) -> Span | None:
    """Return a slice without blanks and marks around it, None where nothing is left."""
    while start < end and text[start] in _AROUND:
        start += 1
    while end > start and text[end - 1] in _AROUND:
        end -= 1
    return Span(start, end) if start < end else None
