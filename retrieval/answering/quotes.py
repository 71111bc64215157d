"""From hits to quotes: the one or two sentences of each passage that answer best.

A sentence is chosen by meaning and by the question's terms in it, not by where it stands. Its
neighbour comes along where it is nearly as close, since the answer is as often in the sentence
beside the one that repeats the question's words; never one of another paragraph, between which
the outlet may have printed something that is no part of the article's text.

Where a reader is sure of what answers, the sentence around it is chosen, and it is marked; in a
further quote only where it is the same answer as the first's.

The first quote is of the best hit. Of the others, those of articles not quoted yet go first
where they are about as good; the same words are never quoted twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.scoring import coverage
from retrieval.errors import QuoteError
from retrieval.records import Article, Quote, Span

if TYPE_CHECKING:
    from retrieval.answering.scoring import Question
    from retrieval.records import Hit

_NEVER = datetime.min.replace(tzinfo=UTC)

MAX_QUOTES = 3
"""Quotes that an answer shows at once."""

MOST_QUOTES = 3 * MAX_QUOTES
"""Quotes that are chosen; those past the first are there for whoever wants more."""

_TERMS = 0.1
"""What covering all of the question's terms adds to a sentence's cosine."""

_MARKED = 1.0
"""What holding a marked answer adds to a sentence's cosine: more than all else can."""

_NEIGHBOUR = 0.045
"""How much less a neighbouring sentence may score to come along."""

_MAX_CHARACTERS = 500
"""A quote of two sentences that would be longer is of one."""

_EQUALLY_GOOD = 0.02
"""Hits whose scores differ by less are equally good, and a new article goes first."""

_FAR_BEHIND = 0.15
"""A hit that scores so much less than the best is not quoted beside it."""


def choose_quotes(
    question: Question,
    hits: Sequence[Hit],
    analyze: Callable[[str], list[str]],
    mark_from: float = math.inf,
) -> tuple[Quote, ...]:
    """Choose the best quotes.

    Args:
        question: What is asked.
        hits: What was found, best first.
        analyze: Text to terms.
        mark_from: The margin from which a reader is sure of its span in the best hit; in another
            it is, if that agrees.

    Returns:
        One to nine quotes, best first, or none without hits.
    """
    quotes: list[Quote] = []
    for hit in _varied(hits):
        if hit.score < hits[0].score - _FAR_BEHIND:
            continue
        marked = hit.reading.span if hit.reading and hit.reading.margin >= mark_from else None
        if marked and quotes and not _agrees(hit.article.text[slice(*marked)], quotes[0], analyze):
            marked = None
        quote = _best_sentences(question, hit, analyze, marked)
        if not any(_same_words(quote, other) for other in quotes):
            quotes.append(quote)
        if len(quotes) == MOST_QUOTES:
            break
    return tuple(quotes)


def newest_first(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return quotes in order of time, the newest first; those without a date last."""
    return tuple(
        sorted(quotes, key=lambda quote: quote.article.published_at or _NEVER, reverse=True)
    )


def check_quote(quote: Quote, current: Article | None) -> None:
    """Make sure that a quote is a slice of the article as it is stored now.

    Args:
        quote: What is about to be shown.
        current: The article as the store has it at this moment.

    Raises:
        QuoteError: It is not, and must not be shown.
    """
    if current is None or not 0 <= quote.start < quote.end <= len(current.text):
        raise QuoteError("A quote's article is gone or shorter than the quote.")
    if current.withdrawn_at is not None:
        raise QuoteError("A quote's article was withdrawn by its outlet.")
    if current.text[quote.start : quote.end] != quote.text or not quote.text.strip():
        raise QuoteError("A quote is not what its article says.")


def _varied(hits: Sequence[Hit]) -> Iterator[Hit]:
    """Yield hits best first, but one of a new article before equally good ones of an old."""
    waiting = list(hits)
    seen: set[str] = set()
    while waiting:
        best = waiting[0]
        near = (hit for hit in waiting if hit.score >= best.score - _EQUALLY_GOOD)
        chosen = next((hit for hit in near if hit.article.id not in seen), best)
        waiting.remove(chosen)
        seen.add(chosen.article.id)
        yield chosen


def _best_sentences(
    question: Question, hit: Hit, analyze: Callable[[str], list[str]], marked: Span | None
) -> Quote:
    text = hit.article.text
    sentences = hit.passage.sentences
    scores = np.array(hit.sentence_scores) + [
        _TERMS * coverage(question, set(analyze(text[start:end]))) for start, end in sentences
    ]
    holds = [
        marked is not None and start < marked.end and marked.start < end for start, end in sentences
    ]
    best = int((scores + _MARKED * np.array(holds)).argmax())
    chosen = Span(*sentences[best])
    beside = [index for index in (best - 1, best + 1) if 0 <= index < len(sentences)]
    if beside:
        neighbour = max(beside, key=lambda index: scores[index])
        both = Span(
            min(chosen.start, sentences[neighbour].start), max(chosen.end, sentences[neighbour].end)
        )
        if (
            scores[neighbour] >= scores[best] - _NEIGHBOUR
            and both.end - both.start <= _MAX_CHARACTERS
            and "\n" not in text[both.start : both.end]
        ):
            chosen = both
    inside = marked and chosen.start <= marked.start and marked.end <= chosen.end
    return Quote(
        hit.article,
        chosen.start,
        chosen.end,
        float(scores[best]),
        answer=marked if inside else None,
    )


def _agrees(told: str, first: Quote, analyze: Callable[[str], list[str]]) -> bool:
    """Whether what a reader marks in a further hit is the first quote's answer, more or less whole.

    On held-back questions 10 of 13 further spans that agreed were right, and 9 of 72 others that
    the reader was as sure of.
    """
    if first.answer is None:
        return False
    terms = set(analyze(told))
    others = set(analyze(first.article.text[slice(*first.answer)]))
    return bool(terms and others) and (terms <= others or others <= terms)


def _same_words(one: Quote, other: Quote) -> bool:
    """Whether one quote says nothing beyond the other: outlets print the same agency's text."""
    if one.article.id == other.article.id and one.start < other.end and other.start < one.end:
        return True
    letters, others = _letters(one.text), _letters(other.text)
    return letters in others or others in letters


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
