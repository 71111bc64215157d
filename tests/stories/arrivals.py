"""Articles that arrive in a library one after another, embedded once however often they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.records import Article, IndexedArticle
from retrieval.storage.engines import open_storage
from retrieval.stories.keeper import StoryKeeper

if TYPE_CHECKING:
    from retrieval.records import Vectors
    from retrieval.storage.base import Storage

MODEL = "model"


class Arrivals:
    """A library that indexed articles are delivered to, and their stories.

    Args:
        folder: Where the library is; made when it is not there.
        indexed: Every article that may arrive, as the indexer derived it, by id.
        embed: As `StoryKeeper` takes it.
        unrelated: As `StoryKeeper` takes it.
    """

    def __init__(
        self,
        folder: Path,
        indexed: dict[str, IndexedArticle],
        *,
        embed: Callable[[Sequence[str]], Vectors],
        unrelated: Callable[[str | None], Vectors],
    ) -> None:
        self.storage: Storage = open_storage(folder)
        self.keeper = StoryKeeper(self.storage, MODEL, embed=embed, unrelated=unrelated)
        self.indexed = indexed

    def close(self) -> None:
        self.storage.close()

    def deliver(self, articles: Sequence[Article]) -> None:
        """Write and index articles, without looking for their stories."""
        self.storage.write_articles(articles)
        self.storage.write_passages(MODEL, [self.indexed[article.id] for article in articles])

    def arrive(self, rounds: Iterable[Sequence[Article]]) -> dict[str, int]:
        """Deliver articles in rounds, with their stories found after each.

        Returns:
            The story of each article that is in one.
        """
        everyone: list[str] = []
        for articles in rounds:
            self.deliver(articles)
            self.keeper.assign_pending()
            everyone += [article.id for article in articles]
        return self.storage.story_of(everyone)


def one_by_one(articles: Iterable[Article]) -> list[list[Article]]:
    return [[article] for article in articles]
