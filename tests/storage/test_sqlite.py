"""The contract, run against SQLite; once more with an index that is always approximate."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from retrieval.storage.base import Storage
from retrieval.storage.sqlite.engine import SqliteStorage
from retrieval.storage.sqlite.people import PERSONAL
from tests.storage.contract import StorageContract

OF_THE_NEWS = {
    *("articles", "changes", "feeds", "indexings", "listings", "models", "pages", "passages"),
    *("sentence_vectors", "state", "stories", "story_members", "story_state", "term_counts"),
}
"""A table that is neither here nor in PERSONAL is one that nobody thought of."""


class TestSqliteStorage(StorageContract):
    def open(self, folder: Path) -> Storage:
        return SqliteStorage(folder)


class TestSqliteStorageWithApproximateIndex(StorageContract):
    def open(self, folder: Path) -> Storage:
        return SqliteStorage(folder, approximate_from=1)


def test_each_table_is_told_of_people_or_of_the_news(tmp_path: Path) -> None:
    with closing(sqlite3.connect(SqliteStorage(tmp_path)._connections.path)) as db:
        rows = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    found = {name for (name,) in rows if not name.startswith(("passage_terms", "sqlite_", "_"))}
    assert found - set(PERSONAL) == OF_THE_NEWS
    assert set(PERSONAL) < found
