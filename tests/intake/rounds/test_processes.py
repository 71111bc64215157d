"""Several processes that read for one library, and some of them killed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from retrieval.records import Feed
from retrieval.storage.sqlite.engine import SqliteStorage
from tests.news_site import NewsSite, invented, page
from tests.storage.builders import MODEL

ROOT = Path(__file__).parents[3]
FEEDS = 6
ARTICLES = 8
KILLS = 5
IN_FLIGHT = 3
"""KABAR_MAX_FETCHES of the worker."""

Start = Callable[[float], "subprocess.Popen[str]"]


@pytest.fixture
def slow_site() -> Iterator[NewsSite]:
    """Feeds on three hosts, each of articles that take their time."""
    with NewsSite(hosts=3) as site:
        for number in range(FEEDS):
            host = site.hosts[number % 3]
            stories = invented(ARTICLES, seed=number)
            host.publish(stories, feed=f"/feed-{number}.xml", delay=0.02)
            for story in stories:
                host.put(story.path, page(story, host.url), delay=0.05)
        yield site


@pytest.fixture
def folder(tmp_path: Path, slow_site: NewsSite) -> Path:
    storage = SqliteStorage(tmp_path / "data")
    for number in range(FEEDS):
        storage.add_feed(Feed(f"{slow_site.hosts[number % 3].url}/feed-{number}.xml"))
    storage.close()
    return tmp_path / "data"


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(ahead: float = 0) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.intake.rounds.worker", str(folder), str(ahead)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield begin
    for process in started:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdout:
        process.stdout.close()


def wait_until_read(folder: Path, articles: int) -> None:
    """Wait until so many articles are read and indexed."""
    storage = SqliteStorage(folder)
    deadline = time.monotonic() + 30
    try:
        while time.monotonic() < deadline:
            found = storage.statistics(MODEL)
            if found.articles >= articles and not found.unindexed_articles:
                return
            time.sleep(0.05)
        raise AssertionError(storage.statistics(MODEL))
    finally:
        storage.close()


def visits(site: NewsSite) -> dict[str, int]:
    """How often each feed was asked for."""
    return {
        f"/feed-{number}.xml": len(site.hosts[number % 3].requests_to(f"/feed-{number}.xml"))
        for number in range(FEEDS)
    }


def reads(site: NewsSite) -> list[int]:
    """How often each page was asked for that was asked for at all."""
    counts: dict[tuple[str, str], int] = {}
    for each in site.all_requests:
        if each.path.startswith("/en/"):
            counts[each.host, each.path] = counts.get((each.host, each.path), 0) + 1
    return list(counts.values())


def test_two_processes_share_the_work_and_ask_for_nothing_twice(
    slow_site: NewsSite, folder: Path, start: Start
) -> None:
    start(0)
    start(0)
    wait_until_read(folder, FEEDS * ARTICLES)
    assert set(visits(slow_site).values()) == {1}
    assert reads(slow_site) == [1] * FEEDS * ARTICLES


def test_a_process_that_is_killed_again_and_again_loses_nothing(
    slow_site: NewsSite, folder: Path, start: Start
) -> None:
    chance = random.Random(7)
    for _ in range(KILLS):
        process = start(0)
        asked = len(slow_site.all_requests) + chance.randint(2, 9)
        with suppress(TimeoutError):  # there is nothing left to do within this interval
            slow_site.wait_for(lambda asked=asked: len(slow_site.all_requests) >= asked, timeout=10)
        time.sleep(chance.uniform(0, 0.1))
        end(process)
        check_whole(folder)
    assert 0 < len(reads(slow_site)) < FEEDS * ARTICLES  # they did come in the middle
    # All of that happened within the feeds' interval.
    assert max(visits(slow_site).values()) == 1
    start(20 * 60)
    wait_until_read(folder, FEEDS * ARTICLES)
    assert max(visits(slow_site).values()) <= 2
    assert sum(reads(slow_site)) <= FEEDS * ARTICLES + KILLS * IN_FLIGHT
    check_whole(folder)


def check_whole(folder: Path) -> None:
    """No passage without its article, and what is read is indexed or known to be not."""
    storage = SqliteStorage(folder)
    try:
        assert [each.detail for each in storage.verify(MODEL) if not each.ok] == []
        found = storage.statistics(MODEL)
        assert found.passages == found.articles - found.unindexed_articles
    finally:
        storage.close()
