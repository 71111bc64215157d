"""Small articles, passages and vectors for the tests of storage."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.records import (
    Article,
    FeedEntry,
    IndexedArticle,
    IndexedPassage,
    Page,
    Passage,
    Span,
)
from retrieval.storage.base import Storage

DIMENSION = 16
MODEL = "model-a"
OTHER = "model-b"

Floats = NDArray[np.float32]


def units(count: int, dimension: int = DIMENSION, seed: int = 0) -> Floats:
    """Return random vectors that float16 holds exactly enough: unit length, float32."""
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float16).astype(np.float32)


def toward(axis: int, dimension: int = DIMENSION) -> Floats:
    """Return the unit vector along one axis."""
    row = np.zeros(dimension, np.float32)
    row[axis] = 1.0
    return row


def leaning(cosine: float, axis: int = 0) -> Floats:
    """Return a unit vector with this cosine to `toward(axis)`."""
    row = toward(axis) * cosine
    row[axis + 1] = (1 - cosine**2) ** 0.5
    return row.astype(np.float32)


def make_article(identity: str, text: str = "One sentence. Another one.", **fields: Any) -> Article:
    title = fields.pop("title", f"Title of {identity}")
    digest = hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()
    return Article(
        id=identity,
        title=title,
        text=text,
        content_hash=fields.pop("content_hash", digest),
        **fields,
    )


def make_passage(
    article: Article,
    ordinal: int = 0,
    *,
    vector: Floats | None = None,
    title_terms: Sequence[str] = (),
    text_terms: Sequence[str] = (),
) -> IndexedPassage:
    """Return a passage over the whole text, cut into two sentences in the middle."""
    end = len(article.text)
    middle = end // 2
    vector = toward(0) if vector is None else vector
    return IndexedPassage(
        passage=Passage(article.id, ordinal, 0, end, (Span(0, middle), Span(middle, end))),
        title_terms=tuple(title_terms),
        text_terms=tuple(text_terms),
        vector=vector,
        sentence_vectors=np.stack([vector, vector]),
    )


def index(article: Article, *passages: IndexedPassage) -> IndexedArticle:
    return IndexedArticle(article.id, article.content_hash, passages)


def put(
    storage: Storage,
    identity: str,
    *,
    model: str = MODEL,
    vector: Floats | None = None,
    title_terms: Sequence[str] = (),
    text_terms: Sequence[str] = (),
    **fields: Any,
) -> int:
    """Write an article of one passage; return the passage's id."""
    article = make_article(identity, **fields)
    storage.write_articles([article])
    passage = make_passage(article, vector=vector, title_terms=title_terms, text_terms=text_terms)
    assert storage.write_passages(model, [index(article, passage)]) == 1
    return newest_passage(storage, model)


def newest_passage(storage: Storage, model: str = MODEL) -> int:
    return max(identity for identity, _ in storage.iterate_vectors(model))


def day(number: int) -> datetime:
    """Return noon of a day of January 2025, UTC."""
    return datetime(2025, 1, number, 12, tzinfo=UTC)


FEED = "https://example.org/feed.xml"


def url(name: str, host: str = "example.org") -> str:
    return f"https://{host}/{name}"


def make_page(
    name: str, *, host: str = "example.org", feed: str | None = FEED, due: datetime, **said: Any
) -> Page:
    """Return a page as a feed lists it, with an entry that says ``said``."""
    address = url(name, host)
    said = {"key": name, "title": f"Title of {name}", "text": f"A summary of {name}.", **said}
    return Page(address, feed, FeedEntry(url=address, **said), found_at=due, due_at=due)
