"""Fits from where a span is marked as the answer."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from itertools import groupby

logger = logging.getLogger(__name__)

NEVER = 1e9
"""A margin that no span has."""


def fit_mark(spans: Sequence[tuple[float, bool]]) -> float:
    """Return the margin from which marking gives most right spans less wrong ones.

    There, and only from there on, a span is more likely right than not.

    Args:
        spans: The margin of each, and whether it is right.

    Returns:
        `NEVER` where no bar has more right spans above it than wrong ones.
    """
    best, bar, balance = 0, NEVER, 0
    for margin, group in groupby(sorted(spans, reverse=True), key=lambda span: span[0]):
        balance += sum(1 if right else -1 for _, right in group)
        if balance > best:
            best, bar = balance, margin
    bar = math.floor(bar * 100) / 100
    marked = [right for margin, right in spans if margin >= bar]
    if marked:
        logger.info(
            "marked from %.2f: %d of %d spans, of which %.3f right",
            bar, len(marked), len(spans), sum(marked) / len(marked),
        )  # fmt: skip
    return bar
