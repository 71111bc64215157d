"""A story as a digest tells it: its headline, its quote, and all articles that tell it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from retrieval.digest.news import find_news
from retrieval.digest.summary import (
    LEAD_PASSAGES,
    Sentence,
    by_completeness,
    choose_quote,
    lead_sentences,
)
from retrieval.records import DigestStory
from retrieval.records.independence import count_independent
from retrieval.stories.levels import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from retrieval.digest.candidates import Span
    from retrieval.digest.novelty import Told
    from retrieval.records import Article, Candidate, Quote, Vector
    from retrieval.records import Span as Characters
    from retrieval.storage.base import Storage

_QUOTED_FROM = 3
"""Articles of a story in which a quote is looked for, the most complete ones."""
_HELD_AGAINST = 8
"""Told articles that a new one is held against, the most complete ones."""


class Teller:
    """Tells stories of a span.

    Args:
        storage: Where texts and sentences are read from.
        model: The name under which passages are stored.
        span: The stories.
        language: Whose articles come first.
    """

    def __init__(self, storage: Storage, model: str, span: Span, language: str) -> None:
        self._storage = storage
        self._model = model
        self._span = span
        self._language = language

    def tell(
        self,
        place: int,
        told: Told,
        fresh: Sequence[Candidate] | None = None,
        against: frozenset[str] | None = None,
    ) -> DigestStory | None:
        """Tell a story.

        Args:
            place: Its place in the span.
            told: What was told before.
            fresh: Of a story that was told, the articles that were not.
            against: Of such a story, the ids of its told articles.

        Returns:
            The story, its score and topic still open; None where its articles are gone, or where
            it was told and the new articles say nothing new.
        """
        if fresh is not None:
            return self._tell(place, told, fresh, against)
        key = (place, self._language)
        if key not in self._span.tellings:
            # No lock: at worst it is made twice, and equal.
            self._span.tellings[key] = self._tell(place, told)
        return self._span.tellings[key]

    def _tell(
        self,
        place: int,
        told: Told,
        fresh: Sequence[Candidate] | None = None,
        against: frozenset[str] | None = None,
    ) -> DigestStory | None:
        story = int(self._span.stories[place])
        everything = [
            each
            for each in self._storage.story_candidates(self._model, [story])
            if each.added_at < self._span.until
        ]
        if not everything:
            return None
        centre, centrality = self._centre(everything)
        new_ids = {each.article_id for each in fresh or ()}
        ordered = by_completeness(everything, self._language, centrality)
        first = [each for each in ordered if each.article_id in new_ids]
        source = (first if fresh is not None else ordered)[:_QUOTED_FROM]
        sentences = self._sentences([each.article_id for each in source])
        news = None
        if fresh is not None:
            news = self._news(sentences, told, against or frozenset())
            if not news:
                return None
            first = [each for each in first if each.article_id in {key[0] for key in news}]
        quote = choose_quote(
            [sentences[each.article_id] for each in source if each.article_id in sentences],
            centre,
            self._span.levels,
            wanted=news,
        )
        ordered = first + [each for each in ordered if each not in first]
        articles = self._articles(ordered, quote)
        if not articles:
            return None
        return DigestStory(
            story_id=story,
            headline=next((each.title for each in articles if each.title.strip()), ""),
            quote=quote,
            articles=articles,
            independent_sources=count_independent(everything),
            score=0.0,
            update=fresh is not None,
        )

    def _centre(self, candidates: Sequence[Candidate]) -> tuple[Vector, dict[str, float]]:
        """Return the middle of a story, and how close to it each article is."""
        centred = self._span.levels.centre(
            np.stack([each.vector for each in candidates]),
            [each.language for each in candidates],
        )
        middle = unit(centred.sum(axis=0))
        closeness = centred @ middle
        return middle, {
            each.article_id: float(close) for each, close in zip(candidates, closeness, strict=True)
        }

    def _sentences(self, article_ids: Sequence[str]) -> dict[str, list[Sentence]]:
        found: dict[str, list[Sentence]] = {}
        passages = self._storage.article_passages(self._model, article_ids, LEAD_PASSAGES)
        for identity in article_ids:
            own = [each for each in passages if each.article.id == identity]
            if own:
                found[identity] = lead_sentences(own)
        return found

    def _news(
        self, sentences: Mapping[str, list[Sentence]], told: Told, against: frozenset[str]
    ) -> dict[tuple[str, Characters], float]:
        known = [told.articles[each] for each in sorted(against) if each in told.articles]
        known = by_completeness(known, self._language, {})[:_HELD_AGAINST]
        earlier = self._sentences([each.article_id for each in known])
        old = [sentence for each in earlier.values() for sentence in each]
        found: dict[tuple[str, Characters], float] = {}
        for own in sentences.values():
            found.update(find_news(own, old, self._span.levels))
        return found

    def _articles(self, ordered: Sequence[Candidate], quote: Quote | None) -> tuple[Article, ...]:
        """Return the articles that are still there, the quote's first."""
        known = self._storage.get_articles([each.article_id for each in ordered])
        present = [
            known[each.article_id]
            for each in ordered
            if each.article_id in known and known[each.article_id].withdrawn_at is None
        ]
        if quote is not None:
            present.sort(key=lambda each: each.id != quote.article.id)
        return tuple(present)
