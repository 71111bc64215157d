"""The records that everything passes around: frozen, and normalised where they are made.

Always true: text is NFC, times are timezone-aware UTC, vectors are float32 of unit length,
a cosine lies in [-1, 1] and higher is better. Text of a passage, a sentence or a quote is
never stored: it is sliced from its article, ``article.text[start:end]``, each time it is
asked for. That is why a quote cannot differ from what the outlet wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]
    """float32, shape (d,), of unit length."""
    Vectors = NDArray[np.float32]
    """float32, shape (n, d), rows of unit length."""


class Span(NamedTuple):
    """A half-open range of characters of an article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One article as an outlet published it.

    ``published_at`` is UTC or None: never guessed, never the file's date, never now.
    ``content_hash`` covers title and text, and names the version that a quote was cut from.
    ``related`` holds the headlines of "read also" blocks: navigation, never indexed or quoted.
    """

    id: str
    title: str
    text: str
    content_hash: str
    url: str | None = None
    author: str | None = None
    source: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    added_at: datetime | None = None
    updated_at: datetime | None = None
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article, the unit that is embedded and found.

    ``sentences`` are offsets into the article's text, in order, inside ``[start, end)``.
    """

    article_id: str
    ordinal: int
    start: int
    end: int
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with everything that is needed to find it.

    Args:
        passage: The slice.
        title_terms: Analysed terms of the article's title.
        text_terms: Analysed terms of the passage's text.
        vector: float32, shape (d,), unit length.
        sentence_vectors: float32, shape (len(passage.sentences), d), rows of unit length.
    """

    passage: Passage
    title_terms: tuple[str, ...]
    text_terms: tuple[str, ...]
    vector: Vector
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """All passages of one version of one article, to be written together."""

    article_id: str
    content_hash: str
    passages: tuple[IndexedPassage, ...]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the store gives it back, with its article and what was indexed of it."""

    id: int
    article: Article
    passage: Passage
    title_terms: tuple[str, ...]
    text_terms: tuple[str, ...]
    vector: Vector
    sentence_vectors: Vectors

    @property
    def text(self) -> str:
        """The passage's words, sliced from the article."""
        return self.article.text[self.passage.start : self.passage.end]


class Match(NamedTuple):
    """One result of one kind of search: which passage, and its score there."""

    passage_id: int
    score: float


class Written(StrEnum):
    """What writing an article did."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search before the best k are counted.

    An empty set of sources or languages means any. An article without a date passes neither
    ``published_from`` (inclusive) nor ``published_before`` (exclusive).
    """

    sources: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    published_from: datetime | None = None
    published_before: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.sources or self.languages or self.published_from or self.published_before)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query.

    ``dense`` is the cosine of query and passage, ``lexical`` the BM25 score; each is None,
    as is its rank (from 1), where that kind of search did not find the passage. ``score`` is
    the fused one, by which hits are ordered. ``sentence_scores`` are the cosines of the query
    with each of the passage's sentences.
    """

    passage_id: int
    article: Article
    passage: Passage
    score: float
    dense: float | None
    dense_rank: int | None
    lexical: float | None
    lexical_rank: int | None
    sentence_scores: tuple[float, ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The passage's words, sliced from the article."""
        return self.article.text[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class Quote:
    """One or two whole sentences of an article, verbatim."""

    article: Article
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        """The outlet's words, sliced from the article."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Nearest:
    """An article that comes close to a question without answering it."""

    article: Article
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What Kabar says to a question. "Not found" is an answer, not an error.

    ``quotes`` is empty when ``answered`` is false, ``nearest`` when it is true. ``answer`` is
    the span inside the first quote that answers, None until a reader marks it.
    ``library_articles`` and ``library_newest`` tell, where nothing answers, how much was read
    and how fresh it is.
    """

    question: str
    language: str | None
    answered: bool
    confidence: float
    quotes: tuple[Quote, ...]
    nearest: tuple[Nearest, ...]
    took_ms: float
    answer: Span | None = None
    receipt_id: int | None = None
    library_articles: int = 0
    library_newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of one query, best first."""

    query: str
    hits: tuple[Hit, ...]
    took_ms: float


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why an answer was what it was, kept with every answer given.

    ``details`` is plain JSON: the hits with ids, offsets, article versions and scores, the
    quotes with offsets, and the signals of the decision.
    """

    question: str
    answered: bool
    confidence: float
    model: str
    details: Mapping[str, Any]
    asked_at: datetime
    id: int | None = None


@dataclass(frozen=True, slots=True)
class PendingUpdate:
    """A Telegram update that was accepted and has not been handled yet; ``payload`` is JSON."""

    update_id: int
    payload: str


@dataclass(frozen=True, slots=True)
class LibraryStatistics:
    """What is in the library."""

    articles: int
    passages: int
    unindexed_articles: int
    sources: Mapping[str, int]
    languages: Mapping[str, int]
    oldest: datetime | None
    newest: datetime | None
    last_added: datetime | None
    bytes_on_disk: int
    receipts: int


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What reading files did: articles by outcome, and what could not be read, with reasons."""

    new: int
    updated: int
    unchanged: int
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of ``kabar doctor``: what was looked at, whether it is well, how to mend it."""

    check: str
    ok: bool
    detail: str
    remedy: str | None = None
