"""The articles about one event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.records.vectors import Vector


@dataclass(frozen=True, slots=True)
class Story:
    """The articles about one event, in any language, as many outlets as told it.

    ``articles`` are ids, in order of time. ``sources`` are the outlets; reprints of one
    agency's text count once in ``independent_sources``.
    """

    id: int
    headline: str
    articles: tuple[str, ...]
    sources: tuple[str, ...]
    independent_sources: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article's place in a story, with what is compared to find it.

    ``seen_at`` is when it was published, else added. ``vector`` is the article's, of unit
    length. ``names`` are names and numbers, folded. ``fingerprint`` is a sketch of its words, by
    which reprints are told. ``origins`` are keys of the texts and agencies it comes from: what
    shares one is not independent.
    """

    article_id: str
    story_id: int
    seen_at: datetime
    source: str | None
    language: str | None
    vector: Vector
    names: tuple[str, ...]
    fingerprint: bytes
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryPlace:
    """Where an article stands among others: its story, its outlet, what it comes from.

    ``origins`` are those of `StoryMember`.
    """

    article_id: str
    story_id: int
    source: str | None
    origins: tuple[str, ...]
