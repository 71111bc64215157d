"""Tiny passages, questions and hits with vectors made by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.scoring import Question
from retrieval.indexing.analyzer import analyze
from retrieval.records import Article, Hit, Passage, Span, StoredPassage

Floats = NDArray[np.float32]

QUESTION = np.array([1, 0, 0, 0], np.float32)


def leaning(cosine: float, axis: int = 1) -> Floats:
    """A unit vector with this cosine to `QUESTION`."""
    vector = np.zeros(4, np.float32)
    vector[0] = cosine
    vector[axis] = (1 - cosine**2) ** 0.5
    return vector


def make_article(identity: str, text: str, title: str = "", **fields: object) -> Article:
    digest = hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()
    return Article(identity, title, text, digest, **fields)  # type: ignore[arg-type]


def spans_of(text: str, sentences: Sequence[str]) -> tuple[Span, ...]:
    spans, at = [], 0
    for sentence in sentences:
        at = text.index(sentence, at)
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence)
    return tuple(spans)


def question(**weights: float) -> Question:
    return Question(QUESTION, weights)


def stored(
    identity: int,
    *sentences: str,
    cosine: float = 0.8,
    sentence_cosines: Sequence[float] | None = None,
    title: str = "",
    ordinal: int = 1,
    published_at: datetime | None = None,
    axis: int = 1,
) -> StoredPassage:
    """An article of one passage, by default not its lead."""
    text = " ".join(sentences)
    article = make_article(f"article-{identity}", text, title, published_at=published_at)
    spans = spans_of(text, sentences)
    cosines = sentence_cosines if sentence_cosines is not None else [cosine] * len(sentences)
    return StoredPassage(
        id=identity,
        article=article,
        passage=Passage(article.id, ordinal, 0, len(text), spans),
        title_terms=tuple(analyze(title)),
        text_terms=tuple(analyze(text)),
        vector=leaning(cosine, axis),
        sentence_vectors=np.stack([leaning(value, axis) for value in cosines]),
    )


def hit(
    article: Article,
    sentences: Sequence[str],
    scores: Sequence[float],
    *,
    score: float = 0.9,
    identity: int = 1,
    signals: Mapping[str, float] | None = None,
) -> Hit:
    """A hit of a passage made of these sentences of an article."""
    spans = spans_of(article.text, sentences)
    return Hit(
        passage_id=identity,
        article=article,
        passage=Passage(article.id, 0, spans[0].start, spans[-1].end, spans),
        score=score,
        dense=score,
        dense_rank=1,
        lexical=None,
        lexical_rank=None,
        sentence_scores=tuple(scores),
        signals=signals or {},
    )
