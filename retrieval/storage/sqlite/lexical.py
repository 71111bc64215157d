"""Search by words: BM25 over analysed terms in FTS5.

BM25 reads and scores every passage that holds any of the terms, so a question costs what its
commonest words cost: eight everyday words took 300 ms at 100,000 passages. Those words hardly
move the ranking, as BM25 weighs a term by its rarity. So the rarest terms are searched first, as
many as stay within a budget of postings. The number of passages that hold a term is kept in
memory, and asked again when enough passages have come or gone to move it by a hundredth.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlite_utils import Database

from retrieval.records import Filters, Match
from retrieval.storage.sqlite.codec import encode_term
from retrieval.storage.sqlite.faiss_index import Ids
from retrieval.storage.sqlite.part import State
from retrieval.storage.sqlite.vectors import VectorSearch

TITLE_WEIGHT = 2.0
"""How much a word in the title counts against one in the text."""

MOST_TERMS = 32
"""Terms searched at most, the rarest."""

POSTINGS_BUDGET = 2_000
"""Passages scored at most for the sake of further terms; see `tests/benchmarks/bench_index.py`."""

WIDER_BUDGET = 20_000
"""The same where a filter left fewer results than were wanted."""

ALWAYS_TERMS = 2
"""The rarest terms, searched beyond the budget as long as ``MOST_POSTINGS`` allows."""

MOST_POSTINGS = 5_000
"""No term but the very rarest adds more passages than this beyond the budget."""

SMALL_LIBRARY = 2_000
"""With no more passages than this, no term is left out: everything is quick."""

_REMEMBERED_TERMS = 200_000


class TextSearch(VectorSearch):
    """`SearchStorage.search_text` and the counts it stands on."""

    _remembered: tuple[str, dict[str, tuple[int, int]]] | None = None

    def search_text(
        self, terms: Sequence[str], k: int, filters: Filters | None = None, *, model: str
    ) -> list[Match]:
        """Find passages with any of these terms, by BM25; see `SearchStorage.search_text`."""
        if k <= 0 or not terms:
            return []
        with self._connections.read() as db:
            state = self._current_state(db)
            known = state.model(model)
            if known is None or known.passages == 0:
                return []
            counts = self._counts(db, state, list(dict.fromkeys(map(encode_term, terms))))
            ranked = sorted((count, token) for token, count in counts.items() if count)
            ranked = ranked[:MOST_TERMS]
            small = state.passages <= SMALL_LIBRARY
            if not filters and known.passages == state.passages:
                return _best(db, _within(ranked, None if small else POSTINGS_BUDGET), k)
            allowed = self._passing(db, state, model, filters)
            found: list[Match] = []
            tried = 0
            # A filter may have left nothing of the rarest words: then look at more of them.
            for budget in [None] if small else [POSTINGS_BUDGET, WIDER_BUDGET]:
                tokens = _within(ranked, budget)
                if len(found) < k and len(tokens) > tried:
                    tried = len(tokens)
                    found = _best_allowed(db, tokens, k, allowed)
        return found

    def document_frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """Return in how many passages each term occurs; see `SearchStorage`."""
        tokens = {term: encode_term(term) for term in terms}
        if not tokens:
            return {}
        with self._connections.read() as db:
            counts = self._counts(db, self._current_state(db), list(tokens.values()))
        return {term: counts[token] for term, token in tokens.items()}

    def count_passages(self, model: str) -> int:
        """Return the number of passages of a model."""
        with self._connections.read() as db:
            known = self._current_state(db).model(model)
        return known.passages if known else 0

    def _counts(self, db: Database, state: State, tokens: list[str]) -> dict[str, int]:
        """Return how many passages hold each token, from memory where that is near enough."""
        memory = self._memory(state.epoch)
        counts: dict[str, int] = {}
        for token in tokens:
            count, at = memory.get(token, (0, -1))
            # Since then the count moved by no more than the number of changes.
            if at < 0 or (state.changes - at) * 100 > count:
                row = db.execute("SELECT doc FROM term_counts WHERE term = ?", (token,)).fetchone()
                count = row[0] if row else 0
                memory[token] = (count, state.changes)
            counts[token] = count
        return counts

    def _memory(self, epoch: str) -> dict[str, tuple[int, int]]:
        """Return the remembered counts: token -> (count, value of ``changes`` then)."""
        known = self._remembered
        if known is None or known[0] != epoch or len(known[1]) > _REMEMBERED_TERMS:
            known = self._remembered = (epoch, {})
        return known[1]


def _within(ranked: list[tuple[int, str]], budget: int | None) -> list[str]:
    """Choose the rarest tokens whose postings stay within a budget, at least one.

    Args:
        ranked: Counts and tokens, rarest first.
        budget: Postings to read; None for any number.

    Returns:
        The tokens to search for.
    """
    if budget is None:
        return [token for _, token in ranked]
    chosen: list[str] = []
    total = 0
    for count, token in ranked:
        total += count
        kept_anyway = not chosen or (len(chosen) < ALWAYS_TERMS and count <= MOST_POSTINGS)
        if total > budget and not kept_anyway:
            break
        chosen.append(token)
    return chosen


_SCORED = f"SELECT rowid, -bm25(passage_terms, {TITLE_WEIGHT}, 1.0) AS score FROM passage_terms"  # noqa: S608


def _expression(tokens: list[str]) -> str:
    """Return FTS5's words for "any of these"; tokens hold nothing that it could misread."""
    return " OR ".join(f'"{token}"' for token in tokens)


def _best(db: Database, tokens: list[str], k: int) -> list[Match]:
    """Return the best passages of the whole library."""
    if not tokens:
        return []
    rows = db.execute(
        f"{_SCORED} WHERE passage_terms MATCH ? ORDER BY score DESC, rowid LIMIT ?",
        (_expression(tokens), k),
    )
    return [Match(*row) for row in rows]


def _best_allowed(db: Database, tokens: list[str], k: int, allowed: Ids) -> list[Match]:
    """Return the best passages among some.

    Every match is fetched and looked up in an array: joining passages and articles to each
    took five times as long.

    Args:
        db: A connection inside a transaction.
        tokens: What to search for.
        k: The number of results wanted.
        allowed: int64, ascending: the passages that may be found.

    Returns:
        At most k, best first, ties by id.
    """
    if not tokens or not len(allowed):
        return []
    rows = db.execute(
        # The bounds cost nothing, and a filter by date often leaves the newest ids alone.
        f"{_SCORED} WHERE passage_terms MATCH ? AND rowid BETWEEN ? AND ?",
        (_expression(tokens), int(allowed[0]), int(allowed[-1])),
    ).fetchall()
    if not rows:
        return []
    ids = np.array([row[0] for row in rows], np.int64)
    scores = np.array([row[1] for row in rows])
    places = np.minimum(np.searchsorted(allowed, ids), len(allowed) - 1)
    passing = allowed[places] == ids
    ids, scores = ids[passing], scores[passing]
    best = np.lexsort((ids, -scores))[:k]
    return [Match(*pair) for pair in zip(ids[best].tolist(), scores[best].tolist(), strict=True)]
