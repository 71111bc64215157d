"""The way back: a backup in the place of a library."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.errors import SchemaError, StorageError
from retrieval.storage.engines import open_storage, restore_storage
from retrieval.storage.sqlite.engine import SqliteStorage
from retrieval.storage.sqlite.library_file import FILE_NAME
from tests.storage.builders import MODEL, leaning, put, toward
from tests.storage.test_migrations import write_first_version


def found(storage: SqliteStorage) -> list[int]:
    return [match.passage_id for match in storage.search_vectors(toward(0), 50, model=MODEL)]


def test_a_restored_library_is_seen_by_those_who_have_it_open(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path / "data")
    first = put(storage, "a", vector=leaning(0.9), text_terms=["early"])
    second = put(storage, "b", vector=leaning(0.8))
    assert found(storage) == [first, second]
    storage.backup(tmp_path / "backup.db")
    storage.delete_articles(["a"])
    third = put(storage, "c", vector=leaning(0.7), text_terms=["late"])
    assert found(storage) == [second, third]
    restore_storage(tmp_path / "data", tmp_path / "backup.db")
    assert found(storage) == [first, second]
    assert storage.document_frequencies(["early", "late"]) == {"early": 1, "late": 0}
    assert [finding for finding in storage.verify(MODEL) if not finding.ok] == []
    put(storage, "d")
    assert len(found(storage)) == 3
    storage.close()
    assert (tmp_path / "backup.db").exists()
    assert sorted(each.name for each in (tmp_path / "data").iterdir()) == [FILE_NAME]


def test_a_backup_is_restored_into_a_new_folder(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path / "data")
    put(storage, "a")
    storage.backup(tmp_path / "backup.db")
    storage.close()
    restore_storage(tmp_path / "new", tmp_path / "backup.db")
    restored = open_storage(tmp_path / "new")
    assert set(restored.get_articles(["a"])) == {"a"}
    restored.close()


def test_an_older_versions_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    old = write_first_version(tmp_path / "old")
    restore_storage(tmp_path / "data", old)
    storage = open_storage(tmp_path / "data")
    assert set(storage.get_articles(["old"])) == {"old"}
    assert storage.pending_updates() == []
    storage.close()


def test_a_backup_that_cannot_give_space_back_is_restored_as_one_that_can(tmp_path: Path) -> None:
    old = write_first_version(tmp_path / "old")
    with closing(sqlite3.connect(old)) as raw:
        assert raw.execute("PRAGMA auto_vacuum").fetchone() == (0,)
    restore_storage(tmp_path / "data", old)
    with closing(sqlite3.connect(tmp_path / "data" / FILE_NAME)) as raw:
        assert raw.execute("PRAGMA auto_vacuum").fetchone() == (2,)
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_is_no_backup_is_refused_and_the_library_kept(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path / "data")
    put(storage, "a")
    (tmp_path / "letter").write_text("Dear aunt, " * 500)
    with pytest.raises(SchemaError):
        restore_storage(tmp_path / "data", tmp_path / "letter")
    with pytest.raises(StorageError, match="There is no file"):
        restore_storage(tmp_path / "data", tmp_path / "nothing")
    assert len(found(storage)) == 1
    storage.close()
