"""The articles that a new one may be of one story with, in memory, as arrays.

Always true: rows are in no order that matters, a row is an article, and in how many articles a
name occurs counts the rows that are there and no others. An article costs 3.7 KB, most of it for
its vector as it came and without its language's level: 20,000 take 75 MB.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from retrieval.stories.fingerprint import SKETCH_HASHES, unpack
from retrieval.stories.names import MAX_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.records import StoryMember, Vectors
    from retrieval.stories.levels import Levels
    from retrieval.stories.rule import Rule

_BUCKETS = 1 << 18
"""Names are counted by a hash: a megabyte whatever comes; two in one bucket are rare."""
_PRIOR_ARTICLES = 30
"""So many articles that share no name are counted in, or in a library of five every word that
two of them share would be a rare one."""
_SECONDS_A_DAY = 86_400.0
_FIRST_ROWS = 256


class Window:
    """Articles with their stories, to be compared with.

    Args:
        levels: What each language's vectors have in common; looked at by `settle`.
    """

    def __init__(self, levels: Levels) -> None:
        self._levels = levels
        self.ids: list[str] = []
        self.origins: list[tuple[str, ...]] = []
        self._frequencies = np.zeros(_BUCKETS, np.int32)
        self._weights = np.zeros(_BUCKETS, np.float32)
        self._asked = np.zeros(_BUCKETS, bool)
        self.days = np.empty(0, np.float64)
        """When each article was seen, in days since 1970."""
        self.stories = np.empty(0, np.int64)
        self._numbers: dict[str | None, int] = {}
        self._codes = np.empty(0, np.int32)
        self._vectors: Vectors = np.empty((0, 0), np.float32)
        self._centred: Vectors = np.empty((0, 0), np.float32)
        self._names = np.empty((0, MAX_NAMES), np.int32)
        self._sketches = np.empty((0, SKETCH_HASHES), np.uint32)

    def __len__(self) -> int:
        return len(self.ids)

    def clear(self) -> None:
        """Forget all articles."""
        self.keep(np.zeros(len(self), bool))

    def add(self, members: Sequence[StoryMember]) -> NDArray[np.intp]:
        """Add articles; return their rows."""
        first = len(self)
        rows = np.arange(first, first + len(members))
        if not members:
            return rows
        self._make_room(len(members), len(members[0].vector))
        for row, member in zip(rows, members, strict=True):
            self.ids.append(member.article_id)
            self.origins.append(member.origins)
            self.days[row] = member.seen_at.timestamp() / _SECONDS_A_DAY
            self.stories[row] = member.story_id
            self._codes[row] = self._numbers.setdefault(member.language, len(self._numbers))
            self._vectors[row] = member.vector
            self._sketches[row] = unpack(member.fingerprint)
            hashes = _hash(member.names)
            self._names[row] = 0
            self._names[row, : len(hashes)] = hashes
            self._frequencies[hashes] += 1
        return rows

    def keep(self, wanted: NDArray[np.bool_]) -> None:
        """Forget the articles in all other rows; those that stay get new rows, in order.

        Args:
            wanted: bool, shape (len(self),).
        """
        gone = np.flatnonzero(~wanted)
        if not len(gone):
            return
        names, counts = np.unique(self._names[gone], return_counts=True)
        self._frequencies[names] -= counts.astype(np.int32)
        self._frequencies[0] = 0
        stay = np.flatnonzero(wanted)
        self.ids = [self.ids[row] for row in stay]
        self.origins = [self.origins[row] for row in stay]
        for name in ("days", "stories", "_codes", "_vectors", "_centred", "_names", "_sketches"):
            setattr(self, name, getattr(self, name)[stay])

    def settle(self) -> None:
        """Derive levels and weights anew; nothing is compared between `add` and this."""
        articles = len(self) + _PRIOR_ARTICLES
        np.square(np.log(articles / (1.0 + self._frequencies)), out=self._weights)
        self._weights[0] = 0
        codes = self._codes[: len(self)]
        for language, code in self._numbers.items():
            (rows,) = np.nonzero(codes == code)
            if len(rows):
                centred = self._vectors[rows] - self._levels.of(language)
                centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12)
                self._centred[rows] = centred

    def likeness(
        self, rows: NDArray[np.intp], others: NDArray[np.intp] | None = None
    ) -> NDArray[np.float32]:
        """Return the centred cosines of articles with others, or all: shape (rows, others)."""
        # A slice is not copied, as the rows of an array of indices are.
        right = self._centred[: len(self)] if others is None else self._centred[others]
        return np.asarray(self._centred[rows] @ right.T)

    def shared_names(self, row: int, others: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return how much an article's names are those of others, shape (others,), 0 to 1."""
        own, theirs = self._names[row], self._names[others]
        self._asked[own] = True
        weights = self._weights[theirs]
        common = (weights * self._asked[theirs]).sum(axis=1)
        self._asked[own] = False
        norms = np.sqrt(weights.sum(axis=1) * self._weights[own].sum())
        return np.asarray(np.sqrt(common / np.maximum(norms, 1e-9)), np.float32)

    def log_odds_among(self, rows: NDArray[np.intp], rule: Rule) -> NDArray[np.float32]:
        """Return the log-odds of all pairs of some articles, shape (rows, rows), symmetric."""
        found, places = np.unique(self._names[rows], return_inverse=True)
        has = np.zeros((len(rows), len(found)), np.float32)
        has[np.arange(len(rows))[:, None], places.reshape(len(rows), -1)] = 1
        has *= np.sqrt(self._weights[found])
        has /= np.maximum(np.linalg.norm(has, axis=1, keepdims=True), 1e-9)
        days, codes = self.days[rows], self._codes[rows]
        return rule.log_odds(
            self.likeness(rows, rows),
            np.sqrt(np.maximum(has @ has.T, 0)),
            np.abs(days[:, None] - days).astype(np.float32),
            codes[:, None] == codes,
        )

    def same_language(self, row: int, others: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which others are in an article's language, shape (others,)."""
        return np.asarray(self._codes[others] == self._codes[row])

    def sketches(self, rows: NDArray[np.intp]) -> NDArray[np.uint32]:
        """Return the sketches of articles, shape (rows, SKETCH_HASHES)."""
        return self._sketches[rows]

    def centre_of(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the rows ordered by how near they are to their mean, nearest first."""
        centred = self._centred[rows]
        return rows[np.argsort(-(centred @ centred.sum(axis=0)), kind="stable")]

    def _make_room(self, count: int, dimension: int) -> None:
        needed = len(self) + count
        if self._vectors.shape[1] != dimension:
            self._vectors = np.empty((len(self._vectors), dimension), np.float32)
            self._centred = self._vectors.copy()
        if needed <= len(self._vectors):
            return
        room = max(needed + needed // 4, _FIRST_ROWS)
        for name in ("days", "stories", "_codes", "_vectors", "_centred", "_names", "_sketches"):
            old = getattr(self, name)
            new = np.zeros((room, *old.shape[1:]), old.dtype)
            new[: len(self)] = old[: len(self)]
            setattr(self, name, new)


def _hash(names: Iterable[str]) -> NDArray[np.int32]:
    """Return each name's bucket, from 1 on, every one once."""
    hashes = {1 + zlib.crc32(name.encode()) % (_BUCKETS - 1) for name in names}
    return np.array(sorted(hashes), np.int32)[:MAX_NAMES]
