"""A question and a passage as the one row of tokens that the reader reads.

Always true: a row is ``<s> query: … </s> </s> passage: … </s>``, as the trunk was made to read
both, never longer than `MAX_TOKENS`, and every token of the passage knows its characters. What is
too long is cut at its end: a question first, so that there is always room for a passage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_QUESTION_TOKENS = 64
"""More than any of the 12,000 questions that the reader was made from; what is longer is cut."""

MAX_TOKENS = 512
"""What the trunk has positions for."""

MAX_ANSWER_TOKENS = 30
"""A marked answer is a name, a number, a clause: longer ones say no more than the quote does."""

_QUERY = "query: "
_PASSAGE = "passage: "


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of tokens.

    Args:
        ids: The tokens.
        first: The row's first token of the passage's own text.
        offsets: int32, shape (n, 2): characters in the passage of each token from ``first`` on.
    """

    ids: tuple[int, ...]
    first: int
    offsets: NDArray[np.int32]


class PairEncoder:
    """Makes pairs.

    Args:
        tokenizer: The trunk's ``tokenizers.Tokenizer``.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._begin = tokenizer.token_to_id("<s>")
        self._end = tokenizer.token_to_id("</s>")
        self.padding: int = tokenizer.token_to_id("<pad>")

    def encode(self, question: str, passages: Sequence[str]) -> list[Pair]:
        """Pair a question with each of some passages."""
        encode = self._tokenizer.encode_batch
        asked, *read = encode(
            [_QUERY + question, *(_PASSAGE + passage for passage in passages)],
            add_special_tokens=False,
        )
        head = [self._begin, *asked.ids[:MAX_QUESTION_TOKENS], self._end, self._end]
        pairs = []
        for encoding in read:
            ids = encoding.ids[: MAX_TOKENS - len(head) - 1]
            offsets = np.asarray(encoding.offsets[: len(ids)], np.int32).reshape(-1, 2)
            offsets = offsets - len(_PASSAGE)
            own = int((offsets[:, 1] <= 0).sum())  # the prompt's tokens come first
            pairs.append(
                Pair(
                    ids=(*head, *ids, self._end),
                    first=len(head) + own,
                    offsets=np.maximum(offsets[own:], 0),
                )
            )
        return pairs


def best_span(
    starts: NDArray[np.float32], ends: NDArray[np.float32], pair: Pair
) -> tuple[int, int, float]:
    """Return the best span's first and last token, counted from ``first``, and its score.

    Args:
        starts: float32, shape (tokens,): how likely each token of the row begins the answer.
        ends: The same for its last token.
        pair: The row.

    Returns:
        ``(0, -1, -inf)`` where the passage has no token.
    """
    count = len(pair.offsets)
    if not count:
        return 0, -1, -np.inf
    begin = starts[pair.first : pair.first + count]
    finish = ends[pair.first : pair.first + count]
    scores = begin[:, np.newaxis] + finish[np.newaxis, :]
    rows, columns = np.indices(scores.shape)
    scores[(columns < rows) | (columns >= rows + MAX_ANSWER_TOKENS)] = -np.inf
    first, last = divmod(int(scores.argmax()), count)
    return first, last, float(scores[first, last])
