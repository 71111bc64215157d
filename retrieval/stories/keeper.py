"""Articles to stories: asks the store what is left to do, does it, writes rows.

Nothing is kept between two calls but a copy of the newest rows, and that is dropped when the
store says that another has written. So a run that was killed is mended by the next one, two
processes do not undo each other's work, and a second run finds nothing to do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from retrieval.records import StoryMember
from retrieval.stories.agencies import credited_agencies
from retrieval.stories.clustering import UNASSIGNED, place
from retrieval.stories.fingerprint import fingerprint
from retrieval.stories.levels import Levels, Unrelated, unit
from retrieval.stories.names import find_names
from retrieval.stories.rule import Rule, shipped_rule
from retrieval.stories.window import Window

if TYPE_CHECKING:
    from retrieval.records import Article, Vector, Vectors
    from retrieval.storage.base import Storage

logger = logging.getLogger(__name__)

_BATCH_ARTICLES = 64
"""Articles placed and written together: what a kill in the middle costs."""
_BATCH_DAYS = 2.0
"""Days that a batch may span, so that old articles do not bring a year into memory."""
_LEAD_PASSAGES = 3
"""Passages that stand for an article, the first ones: background follows the event. The title
counts as much as they do together: it was written to say which event this is."""
_LEVEL_ARTICLES = 2_000
"""Articles that a language's level is made of, all languages together, at a start."""
_HEADLINES_TRIED = 3
_EDGE = timedelta(seconds=1)


