"""What rounds need of the library beside its rows: to embed, and to find stories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from retrieval.records import Article, IndexedArticle


class Library(Protocol):
    """What `Kabar` does for its newsroom."""

    @property
    def model(self) -> str:
        """The name under which passages are stored."""
        ...

    def index_pending(
        self,
        on_indexed: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        """Index what is not indexed yet; return how many articles."""
        ...

    def index_articles(self, articles: Sequence[Article]) -> list[IndexedArticle]:
        """Embed articles without writing anything."""
        ...

    def assign_stories(
        self,
        on_assigned: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        """Put articles into stories; return how many."""
        ...
