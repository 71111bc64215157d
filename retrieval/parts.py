"""The parts that the door opens: the model, and all that searches, answers and composes with it.

Each is made at its first use, once, whoever of several threads comes first: the lock is held while
a part and those that it needs are made. Nothing heavy is made before: statistics need no model.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from retrieval.errors import ModelError
from retrieval.indexing.right_of_way import RightOfWay

if TYPE_CHECKING:
    from datetime import datetime

    from retrieval.answering.answerer import Answerer
    from retrieval.answering.background import Background
    from retrieval.answering.close_reading import CloseReading
    from retrieval.answering.search import Searcher
    from retrieval.conversation.understanding import Understanding
    from retrieval.digest.composer import Composer
    from retrieval.follows.finder import Finder
    from retrieval.indexing.embedder import Embedder
    from retrieval.records import Vectors
    from retrieval.settings import RetrievalSettings
    from retrieval.storage.base import Storage
    from retrieval.storage.engines import Clock
    from retrieval.stories.keeper import StoryKeeper

logger = logging.getLogger(__name__)

_SENTENCES_IN_MIND = 256
"""Sentences whose terms are remembered: those of some five questions."""

T = TypeVar("T")


class Once(Generic[T]):
    """A property that is made at its first use, under the `_lock` of whose it is.

    What was made is an attribute of the instance from then on, so it costs no lock.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, whose: Any, _: type | None = None) -> T:
        with whose._lock:
            made = vars(whose)
            if self._name not in made:
                made[self._name] = self._make(whose)
            found: T = made[self._name]
            return found


class Parts:
    """What a library is searched, answered and told from.

    Args:
        settings: Where things are and which model embeds.
        storage: The open library.
        clock: What time it is, in UTC.
    """

    def __init__(self, settings: RetrievalSettings, storage: Storage, clock: Clock) -> None:
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._lock = RLock()
        self.right_of_way = RightOfWay()

    def close(self) -> None:
        """Release threads."""
        if "searcher" in vars(self):
            self.searcher.close()

    @Once
    def model(self) -> str:
        """The name under which passages are stored: all that they depend on."""
        from retrieval.indexing.recipe import passage_model

        return passage_model(self._settings.embedding_model)

    @Once
    def embedder(self) -> Embedder:
        """The embedding model."""
        from retrieval.indexing.embedder import Embedder

        return Embedder(
            self._settings.embedding_model,
            self._settings.models_folder,
            self.right_of_way,
            threads=self._settings.model_threads,
        )

    @Once
    def understanding(self) -> Understanding:
        """What makes of a question what is searched for."""
        from retrieval.conversation.understanding import Understanding
        from retrieval.digest.zones import zone_of

        def oldest() -> datetime | None:
            return self._storage.statistics(self.model).oldest

        return Understanding(self._clock, oldest, zone_of)

    @Once
    def background(self) -> Background:
        """What cosines are read against."""
        from retrieval.answering.background import Background

        background = Background(self._embed_sentences)
        background.warm(list(self._storage.statistics(self.model).languages))
        return background

    @Once
    def analyze(self) -> Callable[[str], list[str]]:
        """Text to terms, with the last questions' sentences in mind.

        Scoring, quoting and judging each ask for the sentences of the best hits.
        """
        from retrieval.indexing.analyzer import analyze

        return lru_cache(maxsize=_SENTENCES_IN_MIND)(analyze)

    @Once
    def searcher(self) -> Searcher:
        """What finds passages."""
        from retrieval.answering.confidence import shipped_calibration
        from retrieval.answering.search import Searcher

        return Searcher(
            self._storage,
            self.embedder.embed_queries,
            self.analyze,
            self.background,
            model=self.model,
            weights=shipped_calibration().weights,
            clock=self._clock,
        )

    @Once
    def close_reading(self) -> CloseReading | None:
        """What reads the best hits; None where nothing does."""
        if self._settings.reader == "off":
            return None
        from retrieval.answering.close_reading import CloseReading
        from retrieval.answering.reader import TrunkReader
        from retrieval.answering.reader_file import load_reader
        from retrieval.indexing.reader_network import ReaderNetwork
        from retrieval.intake.language import detect_language

        try:
            trunk = self.embedder.trunk()
            weights, calibration = load_reader()
            network = ReaderNetwork(weights, trunk.run_shared, threads=self._settings.model_threads)
        except ModelError as error:
            logger.warning("Search answers without the reader: %s", error)
            return None
        return CloseReading(
            TrunkReader(trunk.tokenizer, network),
            calibration,
            count_tokens=self.embedder.count_tokens,
            detect_language=detect_language,
        )

    @Once
    def answerer(self) -> Answerer:
        """What answers questions."""
        from retrieval.answering.answerer import Answerer
        from retrieval.answering.confidence import shipped_calibration
        from retrieval.answering.outlets import Outlets
        from retrieval.answering.quotes import MAX_QUOTES
        from retrieval.intake.language import detect_language

        outlets = Outlets(
            self.background.cohort, self._storage.story_places, self.analyze, together=MAX_QUOTES
        )
        outlets.warm(list(self._storage.statistics(self.model).languages))

        return Answerer(
            self._storage,
            self.searcher,
            self.background,
            shipped_calibration(),
            outlets,
            analyze=self.analyze,
            detect_language=detect_language,
            model=self.model,
            clock=self._clock,
            close_reading=self.close_reading,
        )

    @Once
    def composer(self) -> Composer:
        """What composes digests."""
        from retrieval.digest.composer import Composer

        return Composer(
            self._storage,
            self.model,
            embed_topics=self.embedder.embed_queries,
            unrelated=self.background.cohort,
        )

    @Once
    def finder(self) -> Finder:
        """What finds news about followed questions."""
        from retrieval.follows.finder import Finder
        from retrieval.stories.levels import Levels

        levels = Levels(self.background.cohort)
        return Finder(self._storage, self.model, self.answerer.weigh, levels)

    @Once
    def story_keeper(self) -> StoryKeeper:
        """What puts articles into stories."""
        from retrieval.stories.keeper import StoryKeeper

        return StoryKeeper(
            self._storage,
            self.model,
            embed=self._embed_sentences,
            unrelated=self.background.cohort,
        )

    def _embed_sentences(self, sentences: Sequence[str]) -> Vectors:
        vectors = self.embedder.embed_passages(sentences, [[] for _ in sentences])
        return np.stack([vector for vector, _ in vectors])
