"""From an article to the passages that stand for it in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from retrieval.records.vectors import Vector, Vectors


class Span(NamedTuple):
    """A half-open range of characters of an article's text."""

    start: int
    end: int


class Extent(StrEnum):
    """How much of an article there is."""

    FULL = "full"
    SUMMARY = "summary"
    """A headline and a summary: the rest is behind a paywall, a cookie wall, or nowhere."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as an outlet published it.

    ``published_at`` is UTC or None: never guessed, never the file's date, never now.
    ``content_hash`` covers title and text, and names the version that a quote was cut from.
    ``related`` holds the headlines of "read also" blocks: navigation, never indexed or quoted.
    ``image_url`` is the address of the main image. One that was withdrawn by its outlet, at
    ``withdrawn_at``, is kept and never found or quoted.
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
    image_url: str | None = None
    extent: Extent = Extent.FULL
    withdrawn_at: datetime | None = None


class Written(StrEnum):
    """What writing an article did."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


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
