"""Articles of a span of time to a digest for one set of preferences.

Deterministic: the same library, preferences, span and past give the same digest. Nothing is
written. What does not depend on the preferences is made once for a span and shared by all that
are composed over it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from retrieval.digest.breaking import breaking_stories, heard_since
from retrieval.digest.candidates import Span
from retrieval.digest.novelty import Told, new_articles
from retrieval.digest.ranking import UPDATE, for_disliked, for_topics, general_worth, worth
from retrieval.digest.selection import Choice
from retrieval.digest.story_view import view_story
from retrieval.digest.telling import Teller
from retrieval.digest.topics import BAR, LEFT_OUT_BAR, Topics
from retrieval.digest.trend import count_trend
from retrieval.records import Digest, DigestStory

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from retrieval.records import Candidate, Preferences, StoryView, Vectors
    from retrieval.storage.base import Storage
    from retrieval.stories.levels import Unrelated

_SPANS_KEPT = 4
"""Each costs some 10 MB for 5,000 articles."""
_TOLD_KEPT = 64
_MAX_DISLIKED = 50
_T = TypeVar("_T")


class Composer:
    """Composes digests. Safe to use from any thread.

    Args:
        storage: Where articles and stories are read from.
        model: The name under which passages are stored.
        embed_topics: Texts to vectors, as questions are embedded; rows of unit length.
        unrelated: A language to vectors of unrelated sentences in it, float32, shape (n, d),
            rows of unit length; for a language that it does not know, another's.
    """

    def __init__(
        self,
        storage: Storage,
        model: str,
        *,
        embed_topics: Callable[[Sequence[str]], Vectors],
        unrelated: Unrelated,
    ) -> None:
        self._storage = storage
        self._model = model
        self._unrelated = unrelated
        self._topics = Topics(embed_topics, unrelated)
        self._spans: OrderedDict[Hashable, Span] = OrderedDict()
        self._told: OrderedDict[Hashable, Told] = OrderedDict()
        self._lock = Lock()

    def compose(
        self,
        preferences: Preferences,
        since: datetime,
        until: datetime,
        told: Sequence[int] = (),
    ) -> Digest:
        """Compose a digest.

        Args:
            preferences: What decides is named in `retrieval.digest.key`.
            since: Articles added from then on are looked at.
            until: And before this; also the moment at which the digest is made.
            told: Ids of the digests that were told before.

        Returns:
            The digest, without an id; empty where there is nothing new.
        """
        version = self._storage.stories_version()
        span = self._span(version, since, until)
        return self._compose(span, preferences, self._past(version, told))

    def compose_stories(
        self,
        story_ids: Iterable[int],
        preferences: Preferences,
        now: datetime,
        told: Sequence[int] = (),
    ) -> Digest:
        """Compose a digest of these stories alone, with all articles that were added before now.

        A story that was told and has nothing new is not in it, nor is one that is left out.
        """
        found = self._storage.story_candidates(self._model, sorted(set(story_ids)))
        candidates = _added_before(found, now)
        since = min((each.added_at for each in candidates), default=now)
        span = Span(candidates, since, now, self._unrelated)
        return self._compose(span, preferences, self._past(self._storage.stories_version(), told))

    def breaking(self, now: datetime) -> list[int]:
        """Return ids of stories that many outlets told within an hour, most widely told first."""
        since = heard_since(now)
        return breaking_stories(self._storage.digest_candidates(self._model, since, now), now)

    def trend(self, topic: str, days: int, now: datetime) -> Mapping[date, int]:
        """Return how many articles about a topic were seen on each of the last days, UTC.

        Args:
            topic: In words, of any language.
            days: How many, today's counted; each is in the result.
            now: The moment.
        """
        return count_trend(
            self._storage,
            self._model,
            topic,
            days,
            now,
            topics=self._topics,
            unrelated=self._unrelated,
        )

    def view_story(
        self, story_id: int | None, article_ids: Sequence[str], language: str
    ) -> StoryView | None:
        """Return a story with more quotes, all its sources and its timeline.

        Args:
            story_id: The story as it was called when it was told.
            article_ids: Those that told it then; the story that holds most of them now is shown.
            language: Whose quotes come first.

        Returns:
            None where its articles are gone.
        """
        return view_story(
            self._storage,
            self._model,
            story_id,
            article_ids,
            language,
            unrelated=self._unrelated,
        )

    # -- what is shared --------------------------------------------------------------------

    def _span(self, version: int, since: datetime, until: datetime) -> Span:
        def make() -> Span:
            candidates = self._storage.digest_candidates(self._model, since, until)
            return Span(candidates, since, until, self._unrelated)

        return self._shared(self._spans, (version, since, until), make, _SPANS_KEPT)

    def _past(self, version: int, told: Sequence[int]) -> Told:
        key = (version, tuple(sorted(set(told))))
        return self._shared(
            self._told, key, lambda: Told(self._storage, self._model, key[1]), _TOLD_KEPT
        )

    def _shared(
        self, known: OrderedDict[Hashable, _T], key: Hashable, make: Callable[[], _T], most: int
    ) -> _T:
        with self._lock:
            found = known.get(key)
            if found is None:
                found = known[key] = make()
            known.move_to_end(key)
            while len(known) > most:
                known.popitem(last=False)
            return found

    # -- composing -------------------------------------------------------------------------

    def _compose(self, span: Span, preferences: Preferences, told: Told) -> Digest:
        matched = told.matches(span) if len(span) else {}
        fresh = {
            place: new_articles(span.articles_of(place), told, against)
            for place, against in matched.items()
        }
        left_out = self._left_out(span, preferences)
        nothing_new = {place for place, articles in fresh.items() if not articles}
        ranks = self._rank(span, preferences, fresh)
        teller = Teller(self._storage, self._model, span, preferences.language)
        choice = Choice(preferences.stories)
        stories: list[DigestStory] = []
        for place in ranks.order:
            if choice.is_full:
                break
            if left_out[place] or place in nothing_new:
                continue
            if not choice.fits(span.centres[place]):
                continue
            against = matched.get(place)
            story = teller.tell(place, told, fresh.get(place), against)
            if story is None:
                nothing_new.add(place)
                continue
            choice.take(span.centres[place])
            stories.append(ranks.ranked(story, place))
        return Digest(
            stories=tuple(stories),
            since=span.since,
            until=span.until,
            considered=len(span.candidates),
            already_sent=len(nothing_new),
            left_out=int(left_out.sum()),
        )

    def _left_out(self, span: Span, preferences: Preferences) -> NDArray[np.bool_]:
        nearness = self._nearness(span, sorted(preferences.left_out))
        return np.asarray((nearness >= LEFT_OUT_BAR).any(axis=0))

    def _nearness(self, span: Span, topics: Sequence[str]) -> NDArray[np.float32]:
        return self._topics.nearness(topics, span.centres, span.levels.languages)

    def _rank(
        self, span: Span, preferences: Preferences, fresh: dict[int, list[Candidate]]
    ) -> _Ranks:
        topics = sorted(preferences.topics)
        added, nearest = for_topics(self._nearness(span, topics), BAR)
        scores = general_worth(span)
        for place, articles in fresh.items():
            sources = np.array([len({each.source for each in articles})])
            scores[place] = UPDATE * float(worth(sources, span.age_hours[[place]])[0])
        scores += added
        scores -= for_disliked(span.centres, self._disliked(span, preferences))
        order = np.lexsort((span.stories, -np.round(scores, 6)))
        return _Ranks(order.tolist(), scores, [topics[n] if n >= 0 else None for n in nearest])

    def _disliked(self, span: Span, preferences: Preferences) -> Vectors:
        """Return the vectors of disliked articles, without levels, shape (n, d)."""
        ids = preferences.disliked[-_MAX_DISLIKED:]
        stories = self._storage.story_of(ids) if ids else {}
        candidates = (
            [
                each
                for each in self._storage.story_candidates(self._model, sorted({*stories.values()}))
                if each.article_id in stories
            ]
            if stories
            else []
        )
        if not candidates:
            return np.zeros((0, span.centres.shape[1] if len(span) else 0), np.float32)
        return span.levels.centre(
            np.stack([each.vector for each in candidates]),
            [each.language for each in candidates],
        )


class _Ranks(NamedTuple):
    """The order in which stories are told, and why."""

    order: list[int]
    scores: NDArray[np.float64]
    topics: list[str | None]

    def ranked(self, story: DigestStory, place: int) -> DigestStory:
        """Return a story with its score and its topic."""
        return replace(story, score=round(float(self.scores[place]), 4), topic=self.topics[place])


def _added_before(candidates: Iterable[Candidate], moment: datetime) -> list[Candidate]:
    return [each for each in candidates if each.added_at < moment]