class StoryKeeper:
    """Keeps every article in a story. Safe to use from any thread; one works at a time.

    Args:
        storage: Where articles are read from and stories written to.
        model: The name under which passages are stored.
        embed: Titles to vectors, as passages are embedded; rows of unit length.
        unrelated: A language to vectors of unrelated sentences in it, float32, shape (n, d),
            rows of unit length; for a language that it does not know, another's.
        rule: When two articles tell of one event.
    """

    def __init__(
        self,
        storage: Storage,
        model: str,
        *,
        embed: Callable[[Sequence[str]], Vectors],
        unrelated: Unrelated,
        rule: Rule | None = None,
    ) -> None:
        self._storage = storage
        self._model = model
        self._embed = embed
        self._rule = rule or shipped_rule()
        self._levels = Levels(unrelated)
        self._window = Window(self._levels)
        self._version = -1
        self._span = (datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))
        self._lock = Lock()

    def assign_pending(
        self,
        on_assigned: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        """Put every indexed article that is in no story into one.

        Args:
            on_assigned: Told after each write how many articles it was of.
            stop: Asked before each batch; where it says so, the rest is left to the next call.

        Returns:
            How many articles were assigned.

        Raises:
            StorageError: The library cannot be read or written; what was written is kept.
        """
        total = 0
        with self._lock:
            while not (stop and stop()):
                articles = self._storage.articles_without_story(self._model, _BATCH_ARTICLES)
                batch = _one_span(articles)
                if not batch:
                    break
                try:
                    written = self._assign(batch)
                except BaseException:
                    # What the window was told may never have been written.
                    self._version = -1
                    raise
                total += written
                if on_assigned and written:
                    on_assigned(written)
        if total:
            logger.info("Put %d articles into stories", total)
        return total

    def _assign(self, articles: Sequence[Article]) -> int:
        """Place articles and write them; return how many, 0 where another was quicker."""
        days = timedelta(days=self._rule.window_days) + _EDGE
        self._look(_seen_at(articles[0]) - days, _seen_at(articles[-1]) + days)
        members = self._members(articles)
        if not members:
            # Withdrawn or deleted since they were asked for.
            return 0
        rows = self._window.add(members)
        self._levels.add((member.language, member.vector) for member in members)
        self._window.settle()
        before = self._window.stories[: len(self._window)].copy()
        place(self._window, rows, self._rule)
        self._number_new()
        after = self._window.stories[: len(self._window)]
        (changed,) = np.nonzero(after != before)
        moved = {
            self._window.ids[row]: int(after[row])
            for row in changed.tolist()
            if before[row] != UNASSIGNED
        }
        placed = [
            replace(member, story_id=int(after[row]), origins=self._window.origins[row])
            for member, row in zip(members, rows, strict=True)
        ]
        touched = {*after[changed].tolist(), *before[changed].tolist()} - {UNASSIGNED}
        version = self._storage.write_story_members(
            self._model,
            placed,
            version=self._version,
            headlines=self._headlines(touched, articles),
            moved=moved,
        )
        self._version = -1 if version is None else version
        return 0 if version is None else len(placed)

    def _number_new(self) -> None:
        """Give the stories that are numbered -1, -2, … numbers that are kept."""
        stories = self._window.stories[: len(self._window)]
        opened = sorted({*stories[stories < 0].tolist()}, reverse=True)
        numbers = self._storage.new_story_ids(len(opened))
        for story, number in zip(opened, numbers, strict=True):
            stories[stories == story] = number

    def _look(self, since: datetime, until: datetime) -> None:
        """Have the window hold the articles seen in a span of time, and no others."""
        known_since, known_until = self._span
        if self._storage.stories_version() != self._version or not (
            known_since <= since <= known_until <= until
        ):
            self._window.clear()
            known_until = since
            # Asked for before the members: what is written in between makes it out of date.
            self._version = self._storage.stories_version()
            self._levels.clear()
            self._levels.add(self._storage.latest_story_vectors(self._model, _LEVEL_ARTICLES))
        self._window.keep(self._window.days[: len(self._window)] >= _to_days(since))
        self._window.add(self._storage.story_members(self._model, known_until, until))
        self._span = (since, until)

    def _members(self, articles: Sequence[Article]) -> list[StoryMember]:
        vectors = self._storage.article_vectors(self._model, [each.id for each in articles])
        titled = [each for each in articles if each.id in vectors and each.title.strip()]
        titles = {}
        if titled:
            rows = self._embed([article.title for article in titled])
            titles = {article.id: row for article, row in zip(titled, rows, strict=True)}
        return [
            StoryMember(
                article_id=article.id,
                story_id=UNASSIGNED,
                seen_at=_seen_at(article),
                source=article.source,
                language=article.language,
                vector=_article_vector(vectors[article.id], titles.get(article.id)),
                names=find_names(article.title, article.text),
                fingerprint=fingerprint(article.text),
                origins=_origins(article),
            )
            for article in articles
            if article.id in vectors
        ]

    def _headlines(self, stories: set[int], articles: Sequence[Article]) -> dict[int, str]:
        """Return for each story of several articles the one whose title stands for it.

        The article nearest to the middle of its story; one without a title only where all are.
        """
        titles = {article.id: article.title for article in articles}
        nearest: dict[int, list[str]] = {}
        known = self._window.stories[: len(self._window)]
        for story in sorted(stories):
            (rows,) = np.nonzero(known == story)
            nearest[story] = [
                self._window.ids[row] for row in self._window.centre_of(rows)[:_HEADLINES_TRIED]
            ]
        missing = {each for ids in nearest.values() for each in ids} - titles.keys()
        for identity, article in self._storage.get_articles(sorted(missing)).items():
            titles[identity] = article.title
        return {
            story: next((each for each in ids if titles.get(each, "").strip()), ids[0])
            for story, ids in nearest.items()
            if len(ids) > 1
        }


def _seen_at(article: Article) -> datetime:
    """Return when an article was published, else added; the store sets the latter."""
    seen_at = article.published_at or article.added_at
    if seen_at is None:
        raise ValueError(f"article {article.id} does not come from the store")
    return seen_at


def _to_days(time: datetime) -> float:
    return time.timestamp() / 86_400.0


def _one_span(articles: Sequence[Article]) -> Sequence[Article]:
    """Return those at the beginning that lie within `_BATCH_DAYS`."""
    if not articles:
        return articles
    until = _seen_at(articles[0]) + timedelta(days=_BATCH_DAYS)
    return [article for article in articles if _seen_at(article) <= until]


def _article_vector(passages: Vectors, title: Vector | None) -> Vector:
    """Return the vector of an article, exactly as the store will give it back."""
    vector = unit(passages[:_LEAD_PASSAGES].mean(axis=0))
    if title is not None:
        vector = unit(vector + title)
    return unit(vector.astype(np.float16).astype(np.float32))


def _origins(article: Article) -> tuple[str, ...]:
    agencies = credited_agencies(article.text, article.author, article.source)
    return (f"text:{article.id}", *(f"agency:{name}" for name in agencies))
