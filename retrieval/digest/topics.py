"""How near stories are to topics, by meaning, whatever language either is in.

Raw cosines of a topic and articles do not separate. Three things were done about it, measured
over 80 topics in nine languages and the 157 labelled stories of ``tests/stories/data`` (average
precision over all pairs of topic and story; raw it is 0.38):

- what topics have in common is taken from a topic, the mean of a cohort of general ones
  (`_COHORT`), and what articles of a language have in common from them: 0.62;
- a topic is embedded as a question, not as a passage: 0.62 against 0.57; and with "news about"
  before it;
- the cosine is read against the topic's cosines with unrelated sentences, in standard deviations
  (t-norm, Auckenthaler et al. 2000): 0.65. So one bar serves every topic.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from retrieval.stories.levels import Unrelated, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.records import Vector, Vectors

BAR = 3.3
"""Deviations from which a story is near a topic: precision 0.62, recall 0.60 over those topics, of
which 20 are about nothing in the library. Most of what is wrongly near is of a neighbouring
subject, a storm for floods."""

LEFT_OUT_BAR = 3.6
"""The same for a topic that is left out: precision 0.72, recall 0.53. What is not told cannot be
missed."""

_AS_QUESTION = "news about {}"
_COHORT = (
    "politics", "economy", "sport", "culture", "science", "technology", "health", "education",
    "crime", "weather", "religion", "business", "travel", "food", "music", "films", "war",
    "elections", "finance", "environment", "housing", "transport", "agriculture", "fashion",
    "history", "law", "art", "animals", "society", "diplomacy", "industry", "medicine",
)  # fmt: skip
_KEPT = 4_096


class Topics:
    """Topics as vectors, each embedded once. Safe to use from any thread.

    Args:
        embed: Texts to vectors, as questions are embedded, float32, rows of unit length.
        unrelated: A language to vectors of unrelated sentences in it.
    """

    def __init__(self, embed: Callable[[Sequence[str]], Vectors], unrelated: Unrelated) -> None:
        self._embed = embed
        self._unrelated = unrelated
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._chance: dict[str | None, Vectors] = {}
        self._level: Vector | None = None
        self._lock = Lock()

    def nearness(
        self, topics: Sequence[str], centred: Vectors, languages: Sequence[str | None]
    ) -> NDArray[np.float32]:
        """Return how far above chance texts are about topics.

        Args:
            topics: In words.
            centred: Of articles or stories, without their languages' levels, shape (n, d).
            languages: Those of the library that chance is taken from.

        Returns:
            float32, shape (topics, n), in standard deviations; `BAR` and more is near.
        """
        if not topics or not len(centred):
            return np.zeros((len(topics), len(centred)), np.float32)
        vectors = self._vectors(topics)
        by_chance = vectors @ self._by_chance(languages).T
        mean = by_chance.mean(axis=1, keepdims=True)
        spread = np.maximum(by_chance.std(axis=1, ddof=1, keepdims=True), 1e-6)
        return np.asarray((vectors @ centred.T - mean) / spread, np.float32)

    def _vectors(self, topics: Sequence[str]) -> Vectors:
        """Return topics' vectors without what topics have in common, shape (topics, d)."""
        with self._lock:
            if self._level is None:
                self._level = self._embed([_AS_QUESTION.format(each) for each in _COHORT]).mean(
                    axis=0
                )
            new = [topic for topic in dict.fromkeys(topics) if topic not in self._known]
            if new:
                embedded = self._embed([_AS_QUESTION.format(topic) for topic in new])
                self._known.update(zip(new, unit(embedded - self._level), strict=True))
            found = np.stack([self._known[topic] for topic in topics])
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found

    def _by_chance(self, languages: Sequence[str | None]) -> Vectors:
        parts = []
        for language in sorted({language or "" for language in languages} or {""}):
            if language not in self._chance:
                cohort = self._unrelated(language or None)
                self._chance[language] = unit(cohort - cohort.mean(axis=0))
            parts.append(self._chance[language])
        return np.concatenate(parts)
