"""Derive again what can be derived, and compare: what `kabar doctor` says of the library.

Always true: a check reads, and never repairs or takes the write lock, so it may run beside a bot.
Each becomes one finding, also when the file is too damaged for the check to end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
from sqlite_utils import Database

from retrieval.errors import StorageError
from retrieval.records import Finding
from retrieval.storage.sqlite.articles import WITHDRAWN
from retrieval.storage.sqlite.codec import from_sentences
from retrieval.storage.sqlite.faiss_index import Halves, Ids, VectorIndex
from retrieval.storage.sqlite.page_rows import host_of, to_entry
from retrieval.storage.sqlite.part import Model
from retrieval.storage.sqlite.space import LARGEST_REWRITTEN, file_pages
from retrieval.storage.sqlite.vectors import VectorSearch, load_vectors

_RESTORE = "stop Kabar and restore a backup with `kabar restore FILE`"
_REINDEX = "run `kabar reindex --all`"
_RESTART = "restart Kabar; if it comes back, report it as a bug"
_REWRITE = "stop Kabar, run `kabar backup FILE`, then `kabar restore FILE`"

_NAMED = 3
"""Examples named in a finding."""

_RECALL_QUERIES = 50
_RECALL_FLOOR = 0.95
"""Below this share of the true ten nearest, the approximate index would cost answers."""

Problems = list[str]
Check = Callable[[Database], tuple[Problems, str]]
"""Returns what is wrong, and in words what was looked at."""


class Verification(VectorSearch):
    """`Storage.verify`."""

    def verify(self, model: str) -> list[Finding]:
        """Check the file, everything derived for a model, and the index in memory."""
        checks: list[tuple[str, str, Check]] = [
            ("library file", _RESTORE, _check_file),
            ("links between tables", _RESTORE, _check_foreign_keys),
            ("passages", _REINDEX, lambda db: _check_passages(db, self._id_of(db, model))),
            ("withdrawn articles", _REINDEX, _check_withdrawn),
            ("vectors", _REINDEX, lambda db: _check_vectors(db, self._id_of(db, model))),
            ("search terms", _REINDEX, _check_terms),
            ("counts", _REINDEX, _check_counts),
            ("vector index", _RESTART, lambda db: self._check_index(db, model)),
            ("pages to read", _RESTORE, _check_pages),
            ("space", _REWRITE, _check_space),
        ]
        return [self._run(*check) for check in checks]

    def _run(self, name: str, remedy: str, check: Check) -> Finding:
        try:
            with self._connections.read() as db:
                problems, seen = check(db)
        except StorageError as error:
            problems, seen = [str(error)], ""
        if not problems:
            return Finding(name, True, seen)
        detail = "; ".join(problems[:_NAMED])
        if len(problems) > _NAMED:
            detail += f"; and {len(problems) - _NAMED} more"
        return Finding(name, False, detail, remedy)

    def _id_of(self, db: Database, model: str) -> int:
        known = self._current_state(db).model(model)
        return known.id if known else -1

    def _check_index(self, db: Database, model: str) -> tuple[Problems, str]:
        """Compare the index that searches use with one made from the rows here and now."""
        live = self._up_to_date(model)
        if live is None or live.index is None:
            return [], "nothing is indexed yet"
        known: Model = self._current_state(db).models[model]
        ids, _, halves = load_vectors(db, known, after=0)
        index = live.index
        if not np.array_equal(index.ids, ids):
            return [f"the index has {len(index)} passages, the library {len(ids)}"], ""
        if not np.array_equal(index.current_halves(), halves):
            return ["the index holds other vectors than the library"], ""
        recall = _recall(index, ids, halves)
        seen = f"{len(ids)} passages, {index.kind}, recall@10 {recall:.3f}"
        return ([] if recall >= _RECALL_FLOOR else [f"recall@10 is only {recall:.3f}"]), seen


def _recall(index: VectorIndex, ids: Ids, halves: Halves) -> float:
    """Return the share of the true ten nearest that the index finds, over spread-out queries."""
    exact = VectorIndex(ids, halves, approximate_from=len(ids) + 1)
    random = np.random.default_rng(0)
    found = wanted = 0
    for row in np.linspace(0, len(ids) - 1, min(_RECALL_QUERIES, len(ids))).astype(int):
        # A stored vector moved a little, as a question is near a passage and not on it.
        query = halves[row].astype(np.float32)
        query = query + random.normal(0, 0.5, len(query)).astype(np.float32) / len(query) ** 0.5
        query /= np.linalg.norm(query)
        truth = set(exact.search(query, 10)[0].tolist())
        found += len(truth & set(index.search(query, 10)[0].tolist()))
        wanted += len(truth)
    return found / wanted if wanted else 1.0


def _check_file(db: Database) -> tuple[Problems, str]:
    rows = [row[0] for row in db.execute("PRAGMA integrity_check(10)")]
    return ([] if rows == ["ok"] else rows), "SQLite finds every page and index in order"


def _check_foreign_keys(db: Database) -> tuple[Problems, str]:
    rows = db.execute("PRAGMA foreign_key_check").fetchmany(100)
    problems = [f"row {rowid} of {table} hangs on no row of {to}" for table, rowid, to, _ in rows]
    return problems, "every row hangs on one that exists"


def _check_passages(db: Database, model_id: int) -> tuple[Problems, str]:
    problems: Problems = []
    count = 0
    stale = db.execute(
        "SELECT articles.id FROM indexings JOIN articles ON articles.key = article_key "
        "WHERE model_id = ? AND indexings.content_hash != articles.content_hash",
        (model_id,),
    )
    problems += [f"article {identity} was indexed in another version" for (identity,) in stale]
    rows = db.execute(
        'SELECT articles.id, ordinal, start, "end", sentences, text FROM passages '
        "JOIN articles ON articles.key = article_key WHERE model_id = ? ORDER BY passages.id",
        (model_id,),
    )
    for identity, ordinal, start, end, sentences, text in rows:
        count += 1
        spans = from_sentences([sentences])[0]
        bounds = [start, *(x for span in spans for x in span), end]
        if not 0 <= start < end <= len(text):
            problems.append(f"passage {ordinal} of article {identity} is not inside its text")
        elif bounds != sorted(bounds):
            problems.append(f"a sentence of passage {ordinal} of article {identity} is outside it")
    return problems, f"{count} passages are slices of their articles"


def _check_withdrawn(db: Database) -> tuple[Problems, str]:
    rows = db.execute(
        f"SELECT id FROM articles WHERE key IN (SELECT key {WITHDRAWN}) "  # noqa: S608
        "AND EXISTS (SELECT 1 FROM indexings WHERE article_key = key)"
    ).fetchall()
    (count,) = db.execute(f"SELECT count(*) {WITHDRAWN}").fetchone()
    problems = [f"article {identity} was withdrawn and can be found" for (identity,) in rows]
    return problems, f"{count} articles were withdrawn, and none of them can be found"


def _check_pages(db: Database) -> tuple[Problems, str]:
    """Derive again what orders the pages, and read what their feeds said."""
    problems: Problems = []
    count = 0
    for url, host, entry in db.execute("SELECT url, host, entry FROM pages ORDER BY id"):
        count += 1
        if host != host_of(url):
            problems.append(f"the page {url} is filed under another host")
        try:
            to_entry(entry)
        except (ValueError, TypeError):
            problems.append(f"what the feed said of {url} cannot be read")
    return problems, f"{count} pages are filed under their hosts"


def _check_space(db: Database) -> tuple[Problems, str]:
    size = file_pages(db)
    if not size.incremental and size.total * size.page_size > LARGEST_REWRITTEN:
        return ["the file cannot give back the space of what is deleted"], ""
    return [], f"{size.free * size.page_size / 1e6:.1f} MB of the file are free"


def _check_vectors(db: Database, model_id: int) -> tuple[Problems, str]:
    problems: Problems = []
    count = 0
    dimension = db.execute("SELECT dimension FROM models WHERE id = ?", (model_id,)).fetchone()
    width = dimension[0] * 2 if dimension and dimension[0] else 0
    rows = db.execute(
        "SELECT passages.id, json_array_length(sentences), vector, vectors FROM passages "
        "LEFT JOIN sentence_vectors ON passage_id = passages.id WHERE model_id = ? "
        "ORDER BY passages.id",
        (model_id,),
    )
    for identity, sentences, vector, vectors in rows:
        count += 1
        if len(vector) != width or vectors is None or len(vectors) != sentences * width:
            problems.append(f"passage {identity} has vectors of the wrong size")
            continue
        numbers = np.frombuffer(vector + vectors, "<f2").astype(np.float32)
        lengths = np.linalg.norm(numbers.reshape(-1, width // 2), axis=1)
        if not np.all(np.abs(lengths - 1.0) <= 0.01):
            problems.append(f"a vector of passage {identity} is not of unit length")
    return problems, f"the vectors of {count} passages are whole and of unit length"


def _check_terms(db: Database) -> tuple[Problems, str]:
    """Count each term's passages and occurrences anew, and compare with the full-text index."""
    without = db.execute(
        "SELECT count(*) FROM passages WHERE id NOT IN (SELECT rowid FROM passage_terms)"
    ).fetchone()[0]
    orphans = db.execute(
        "SELECT count(*) FROM passage_terms WHERE rowid NOT IN (SELECT id FROM passages)"
    ).fetchone()[0]
    problems: Problems = []
    if without:
        problems.append(f"{without} passages cannot be found by words")
    if orphans:
        problems.append(f"the words of {orphans} deleted passages are still there")
    documents: Counter[str] = Counter()
    occurrences: Counter[str] = Counter()
    for tokens in _tokens(db):
        documents.update(set(tokens))
        occurrences.update(tokens)
    known = 0
    for term, count, total in db.execute("SELECT term, doc, cnt FROM term_counts"):
        known += 1
        if (count, total) != (documents.get(term, 0), occurrences.get(term, 0)):
            problems.append(f"the term {term!r} is not counted as often as it occurs")
    if known != len(documents):
        problems.append(f"the index knows {known} terms of {len(documents)}")
    return problems, f"{len(documents)} different terms agree with their passages"


def _tokens(db: Database) -> Iterator[list[str]]:
    for title, text in db.execute("SELECT title, text FROM passage_terms"):
        yield [*title.split(), *text.split()]


def _check_counts(db: Database) -> tuple[Problems, str]:
    rows = db.execute(
        "SELECT name, articles, passages, "
        "  (SELECT count(*) FROM indexings WHERE model_id = models.id), "
        "  (SELECT count(*) FROM passages WHERE model_id = models.id) FROM models"
    ).fetchall()
    problems = [
        f"{passages} passages of {articles} articles are counted for {name}, "
        f"there are {real_passages} of {real_articles}"
        for name, articles, passages, real_articles, real_passages in rows
        if (articles, passages) != (real_articles, real_passages)
    ]
    return problems, f"the counts of {len(rows)} models are right"
