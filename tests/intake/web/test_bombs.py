"""Bombs go off in time, in one sentence, and in little memory: measured in another process."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.news_site import NewsSite, RawServer, endless
from tests.news_site.bombs import gzip_bomb, large_feed

SECONDS = 1
"""What a fetch may take here; 20 by default."""
MEGABYTES = 50

HUGE = 100_000_000
GZIP = {"content-encoding": "gzip"}
KINDS = {
    "gzip bomb": "larger than 10 MB",
    "doubly zipped bomb": "not asked for",
    "zip within a zip": None,  # one layer is unpacked: the bytes of a small zip file
    "large feed": "larger than 10 MB",
    "large feed of unknown size": "larger than 10 MB",
    "large feed, zipped": "larger than 10 MB",
    "endless stream": "larger than 10 MB",
    "endless drip": "longer than 1 seconds",
    "endless empty zips": "damaged",
    "endless redirects": "more than 5 times",
    "endless header": "no valid HTTP",
    "endless dripping header": "longer than 1 seconds",
    "endless promises": "longer than 1 seconds",
    "endless chunk size": "no valid HTTP",
}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, Any]]:
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("memory is measured through Linux's /proc")
    with ExitStack() as stack:
        site = stack.enter_context(NewsSite())
        urls = set_up(site, stack)
        warm_up = site.put("/page", b"a page " * 100_000)
        assert set(urls) == set(KINDS)
        command = [sys.executable, "-m", "tests.intake.web.bomb_reader", str(SECONDS), warm_up]
        result = subprocess.run(
            [*command, *urls.values()], capture_output=True, text=True, check=False, timeout=60
        )
    assert result.returncode == 0, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return dict(zip(urls, lines, strict=True))


def set_up(site: NewsSite, stack: ExitStack) -> dict[str, str]:
    feed = large_feed(12_000_000)

    async def streamed() -> Any:
        for start in range(0, len(feed), 65_536):
            yield feed[start : start + 65_536]

    def raw(first: bytes, then: bytes, every: float = 0) -> str:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if b"robots.txt" in await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            writer.write(first)
            while True:
                writer.write(then)
                await writer.drain()
                await asyncio.sleep(every)

        return stack.enter_context(RawServer(talk)).url

    promise = b"HTTP/1.1 103 Early Hints\r\nLink: " + b"x" * 1_000 + b"\r\n\r\n"
    ok = b"HTTP/1.1 200 OK\r\n"
    stacked = {"content-encoding": "gzip, gzip"}
    empty_zips = gzip.compress(b"") * 3_000
    bomb = gzip_bomb(HUGE)
    double = gzip.compress(bomb)
    return {
        "gzip bomb": site.put("/1", bomb, headers=GZIP),
        "doubly zipped bomb": site.put("/2", double, headers=stacked),
        "zip within a zip": site.put("/3", double, headers=GZIP),
        "large feed": site.put("/4", feed),
        "large feed of unknown size": site.put("/5", streamed),
        "large feed, zipped": site.put("/6", gzip.compress(feed, 1), headers=GZIP),
        "endless stream": site.put("/7", endless(b"<item/>" * 9_000, every=0)),
        "endless drip": site.put("/8", endless(b"<item/>", every=0.05)),
        "endless empty zips": site.put("/9", endless(empty_zips, every=0), headers=GZIP),
        "endless redirects": site.redirect("/10", "/10"),
        "endless header": raw(ok + b"X: ", b"y" * 50_000),
        "endless dripping header": raw(ok + b"X: ", b"y", 0.02),
        "endless promises": raw(b"", promise, 0.0001),
        "endless chunk size": raw(ok + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 50_000),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_bomb_ends_in_time_in_one_sentence_and_in_little_memory(
    kind: str, outcomes: dict[str, dict[str, Any]]
) -> None:
    outcome = outcomes[kind]
    if KINDS[kind] is None:
        assert outcome["problem"] is None
    else:
        assert KINDS[kind] in outcome["problem"]
        assert "\n" not in outcome["problem"]
    assert outcome["seconds"] < SECONDS + 1
    assert outcome["megabytes"] < MEGABYTES
