"""What an engine promises of stories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from retrieval.records import Article, Story, StoryMember, StoryPlace

if TYPE_CHECKING:
    from retrieval.records import Vector, Vectors


class StoryStorage(Protocol):
    """Stories: derived from indexed articles, and derivable again.

    An article is in at most one story. It leaves its story when its title or text changes, when
    it is withdrawn, when it is deleted and when its passages go; a story without articles is
    gone.
    """

    def articles_without_story(self, model: str, limit: int) -> list[Article]:
        """Return articles that are in no story, by their best known date, oldest first.

        Of those indexed for ``model`` with at least one passage: the others have no vector.
        """
        ...

    def article_vectors(self, model: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of each article's passages, in order; of those that have any."""
        ...

    def story_members(self, model: str, since: datetime, until: datetime) -> list[StoryMember]:
        """Return what was seen at or after ``since`` and before ``until``, oldest first."""
        ...

    def latest_story_vectors(self, model: str, limit: int) -> list[tuple[str | None, Vector]]:
        """Return the language and the vector of the members seen last, newest first."""
        ...

    def stories_version(self) -> int:
        """Return a number that is another one whenever a member came, moved, left or was redated.

        What was read after it and written under it was decided in sight of every member.
        """
        ...

    def write_story_members(
        self,
        model: str,
        members: Sequence[StoryMember],
        *,
        version: int,
        headlines: Mapping[int, str],
        moved: Mapping[str, int],
    ) -> int | None:
        """Put articles into stories, in one transaction.

        Args:
            model: What their vectors were made with.
            members: Each with its story's id, chosen by `new_story_ids` for a new one. One
                whose article is gone, or is not indexed for the model any more, is left out.
                ``source``, ``language`` and ``seen_at`` are the article's, whatever is given.
            version: `stories_version` as it was when the stories were chosen.
            headlines: For a story the article whose title is its headline. One that has had
                none, or has lost it, takes its earliest member's.
            moved: An article that is in a story to the one that it moves to, which may be new.
                One that is in none by now is left out.

        Returns:
            The new version; None where another had changed something since ``version``, and
            nothing was written.
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

    def story_places(self, article_ids: Iterable[str]) -> dict[str, StoryPlace]:
        """Return the story, the outlet and the origins of each article that is in a story."""
        ...

    def latest_stories(self, limit: int, since: datetime | None = None) -> list[Story]:
        """Return stories by when they were last seen, newest first."""
        ...

    def forget_stories(self) -> None:
        """Delete all stories; they are derived anew."""
        ...
