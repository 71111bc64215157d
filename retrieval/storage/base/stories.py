"""What an engine promises of stories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from retrieval.records import Article, Story, StoryMember

if TYPE_CHECKING:
    from retrieval.records import Vectors


class StoryStorage(Protocol):
    """Stories: derived from indexed articles, and derivable again.

    An article is in at most one story. It leaves its story when its text changes, when it is
    withdrawn and when it is deleted; a story without articles is gone.
    """

    def articles_without_story(self, model: str, limit: int) -> list[Article]:
        """Return indexed articles that are in no story, by their best known date, oldest first."""
        ...

    def article_vectors(self, model: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of each article's passages, in order; of those that have any."""
        ...

    def story_members(self, since: datetime) -> list[StoryMember]:
        """Return what was seen at or after a time, oldest first."""
        ...

    def write_story_members(
        self, members: Sequence[StoryMember], headlines: dict[int, str]
    ) -> None:
        """Put articles into stories, in one transaction; a member known moves.

        Args:
            members: Each with its story's id, chosen by `new_story_ids` for a new one. One
                whose article is gone is left out.
            headlines: Of stories that are new or change theirs.
        """
        ...

    def new_story_ids(self, count: int) -> list[int]:
        """Return ids that no story had before and none will be given again."""
        ...

    def get_stories(self, ids: Iterable[int]) -> dict[int, Story]:
        """Return the stories that exist, by id."""
        ...

    def story_of(self, article_ids: Iterable[str]) -> dict[str, int]:
        """Return the story of each article that is in one."""
        ...

    def latest_stories(self, limit: int, since: datetime | None = None) -> list[Story]:
        """Return stories by when they were last seen, newest first."""
        ...

    def forget_stories(self) -> None:
        """Delete all stories; they are derived anew."""
        ...
