"""Passages with their terms and vectors, written and read by article and by id.

Always true: passages exist only below an entry of ``indexings`` whose ``content_hash`` is the
article's own, so none is ever a slice of words that were replaced. Ids grow and are never used
twice; searches and caches rely on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlite_utils import Database

from retrieval.errors import StorageError
from retrieval.records import (
    Article,
    IndexedArticle,
    IndexedPassage,
    Passage,
    StoredPassage,
)
from retrieval.storage.sqlite.articles import ARTICLE_COLUMNS, WITHDRAWN, to_article
from retrieval.storage.sqlite.changes import forget_old_changes
from retrieval.storage.sqlite.codec import (
    from_blobs,
    from_micros,
    from_sentences,
    from_terms,
    to_blobs,
    to_sentences,
    to_terms,
)
from retrieval.storage.sqlite.faults import translated
from retrieval.storage.sqlite.passage_checks import check_passages
from retrieval.storage.sqlite.space import Space

if TYPE_CHECKING:
    from retrieval.records import Vector

_DELETED_AT_ONCE = 300
"""Articles whose passages go in one transaction (0.2 s): others may write in between."""

_READ_AT_ONCE = 2_000

_UNINDEXED = (
    "(SELECT key FROM articles"  # noqa: S608
    " EXCEPT SELECT article_key FROM indexings WHERE model_id = ?"
    f" EXCEPT SELECT key {WITHDRAWN})"
)


class Passages(Space):
    """`PassageStorage` over ``indexings``, ``passages``, their vectors and their terms."""

    def unindexed_articles(self, model: str, limit: int) -> list[Article]:
        """Return up to ``limit`` articles whose present version was not indexed for a model."""
        with self._connections.read() as db:
            known = self._current_state(db).model(model)
            if known and known.articles >= _count_present(db):
                return []  # asked after every round, and mostly so
            rows = db.execute(
                f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE key IN {_UNINDEXED} "  # noqa: S608
                "ORDER BY key LIMIT ?",
                (known.id if known else -1, max(0, limit)),
            ).fetchall()
        return [to_article(row) for row in rows]

    def indexed_until(self, model: str) -> datetime | None:
        """Return up to when every added article was indexed; None for an empty library."""
        with self._connections.read() as db:
            known = self._current_state(db).model(model)
            if known and known.articles >= _count_present(db):
                (newest,) = db.execute("SELECT max(added_at) FROM articles").fetchone()
                return from_micros(newest + 1 if newest is not None else None)
            (oldest,) = db.execute(
                f"SELECT min(added_at) FROM articles WHERE key IN {_UNINDEXED}",  # noqa: S608
                (known.id if known else -1,),
            ).fetchone()
        return from_micros(oldest)

    def write_passages(self, model: str, articles: Sequence[IndexedArticle]) -> int:
        """Replace these articles' passages for a model; return how many articles were written.

        Args:
            model: What the passages depend on.
            articles: Each article's passages; of two entries for one article the later counts.

        Returns:
            The number of articles written; those gone or changed meanwhile are left out.

        Raises:
            StorageError: When a passage makes no sense, or a vector is not of unit length or not
                as long as the model's others.
        """
        entries = list({entry.article_id: entry for entry in articles}.values())
        dimension = check_passages([passage for entry in entries for passage in entry.passages])
        with self._connections.write() as db:
            written = replace_passages(db, model, entries, dimension)
            forget_old_changes(db)
        return written

    def delete_other_models(self, model: str) -> int:
        """Delete the passages of every model but one, in several transactions."""
        deleted = 0
        while True:
            with self._connections.write() as db:
                keys = db.execute(
                    "SELECT article_key, model_id FROM indexings "
                    "WHERE model_id IN (SELECT id FROM models WHERE name != ?) LIMIT ?",
                    (model, _DELETED_AT_ONCE),
                ).fetchall()
                before = _count_passages(db)
                for key in keys:
                    db.execute("DELETE FROM indexings WHERE article_key = ? AND model_id = ?", key)
                deleted += before - _count_passages(db)
                if not keys:
                    db.execute("DELETE FROM models WHERE name != ?", (model,))
                forget_old_changes(db)
            if not keys:
                self.shrink()
                return deleted

    def get_passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """Return the passages that exist, in the order of ``ids``, each with its article."""
        if not ids:
            return []
        with self._connections.read() as db:
            stored = {each.id: each for each in _read_stored(db, ids)}
        return [stored[each] for each in ids if each in stored]

    def article_passages(
        self, model: str, article_ids: Sequence[str], limit: int
    ) -> list[StoredPassage]:
        """Return the first passages of each article, by article key and ordinal.

        Args:
            model: Whose passages.
            article_ids: Withdrawn and unknown ones have none.
            limit: Of each article, how many.
        """
        with self._connections.read() as db:
            known = self._current_state(db).model(model)
            rows = db.execute(
                "SELECT passages.id FROM articles "
                "JOIN passages ON passages.article_key = articles.key AND model_id = ? "
                "WHERE articles.id IN (SELECT value FROM json_each(?)) "
                "AND ordinal < ? AND withdrawn_at IS NULL "
                "ORDER BY articles.key, ordinal",
                (known.id if known else -1, json.dumps(list(article_ids)), limit),
            ).fetchall()
            ids = [identity for (identity,) in rows]
            stored = {each.id: each for each in _read_stored(db, ids)}
        return [stored[each] for each in ids]

    def iterate_vectors(self, model: str) -> Iterator[tuple[int, Vector]]:
        """Yield every passage id with its vector, by id, as they were when the first was asked.

        A connection of its own holds the moment, so that the caller may write meanwhile.
        """
        with translated(self._connections.path):
            db = self._connections.connect()
            try:
                db.begin()
                known = self._current_state(db).model(model)
                cursor = db.execute(
                    "SELECT id, vector FROM passages WHERE model_id = ? ORDER BY id",
                    (known.id if known else -1,),
                )
                while rows := cursor.fetchmany(_READ_AT_ONCE):
                    vectors = from_blobs([blob for _, blob in rows]).reshape(len(rows), -1)
                    for (identity, _), vector in zip(rows, vectors, strict=True):
                        yield identity, vector
            finally:
                db.close()


def replace_passages(
    db: Database, model: str, entries: Sequence[IndexedArticle], dimension: int | None
) -> int:
    """Replace articles' passages for a model, inside a transaction of the caller.

    Args:
        db: A connection inside a transaction that may write.
        model: What the passages depend on.
        entries: At most one for each article, found well by `check_passages`.
        dimension: What that returned.

    Returns:
        The number of articles written; those gone, withdrawn or changed are left out.

    Raises:
        StorageError: When the vectors are not as long as the model's others.
    """
    model_id = _model_id(db, model, dimension)
    current = _current_versions(db, [entry.article_id for entry in entries])
    rows = _Rows(db, model_id)
    for entry in entries:
        key, content_hash = current.get(entry.article_id, (0, None))
        if content_hash == entry.content_hash:
            rows.replace(key, entry)
    rows.insert()
    return rows.articles


class _Rows:
    """The rows of one call of `write_passages`, inserted table by table."""

    def __init__(self, db: Database, model_id: int) -> None:
        self._db = db
        self._model_id = model_id
        last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
        self._next_id = (last[0] if last else 0) + 1
        self._pending: list[tuple[int, int, IndexedPassage]] = []
        self.articles = 0

    def replace(self, key: int, entry: IndexedArticle) -> None:
        """Delete what an article had, and take its new passages up."""
        row = (key, self._model_id)
        self._db.execute("DELETE FROM indexings WHERE article_key = ? AND model_id = ?", row)
        self._db.execute("INSERT INTO indexings VALUES (?, ?, ?)", (*row, entry.content_hash))
        for passage in entry.passages:
            self._pending.append((self._next_id, key, passage))
            self._next_id += 1
        self.articles += 1

    def insert(self) -> None:
        """Write the passages that were taken up."""
        if not self._pending:
            return
        vectors = to_blobs(np.stack([each.vector for _, _, each in self._pending]))
        execute_many = self._db.conn.executemany
        execute_many(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    identity,
                    key,
                    self._model_id,
                    each.passage.ordinal,
                    each.passage.start,
                    each.passage.end,
                    to_sentences(each.passage.sentences),
                    vector,
                )
                for (identity, key, each), vector in zip(self._pending, vectors, strict=True)
            ],
        )
        execute_many(
            "INSERT INTO sentence_vectors VALUES (?, ?)",
            [
                (identity, np.ascontiguousarray(each.sentence_vectors, dtype="<f2").tobytes())
                for identity, _, each in self._pending
            ],
        )
        execute_many(
            "INSERT INTO passage_terms (rowid, title, text) VALUES (?, ?, ?)",
            [
                (identity, to_terms(each.title_terms), to_terms(each.text_terms))
                for identity, _, each in self._pending
            ],
        )


def _model_id(db: Database, name: str, dimension: int | None) -> int:
    """Return a model's number, made when it is new; its dimension is that of the first vector."""
    db.execute("INSERT OR IGNORE INTO models (name) VALUES (?)", (name,))
    model_id, known = db.execute(
        "SELECT id, dimension FROM models WHERE name = ?", (name,)
    ).fetchone()
    if dimension is not None and known is None:
        db.execute("UPDATE models SET dimension = ? WHERE id = ?", (dimension, model_id))
    elif dimension is not None and dimension != known:
        raise StorageError(
            f"Vectors of {dimension} numbers do not fit the library, which has {known} for the "
            f"model {name}; give a changed model another name, or run `kabar reindex --all`."
        )
    return int(model_id)


