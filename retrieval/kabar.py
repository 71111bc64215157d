"""The door, for the bot and the command line: a library to read into, search and ask.

What it is made of is wired in `retrieval.parts`. Nothing heavy is made before it is needed: reading
files needs no model until there is something new to embed, statistics and the inbox need none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Self

from retrieval.errors import KabarError
from retrieval.parts import Once, Parts
from retrieval.records import (
    Answer,
    Article,
    Ask,
    Filters,
    Finding,
    IndexedArticle,
    IngestReport,
    LibraryStatistics,
    Receipt,
    SearchResult,
)
from retrieval.storage.engines import Clock, open_storage, restore_storage, utc_now

if TYPE_CHECKING:
    from retrieval.answering.answerer import Answerer
    from retrieval.answering.close_reading import CloseReading
    from retrieval.answering.search import Searcher
    from retrieval.conversation_desk import ConversationDesk
    from retrieval.digest.composer import Composer
    from retrieval.digest_desk import DigestDesk
    from retrieval.follow_desk import FollowDesk
    from retrieval.indexing.embedder import Embedder
    from retrieval.newsroom import Newsroom
    from retrieval.settings import RetrievalSettings
    from retrieval.storage.base import InboxStorage, Storage
    from retrieval.story_desk import StoryDesk

__all__ = ["Clock", "Kabar", "open_kabar", "utc_now"]

logger = logging.getLogger(__name__)


def open_kabar(settings: RetrievalSettings, clock: Clock = utc_now) -> Kabar:
    """Open the library of the settings' data folder, made where there is none.

    Raises:
        StorageError: It cannot be opened.
    """
    return Kabar(settings, open_storage(settings.data_dir, clock), clock)


class Kabar(AbstractContextManager["Kabar"]):
    """A library that can be read into, searched and asked. Safe to use from any thread.

    Args:
        settings: Where things are and which model embeds.
        storage: The open library; closed with this object.
        clock: What time it is, in UTC.
    """

    def __init__(self, settings: RetrievalSettings, storage: Storage, clock: Clock) -> None:
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._lock = RLock()
        self._parts = Parts(settings, storage, clock)

    def __exit__(self, *_: object) -> None:
        self.close()

    def __enter__(self) -> Self:
        return self

    def close(self) -> None:
        """Release threads and files."""
        if "newsroom" in vars(self):
            self.newsroom.close()
        self._parts.close()
        self._storage.close()

    # -- reading ---------------------------------------------------------------------------

    def ingest(
        self, paths: Sequence[Path], on_article: Callable[[], None] | None = None
    ) -> IngestReport:
        """Read files and folders into the library, and index what is new.

        Args:
            paths: What to read.
            on_article: Called after each article or document that was looked at.

        Returns:
            What was done; what could not be read is named, the rest is kept.

        Raises:
            StorageError: The library cannot be written; what was written before is kept.
            ModelError: The embedding model cannot be opened.
        """
        from retrieval.intake.ingest import ingest

        limit = self._settings.max_file_megabytes * 1_000_000
        return ingest(self._storage, paths, limit, on_article)

    def index_pending(
        self,
        on_indexed: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        """Index every article that is not indexed yet; return how many.

        Args:
            on_indexed: Told after each write how many articles it was of.
            stop: Asked now and then; where it says so, the rest is left to the next call.
        """
        from retrieval.indexing.indexer import Indexer

        if not self._storage.unindexed_articles(self.model, 1):
            return 0
        indexed = Indexer(self._storage, self.embedder, self.model).index_pending(on_indexed, stop)
        if not (stop and stop()):
            # A change of model is over once everything is indexed anew: the old passages may go.
            self._storage.delete_other_models(self.model)
        return indexed

    def index_articles(self, articles: Sequence[Article]) -> list[IndexedArticle]:
        """Return what is found by of articles, stored or not; nothing is written."""
        from retrieval.indexing.indexer import Indexer

        return Indexer(self._storage, self.embedder, self.model).index_articles(articles)

    def assign_stories(
        self,
        on_assigned: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        """Put each article that is in no story into one; return how many.

        Args:
            on_assigned: Told after each write how many articles it was of.
            stop: Asked now and then; where it says so, the rest is left to the next call.
        """
        if not self._storage.articles_without_story(self.model, 1):
            return 0
        return self._parts.story_keeper.assign_pending(on_assigned, stop)

    def forget_index(self) -> None:
        """Delete everything derived from the articles; `index_pending` derives it anew."""
        self._storage.delete_other_models("")

    def delete(self, ids: Iterable[str]) -> int:
        """Delete articles with everything derived from them; return how many there were."""
        return self._storage.delete_articles(ids)

    def get_articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles that exist, by id."""
        return self._storage.get_articles(ids)

    def latest(self, limit: int) -> list[Article]:
        """Return the newest articles."""
        return self._storage.latest_articles(limit)

    # -- asking ----------------------------------------------------------------------------

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> SearchResult:
        """Find passages.

        Raises:
            QuestionError: There is nothing in the query to search for.
        """
        (outcome,) = self.search_many([query], k, filters)
        if isinstance(outcome, KabarError):
            raise outcome
        return outcome

    def search_many(
        self, queries: Sequence[str], k: int = 10, filters: Filters | None = None
    ) -> list[SearchResult | KabarError]:
        """Find passages for queries that share one embedding batch, each with hits or error."""
        from time import perf_counter

        from retrieval.answering.answerer import clean_question

        began = perf_counter()
        cleaned: dict[int, str] = {}
        outcomes: dict[int, SearchResult | KabarError] = {}
        for index, query in enumerate(queries):
            try:
                cleaned[index] = clean_question(query)
            except KabarError as error:
                outcomes[index] = error
        if cleaned:
            with self._parts.right_of_way.question():
                asked = list(cleaned.values())
                found = self.searcher.find(asked, k, [filters] * len(asked))
                if reading := self.close_reading:
                    found = [reading.apply(*each) for each in zip(asked, found, strict=True)]
            took = (perf_counter() - began) * 1000
            for index, result in zip(cleaned, found, strict=True):
                outcomes[index] = SearchResult(queries[index], result.hits, took)
        return [outcomes[index] for index in range(len(queries))]

    def ask(self, question: str | Ask, filters: Filters | None = None) -> Answer:
        """Answer a question, alone or with what it takes to understand it.

        Raises:
            QuestionError: There is nothing in it to search for.
        """
        (outcome,) = self.ask_many([question], filters)
        if isinstance(outcome, KabarError):
            raise outcome
        return outcome

    def ask_many(
        self, asks: Sequence[str | Ask], filters: Filters | None = None
    ) -> list[Answer | KabarError]:
        """Answer questions that share one embedding batch, each with its answer or error.

        What is kept of them, receipts and turns, is kept in one transaction.

        Args:
            asks: Questions, alone or with what was said before.
            filters: What narrows every search, beside the times that questions name.
        """
        with self._parts.right_of_way.question():
            each = [Ask(ask) if isinstance(ask, str) else ask for ask in asks]
            inquiries = [self._parts.understanding.inquiry(ask, filters) for ask in each]
            return self.conversations.keep(each, self.answerer.weigh(inquiries))

    def explain(self, receipt_id: int) -> Receipt | None:
        """Return why an answer was what it was."""
        return self._storage.get_receipt(receipt_id)

    def warm_up(self) -> None:
        """Open the model and build the index, so that the first question does not wait."""
        self.ask_many(["Kabar?"])

    # -- looking after it ------------------------------------------------------------------

    @Once
    def newsroom(self) -> Newsroom:
        """The feeds, and what keeps reading them."""
        from retrieval.newsroom import Newsroom

        return Newsroom(self._settings, self._storage, self._clock, self)

    @Once
    def digests(self) -> DigestDesk:
        """Who wants a daily digest, what it tells, and its way to them."""
        from retrieval.digest_desk import DigestDesk

        return DigestDesk(self._settings, self._storage, self._clock, self._ready_composer)

    def _ready_composer(self) -> Composer:
        """Return what composes, once every indexed article is in a story: digests tell stories."""
        self.assign_stories()
        return self._parts.composer

    @Once
    def stories(self) -> StoryDesk:
        """What there is to read, for whoever asks nothing in particular."""
        from retrieval.story_desk import StoryDesk

        return StoryDesk(self._storage, self.search, self.statistics, self._clock)

    @Once
    def conversations(self) -> ConversationDesk:
        """What was said to whom, and what they think of it."""
        from retrieval.conversation_desk import ConversationDesk

        return ConversationDesk(self._storage, self._clock)

    @Once
    def follows(self) -> FollowDesk:
        """The questions that people follow."""
        from retrieval.follow_desk import FollowDesk

        return FollowDesk(
            self._storage,
            self.model,
            self._clock,
            understand=self._parts.understanding.inquiry,
            subscriber=self.digests.subscriber,
            finder=lambda: self._parts.finder,
        )

    @property
    def inbox(self) -> InboxStorage:
        """The updates accepted from Telegram and not handled yet."""
        return self._storage

    def statistics(self) -> LibraryStatistics:
        """Count what is in the library."""
        return self._storage.statistics(self.model)

    def backup(self, target: Path) -> None:
        """Write a consistent copy of the library to a new file."""
        self._storage.backup(target)

    def copy_to(self, data_dir: Path) -> None:
        """Write a consistent copy of the library to another data folder, which exists.

        It holds what was read, and nothing of anybody who ever wrote to the bot.
        """
        backup = data_dir / "copied"
        self._storage.backup(backup)
        restore_storage(data_dir, backup)
        backup.unlink()
        with closing(open_storage(data_dir)) as copy:
            copy.forget_everybody()

    def verify(self) -> list[Finding]:
        """Derive again what can be derived, compare, and say how it stands."""
        return self._storage.verify(self.model)

    def details(self) -> dict[str, str]:
        """Return facts for the operator: engine, file, index, model."""
        return {**self._storage.details(), "model": self.model}

    # -- its parts, opened at the first use ------------------------------------------------

    @property
    def model(self) -> str:
        """The name under which passages are stored: all that they depend on."""
        return self._parts.model

    @property
    def embedder(self) -> Embedder:
        """The embedding model."""
        return self._parts.embedder

    @property
    def searcher(self) -> Searcher:
        """What finds passages."""
        return self._parts.searcher

    @property
    def close_reading(self) -> CloseReading | None:
        """What reads the best hits; None where nothing does."""
        return self._parts.close_reading

    @property
    def answerer(self) -> Answerer:
        """What answers questions."""
        return self._parts.answerer
