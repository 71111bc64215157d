"""The queue of pages stays quick when it is long: measured in processor time, not by the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from retrieval.records import Feed
from retrieval.storage.sqlite.engine import SqliteStorage
from tests.storage.builders import FEED, day, make_page

PAGES = 100_000
HOSTS = 50


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStorage]:
    """A library with 100,000 pages of 50 hosts, four in five of which are due only later."""
    storage = SqliteStorage(tmp_path_factory.mktemp("queue"))
    storage.add_feed(Feed(FEED))
    with storage._connections.write() as db:
        db.execute(
            """
            WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
            INSERT INTO pages (url, host, newest_at, found_at, listed_at, due_at, attempts)
            SELECT 'https://h' || (n % ?2) || '.test/' || n, 'h' || (n % ?2) || '.test',
                n, n, n, CASE WHEN n / ?2 % 5 THEN ?3 ELSE 5 END, 0 FROM number
            """,
            (PAGES, HOSTS, 2**60),
        )
    yield storage
    storage.close()


def least_cpu_ms(call: Callable[[], object], times: int = 5) -> float:
    spent = []
    for _ in range(times):
        before = time.thread_time()
        call()
        spent.append((time.thread_time() - before) * 1000)
    return min(spent)


def test_pages_are_claimed_in_milliseconds(storage: SqliteStorage) -> None:
    def claim() -> None:
        pages = storage.claim_pages(day(1), 64, lease=timedelta(days=1))
        assert len({page.url.split("/")[2] for page in pages}) == HOSTS
        assert len(pages) == 64

    assert least_cpu_ms(claim) < 30
    assert least_cpu_ms(lambda: storage.count_due_pages(day(1))) < 60


@pytest.mark.parametrize("changed", [False, True])
def test_a_visit_of_a_thousand_entries_is_quick(storage: SqliteStorage, changed: bool) -> None:
    turn = 0

    def visit() -> None:
        nonlocal turn
        turn += changed
        pages = [
            make_page(f"{changed}-{number}", due=day(5), text=f"Words, {turn}. " * 40)
            for number in range(1_000)
        ]
        before = time.thread_time()
        new = storage.record_visit(replace(Feed(FEED), visited_at=day(5)), pages)
        took.append((time.thread_time() - before) * 1000)
        assert new in (0, 1_000)

    took: list[float] = []
    for _ in range(4):
        visit()
    assert took[0] < 200  # all new, and the file grows for the first time
    assert min(took[1:]) < 100


def test_no_plan_reads_the_whole_table(storage: SqliteStorage) -> None:
    """What runs at every tick finds its rows by an index."""
    seen: list[str] = []
    db = storage._connections.current()
    db.conn.set_trace_callback(seen.append)
    storage.claim_feeds(day(5), 5, lease=timedelta(0))
    storage.claim_pages(day(5), 5, lease=timedelta(0))
    storage.get_page("https://h1.test/1")
    storage.forget_pages(day(1))
    db.conn.set_trace_callback(None)
    statements = [each for each in seen if "pages" in each and "INSERT" not in each]
    assert statements
    for statement in statements:
        for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall():
            assert detail != "SCAN pages", statement
