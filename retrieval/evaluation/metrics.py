"""The measures of retrieval and refusal, by their usual definitions."""

from __future__ import annotations

from collections.abc import Sequence


def recall_at(ranks: Sequence[int | None], k: int) -> float:
    """Return the share of questions whose right article is among the first k.

    Args:
        ranks: For each question the rank of its right article, from 1, or None.
        k: How many results are looked at.
    """
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def mean_reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """Return the mean of 1/rank, 0 where the right article was not found."""
    return sum(1 / rank for rank in ranks if rank is not None) / len(ranks)


def area_under_roc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """Return the chance that a positive scores above a negative, ties counted half.

    This is the Mann-Whitney statistic, which equals the area under the ROC curve.
    """
    ordered = sorted([(score, 1) for score in positives] + [(score, 0) for score in negatives])
    rank_sum = 0.0
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        mean_rank = (start + 1 + end) / 2
        rank_sum += mean_rank * sum(label for _, label in ordered[start:end])
        start = end
    count = len(positives)
    return (rank_sum - count * (count + 1) / 2) / (count * len(negatives))


def contains_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether a text has one of the answers in it, letters and digits compared."""
    letters = _letters(text)
    return any(_letters(answer) in letters for answer in answers)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
