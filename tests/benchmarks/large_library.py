"""A library as large as wanted, made of sentences of real articles.

They are drawn anew into passages, with their own vectors and a little noise: so words are as
frequent, and vectors as close, as they are in news.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.indexing.analyzer import analyze
from retrieval.intake.articles import RawArticle, build_article
from retrieval.kabar import Kabar
from retrieval.records import Article, IndexedArticle, IndexedPassage, Passage, Span
from retrieval.storage.engines import open_storage

_SOURCE_ARTICLES = 300
_SENTENCES = 3
_NOISE = 0.35


@dataclass(frozen=True)
class _Sentence:
    text: str
    terms: tuple[str, ...]
    vector: NDArray[np.float32]


def fill(kabar: Kabar, folder: Path, passages: int) -> None:
    """Write a library of so many passages into a folder.

    Args:
        kabar: A library with articles whose sentences are drawn.
        folder: An empty one.
        passages: How many, each of an article of its own.
    """
    articles = kabar.latest(1_000_000)[:_SOURCE_ARTICLES]
    pool = [
        _Sentence(text, tuple(analyze(text)), vector)
        for text, vector in _sentences(kabar, articles)
    ]
    draw = np.random.default_rng(7)
    storage = open_storage(folder)
    for start in range(0, passages, 500):
        pairs = [
            _made_up([pool[i] for i in draw.integers(0, len(pool), _SENTENCES)], number, draw)
            for number in range(start, min(start + 500, passages))
        ]
        storage.write_articles([article for article, _ in pairs])
        storage.write_passages(kabar.model, [indexed for _, indexed in pairs])
    storage.close()


def _sentences(
    kabar: Kabar, articles: Sequence[Article]
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    from retrieval.indexing.sentences import split_sentences

    for article in articles:
        spans = split_sentences(article.text, article.language)
        for _, vectors in kabar.embedder.embed_passages([article.text], [spans]):
            for (start, end), vector in zip(spans, vectors, strict=True):
                yield article.text[start:end], vector


def _made_up(
    sentences: Sequence[_Sentence], number: int, draw: np.random.Generator
) -> tuple[Article, IndexedArticle]:
    text = " ".join(sentence.text for sentence in sentences)
    article = build_article(
        RawArticle(
            title="", text=text, url=f"https://news.example/{number}", source="bench", language="id"
        ),
        "bench",
    )
    spans, at = [], 0
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence.text)))
        at += len(sentence.text) + 1
    vectors = np.stack([sentence.vector for sentence in sentences])
    vectors = vectors + draw.normal(0, _NOISE / np.sqrt(vectors.shape[1]), vectors.shape)
    centre = vectors.mean(axis=0)
    passage = IndexedPassage(
        passage=Passage(article.id, 0, 0, len(article.text), tuple(spans)),
        title_terms=(),
        text_terms=tuple(term for sentence in sentences for term in sentence.terms),
        vector=(centre / np.linalg.norm(centre)).astype(np.float32),
        sentence_vectors=(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(
            np.float32
        ),
    )
    return article, IndexedArticle(article.id, article.content_hash, (passage,))
