"""The figures of a library over labelled questions, as the product answers them.

A question whose article is in the library counts as answerable, any other as one to refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from retrieval.errors import KabarError
from retrieval.evaluation.metrics import (
    area_under_roc,
    contains_answer,
    mean_reciprocal_rank,
    recall_at,
)
from retrieval.records import Answer, SearchResult

if TYPE_CHECKING:
    from retrieval.evaluation.questions import LabelledQuestion
    from retrieval.kabar import Kabar

_BATCH = 32
_HITS = 40

Figures = dict[str, float | int | None]


def evaluate(
    kabar: Kabar,
    questions: Sequence[LabelledQuestion],
    on_question: Callable[[int], None] | None = None,
) -> Figures:
    """Measure search, quotes and refusal.

    Args:
        kabar: The library.
        questions: Labelled questions.
        on_question: Told after each batch how many questions it was of.

    Returns:
        Counts and shares by name; a share of no questions is None.
    """
    known = kabar.get_articles({q.article_id for q in questions if q.article_id})
    ranks: list[int | None] = []
    first: list[bool] = []
    among: list[bool] = []
    kept: list[Answer] = []
    others: list[Answer] = []
    for start in range(0, len(questions), _BATCH):
        batch = questions[start : start + _BATCH]
        texts = [question.question for question in batch]
        found, answers = kabar.search_many(texts, _HITS), kabar.ask_many(texts)
        for question, result, answer in zip(batch, found, answers, strict=True):
            if isinstance(result, KabarError) or isinstance(answer, KabarError):
                continue
            if question.article_id not in known:
                others.append(answer)
                continue
            kept.append(answer)
            ranks.append(_rank(result, question.article_id))
            if question.answers:
                held = [contains_answer(quote.text, question.answers) for quote in answer.quotes]
                first.append(held[:1] == [True])
                among.append(any(held))
        if on_question:
            on_question(len(batch))
    return {
        "questions": len(questions),
        "answerable": len(kept),
        "to_refuse": len(others),
        **{f"recall_at_{k}": recall_at(ranks, k) if ranks else None for k in (1, 3, 10)},
        "mean_reciprocal_rank": mean_reciprocal_rank(ranks) if ranks else None,
        "first_quote_has_the_answer": _share(first),
        "a_quote_has_the_answer": _share(among),
        "answered_of_the_answerable": _share([answer.answered for answer in kept]),
        "answered_of_those_to_refuse": _share([answer.answered for answer in others]),
        "refusal_auroc": area_under_roc(
            [answer.confidence for answer in kept], [answer.confidence for answer in others]
        )
        if kept and others
        else None,
    }


def _rank(result: SearchResult, article_id: str | None) -> int | None:
    ids = list(dict.fromkeys(hit.article.id for hit in result.hits))
    return ids.index(article_id) + 1 if article_id in ids else None


def _share(outcomes: Sequence[bool]) -> float | None:
    return sum(outcomes) / len(outcomes) if outcomes else None
