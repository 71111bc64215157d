"""What a later report says that the earlier ones did not.

A sentence is news where no sentence that was told comes near it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from retrieval.digest.standing import stands_alone

if TYPE_CHECKING:
    from retrieval.digest.summary import Sentence
    from retrieval.records import Span, Vectors
    from retrieval.stories.levels import Levels

NEAR = 0.7
"""Cosine from which a sentence says what another said, in other words at most."""

_GAIN = 0.3
"""What a sentence gains that is nothing like any that was told."""


def find_news(
    fresh: Sequence[Sentence], told: Sequence[Sentence], levels: Levels
) -> dict[tuple[str, Span], float]:
    """Return the sentences that are news, each with what that gains it as a quote.

    Args:
        fresh: Those of a new article.
        told: Those of the articles that were told.
        levels: What each language's vectors have in common.

    Returns:
        By article id and span; only sentences that could be quoted.
    """
    standing = [each for each in fresh if stands_alone(each.text, each.article.language)]
    if not standing:
        return {}
    nearest = (
        (_centred(standing, levels) @ _centred(told, levels).T).max(axis=1)
        if told
        else np.zeros(len(standing), np.float32)
    )
    return {
        (each.article.id, each.span): _GAIN * (1.0 - float(near))
        for each, near in zip(standing, nearest, strict=True)
        if near < NEAR
    }


def _centred(sentences: Sequence[Sentence], levels: Levels) -> Vectors:
    return levels.centre(
        np.stack([each.vector for each in sentences]),
        [each.article.language for each in sentences],
    )
