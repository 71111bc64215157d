"""What is read in the sandbox is what would be read here, and its end is nobody else's."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.errors import IntakeError, TooLargeError
from retrieval.intake.feeds.reading import read_feed
from retrieval.intake.sandbox import worker
from retrieval.intake.sandbox.sandbox import Sandbox
from retrieval.records import ExtractedPage, FeedContent, FeedEntry, FoundFeed
from tests.intake.feeds.reading import SAMPLES
from tests.intake.sandbox import bombs
from tests.intake.sandbox.processes import (
    comes_true,
    is_zombie,
    memory_bytes,
    processor_seconds,
    runs,
)

URL = "https://example.org/feed"
FEED = b"<rss><channel><title>News</title><item><title>T</title></item></channel></rss>"
PARAGRAPH = "Warga Lembah mengungsi ke balai desa setelah sungai meluap pada Senin malam. " * 3
PAGE = f"""<html lang="id"><head><title>Sungai meluap</title></head><body><article>
<h1>Sungai meluap</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></article></body></html>""".encode()

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")


def title_of(box: Sandbox, content: bytes = FEED) -> str | None:
    return box.read_feed(content, url=URL, content_type=None).title


@pytest.mark.parametrize("name", [path.name for path in sorted(SAMPLES.iterdir())])
def test_a_feed_comes_out_of_the_sandbox_as_it_is_read(sandbox: Sandbox, name: str) -> None:
    content = (SAMPLES / name).read_bytes()
    if name.endswith(".opml"):
        assert sandbox.read_opml(content)[0] == FoundFeed(
            "https://warta.example.org/feed", "Warta & Pesisir"
        )
    else:
        read = sandbox.read_feed(content, url=URL, content_type="text/xml; charset=utf-8")
        assert read == read_feed(content, url=URL, content_type="text/xml; charset=utf-8")


def test_the_feeds_of_a_page_are_found(sandbox: Sandbox) -> None:
    page = b'<link rel="alternate" type="application/rss+xml" title="Berita" href="/rss">'
    found = sandbox.find_feeds(page, url=URL, content_type="text/html")
    assert found == [FoundFeed("https://example.org/rss", "Berita")]


def test_an_article_is_found_in_a_page(sandbox: Sandbox) -> None:
    entry = FeedEntry(key="k", url=URL, title="Sungai meluap", published_at=datetime.now(UTC))
    page = sandbox.read_page([(PAGE, "https://example.org/a/1", "text/html")], entry=entry)
    assert isinstance(page, ExtractedPage)
    assert "mengungsi ke balai desa" in page.text


def test_what_is_wrong_with_a_document_is_told_as_it_is_found(sandbox: Sandbox) -> None:
    with pytest.raises(IntakeError, match="a web page and no feed") as caught:
        title_of(sandbox, b"<!doctype html><html>")
    assert (type(caught.value), caught.value.where) == (IntakeError, URL)
    with pytest.raises(TooLargeError, match="larger than"):
        title_of(sandbox, bombs.zipped())
    with pytest.raises(IntakeError, match="no list of feeds") as caught:
        sandbox.read_opml(b"<rss/>", "mine.opml")
    assert caught.value.where == "mine.opml"


def test_no_child_is_started_before_it_is_needed_and_one_does_it_all() -> None:
    with Sandbox(workers=4) as box:
        assert box.pids == ()
        assert [title_of(box) for _ in range(5)] == ["News"] * 5
        assert len(box.pids) == 1


def test_any_thread_may_ask_and_gets_its_own_answer() -> None:
    def read(number: int) -> str | None:
        return title_of(box, FEED.replace(b"News", b"News %d" % number))

    with Sandbox(workers=2) as box, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, range(60))) == [f"News {number}" for number in range(60)]
        assert len(box.pids) == 2


def test_a_document_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    with Sandbox(seconds=0.5) as box:
        started = time.monotonic()
        with pytest.raises(IntakeError, match=r"longer than 0\.5 seconds and was given up"):
            title_of(box, bombs.slow())
        assert time.monotonic() - started < 15
        assert title_of(box) == "News"


@linux
def test_a_document_that_takes_too_much_memory_is_given_up_and_the_next_is_read() -> None:
    with Sandbox() as box:
        content = bombs.too_large_for_memory()
        with pytest.raises(IntakeError, match="more memory than it may"):
            title_of(box, content)
        assert title_of(box) == "News"


@linux
def test_a_child_that_dies_over_a_document_takes_nobody_with_it() -> None:
    with Sandbox() as box, ThreadPoolExecutor(1) as pool:
        title_of(box)
        (pid,) = box.pids
        worked = processor_seconds(pid)
        reading = pool.submit(title_of, box, bombs.slow())
        assert comes_true(lambda: processor_seconds(pid) > worked + 0.1, 30)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(IntakeError, match="ended the process"):
            reading.result(10)
        assert not is_zombie(pid)
        assert title_of(box) == "News"


@linux
def test_a_child_that_was_killed_while_idle_is_replaced_without_a_word() -> None:
    with Sandbox() as box:
        title_of(box)
        (pid,) = box.pids
        os.kill(pid, signal.SIGKILL)
        assert comes_true(lambda: not runs(pid))
        assert title_of(box) == "News"
        assert not is_zombie(pid)


@linux
def test_a_child_is_replaced_before_it_grows_old(sandbox: Sandbox) -> None:
    pids = set()
    for _ in range(worker.MAX_TASKS + 2):
        assert title_of(sandbox) == "News"
        pids |= set(sandbox.pids)
    assert len(pids) == 2
    assert not any(map(is_zombie, pids))
    assert all(memory_bytes(pid) < 150_000_000 for pid in sandbox.pids)


@linux
def test_closing_ends_the_child_and_whoever_waits_for_it() -> None:
    box = Sandbox()
    with ThreadPoolExecutor(3) as pool:
        title_of(box)
        (pid,) = box.pids
        waiting = [pool.submit(title_of, box, bombs.slow()) for _ in range(3)]
        threading.Timer(0.2, box.close).start()
        for each in waiting:
            with pytest.raises(IntakeError, match="Kabar is stopping"):
                each.result(10)
    assert box.pids == ()
    assert not runs(pid)
    assert not is_zombie(pid)
    with pytest.raises(IntakeError, match="Kabar is stopping"):
        title_of(box)
    box.close()


@linux
def test_a_sandbox_that_nobody_closed_leaves_no_child() -> None:
    box = Sandbox()
    title_of(box)
    (pid,) = box.pids
    del box
    assert comes_true(lambda: not runs(pid))


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.binary(max_size=300), st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_asked_is_answered_or_refused(
    sandbox: Sandbox, content: bytes, content_type: str, url: str
) -> None:
    for prefix in (b"", b"<rss><channel><item>", b'{"items":[', b"<urlset><url><loc>"):
        try:
            feed = sandbox.read_feed(prefix + content, url=url, content_type=content_type)
        except IntakeError:
            continue
        assert isinstance(feed, FeedContent)
