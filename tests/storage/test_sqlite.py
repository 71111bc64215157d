"""The contract, run against SQLite; once more with an index that is always approximate."""

from __future__ import annotations

from pathlib import Path

from retrieval.storage.base import Storage
from retrieval.storage.sqlite.engine import SqliteStorage
from tests.storage.contract import StorageContract


class TestSqliteStorage(StorageContract):
    def open(self, folder: Path) -> Storage:
        return SqliteStorage(folder)


class TestSqliteStorageWithApproximateIndex(StorageContract):
    def open(self, folder: Path) -> Storage:
        return SqliteStorage(folder, approximate_from=1)