def _current_versions(db: Database, ids: list[str]) -> dict[str, tuple[int, str]]:
    rows = db.execute(
        "SELECT id, key, content_hash FROM articles "
        "WHERE id IN (SELECT value FROM json_each(?)) AND withdrawn_at IS NULL",
        (json.dumps(ids),),
    ).fetchall()
    return {identity: (key, content_hash) for identity, key, content_hash in rows}


def _count_present(db: Database) -> int:
    """Return the number of articles that are not withdrawn."""
    return int(
        db.execute(
            f"SELECT (SELECT count(*) FROM articles) - (SELECT count(*) {WITHDRAWN})"  # noqa: S608
        ).fetchone()[0]
    )


def _count_passages(db: Database) -> int:
    return int(db.execute("SELECT coalesce(sum(passages), 0) FROM models").fetchone()[0])


def _read_stored(db: Database, ids: Sequence[int]) -> Iterator[StoredPassage]:
    """Yield the passages that exist, each with its article, in no order that matters."""
    # The terms stand in FTS5's own table of contents, as its documentation names it: asked for
    # through the virtual table they took as long as all the rest.
    rows = db.execute(
        'SELECT passages.id, article_key, ordinal, start, "end", sentences, vector, '
        "       vectors, terms.c0, terms.c1 "
        "FROM passages "
        "CROSS JOIN sentence_vectors ON sentence_vectors.passage_id = passages.id "
        "CROSS JOIN passage_terms_content AS terms ON terms.id = passages.id "
        "WHERE passages.id IN (SELECT value FROM json_each(?))",
        (json.dumps([int(each) for each in ids]),),
    ).fetchall()
    found = db.execute(
        f"SELECT {ARTICLE_COLUMNS}, key FROM articles "  # noqa: S608
        "WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps(list({row[1] for row in rows})),),
    ).fetchall()
    return _to_stored(rows, {row[-1]: to_article(row[:-1]) for row in found})


def _to_stored(
    rows: Sequence[Sequence[Any]], articles: Mapping[int, Article]
) -> Iterator[StoredPassage]:
    """Yield the passages that rows of `get_passages` stand for.

    Vectors and sentences of all are decoded in one go each: one by one took longer than
    reading them from the file.
    """
    numbers = from_blobs([blob for row in rows for blob in row[6:8]])
    all_sentences = from_sentences([row[5] for row in rows])
    first = 0
    for row, sentences in zip(rows, all_sentences, strict=True):
        identity, key, ordinal, start, end, _, vector, blob, title, text = row
        dimension = len(vector) // 2
        middle, last = first + dimension, first + dimension + len(blob) // 2
        yield StoredPassage(
            id=identity,
            article=articles[key],
            passage=Passage(articles[key].id, ordinal, start, end, sentences),
            title_terms=from_terms(title),
            text_terms=from_terms(text),
            vector=numbers[first:middle],
            sentence_vectors=numbers[middle:last].reshape(-1, dimension),
        )
        first = last
