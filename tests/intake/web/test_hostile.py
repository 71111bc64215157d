"""Whatever a site sends, a fetch ends in bytes or in one clear sentence."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from retrieval.errors import FetchError, IntakeError, KabarError, RefusedError, RetryLaterError
from retrieval.intake.web import Fetcher
from tests.intake.web.fetching import fetch, with_fetcher
from tests.news_site import RawServer, trusting_context
from tests.news_site.tls import serving_context

OK = b"HTTP/1.1 200 OK\r\n"

BROKEN = {
    "nothing": b"",
    "no http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "binary": bytes(range(256)) * 4,
    "half a status": b"HTTP/1.1 2",
    "status of words": b"HTTP/1.1 fine\r\n\r\n",
    "status of four digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "half a body": OK + b"Content-Length: 99\r\n\r\nhalf",
    "half a chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nhalf",
    "chunk of words": OK + b"Transfer-Encoding: chunked\r\n\r\nmany\r\n",
    "negative length": OK + b"Content-Length: -1\r\n\r\nx",
    "two lengths": OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "huge length": OK + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\nx",
    "header without a name": OK + b": x\r\n\r\n",
    "header with a zero": OK + b"X: a\0b\r\n\r\n",
    "bare headers": b"X: y\r\n\r\n",
    "upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    "unknown transfer": OK + b"Transfer-Encoding: gzip\r\n\r\nx",
    "one long header": OK + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
    "many headers": OK + b"".join(b"X-%d: y\r\n" % n for n in range(9_000)) + b"\r\n",
    "http/2 unasked": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_an_answer_that_is_no_http_is_an_error_in_words(kind: str) -> None:
    with RawServer(BROKEN[kind]) as server, pytest.raises(IntakeError) as caught:
        fetch(server.url, KABAR_MAX_FETCH_SECONDS=2)
    assert caught.value.where == server.url
    assert len(str(caught.value)) < 200
    assert "Error" not in caught.value.reason


def test_headers_that_never_end_do_not_fill_the_memory() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        while True:
            writer.write(b"X: " + b"y" * 50_000 + b"\r\n")
            await writer.drain()

    with RawServer(flood) as server, pytest.raises(FetchError):
        fetch(server.url, KABAR_MAX_FETCH_SECONDS=5)


@pytest.mark.parametrize("piece", [b"HTTP/1.1 100 Continue\r\n\r\n", b"X"])
def test_an_answer_that_never_begins_ends_in_time(piece: bytes) -> None:
    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.001)

    begun = time.monotonic()
    with RawServer(stall) as server, pytest.raises(RetryLaterError):
        fetch(server.url, KABAR_MAX_FETCH_SECONDS=0.3)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("answer", [b"", b"\0" * 10, b"\0\0\4\1\5\0\0\0\1\xff\xff\xff\xff"])
def test_http2_that_is_none_is_an_error_in_words(answer: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1_000)
        writer.write(answer)
        await writer.drain()

    tls = serving_context("h2")
    with RawServer(talk, tls=tls) as server, pytest.raises(FetchError):
        fetch(server.url, tls=trusting_context(), KABAR_MAX_FETCH_SECONDS=2)


def test_a_server_that_breaks_off_the_handshake_is_asked_later() -> None:
    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)

    with RawServer(leave) as server, pytest.raises(FetchError):
        fetch(server.url.replace("http:", "https:"), KABAR_MAX_FETCH_SECONDS=2)


NAMES = st.sampled_from(
    [
        *("Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "ETag"),
        *("Last-Modified", "Cache-Control", "Expires", "Date", "Age", "Retry-After", "Location"),
        *("Set-Cookie", "Connection", "Alt-Svc", "Link", "X"),
    ]
)
VALUES = (
    st.binary(max_size=40)
    | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
    | st.sampled_from(
        [
            *(b"gzip", b"gzip, gzip", b"chunked", b"close", b"0", b"1", b"-1", b"max-age=5"),
            *(b"http://[", b"//", b"/\\evil", b"http://127.0.0.1:1/", b"?", b"#", b"\xff\xfe"),
            *(b"Thu, 99 Foo 9999 99:99:99 +9999", b"text/html; charset=no-such", b"a=b; Domain=."),
        ]
    )
)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=6)
STATUSES = st.sampled_from([*range(200, 209), *range(300, 309), 400, 404, 410, 429, 500, 503, 999])


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_headers_end_in_anything_but_an_answer_or_an_error(data: st.DataObject) -> None:
    answers = [
        b"HTTP/1.1 %d X\r\n" % data.draw(STATUSES)
        + b"".join(b"%s: %s\r\n" % (name.encode(), value) for name, value in headers)
        + b"\r\n"
        + data.draw(st.binary(max_size=30))
        for headers in data.draw(st.lists(HEADERS, min_size=4, max_size=4))
    ]

    with RawServer(b"") as server:

        async def use(fetcher: Fetcher) -> None:
            for answer in answers:
                server.answer = answer
                for path in ("/robots.txt", "/"):
                    with contextlib.suppress(KabarError):
                        fetched = await fetcher.fetch(server.url + path, etag='"x"')
                        assert fetched.status in (200, 304)

        with_fetcher(use, KABAR_MAX_FETCH_SECONDS=0.2)


@hypothesis_settings(max_examples=100, deadline=None)
@given(st.lists(st.text() | st.text().map(lambda text: f"http://{text}"), max_size=20))
def test_no_address_ends_in_anything_but_an_answer_or_an_error(urls: Sequence[str]) -> None:
    async def nowhere(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async def use(fetcher: Fetcher) -> None:
        for url in urls:
            with pytest.raises(RefusedError):
                await fetcher.fetch(url)

    with_fetcher(use, resolve=nowhere, KABAR_ALLOW_PRIVATE=False)
