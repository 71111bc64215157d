"""Killed at any moment while reading: rows that belong together are there together."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from retrieval.records import Feed
from retrieval.storage.sqlite.engine import SqliteStorage
from retrieval.storage.sqlite.library_file import FILE_NAME
from tests.storage.builders import MODEL
from tests.storage.reading_worker import KEPT, PASSAGES, read_pages

ROOT = Path(__file__).parents[2]
KILLS = 6
INTERVAL = timedelta(minutes=15)


def lines_until_killed(folder: Path, minute: int, lines: int, more: float) -> list[list[str]]:
    """Let a worker tell so many lines, and kill it that many seconds later."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.reading_worker", str(folder), str(minute)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    told = [worker.stdout.readline() for _ in range(lines)]
    time.sleep(more)
    worker.kill()
    rest, _ = worker.communicate(timeout=30)
    return [line.split() for line in [*told, *rest.splitlines(keepends=True)] if line[-1] == "\n"]


def half_written(folder: Path) -> list[str]:
    """Return what is there without what belongs to it."""
    questions = {
        "passages without an article": "SELECT count(*) FROM passages "
        "WHERE article_key NOT IN (SELECT key FROM articles)",
        "articles without their passages": "SELECT count(*) FROM articles "
        "WHERE withdrawn_at IS NULL AND "
        f"(SELECT count(*) FROM passages WHERE article_key = key) != {PASSAGES}",
        "withdrawn articles that can be found": "SELECT count(*) FROM articles JOIN passages "
        "ON article_key = key WHERE withdrawn_at IS NOT NULL",
        "passages without words": "SELECT count(*) FROM passages "
        "WHERE id NOT IN (SELECT rowid FROM passage_terms)",
        "pages that were read without an article": "SELECT count(*) FROM pages "
        "WHERE read_at IS NOT NULL AND article_id IS NULL",
        "pages that are neither read nor due": "SELECT count(*) FROM pages "
        "WHERE read_at IS NULL AND due_at IS NULL",
        "pages that no feed lists": "SELECT count(*) FROM pages "
        "WHERE id NOT IN (SELECT page_id FROM listings)",
    }
    with closing(sqlite3.connect(folder / FILE_NAME)) as raw:
        counts = {what: raw.execute(question).fetchone()[0] for what, question in questions.items()}
    return [what for what, count in counts.items() if count]


def test_a_kill_loses_nothing_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path)
    for number in range(4):
        storage.add_feed(Feed(f"https://example.org/{number}.xml", interval=INTERVAL))
    listed: set[str] = set()
    visits: dict[str, list[int]] = defaultdict(list)
    minute, read = 0, 0
    chance = random.Random(4)
    for _ in range(KILLS):
        lines = chance.randint(1, 60)
        told = lines_until_killed(tmp_path, minute, lines, chance.random() * 0.04)
        for what, *words in told:
            if what == "visiting":
                visits[words[0]].append(int(words[1]))
                minute = max(minute, int(words[1]))
            elif what == "listed":
                listed |= set(words)
            else:
                minute, read = minute + 1, read + int(words[0])
        assert half_written(tmp_path) == []
        assert [url for url in listed if storage.get_page(url) is None] == []
        assert [finding for finding in storage.verify(MODEL) if not finding.ok] == []
    assert len(visits) == 4
    assert read > 20
    assert timedelta(minutes=minute) > KEPT  # so that articles were deleted, too
    for minutes in visits.values():
        gaps = [later - earlier for earlier, later in pairwise(minutes)]
        assert all(gap >= INTERVAL.total_seconds() / 60 for gap in gaps)
    while read_pages(storage, minute + 1_000):  # the leases of the dead have ended
        continue
    unread = [url for url in listed if (page := storage.get_page(url)) and page.read_at is None]
    assert unread == []
    assert half_written(tmp_path) == []
    storage.close()
