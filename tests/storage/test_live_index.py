"""How the index in memory keeps up with the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.storage.sqlite.engine import SqliteStorage
from retrieval.storage.sqlite.vectors import LiveIndex
from tests.storage.builders import (
    MODEL,
    OTHER,
    index,
    leaning,
    make_article,
    make_passage,
    put,
    toward,
    units,
)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    storage = SqliteStorage(tmp_path / "data")
    yield storage
    storage.close()


@pytest.fixture
def reader(storage: SqliteStorage, tmp_path: Path) -> Iterator[SqliteStorage]:
    reader = SqliteStorage(tmp_path / "data")
    yield reader
    reader.close()


def found(storage: SqliteStorage, model: str = MODEL) -> list[int]:
    return [match.passage_id for match in storage.search_vectors(toward(0), 50, model=model)]


def live(storage: SqliteStorage, model: str = MODEL) -> LiveIndex:
    return storage._indexes[model]


def test_changes_are_learned_without_a_rebuild(
    storage: SqliteStorage, reader: SqliteStorage
) -> None:
    ids = [put(storage, f"a{number}", vector=leaning(1 - number / 50)) for number in range(9)]
    assert found(reader) == ids
    for number in range(9, 20):
        ids.append(put(storage, f"a{number}", vector=leaning(1 - number / 50)))
        assert found(reader) == ids
        storage.delete_articles([f"a{number - 9}"])
        ids.pop(0)
        assert found(reader) == ids
    put(storage, "theirs", model=OTHER)
    assert found(reader) == ids
    assert live(reader).rebuilds == 1


def test_reading_costs_no_rebuild_and_no_look_at_the_rows(storage: SqliteStorage) -> None:
    put(storage, "a")
    found(storage)
    before = live(storage).index
    for _ in range(3):
        found(storage)
    assert live(storage).index is before
    assert live(storage).rebuilds == 1


def test_a_reader_that_slept_too_long_builds_anew(
    storage: SqliteStorage, reader: SqliteStorage
) -> None:
    put(storage, "a")
    put(storage, "b")
    kept = put(storage, "c")
    assert len(found(reader)) == 3
    storage.delete_articles(["a"])
    storage.delete_articles(["b"])
    with storage._connections.write() as db:  # as if 50,000 more had been deleted since
        db.execute("DELETE FROM changes WHERE seq < (SELECT max(seq) FROM changes)")
    assert found(reader) == [kept]
    assert live(reader).rebuilds == 2


def test_many_deletions_make_the_index_compact(
    storage: SqliteStorage, reader: SqliteStorage
) -> None:
    article = make_article("many")
    storage.write_articles([article])
    vectors = units(2_500)
    passages = [make_passage(article, n, vector=row) for n, row in enumerate(vectors)]
    storage.write_passages(MODEL, [index(article, *passages)])
    kept = put(storage, "kept")
    assert len(found(reader)) == 50
    storage.delete_articles(["many"])
    assert found(reader) == [kept]
    compact = live(reader).index
    assert compact is not None
    assert compact.rows == 1
    assert found(reader) == [kept]
    assert live(reader).rebuilds == 1
    assert [finding for finding in reader.verify(MODEL) if not finding.ok] == []


def test_only_two_models_are_kept_in_memory(storage: SqliteStorage) -> None:
    for number in range(4):
        put(storage, "a", model=f"m{number}")
        found(storage, f"m{number}")
    assert list(storage._indexes) == ["m2", "m3"]


def test_the_index_of_a_deleted_model_is_let_go(storage: SqliteStorage) -> None:
    put(storage, "a")
    put(storage, "a", model=OTHER)
    assert found(storage)
    storage.delete_other_models(OTHER)
    assert found(storage, OTHER)
    assert list(storage._indexes) == [OTHER]


def test_what_a_write_in_progress_holds_is_not_seen(
    storage: SqliteStorage, reader: SqliteStorage
) -> None:
    kept = put(storage, "a")
    with storage._connections.write() as db:
        db.execute("DELETE FROM articles")
        assert found(reader) == [kept]
    assert found(reader) == []
