"""Every kind of damage is found by the check that is there for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.records import Feed
from retrieval.storage.sqlite.engine import SqliteStorage
from retrieval.storage.sqlite.library_file import FILE_NAME
from tests.storage.builders import FEED, MODEL, day, leaning, make_page, put, toward


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    storage = SqliteStorage(tmp_path)
    for number in range(5):
        put(
            storage,
            f"a{number}",
            vector=leaning(1 - number / 10),
            text_terms=["word", f"only{number}"],
        )
    storage.add_feed(Feed(FEED))
    storage.record_visit(Feed(FEED), [make_page("a", due=day(5))])
    yield storage
    storage.close()


def failed(storage: SqliteStorage) -> list[str]:
    return [finding.check for finding in storage.verify(MODEL) if not finding.ok]


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ('UPDATE passages SET "end" = 10000 WHERE id = 2', "passages"),
        ("UPDATE passages SET sentences = '[[0,5],[5,9000]]' WHERE id = 2", "passages"),
        ("UPDATE articles SET content_hash = 'other' WHERE id = 'a3'", "passages"),
        ("UPDATE passages SET vector = zeroblob(32) WHERE id = 2", "vectors"),
        ("UPDATE passages SET vector = zeroblob(30) WHERE id = 2", "vectors"),
        ("UPDATE sentence_vectors SET vectors = zeroblob(64) WHERE passage_id = 2", "vectors"),
        ("DELETE FROM sentence_vectors WHERE passage_id = 2", "vectors"),
        ("DELETE FROM passage_terms WHERE rowid = 2", "search terms"),
        ("INSERT INTO passage_terms (rowid, title, text) VALUES (99, '', 'x')", "search terms"),
        ("UPDATE passage_terms_content SET c1 = 'word changed' WHERE id = 2", "search terms"),
        ("UPDATE models SET passages = 7", "counts"),
        ("DELETE FROM indexings WHERE article_key = 2", "links between tables"),
        ("UPDATE articles SET withdrawn_at = 1 WHERE id = 'a3'", "withdrawn articles"),
        ("UPDATE pages SET host = 'other.test'", "pages to read"),
        ("UPDATE pages SET entry = '{\"key\":'", "pages to read"),
        ("UPDATE pages SET entry = '{\"words\":1}'", "pages to read"),
        ("UPDATE pages SET feed_id = 99", "links between tables"),
        ("UPDATE listings SET page_id = 99", "links between tables"),
    ],
)
def test_damage_is_found(storage: SqliteStorage, tmp_path: Path, damage: str, check: str) -> None:
    assert failed(storage) == []
    raw = sqlite3.connect(tmp_path / FILE_NAME)  # its foreign keys are off
    with raw:
        raw.execute(damage)
    raw.close()
    assert check in failed(storage)
    finding = next(each for each in storage.verify(MODEL) if each.check == check)
    assert finding.remedy
    assert finding.detail


def test_an_index_that_lost_a_passage_is_found(storage: SqliteStorage) -> None:
    assert failed(storage) == []
    index = storage._indexes[MODEL].index
    assert index is not None
    index.remove(np.array([3], np.int64))
    assert failed(storage) == ["vector index"]


def test_an_index_that_holds_another_vector_is_found(storage: SqliteStorage) -> None:
    assert failed(storage) == []
    index = storage._indexes[MODEL].index
    assert index is not None
    index.halves[2] = toward(5).astype(np.float16)
    assert failed(storage) == ["vector index"]


def test_many_problems_are_told_in_few_words(storage: SqliteStorage, tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / FILE_NAME)
    with raw:
        raw.execute('UPDATE passages SET "end" = 10000')
    raw.close()
    finding = next(each for each in storage.verify(MODEL) if each.check == "passages")
    assert finding.detail.endswith("and 2 more")


def test_an_unknown_model_is_well(storage: SqliteStorage) -> None:
    assert [each for each in storage.verify("unknown") if not each.ok] == []
