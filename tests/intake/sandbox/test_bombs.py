"""Documents that would take everything: over in seconds, and this process hardly notices."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from retrieval.errors import IntakeError
from retrieval.intake.sandbox.limits import HEADROOM_BYTES
from retrieval.intake.sandbox.sandbox import Sandbox
from tests.intake.sandbox import bombs
from tests.intake.sandbox.processes import memory_bytes, watched_memory

MAX_SECONDS = 20
MAX_GROWTH_BYTES = 50_000_000
URL = "https://example.org/feed"
FEED = b"<rss><channel><title>News</title></channel></rss>"

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")


@pytest.mark.parametrize("bomb", bombs.FEEDS)
def test_a_bomb_of_a_feed_ends_soon_and_leaves_nothing(
    sandbox: Sandbox, bomb: Callable[[], bytes]
) -> None:
    sandbox.read_feed(FEED, url=URL, content_type=None)
    content, started = bomb(), time.monotonic()
    with watched_memory() as growth:
        try:
            feed = sandbox.read_feed(content, url=URL, content_type=None)
        except IntakeError as error:
            told = str(error)
            feed = None
    assert time.monotonic() - started < MAX_SECONDS
    assert growth.bytes < MAX_GROWTH_BYTES
    if feed is None:
        assert len(told) < 200
        assert "\n" not in told
    else:
        assert len(feed.entries) <= 1_000
        assert sum(len(entry.text) for entry in feed.entries) <= 1_500_000
    assert sandbox.read_feed(FEED, url=URL, content_type=None).title == "News"
    assert memory_bytes(sandbox.pids[0]) < HEADROOM_BYTES + 100_000_000


def test_of_twelve_megabytes_of_items_the_first_thousand_are_kept(sandbox: Sandbox) -> None:
    content = bombs.items()
    assert len(content) > 11_000_000
    feed = sandbox.read_feed(content, url=URL, content_type=None)
    assert [entry.title for entry in feed.entries] == [f"Headline {n}" for n in range(1_000)]


@pytest.mark.parametrize("read", [Sandbox.find_feeds, None])
def test_a_page_of_nested_tags_ends_soon(
    sandbox: Sandbox, read: Callable[..., object] | None
) -> None:
    content, started = bombs.nested_page(), time.monotonic()
    with watched_memory() as growth, suppress(IntakeError):
        if read:
            assert sandbox.find_feeds(content, url=URL, content_type=None) == []
        else:
            sandbox.read_page([(content, URL, None)])
    assert time.monotonic() - started < MAX_SECONDS
    assert growth.bytes < MAX_GROWTH_BYTES
    assert sandbox.read_feed(FEED, url=URL, content_type=None).title == "News"
