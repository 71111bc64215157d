"""HTTP/2 is spoken with those who speak it, over one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from retrieval.errors import GoneError, TooLargeError
from retrieval.intake.web import Fetcher
from tests.intake.web.fetching import with_fetcher
from tests.news_site import trusting_context
from tests.news_site.http2 import Http2Page, Http2Server

PAGES: Mapping[str, Http2Page] = {
    "/robots.txt": Http2Page(b"User-agent: *\nAllow: /"),
    "/a": Http2Page(b"page", headers={"etag": '"1"'}),
    "/same": Http2Page(status=304, headers={"etag": '"1"'}),
    "/large": Http2Page(b"x" * 500_000),
    "/too-large": Http2Page(b"x" * 3_000_000),
    "/last": Http2Page(b"last", last=True),
}


@pytest.fixture
def server() -> Iterator[Http2Server]:
    with Http2Server(PAGES) as running:
        yield running


def use_fetcher(use: Any, **values: Any) -> Any:
    return with_fetcher(use, tls=trusting_context(), **values)


def test_pages_come_over_one_connection(server: Http2Server) -> None:
    async def use(fetcher: Fetcher) -> None:
        assert (await fetcher.fetch(server.url + "/a")).etag == '"1"'
        assert (await fetcher.fetch(server.url + "/same", etag='"1"')).status == 304
        assert len((await fetcher.fetch(server.url + "/large")).content) == 500_000
        with pytest.raises(GoneError):
            await fetcher.fetch(server.url + "/none")
        assert (await fetcher.fetch(server.url + "/a")).content == b"page"

    use_fetcher(use)
    assert {request.connection for request in server.requests} == {1}
    assert [each.path for each in server.requests][:2] == ["/robots.txt", "/a"]
    headers = server.requests[1].headers
    assert "cookie" not in headers
    assert headers["accept-encoding"] == "gzip"


def test_a_body_that_is_given_up_does_not_stand_in_the_way_of_the_next(
    server: Http2Server,
) -> None:
    async def use(fetcher: Fetcher) -> None:
        for _ in range(8):
            with pytest.raises(TooLargeError):
                await fetcher.fetch(server.url + "/too-large")
        assert (await fetcher.fetch(server.url + "/a")).content == b"page"

    use_fetcher(use, KABAR_MAX_FETCH_MEGABYTES=0.1, KABAR_MAX_FETCH_SECONDS=5)


def test_a_connection_that_the_site_has_left_is_made_anew(server: Http2Server) -> None:
    async def use(fetcher: Fetcher) -> None:
        for _ in range(3):
            assert (await fetcher.fetch(server.url + "/last")).content == b"last"
            await asyncio.sleep(0.02)

    use_fetcher(use)
    assert server.connections == 3
