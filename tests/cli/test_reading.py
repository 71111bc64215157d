"""`kabar fetch`, `ingest` with addresses, and what the other commands say of feeds."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.cli import WITHOUT_A_BOT
from tests.cli.articles import (
    BRIDGE_QUESTION,
    BRIDGE_SENTENCE,
    FERRY_QUESTION,
    FERRY_SENTENCE,
    bridge,
    corrected,
    ferry,
)
from tests.cli.conftest import Command, OnItsLibrary, Process
from tests.conftest import SEEDS
from tests.news_site import NewsSite


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite() as server:
        yield server


def test_from_a_feed_to_an_answer(reader: Command, site: NewsSite) -> None:
    feed = site.publish([ferry(), bridge()])
    assert reader("fetch").out.startswith("No feed is read yet.")
    assert reader("feeds", "add", feed).status == 0
    outcome = reader("fetch")
    assert (outcome.status, outcome.out, outcome.err) == (
        0,
        "1 feed visited (1 unchanged), 2 articles new\n",
        "",
    )
    assert FERRY_SENTENCE in reader("ask", FERRY_QUESTION).out
    answer = reader("ask", BRIDGE_QUESTION, "--json").json
    assert answer["answered"]
    assert BRIDGE_SENTENCE in answer["quotes"][0]["text"]
    assert answer["quotes"][0]["article"]["source"] == "The Kalumpang Post"
    (listed,) = reader("feeds", "list", "--json").json["feeds"]
    assert (listed["state"], listed["articles_24h"], listed["pending_pages"]) == ("ok", 2, 0)

    asked = len(site.all_requests)
    again = reader("fetch", "--json")
    assert (again.status, again.json["feeds_unchanged"], again.json["new"]) == (0, 1, 0)
    assert [request.status for request in site.all_requests[asked:]] == [304]


def test_a_round_names_what_failed_and_reads_the_rest(reader: Command, site: NewsSite) -> None:
    feed = site.publish([ferry()])
    broken = site.publish([bridge()], feed="/broken.xml")
    reader("feeds", "add", feed, broken)
    site.fail("/broken.xml", 503)
    outcome = reader("fetch")
    assert outcome.status == 3
    assert outcome.out.startswith("2 feeds visited (1 unchanged), 2 articles new, 1 problem")
    assert broken in outcome.err
    assert len(outcome.err.splitlines()) == 1
    reader("feeds", "pause", "2")
    assert reader("fetch").status == 0  # a paused feed is left out


def test_addresses_and_files_are_read_together(
    reader: Command, site: NewsSite, tmp_path: Path
) -> None:
    site.publish([ferry(), bridge()])
    file = tmp_path / "a.txt"
    file.write_text("Snow in Ostervik\n\nSnow closed the railway of Ostervik for two days.\n")
    first, missing = site.url + ferry().path, site.url + "/missing.html"
    outcome = reader("ingest", first, file, missing)
    assert outcome.status == 3
    read, summary = outcome.out.splitlines()
    assert read.startswith("Read: Ferry runs aground off Tarumbek (The Kalumpang Post, 20")
    assert summary == "2 new, 0 updated, 0 unchanged, 1 skipped"
    assert outcome.err.startswith(f"Skipped {missing}: ")
    assert len(outcome.err.splitlines()) == 1
    assert FERRY_SENTENCE in reader("ask", FERRY_QUESTION).out
    site.publish([corrected(ferry(), "214", "241")])
    content = reader("ingest", first, "--json").json
    assert (content["new"], content["updated"], content["skipped"]) == (0, 1, 0)
    corrected_answer = reader("ask", FERRY_QUESTION).out
    assert "241 passengers" in corrected_answer
    assert "214" not in corrected_answer


def test_a_list_of_feeds_is_no_article(reader: Command) -> None:
    file = SEEDS / "feeds.opml"
    outcome = reader("ingest", file)
    assert outcome.failed_with_one_sentence(2)
    assert f"`kabar feeds import {file}`" in outcome.err
    outcome = reader("ingest", SEEDS)
    assert (outcome.status, outcome.out) == (0, "1 new, 0 updated, 0 unchanged, 0 skipped\n")


def test_doctor_and_stats_know_of_feeds(reader: Command, site: NewsSite) -> None:
    def findings() -> list[str]:
        return [line for line in reader("doctor").out.splitlines() if "feeds:" in line]

    assert findings() == ["ok    feeds: none; `kabar feeds add ADDRESS` has one read"]
    feed = site.publish([ferry()])
    gone = site.publish([bridge()], feed="/gone.xml")
    reader("feeds", "add", feed, gone)
    reader("fetch")
    (line,) = findings()
    assert line.startswith("ok    feeds: 2 feeds; KABAR_CONTACT is not set")
    site.fail("/gone.xml", 404)
    reader("fetch")
    (line,) = findings()
    assert line.startswith(f"WRONG feeds: The Kalumpang Post ({gone}) cannot be read: ")
    assert reader("doctor").status == 1
    content = reader("stats", "--json").json
    assert (content["feeds"], content["feeds_paused"], content["pages_waiting"]) == (2, 0, 0)
    assert "feeds       2\n" in reader("stats").out


def wait_for(condition: Callable[[], object]) -> None:
    """Wait for what another process does."""
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def wait_until_indexed(file: Path) -> None:
    """Wait until the one article that a process reads can be found."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as rows:
        wait_for(lambda: rows.execute("SELECT count(*) FROM passages").fetchone()[0])


