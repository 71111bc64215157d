"""The story desk: what there is to read, for whoever asks nothing in particular.

Made once by `Kabar`, reached as ``kabar.stories``. Synchronous, and any thread may call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from retrieval.intake.articles import id_of_address
from retrieval.intake.urls import canonical_url
from retrieval.records import Article, LibraryStatistics, Story

if TYPE_CHECKING:
    from retrieval.records import SearchResult
    from retrieval.storage.base import Storage

TODAY = timedelta(hours=24)
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story and its newest article."""

    story: Story
    newest: Article


class StoryDesk:
    """Stories and outlets.

    Args:
        storage: The library.
        search: Finds passages: a query and how many to their hits.
        statistics: Counts what is in the library.
        clock: What time it is, in UTC.
    """

    def __init__(
        self,
        storage: Storage,
        search: Callable[[str, int], SearchResult],
        statistics: Callable[[], LibraryStatistics],
        clock: Callable[[], datetime],
    ) -> None:
        self._storage = storage
        self._search = search
        self._statistics = statistics
        self._clock = clock

    def today(self, limit: int) -> list[ToldStory]:
        """Return the stories of the last 24 hours, those of the most outlets first.

        Where nothing was published in that time, the newest that there are.
        """
        recent = self._storage.latest_stories(_LOOKED_AT, self._clock() - TODAY)
        stories = recent or self._storage.latest_stories(limit)
        stories = sorted(
            stories, key=lambda story: (-story.independent_sources, -story.last_seen.timestamp())
        )
        return self._told(stories[:limit])

    def story(self, story_id: int) -> Story | None:
        """Return a story, or None."""
        return self._storage.get_stories([story_id]).get(story_id)

    def about(self, words: str, limit: int) -> list[ToldStory]:
        """Return the stories nearest to some words, the nearest first.

        Raises:
            QuestionError: There is nothing in the words to search for.
        """
        hits = self._search(words, 4 * limit).hits
        of = self._storage.story_of({hit.article.id for hit in hits})
        found: dict[int, Article] = {}
        for hit in hits:
            if hit.article.id in of:
                found.setdefault(of[hit.article.id], hit.article)
        stories = self._storage.get_stories(list(found)[:limit])
        return [
            ToldStory(stories[story_id], article)
            for story_id, article in found.items()
            if story_id in stories
        ]

    def at_address(self, url: str) -> ToldStory | None:
        """Return the story of the article that a page's address names, in whatever form of it.

        Nothing is fetched: it is an article that was read before, or None.
        """
        canonical = canonical_url(url)
        if canonical is None:
            return None
        identity = id_of_address(canonical)
        article = self._storage.get_articles([identity]).get(identity)
        if article is None or article.withdrawn_at is not None:
            return None
        story_id = self._storage.story_of([identity]).get(identity)
        story = None if story_id is None else self.story(story_id)
        return None if story is None else ToldStory(story, article)

    def sources(self) -> LibraryStatistics:
        """Return what was read, by outlet."""
        return self._statistics()

    def _told(self, stories: list[Story]) -> list[ToldStory]:
        ids = [story.articles[-1] for story in stories if story.articles]
        articles = self._storage.get_articles(ids)
        return [
            ToldStory(story, articles[story.articles[-1]])
            for story in stories
            if story.articles and story.articles[-1] in articles
        ]
