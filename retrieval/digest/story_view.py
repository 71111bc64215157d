"""A story in full: a quote of each outlet, all its sources, its articles in order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from retrieval.digest.summary import LEAD_PASSAGES, by_completeness, choose_quote, lead_sentences
from retrieval.records import StoryView
from retrieval.records.independence import count_independent
from retrieval.stories.levels import Levels, Unrelated, unit

if TYPE_CHECKING:
    from retrieval.records import Article, Candidate, Quote, Vector
    from retrieval.storage.base import Storage

_MAX_QUOTES = 4


def view_story(
    storage: Storage,
    model: str,
    story_id: int | None,
    article_ids: Sequence[str],
    language: str,
    *,
    unrelated: Unrelated,
) -> StoryView | None:
    """Return a story in full; None where its articles are gone.

    Args:
        storage: Where it is read from.
        model: The name under which passages are stored.
        story_id: The story as it was called when it was told.
        article_ids: Those that told it then.
        language: Whose quotes come first.
        unrelated: A language to vectors of unrelated sentences in it.
    """
    now = Counter(storage.story_of(article_ids).values())
    if now:
        story_id = min(now, key=lambda story: (-now[story], story))
    candidates = storage.story_candidates(model, [story_id]) if story_id is not None else []
    known = storage.get_articles([each.article_id for each in candidates] or article_ids)
    articles = sorted(
        (each for each in known.values() if each.withdrawn_at is None), key=_seen_at_and_id
    )
    if not articles:
        return None
    quotes: tuple[Quote, ...] = ()
    headline = articles[0].title
    if candidates:
        vectors = np.stack([each.vector for each in candidates])
        languages = [each.language for each in candidates]
        levels = Levels.of_articles(vectors, languages, unrelated)
        centred = levels.centre(vectors, languages)
        middle = unit(centred.sum(axis=0))
        centrality = {
            each.article_id: float(close)
            for each, close in zip(candidates, centred @ middle, strict=True)
        }
        ordered = by_completeness(candidates, language, centrality)
        quotes = _quotes(storage, model, ordered, middle, levels)
        headline = next(
            (known[each.article_id].title for each in ordered if each.article_id in known), headline
        )
    return StoryView(
        headline=headline,
        quotes=quotes,
        articles=tuple(articles),
        sources=tuple(dict.fromkeys(each.source for each in articles if each.source is not None)),
        independent_sources=count_independent(candidates) or len(articles),
        story_id=story_id if candidates else None,
    )


def _quotes(
    storage: Storage, model: str, ordered: Sequence[Candidate], middle: Vector, levels: Levels
) -> tuple[Quote, ...]:
    """Choose at most one quote of each outlet, in the order given; no words twice."""
    quotes: list[Quote] = []
    outlets: set[str] = set()
    said: set[str] = set()
    for candidate in ordered:
        outlet = candidate.source or candidate.article_id
        if outlet in outlets:
            continue
        passages = storage.article_passages(model, [candidate.article_id], LEAD_PASSAGES)
        quote = choose_quote([lead_sentences(passages)], middle, levels) if passages else None
        if quote is None or quote.text in said:
            continue
        outlets.add(outlet)
        said.add(quote.text)
        quotes.append(quote)
        if len(quotes) == _MAX_QUOTES:
            break
    return tuple(quotes)


def _seen_at_and_id(article: Article) -> tuple[float, str]:
    seen_at = article.published_at or article.added_at
    return (seen_at.timestamp() if seen_at else 0.0, article.id)
