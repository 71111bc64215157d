"""From every older file to today's, and not a step too far."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import SchemaError, StorageError
from retrieval.records import (
    Digest,
    DigestStory,
    Extent,
    Follow,
    Followed,
    Page,
    PageOutcome,
    PendingUpdate,
    Preferences,
    Subscriber,
    Turn,
    Written,
)
from retrieval.storage.sqlite.connection import Connections
from retrieval.storage.sqlite.engine import SqliteStorage
from retrieval.storage.sqlite.library_file import FILE_NAME
from retrieval.storage.sqlite.migrations import MIGRATIONS, migrate
from tests.storage.builders import MODEL, day, toward, url


def write_first_version(folder: Path) -> Path:
    """Make a library as the first version left it, with one article of one passage."""
    folder.mkdir()
    path = folder / FILE_NAME
    connections = Connections(path, 1.0)
    with connections.write() as db:
        MIGRATIONS.apply(db, stop_before="0002_receipts_and_inbox")
        half = toward(0).astype(np.float16).tobytes()
        db.executescript(
            """
            INSERT INTO articles (id, added_at, updated_at, content_hash, related, title, text)
            VALUES ('old', 1735689600000000, 1735689600000000, 'hash', '[]', 'Title', 'A text.');
            INSERT INTO models (name, dimension) VALUES ('model-a', 16);
            INSERT INTO indexings VALUES (1, 1, 'hash');
            INSERT INTO passage_terms (rowid, title, text) VALUES (1, 'title', 'a text');
            """
        )
        db.execute("INSERT INTO passages VALUES (1, 1, 1, 0, 0, 7, '[[0,7]]', ?)", (half,))
        db.execute("INSERT INTO sentence_vectors VALUES (1, ?)", (half,))
    connections.close()
    return path


def test_a_filled_library_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    write_first_version(tmp_path / "data")
    for _ in range(2):  # the second time there is nothing to do
        storage = SqliteStorage(tmp_path / "data")
        assert storage.get_articles(["old"])["old"].text == "A text."
        assert storage.get_passages([1])[0].text_terms == ("a", "text")
        assert [m.passage_id for m in storage.search_text(["text"], 3, model=MODEL)] == [1]
        assert [m.passage_id for m in storage.search_vectors(toward(0), 3, model=MODEL)] == [1]
        assert storage.statistics(MODEL).receipts == 0
        storage.accept_updates([PendingUpdate(1, "{}")])
        assert storage.pending_updates() == [PendingUpdate(1, "{}")]
        assert [finding for finding in storage.verify(MODEL) if not finding.ok] == []
        storage.close()


def test_each_step_is_recorded_once(tmp_path: Path) -> None:
    path = write_first_version(tmp_path / "data")
    connections = Connections(path, 1.0)
    later = migrate(connections)
    assert later[:2] == ["0002_receipts_and_inbox", "0003_reading"]
    assert migrate(connections) == []
    with connections.read() as db:
        names = [step.name for step in MIGRATIONS.applied(db)]
    assert names == ["0001_articles_and_passages", *later]
    connections.close()


def test_a_filled_library_of_the_second_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = write_first_version(tmp_path / "data")
    connections = Connections(path, 1.0)
    with connections.write() as db:
        MIGRATIONS.apply(db, stop_before="0003_reading")
        db.execute("INSERT INTO receipts VALUES (7, 1735689600000000, 1, 0.5, 'm', 'Why?', '{}')")
        db.execute("INSERT INTO inbox VALUES (3, 1735689600000000, NULL, '{}')")
    connections.close()
    storage = SqliteStorage(tmp_path / "data")
    article = storage.get_articles(["old"])["old"]
    assert (article.image_url, article.extent, article.withdrawn_at) == (None, Extent.FULL, None)
    assert storage.write_articles([article]) == [Written.UNCHANGED]
    assert storage.article_with_content("hash", None) == "old"
    assert storage.feeds() == storage.pending_notices() == []
    assert storage.count_due_pages(day(31)) == 0
    receipt = storage.get_receipt(7)
    assert receipt is not None
    assert receipt.question == "Why?"
    assert storage.pending_updates() == [PendingUpdate(3, "{}")]
    page = Page(url("a"), article_id="old")
    storage.record_pages([PageOutcome(page, withdrawn=True)], model=MODEL)
    assert storage.search_vectors(toward(0), 3, model=MODEL) == []
    assert storage.forget_receipts(day(31)) == 1
    assert [finding for finding in storage.verify(MODEL) if not finding.ok] == []
    storage.close()


def test_a_filled_library_of_the_fourth_version_can_keep_digests(tmp_path: Path) -> None:
    path = write_first_version(tmp_path / "data")
    connections = Connections(path, 1.0)
    with connections.write() as db:
        MIGRATIONS.apply(db, stop_before="0005_digests")
    connections.close()
    storage = SqliteStorage(tmp_path / "data")
    story = DigestStory(1, "Title", None, (storage.get_articles(["old"])["old"],), 1, 0.5)
    digest_id = storage.write_digest("key", Digest((story,), day(1), day(2)))
    assert storage.get_digests([digest_id])[digest_id].stories == (story,)
    storage.write_subscriber(Subscriber(1, Preferences(), active=True, next_due=day(3)))
    assert [each.chat_id for each in storage.due_subscribers(day(3), 9)] == [1]
    assert storage.digest_days(day(1).date()) == []
    assert [finding for finding in storage.verify(MODEL) if not finding.ok] == []
    storage.close()


def test_a_filled_library_of_the_fifth_version_can_keep_conversations(tmp_path: Path) -> None:
    path = write_first_version(tmp_path / "data")
    connections = Connections(path, 1.0)
    with connections.write() as db:
        MIGRATIONS.apply(db, stop_before="0006_conversations")
    connections.close()
    storage = SqliteStorage(tmp_path / "data")
    kept = storage.write_turn(Turn(1, 2, "who?", day(1), "who?"))
    assert storage.last_turns(1, 2, since=day(1), limit=1) == [kept]
    assert list(storage.iterate_feedback()) == []
    assert [finding for finding in storage.verify(MODEL) if not finding.ok] == []
    storage.close()


def test_a_filled_library_of_the_sixth_version_can_keep_follows(tmp_path: Path) -> None:
    path = write_first_version(tmp_path / "data")
    connections = Connections(path, 1.0)
    with connections.write() as db:
        MIGRATIONS.apply(db, stop_before="0007_follows")
        db.execute(
            "INSERT INTO turns VALUES (4, 1, 2, 'who?', 1735689600000000, 'who?', NULL, 0, '[]', "
            "NULL, NULL, NULL, 0, 9, 10, NULL, NULL, 1)"
        )
        db.execute(
            "INSERT INTO deliveries VALUES (5, 1, '2025-01-01', 'daily', NULL, 'en', 'UTC', "
            "0, 0, 1, NULL, 'waiting', 0, 0, NULL, NULL, NULL, NULL, NULL)"
        )
    connections.close()
    storage = SqliteStorage(tmp_path / "data")
    turn = storage.get_turn(4)
    assert turn is not None
    assert (turn.reply_id, turn.follow_id, turn.open) == (10, None, True)
    (delivery,) = storage.waiting_deliveries(1)
    assert (delivery.id, delivery.follow_id, delivery.turn_id) == (5, None, None)
    wish = Follow(1, 2, "who?", day(1), looked_until=day(1), due_from=day(1))
    became, kept = storage.add_follow(wish, 1)
    assert became is Followed.NEW
    assert storage.due_follows(day(2), day(2), 9) == [kept]
    assert [finding for finding in storage.verify(MODEL) if not finding.ok] == []
    storage.close()


def test_a_step_that_fails_leaves_nothing_of_itself(tmp_path: Path) -> None:
    path = write_first_version(tmp_path / "data")
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE inbox (in_the_way)")  # the step's second table
    raw.close()
    with pytest.raises(StorageError, match="inbox"):
        SqliteStorage(tmp_path / "data")
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM articles").fetchone() == (1,)
        assert not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'receipts'").fetchone()
        raw.execute("DROP TABLE inbox")
    raw.close()
    SqliteStorage(tmp_path / "data").close()


def test_a_new_library_can_give_space_back_and_is_kept_in_a_wal(tmp_path: Path) -> None:
    SqliteStorage(tmp_path / "data").close()
    raw = sqlite3.connect(tmp_path / "data" / FILE_NAME)
    assert raw.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


def test_a_library_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = write_first_version(tmp_path / "data")
    with sqlite3.connect(path) as raw:
        raw.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('kabar', '9999_of_the_future', '2100-01-01')"
        )
    raw.close()
    with pytest.raises(SchemaError, match="newer version"):
        SqliteStorage(tmp_path / "data")
    raw = sqlite3.connect(path)
    assert not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'inbox'").fetchone()
    raw.close()


@pytest.mark.parametrize("content", [b"not a database, but a letter to my aunt\n" * 100, b"x"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(SchemaError, match="not a Kabar library"):
        SqliteStorage(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == content


@pytest.mark.parametrize("application", [0, 1234])
def test_anothers_database_is_refused_and_left_alone(tmp_path: Path, application: int) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as raw:
        raw.execute(f"PRAGMA application_id = {application}")
        raw.execute("CREATE TABLE photos (id INTEGER)")
    raw.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(SchemaError, match="not a Kabar library"):
        SqliteStorage(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StorageError, match="KABAR_DATA_DIR"):
        SqliteStorage(tmp_path / "data")