def test_a_round_that_is_stopped_keeps_what_it_read(
    start_reader: Callable[..., Process], on_its_library: OnItsLibrary, site: NewsSite
) -> None:
    slow = bridge()
    feed = site.publish([ferry(), slow])
    with on_its_library() as kabar:
        kabar.newsroom.add_feed(feed)
    site.put(slow.path, "too late", delay=30)
    process = start_reader("fetch", "--json")
    site.wait_for(lambda: site.requests_to(slow.path), 60)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err == "Stopped; what was read so far is kept. Run it again to go on.\n"
    with on_its_library() as kabar:
        (status,) = kabar.newsroom.feeds()
        assert status.pending_pages == 1
        assert [article.title for article in kabar.latest(5)] == [ferry().title]


def shown(page: httpx.Client) -> dict[str, Any]:
    """Return what the playground tells a page that knows nothing yet."""
    with page.stream("GET", "/events") as events:
        told = next(line for line in events.iter_lines() if line.startswith("data: "))
    everything: dict[str, Any] = json.loads(told.removeprefix("data: "))
    return everything


def test_without_a_token_the_playground_reads_the_feeds_and_leaves_the_library_alone(
    start_reader: Callable[..., Process],
    on_its_library: OnItsLibrary,
    site: NewsSite,
    unused_port: int,
    tmp_path: Path,
) -> None:
    with on_its_library() as kabar:
        kabar.newsroom.add_feed(site.publish([ferry()]))
        feeds = list(kabar.newsroom.feeds())
    process = start_reader("run", "--port", str(unused_port))
    assert process.stderr
    said = [process.stderr.readline() for _ in range(2)]
    page = f"http://127.0.0.1:{unused_port}"
    assert said == [f"{WITHOUT_A_BOT}\n", f"Open {page} in a browser; Ctrl-C ends it.\n"]
    wait_until_indexed(tmp_path / "data" / "playground" / str(unused_port) / "kabar.db")
    # Connections that wait are closed by the server: each request has its own.
    unkept = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=page, trust_env=False, timeout=30, limits=unkept) as http:
        who = shown(http)["people"][0]["id"]
        message = {"person": who, "chat": who, "text": FERRY_QUESTION}
        http.post("/say", json=message, headers={"Origin": page}).raise_for_status()
        wait_for(lambda: FERRY_SENTENCE in json.dumps(shown(http)["messages"], ensure_ascii=False))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err
    with on_its_library() as kabar:
        assert kabar.latest(5) == []
        assert list(kabar.newsroom.feeds()) == feeds
