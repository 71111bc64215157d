"""What an engine promises of articles and what is derived from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from retrieval.records import Article, IndexedArticle, StoredPassage, Written

if TYPE_CHECKING:
    from retrieval.records import Vector


class ArticleStorage(Protocol):
    """Articles: the outlets' words, the truth that all else is derived from."""

    def write_articles(self, articles: Sequence[Article]) -> list[Written]:
        """Write articles by id, each new, updated or unchanged (same content and metadata).

        An article whose title or text changed loses its passages, terms and vectors in the
        same transaction: a slice of the old text is never served again. One whose metadata
        alone changed keeps them. ``added_at`` is set once by the store, ``updated_at``
        whenever a row changes, ``withdrawn_at`` by `PageStorage.record_pages`; all three are
        ignored in the argument. One that was withdrawn is there again, and counts as updated. A
        ``published_at`` without a time zone is a `ValueError`: which moment it means would be
        a guess.
        """
        ...

    def get_articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles that exist, by id; unknown ids are left out."""
        ...

    def delete_articles(self, ids: Iterable[str]) -> int:
        """Delete articles with everything derived from them; return how many there were."""
        ...

    def latest_articles(self, limit: int) -> list[Article]:
        """Return the newest articles, best known date first (published, else added).

        Withdrawn ones are left out.
        """
        ...

    def article_with_content(self, content_hash: str, source: str | None) -> str | None:
        """Return the id of this source's article with exactly this title and text, or None.

        A withdrawn one only where there is no other: what moved elsewhere is the same article.
        """
        ...

    def delete_older_articles(
        self, before: datetime, limit: int, *, spare_given: bool = False
    ) -> int:
        """Delete up to ``limit`` articles whose best known date lies before; return how many.

        The oldest go first, and everything derived from them goes too. Call again until it
        returns 0, then `shrink`.

        Args:
            before: The date.
            limit: The most to delete.
            spare_given: Leave out what no feed brought, such as an archive read from files,
                until it was in the library as long as that.
        """
        ...

    def shrink(self) -> int:
        """Give the space of what was deleted back to the file system; return bytes freed.

        Done in small steps, so that others may write in between. Cheap where there is nothing
        to give.
        """
        ...


class PassageStorage(Protocol):
    """Passages with their terms and vectors: derived from articles, and derivable again."""

    def unindexed_articles(self, model: str, limit: int) -> list[Article]:
        """Return up to ``limit`` articles whose present version has not been indexed for it.

        Withdrawn ones are left out.
        An article without a single sentence counts as indexed once it was written with no
        passages, so that it is not asked for again.
        """
        ...

    def indexed_until(self, model: str) -> datetime | None:
        """Return up to when every article that was added can be found; None for an empty library.

        That is when the oldest one was added that is not indexed for a model, else just after
        the newest one.
        """
        ...

    def write_passages(self, model: str, articles: Sequence[IndexedArticle]) -> int:
        """Replace these articles' passages for ``model``; return how many articles were written.

        An entry whose article is gone or withdrawn, or has another ``content_hash`` by now, is
        left out; of two entries for one article the later counts. A vector that is not of unit
        length, or not of the model's dimension, is a `StorageError`, as it is in
        `search_vectors`.
        """
        ...

    def delete_other_models(self, model: str) -> int:
        """Delete the passages of every model but this one; return how many.

        Done in several transactions, so that others may write in between; one that was cut
        short is finished by calling again.
        """
        ...

    def get_passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """Return the passages that exist, in the order of ``ids``, each with its article."""
        ...

    def article_passages(
        self, model: str, article_ids: Sequence[str], limit: int
    ) -> list[StoredPassage]:
        """Return the first ``limit`` passages of each article, by article key and ordinal.

        Withdrawn articles have none.
        """
        ...

    def iterate_vectors(self, model: str) -> Iterator[tuple[int, Vector]]:
        """Yield every passage id with its vector, by id, in one consistent view."""
        ...
