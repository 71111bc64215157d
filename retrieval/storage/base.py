"""What every storage engine promises: rows in, rows out, and search over them.

One engine holds articles, passages, vectors and terms, and answers both kinds of search, so
that no caller knows how. The same test class runs against every engine.

Promises that hold for all of them:

- A method is one transaction: it is done whole, or not at all and raises.
- Any thread may call any method. Another process's committed writes are seen by the next call
  (searches over vectors within two seconds).
- ``model`` names everything that passages depend on: embedding model, splitter, analyzer.
  One model's passages are invisible to another model's search.
- Errors are `StorageError` or its subclasses, worded for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from retrieval.records import (
    Article,
    Filters,
    Finding,
    IndexedArticle,
    LibraryStatistics,
    Match,
    PendingUpdate,
    Receipt,
    StoredPassage,
    Written,
)

if TYPE_CHECKING:
    from retrieval.records import Vector


class ArticleStorage(Protocol):
    """Articles: the outlets' words, the truth that all else is derived from."""

    def write_articles(self, articles: Sequence[Article]) -> list[Written]:
        """Write articles by id, each new, updated or unchanged (same content and metadata).

        An article whose title or text changed loses its passages, terms and vectors in the
        same transaction: a slice of the old text is never served again. One whose metadata
        alone changed keeps them. ``added_at`` is set once by the store, ``updated_at``
        whenever a row changes; both are ignored in the argument. A ``published_at`` without a
        time zone is a `ValueError`: which moment it means would be a guess.
        """
        ...

    def get_articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles that exist, by id; unknown ids are left out."""
        ...

    def delete_articles(self, ids: Iterable[str]) -> int:
        """Delete articles with everything derived from them; return how many there were."""
        ...

    def latest_articles(self, limit: int) -> list[Article]:
        """Return the newest articles, best known date first (published, else added)."""
        ...


class PassageStorage(Protocol):
    """Passages with their terms and vectors: derived from articles, and derivable again."""

    def unindexed_articles(self, model: str, limit: int) -> list[Article]:
        """Return up to ``limit`` articles whose present version has not been indexed for it.

        An article without a single sentence counts as indexed once it was written with no
        passages, so that it is not asked for again.
        """
        ...

    def write_passages(self, model: str, articles: Sequence[IndexedArticle]) -> int:
        """Replace these articles' passages for ``model``; return how many articles were written.

        An entry whose article is gone, or has another ``content_hash`` by now, is left out; of
        two entries for one article the later counts. A vector that is not of unit length, or
        not of the model's dimension, is a `StorageError`, as it is in `search_vectors`.
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

    def iterate_vectors(self, model: str) -> Iterator[tuple[int, Vector]]:
        """Yield every passage id with its vector, by id, in one consistent view."""
        ...


class SearchStorage(Protocol):
    """Two ways to find passages. At most ``k``, best first, ties by passage id.

    Filters narrow before ``k`` is counted: with k matches left by a filter, k are returned.
    """

    def search_vectors(
        self, vector: Vector, k: int, filters: Filters | None = None, *, model: str
    ) -> list[Match]:
        """Find the passages nearest to a vector; the score is the cosine, in [-1, 1]."""
        ...

    def search_text(
        self, terms: Sequence[str], k: int, filters: Filters | None = None, *, model: str
    ) -> list[Match]:
        """Find passages with any of these analysed terms; the score is comparable by rank only.

        Terms are data, never query syntax: any string is a legal term. Terms that a large
        part of the library contains may be left out where others remain.
        """
        ...

    def document_frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """Return in how many passages each term occurs (all models counted), 0 included.

        A count of 100 or more may be as much as a hundredth behind.
        """
        ...

    def count_passages(self, model: str) -> int:
        """Return the number of passages of this model, from memory where it can be."""
        ...


class ReceiptStorage(Protocol):
    """Why each answer was what it was."""

    def write_receipt(self, receipt: Receipt) -> int:
        """Keep a receipt; return its id."""
        ...

    def get_receipt(self, receipt_id: int) -> Receipt | None:
        """Return a receipt, or None."""
        ...


class InboxStorage(Protocol):
    """Updates accepted from Telegram and not handled yet. The update id is the key."""

    def accept_updates(self, updates: Sequence[PendingUpdate]) -> list[int]:
        """Keep updates durably; return the ids that were not known before, in order."""
        ...

    def pending_updates(self) -> list[PendingUpdate]:
        """Return what was accepted and not finished, by update id."""
        ...

    def finish_update(self, update_id: int) -> None:
        """Mark an update as handled; unknown ids are ignored."""
        ...

    def forget_updates(self, before: datetime) -> int:
        """Delete handled updates accepted before a time; return how many."""
        ...


class Storage(
    ArticleStorage, PassageStorage, SearchStorage, ReceiptStorage, InboxStorage, Protocol
):
    """Everything an engine does."""

    def statistics(self, model: str) -> LibraryStatistics:
        """Count what is in the library."""
        ...

    def verify(self, model: str) -> list[Finding]:
        """Derive again what can be derived and compare; one finding per check."""
        ...

    def backup(self, target: Path) -> None:
        """Write a consistent copy of the library to a new file while others use it.

        A file that exists is never written over: that is a `StorageError`.
        """
        ...

    def details(self) -> Mapping[str, str]:
        """Return facts about the engine for the operator: version, index kind, file, …."""
        ...

    def close(self) -> None:
        """Release files and threads; the object is not used afterwards."""
        ...
