"""What is refused before it is written: passages that make no sense, vectors that are none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.errors import StorageError
from retrieval.records import IndexedPassage

_UNIT_TOLERANCE = 0.01
"""How far from 1 a vector's length may be: float16 moves it by 0.0001, a bug by more."""


def check_passages(passages: Sequence[IndexedPassage]) -> int | None:
    """Refuse passages that could never be found or quoted.

    Args:
        passages: Of any articles, for one model.

    Returns:
        The dimension of their vectors, None where there are no passages.

    Raises:
        StorageError: When a passage does not hold its sentences in order, or the vectors are not
            all of one dimension and of unit length.
    """
    if not passages:
        return None
    try:
        # All in one array: sentences of another width than the passages' fail here as well.
        rows = np.concatenate(
            [np.stack([each.vector for each in passages])]
            + [each.sentence_vectors for each in passages]
        )
    except ValueError as error:
        raise StorageError(
            "The vectors to be stored are not all of the same dimension; check the embedding "
            "model, then run `kabar reindex`."
        ) from error
    lengths = np.linalg.norm(rows.astype(np.float32), axis=1)
    if not np.all(np.abs(lengths - 1.0) <= _UNIT_TOLERANCE):  # NaN is refused too
        raise StorageError(
            "A vector to be stored is not of unit length; check the embedding model, then "
            "run `kabar reindex`."
        )
    for each in passages:
        _check_offsets(each)
    return int(rows.shape[1])


def _check_offsets(indexed: IndexedPassage) -> None:
    passage = indexed.passage
    bounds = [passage.start, *(x for span in passage.sentences for x in span), passage.end]
    if (
        passage.start < 0
        or passage.end <= passage.start
        or bounds != sorted(bounds)
        or len(passage.sentences) != len(indexed.sentence_vectors)
    ):
        raise StorageError(
            f"Passage {passage.ordinal} of article {passage.article_id} does not hold its "
            "sentences in order, each with a vector; this is a bug, please report it."
        )
