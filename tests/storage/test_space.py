"""The file really shrinks, whatever it was, and while others write."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.records import PendingUpdate
from retrieval.storage.sqlite import space, verification
from retrieval.storage.sqlite.engine import SqliteStorage
from retrieval.storage.sqlite.library_file import FILE_NAME
from tests.storage.builders import MODEL, day, index, make_article, make_passage, put, toward

ARTICLES = 60


def fill(storage: SqliteStorage, prefix: str = "a") -> None:
    """Write some 2 MB, of which words take a good part."""
    for number in range(ARTICLES):
        article = make_article(
            f"{prefix}{number}", text="Words. " * 4_000, published_at=day(1 + number % 2)
        )
        terms = [f"w{number * 400 + word}" for word in range(600)]
        storage.write_articles([article])
        storage.write_passages(MODEL, [index(article, make_passage(article, text_terms=terms))])


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    storage = SqliteStorage(tmp_path)
    fill(storage)
    yield storage
    storage.close()


def size(folder: Path) -> int:
    return (folder / FILE_NAME).stat().st_size


def words_size(storage: SqliteStorage) -> int:
    with storage._connections.read() as db:
        return int(db.execute("SELECT sum(length(block)) FROM passage_terms_data").fetchone()[0])


def problems(storage: SqliteStorage) -> list[str]:
    return [finding.check for finding in storage.verify(MODEL) if not finding.ok]


def test_the_file_shrinks_by_what_was_deleted(storage: SqliteStorage, tmp_path: Path) -> None:
    storage._connections.current().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    before, words = size(tmp_path), words_size(storage)
    assert storage.delete_older_articles(day(2), ARTICLES) == ARTICLES // 2
    assert size(tmp_path) >= before
    freed = storage.shrink()
    assert size(tmp_path) == before - freed
    assert size(tmp_path) < 0.57 * before  # half, and the pages of empty tables
    assert words_size(storage) < 0.6 * words  # also what FTS5 had only marked as deleted
    assert (tmp_path / f"{FILE_NAME}-wal").stat().st_size == 0
    assert len(storage.search_text(["w401"], 5, model=MODEL)) == 1
    assert problems(storage) == []


def test_a_few_deletions_leave_the_words_as_they_are(storage: SqliteStorage) -> None:
    storage.shrink()
    storage.delete_articles(["a1"])
    with storage._connections.read() as db:
        before = db.execute("SELECT merged_deletions FROM state").fetchone()
    assert storage.shrink() > 0
    with storage._connections.read() as db:
        assert db.execute("SELECT merged_deletions FROM state").fetchone() == before


def test_others_write_and_read_while_the_file_shrinks(
    storage: SqliteStorage, tmp_path: Path
) -> None:
    other = SqliteStorage(tmp_path)
    storage.delete_older_articles(day(2), ARTICLES)
    shrinking = threading.Thread(target=storage.shrink)
    shrinking.start()
    number = 0
    while shrinking.is_alive() or number < 20:
        number += 1
        storage.accept_updates([PendingUpdate(number, "{}")])
        put(other, f"new{number}")
        assert other.count_passages(MODEL) == ARTICLES // 2 + number
    shrinking.join()
    assert len(storage.search_vectors(toward(0), 500, model=MODEL)) == ARTICLES // 2 + number
    assert problems(storage) == problems(other) == []
    other.close()


def test_a_reader_in_the_middle_of_a_look_does_not_hold_it_up(
    storage: SqliteStorage, tmp_path: Path
) -> None:
    storage.delete_older_articles(day(2), ARTICLES)
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM articles").fetchone()
        assert storage.shrink() > 0
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == before
    storage.close()
    assert problems(SqliteStorage(tmp_path)) == []


def forbid_cutting(folder: Path) -> None:
    """Make the file one of the kind that never gives space back, as other tools make them."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as raw:
        raw.execute("PRAGMA auto_vacuum = NONE")
        raw.execute("VACUUM")


def test_a_file_of_another_kind_is_written_anew_once(
    storage: SqliteStorage, tmp_path: Path
) -> None:
    forbid_cutting(tmp_path)
    before = size(tmp_path)
    storage.delete_older_articles(day(2), ARTICLES)
    assert problems(storage) == []
    assert storage.shrink() > 0
    assert size(tmp_path) < 0.6 * before
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as raw:
        assert raw.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    assert problems(storage) == []
    assert len(storage.search_vectors(toward(0), 500, model=MODEL)) == ARTICLES // 2


def test_one_too_large_for_that_is_left_alone_and_named(
    storage: SqliteStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (space, verification):
        monkeypatch.setattr(module, "LARGEST_REWRITTEN", 1_000_000)
    forbid_cutting(tmp_path)
    storage.delete_older_articles(day(2), ARTICLES)
    assert storage.shrink() == 0
    assert problems(storage) == ["space"]
    finding = next(each for each in storage.verify(MODEL) if each.check == "space")
    assert finding.remedy is not None
    assert "restore" in finding.remedy
