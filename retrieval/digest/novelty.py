"""What of a story is new to somebody who was told earlier ones.

A story was told if one of its articles was, or if an article of a told story is in it now: stories
are divided anew as articles come, and an article's id outlives its story's. One that has none of
them, and is as close to a told one as two halves of one story are, was told as well if it began
before that had been over for long: its articles came too late to be recognised.

A report is new if it is no copy of one that was told and came hours after the last of them, or
if as many outlets again tell the story; and if it says what was not said
(`retrieval.digest.news`). Over the labelled articles neither vectors of articles nor of
sentences tell a development from one more report of the same hour, least of all across languages
(AUROC 0.53 to 0.69); when it was published does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from retrieval.records.independence import count_independent, source_keys
from retrieval.stories.levels import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.digest.candidates import Span
    from retrieval.records import Candidate, Vectors
    from retrieval.storage.base import Storage

SAME_STORY = 0.45
"""Cosine of centres from which two stories of the same days are taken for one: of the halves of
labelled stories 90 in 100 are closer; of 12,246 pairs of different ones 87, half of them sequels.
Told day by day, five stories each, the labelled articles gave 201 stories; 8 were marked as
updates of a neighbouring event, and 4 that follow one up, each in another language, were not
marked (``python -m tests.benchmarks digest``). A higher bar trades the one for the other."""

_SAME_DAYS = timedelta(hours=36)
_MOVED_ON = timedelta(hours=4)
"""How long after the last told report a new one tells a development: within it outlets report
what the others did."""
_GROWN = 3
"""So many new sources at least make a story greater than it was told."""


class Told:
    """What somebody was told.

    Args:
        storage: Where the told articles are looked up.
        model: What their vectors were made with.
        digest_ids: The digests that they were told.
    """

    def __init__(self, storage: Storage, model: str, digest_ids: Sequence[int]) -> None:
        stories = storage.told_stories(model, sorted(set(digest_ids))) if digest_ids else []
        self.article_ids = frozenset(each for story in stories for each in story.article_ids)
        now = storage.story_of(sorted(self.article_ids)) if self.article_ids else {}
        self.story_ids = frozenset({*now.values(), *(story.story_id for story in stories)})
        self._stories = stories
        present = storage.story_candidates(model, sorted({*now.values()})) if now else []
        self.articles: Mapping[str, Candidate] = {
            each.article_id: each for each in present if each.article_id in self.article_ids
        }
        """Of the told articles those that are still in the library."""

    def __bool__(self) -> bool:
        return bool(self._stories)

    def matches(self, span: Span) -> dict[int, frozenset[str]]:
        """Return which stories of a span were told.

        Args:
            span: The stories.

        Returns:
            By a story's place, the ids of the told articles that it is to be held against.
        """
        found: dict[int, set[str]] = {}
        if not self._stories:
            return {}
        by_story: dict[int, set[str]] = {}
        for each in self.articles.values():
            by_story.setdefault(each.story_id, set()).add(each.article_id)
        for told in self._stories:
            by_story.setdefault(told.story_id, set()).update(told.article_ids)
        places = {int(story): place for place, story in enumerate(span.stories)}
        for story, ids in by_story.items():
            if story in places:
                found.setdefault(places[story], set()).update(ids)
        close = span.centres @ self._centres(span).T
        for place, number in zip(*np.nonzero(close >= SAME_STORY), strict=True):
            told = self._stories[int(number)]
            began = min(each.seen_at for each in span.articles_of(int(place)))
            if began - self.last_seen(told.article_ids) <= _SAME_DAYS:
                found.setdefault(int(place), set()).update(told.article_ids)
        return {place: frozenset(ids) for place, ids in found.items()}

    def last_seen(self, article_ids: Iterable[str]) -> datetime:
        """Return when the newest of told articles was seen; if all are gone, when it was told."""
        ids = frozenset(article_ids)
        seen = [self.articles[each].seen_at for each in ids if each in self.articles]
        told = [each.told_at for each in self._stories if not ids.isdisjoint(each.article_ids)]
        return max(seen or told)

    def _centres(self, span: Span) -> Vectors:
        """Return the middle of each told story, without levels, shape (stories, d)."""
        articles = list(self.articles.values())
        centred: dict[str, NDArray[np.float32]] = {}
        if articles:
            rows = span.levels.centre(
                np.stack([each.vector for each in articles]), [each.language for each in articles]
            )
            centred = {each.article_id: row for each, row in zip(articles, rows, strict=True)}
        nothing = np.zeros(span.centres.shape[1], np.float32)
        middles = []
        for told in self._stories:
            present = [centred[each] for each in sorted(told.article_ids) if each in centred]
            middles.append(np.sum(present, axis=0) if present else nothing)
        return unit(np.stack(middles))


def new_articles(
    candidates: Iterable[Candidate], told: Told, against: frozenset[str]
) -> list[Candidate]:
    """Return the articles of a told story that may say something new.

    Args:
        candidates: The story's.
        told: What was told.
        against: Ids of the told articles of this story.

    Returns:
        Those that were not told and are no copy of one that was. Only those that came hours
        after, unless the story has grown. An outlet that was told counts: it follows a story up.
    """
    known = [told.articles[each] for each in sorted(against) if each in told.articles]
    origins = {origin for each in known for origin in each.origins}
    fresh = [
        each
        for each in candidates
        if each.article_id not in told.article_ids and origins.isdisjoint(each.origins)
    ]
    if _count_new_sources(fresh, known) >= max(_GROWN, count_independent(known)):
        return fresh
    moved_on = told.last_seen(against) + _MOVED_ON
    return [each for each in fresh if each.seen_at >= moved_on]


def _count_new_sources(fresh: Sequence[Candidate], known: Sequence[Candidate]) -> int:
    """Return how many sources tell a story that had not told it before."""
    before = {key for each in known for key in source_keys(each)}
    return count_independent(each for each in fresh if before.isdisjoint(source_keys(each)))
