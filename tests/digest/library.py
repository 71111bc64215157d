"""A real library whose articles point where a test wants them to, without a model.

A story, or a topic, is an axis: what is about it has its vector near it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.digest.composer import Composer
from retrieval.intake.articles import hash_of
from retrieval.records import (
    Article,
    Digest,
    IndexedArticle,
    IndexedPassage,
    Passage,
    Preferences,
    Span,
    StoryMember,
)
from retrieval.storage.engines import open_storage

if TYPE_CHECKING:
    from retrieval.records import Vector, Vectors

MODEL = "axes"
AXES = 32
MORNING = datetime.now(UTC) - timedelta(hours=12)
"""When articles are published; the library says when they were added, and that is now."""
TEXT = "The ferry Bahtera sank off Sulawesi on Saturday. He said that it was old."


def axis(*numbers: int) -> Vector:
    """Return the direction between some axes."""
    vector = np.zeros(AXES, np.float32)
    vector[list(numbers)] = 1
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def unrelated(_language: str | None) -> Vectors:
    """Return vectors of every direction alike, for any language."""
    return np.concatenate([np.eye(AXES, dtype=np.float32), -np.eye(AXES, dtype=np.float32)])


def embed_topics(texts: Sequence[str]) -> Vectors:
    """Return vectors of topics: "news about 7" is axis 7; what has no number, every other one."""
    numbers = [text.rpartition(" ")[2] for text in texts]
    return np.stack([axis(int(each)) if each.isdigit() else axis(*range(AXES)) for each in numbers])


@dataclass
class Library:
    """Articles in stories, each read at once.

    Args:
        folder: Where the library is.
    """

    folder: Path
    known: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.storage = open_storage(self.folder)
        self.composer = Composer(
            self.storage, MODEL, embed_topics=embed_topics, unrelated=unrelated
        )
        self.began = datetime.now(UTC)
        self.past: list[int] = []
        self.storage.new_story_ids(1_000)

    def add(
        self,
        story: int,
        *sources: str,
        text: str = TEXT,
        title: str = "",
        language: str = "en",
        hours: float = 0,
        about: Vector | None = None,
        origins: tuple[str, ...] = (),
        sentences: Sequence[Vector] = (),
    ) -> list[str]:
        """Add an article of a story for each source; return their ids.

        Args:
            story: Its number, and the axis that it is about unless ``about`` says otherwise.
            sources: The outlets.
            text: What each prints; sentences end with a full stop and a blank.
            title: Of each.
            language: Of each.
            hours: After `MORNING`, when it was published.
            about: Where its vector points.
            origins: What it shares with others.
            sentences: Where its sentences' vectors point; else where the article's does.
        """
        vector = axis(story % AXES) if about is None else about
        ids = []
        for source in sources:
            identity = f"{story}-{source}-{len(self.known)}"
            article = Article(
                id=identity,
                title=title or f"Story {story} as {source} tells it",
                text=text,
                content_hash=hash_of(title, text),
                source=source,
                language=language,
                published_at=MORNING + timedelta(hours=hours),
            )
            self.known[identity] = (story, MORNING + timedelta(hours=hours))
            self.storage.write_articles([article])
            self.storage.write_passages(MODEL, [_indexed(article, vector, sentences)])
            member = StoryMember(
                article_id=identity,
                story_id=story,
                seen_at=MORNING,
                source=source,
                language=language,
                vector=vector,
                names=(),
                fingerprint=b"",
                origins=(f"text:{identity}", *origins),
            )
            self._write([member])
            ids.append(identity)
        return ids

    def move(self, article: str, story: int) -> None:
        """Put an article into another story, as happens when stories are divided anew."""
        self._write([], {article: story})

    def compose(self, told: Sequence[int] = (), **preferences: object) -> Digest:
        """Compose of all that was added until now."""
        wanted = Preferences(**preferences)  # type: ignore[arg-type]
        return self.composer.compose(wanted, self.began, _now(), told)

    def tell(self, **preferences: object) -> Digest:
        """Compose the next digest of somebody, of what came since the last, and remember it."""
        wanted = Preferences(**preferences)  # type: ignore[arg-type]
        until = _now()
        digest = self.composer.compose(wanted, self.began, until, self.past)
        self.past.append(self.storage.write_digest(f"digest {len(self.past)}", digest))
        self.began = until
        return digest

    def _write(self, members: Sequence[StoryMember], moved: dict[str, int] | None = None) -> None:
        version = self.storage.stories_version()
        assert self.storage.write_story_members(
            MODEL, members, version=version, headlines={}, moved=moved or {}
        )


def stories_of(digest: Digest) -> list[int]:
    return [story.story_id for story in digest.stories]


def _now() -> datetime:
    return datetime.now(UTC) + timedelta(microseconds=1)


def _indexed(article: Article, vector: Vector, sentences: Sequence[Vector]) -> IndexedArticle:
    spans, start = [], 0
    for piece in article.text.split(". "):
        end = min(start + len(piece) + 1, len(article.text))
        spans.append(Span(start, end))
        start = end + 1
    vectors = np.stack(list(sentences) or [vector] * len(spans))
    passage = IndexedPassage(
        passage=Passage(article.id, 0, 0, len(article.text), tuple(spans)),
        title_terms=(),
        text_terms=("word",),
        vector=vector,
        sentence_vectors=vectors,
    )
    return IndexedArticle(article.id, article.content_hash, (passage,))
