"""The vectors of one model in memory, and the search over them; the only door to FAISS.

Always true: the rows of an index are in the order of their passage ids, which only grow, so a row
is found by bisection and a tie in score is broken by row. A score is the inner product of the
query with the stored float16 vector, computed in float32 the same way for every row, whichever
way the row was found; so equal vectors have equal scores.

How: all vectors are kept as float16 (``IndexScalarQuantizer``, ``QT_fp16``) and read whole where
that is quick. From ``approximate_from`` rows on, `IndexRaBitQFastScan` looks first: it keeps one
bit per dimension, the sign of the difference to the mean vector (Gao and Long, "RaBitQ:
Quantizing High-Dimensional Vectors with a Theoretical Error Bound for Approximate Nearest
Neighbor Search", SIGMOD 2024), and is read with vector instructions. The best ``RERANKED`` of its
guesses are then scored exactly. It needs no training but the mean, takes new rows at any time,
and is built in half a second where HNSW takes a minute.

Removed rows are marked, not cut out: cutting moves every later row. The owner asks
`VectorIndex.wasteful` and builds a compact one aside, while searches go on.

Measured by ``tests/benchmarks/bench_index.py vectors`` on one AVX-512 core shared with others,
100,000 vectors of 384 dimensions, k = 10 (median; recall against the exact search):

    this index                      1.3 ms   recall .9995   built in 0.8 s
    float16, all rows               4.4 ms   1.0000         0.1 s
    SQ8, best 20 scored             3.8 ms   1.0000         0.1 s
    SQ4, best 100 scored            6.3 ms   1.0000         0.1 s
    PQ96x4 fast scan, best 200      0.5 ms   .93            1.3 s
    PQ192x4 fast scan, best 200     0.8 ms   .998           4.5 s
    IVF256 float16, nprobe 16 / 64  0.5 / 1.6 ms   .85 / .98   2.4 s

On vectors of multilingual-e5-small itself (3,319 passages, and 100,000 made by mixing
neighbours), with real questions: recall@10 .9985 and more, recall@50 .994. At a million vectors
18 ms against 158 ms for all rows, built in 11 s on a busy machine. At 10,000 reading all rows
takes 0.5 ms, as long as looking twice; at 20,000 0.95 against 0.63 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from retrieval.records import Vector

Ids = NDArray[np.int64]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
Halves = NDArray[np.float16]

APPROXIMATE_FROM = 20_000
"""Rows from which the exact scan (1 ms) costs clearly more than looking twice (0.6 ms)."""

RERANKED = 256
"""Guesses that are scored exactly, at least: recall@10 0.999, see the table."""

_RERANKED_PER_RESULT = 8
"""Guesses per wanted result where many are wanted."""

_RERANKED_ENOUGH_FOR = 100_000
"""Rows up to which these numbers hold; beyond, they grow with the root of the rows."""

_SCORED_AT_ONCE = 200
"""Up to so many allowed rows are scored as they are, without a walk over all rows."""

_COARSE_SHARE = 3
"""Below one row in so many allowed, the exact scan over them is the quicker way."""

_MARGIN = 16
"""Rows beyond k that an exact scan returns, to see whether a tie goes on behind the k-th."""

_CONVERTED_AT_ONCE = 20_000
"""Rows turned into float32 at once: 30 MB at 384 dimensions."""


class VectorIndex:
    """Vectors with their passage ids, searchable by inner product.

    Not safe for a change beside anything else; searches may run beside each other.

    Args:
        ids: int64, shape (n,), strictly ascending.
        halves: float16, shape (n, d), rows of unit length.
        approximate_from: Rows from which the approximate index looks first.
    """

    def __init__(
        self, ids: Ids, halves: Halves, *, approximate_from: int = APPROXIMATE_FROM
    ) -> None:
        import faiss

        self._faiss: Any = faiss
        self._dimension = halves.shape[1]
        self._approximate_from = approximate_from
        self._ids: Ids = np.empty(0, np.int64)
        self._alive: Mask = np.empty(0, np.bool_)
        self._dead = 0
        self._exact = faiss.IndexScalarQuantizer(
            self._dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self._coarse: Any = None
        self._refined: Any = None  # the two as one, that scores the guesses in C++
        self._trained_on = 0
        self.add(ids, halves)

    def __len__(self) -> int:
        return len(self._ids) - self._dead

    @property
    def rows(self) -> int:
        """The number of rows, removed ones included."""
        return len(self._ids)

    @property
    def ids(self) -> Ids:
        """The ids that can be found, int64, ascending."""
        return self._ids[self._alive]

    def ids_among(self, mask: Mask) -> Ids:
        """Return the ids that can be found among some rows, int64, ascending."""
        return self._ids[self._alive & mask]

    @property
    def halves(self) -> Halves:
        """All rows, removed ones included: float16, shape (rows, d). Valid until the next add."""
        size = self.rows * self._dimension * 2
        if not size:
            return np.empty((0, self._dimension), np.float16)
        codes = self._faiss.rev_swig_ptr(self._exact.codes.data(), size)
        view: Halves = codes.view(np.float16).reshape(-1, self._dimension)
        return view

    def current_halves(self) -> Halves:
        """Return a copy of the vectors that can be found, float16, in the order of `ids`."""
        return self.halves[self._alive]

    @property
    def kind(self) -> str:
        """What the search does, in words for the operator."""
        if self._coarse is None:
            return "exact, float16"
        return f"RaBitQ fast scan, best {RERANKED} scored exactly in float16"

    @property
    def wasteful(self) -> bool:
        """Whether a new index of the same vectors would be better.

        So it is when a twentieth of the rows was removed, or when the mean that the one-bit
        codes are relative to was taken from less than half of the rows.
        """
        if self._coarse is not None and self._trained_on * 2 < self.rows:
            return True
        return self._dead > max(1_000, self.rows // 20)

    def compacted(self) -> tuple[VectorIndex, Mask]:
        """Return a new index of what can be found, and which rows of this one it has."""
        alive = self._alive.copy()
        index = VectorIndex(
            self._ids[alive], self.halves[alive], approximate_from=self._approximate_from
        )
        return index, alive

    def add(self, ids: Ids, halves: Halves) -> None:
        """Add vectors.

        Args:
            ids: int64, shape (n,), strictly ascending and above all present.
            halves: float16, shape (n, d), rows of unit length.
        """
        if not len(ids):
            return
        if np.any(np.diff(ids) <= 0) or (len(self._ids) and ids[0] <= self._ids[-1]):
            raise ValueError("ids must grow: a repeated one would be found twice")
        self._faiss.omp_set_num_threads(1)
        # Codes go in first: whatever fails, no id is listed that has no vector.
        for start in range(0, len(ids), _CONVERTED_AT_ONCE):
            vectors = halves[start : start + _CONVERTED_AT_ONCE].astype(np.float32)
            (self._refined or self._exact).add(vectors)
        self._ids = np.concatenate([self._ids, ids])
        self._alive = np.concatenate([self._alive, np.ones(len(ids), np.bool_)])
        if self._coarse is None and self.rows >= self._approximate_from:
            self._build_coarse()

    def remove(self, ids: Ids) -> None:
        """Remove vectors; unknown ids are ignored."""
        if not len(self._ids) or not len(ids):
            return
        rows = np.minimum(np.searchsorted(self._ids, ids), self.rows - 1)
        rows = rows[self._ids[rows] == ids]
        self._alive[rows] = False
        self._dead = int(self.rows - np.count_nonzero(self._alive))

    def search(self, query: Vector, k: int, allowed: Mask | None = None) -> tuple[Ids, Vector]:
        """Find the vectors nearest to a query.

        Args:
            query: float32, shape (d,), of unit length.
            k: The number of results wanted.
            allowed: bool, shape (rows,): which rows may be found; None for all.

        Returns:
            Ids and cosines, each of shape (min(k, rows allowed),), best first, ties by id.
        """
        if self._dead:
            allowed = self._alive if allowed is None else allowed & self._alive
        count = self.rows if allowed is None else int(np.count_nonzero(allowed))
        k = min(k, count)
        if k <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        # OpenMP's number of threads belongs to the calling thread, so it is set for each search:
        # several threads for one query were 5 to 17 times slower on a busy machine.
        self._faiss.omp_set_num_threads(1)
        rows = self._guess(query, k, allowed, count)
        if rows is None:
            rows, scores = self._scan(query, k, allowed, count)
        else:
            rows, scores = self._ranked(rows, query)
        return self._ids[rows[:k]], np.clip(scores[:k], -1.0, 1.0)

    def _guess(self, query: Vector, k: int, allowed: Mask | None, count: int) -> Rows | None:
        """Return the rows that the one-bit codes hold for the best, or None to look at all."""
        if self._coarse is None or count * _COARSE_SHARE < self.rows or count <= _SCORED_AT_ONCE:
            return None
        growth = max(1.0, (self.rows / _RERANKED_ENOUGH_FOR) ** 0.5)
        wanted = int(max(RERANKED, _RERANKED_PER_RESULT * k) * growth)
        if wanted >= count:
            return None
        found: Rows
        if allowed is None:
            parameters = self._faiss.IndexRefineSearchParameters(k_factor=wanted / (k + _MARGIN))
            found = self._refined.search(query[None, :], k + _MARGIN, params=parameters)[1][0]
            return found[found >= 0]  # -1 is padding, where fewer were found than asked for
        asked = min(self.rows, -(-wanted * self.rows // count))
        found = self._coarse.search(query[None, :], asked)[1][0]
        found = found[found >= 0]
        found = found[allowed[found]]
        # The query may lie where the filter leaves little, such as in another language.
        return found if len(found) >= max(k, wanted // 2) else None

    def _scan(self, query: Vector, k: int, allowed: Mask | None, count: int) -> tuple[Rows, Vector]:
        """Look at every allowed row; return the best k and some more, ranked."""
        if allowed is not None and count <= _SCORED_AT_ONCE:
            return self._ranked(np.flatnonzero(allowed), query)
        parameters = None
        if allowed is not None:
            bitmap = np.packbits(allowed, bitorder="little")
            parameters = self._faiss.SearchParameters(sel=self._faiss.IDSelectorBitmap(bitmap))
        wanted = k + _MARGIN
        while True:
            wanted = min(wanted, count)
            found = self._exact.search(query[None, :], wanted, params=parameters)[1][0]
            rows, scores = self._ranked(found[found >= 0], query)
            # Where the k-th and the last have one score, more of it may follow, with lower ids.
            if wanted == count or scores[k - 1] > scores[-1]:
                return rows, scores
            wanted *= 4

    def _ranked(self, rows: Rows, query: Vector) -> tuple[Rows, Vector]:
        """Score rows exactly; return them best first, ties by row."""
        vectors = self.halves[rows].astype(np.float32)
        # einsum sums each row alone. A matrix product sums by blocks of rows, and two equal
        # vectors can differ in the last bit of their scores by where they stand.
        scores: Vector = np.einsum("ij,j->i", vectors, query)
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _build_coarse(self) -> None:
        coarse = self._faiss.IndexRaBitQFastScan(self._dimension, self._faiss.METRIC_INNER_PRODUCT)
        halves = self.halves
        step = max(1, self.rows // _CONVERTED_AT_ONCE)
        coarse.train(halves[::step].astype(np.float32))  # the mean, from a part spread evenly
        for start in range(0, self.rows, _CONVERTED_AT_ONCE):
            coarse.add(halves[start : start + _CONVERTED_AT_ONCE].astype(np.float32))
        self._coarse = coarse
        self._refined = self._faiss.IndexRefine(coarse, self._exact)
        self._trained_on = self.rows
