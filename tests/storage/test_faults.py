"""What goes wrong with files and disks, by the real thing each time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.errors import StorageBusyError, StorageError, StorageFullError
from retrieval.storage.sqlite.engine import SqliteStorage
from retrieval.storage.sqlite.library_file import FILE_NAME
from tests.storage.builders import MODEL, index, make_article, make_passage, put, toward


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    storage = SqliteStorage(tmp_path, busy_timeout=0.3)
    yield storage
    storage.close()


def test_a_library_held_by_another_is_busy_for_writers_only(
    storage: SqliteStorage, tmp_path: Path
) -> None:
    put(storage, "a", text_terms=["word"])
    holder = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusyError, match="try again"):
        storage.write_articles([make_article("b")])
    assert len(storage.search_text(["word"], 3, model=MODEL)) == 1
    assert len(storage.search_vectors(toward(0), 3, model=MODEL)) == 1
    other = SqliteStorage(tmp_path, busy_timeout=0.3)  # opening needs no write lock
    assert other.count_passages(MODEL) == 1
    other.close()
    holder.execute("ROLLBACK")
    holder.close()
    put(storage, "b")


def test_a_thread_that_writes_too_long_makes_the_others_busy(storage: SqliteStorage) -> None:
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with storage._connections.write():
            holding.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(10)
    with pytest.raises(StorageBusyError):
        storage.write_articles([make_article("a")])
    done.set()
    thread.join()
    storage.write_articles([make_article("a")])


def test_a_full_disk_half_writes_nothing(storage: SqliteStorage) -> None:
    kept = put(storage, "kept", text_terms=["word"])
    db = storage._connections.current()
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone()
    long = make_article("long", text="Many words. " * 20_000)
    with pytest.raises(StorageFullError, match="Free some space"):
        storage.write_articles([make_article("first"), long])
    assert storage.get_articles(["first", "long"]) == {}
    wide = make_article("wide")
    storage.write_articles([wide])
    passages = [make_passage(wide, n, text_terms=["other"] * 500) for n in range(60)]
    with pytest.raises(StorageFullError):
        storage.write_passages(MODEL, [index(wide, *passages)])
    assert [m.passage_id for m in storage.search_vectors(toward(0), 9, model=MODEL)] == [kept]
    assert [m.passage_id for m in storage.search_text(["word"], 9, model=MODEL)] == [kept]
    assert storage.document_frequencies(["other"]) == {"other": 0}
    db.execute("PRAGMA max_page_count = 1000000").fetchone()  # space was freed
    storage.write_articles([long])
    assert storage.write_passages(MODEL, [index(wide, *passages)]) == 1
    assert [finding for finding in storage.verify(MODEL) if not finding.ok] == []


def test_a_value_too_large_for_the_engine_is_a_storage_error(storage: SqliteStorage) -> None:
    with pytest.raises(StorageError, match="cannot be stored"):
        storage.finish_update(2**70)


def test_a_damaged_page_is_reported_and_not_raised_by_verify(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path)
    for number in range(30):
        put(storage, f"a{number}", text="Words. " * 300, text_terms=["word"])
    storage.close()
    path = tmp_path / FILE_NAME
    content = bytearray(path.read_bytes())
    page = content.rfind(b"Words. " * 20) // 4096 * 4096  # one of the articles'
    content[page : page + 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    storage = SqliteStorage(tmp_path)
    findings = storage.verify(MODEL)
    assert next(finding.check for finding in findings if not finding.ok) == "library file"
    assert findings[0].remedy is not None
    with pytest.raises(StorageError, match="backup"):
        storage.backup(tmp_path / "copy.db")
    storage.close()
    assert not (tmp_path / "copy.db").exists()


def test_connections_of_ended_threads_are_closed(storage: SqliteStorage) -> None:
    for _ in range(20):
        thread = threading.Thread(target=storage.count_passages, args=(MODEL,))
        thread.start()
        thread.join()
        del thread
    storage.count_passages(MODEL)
    alive = [closer for closer in storage._connections._closers if closer.alive]
    assert len(alive) <= 2
