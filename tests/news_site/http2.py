"""A server that speaks HTTP/2 over TLS, which uvicorn does not; small, and only for GET.

with Http2Server({"/": Http2Page(b"hi")}) as server:
    server.url, server.requests
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived, StreamReset

from tests.news_site.raw import RawServer
from tests.news_site.tls import serving_context


@dataclass(frozen=True)
class Http2Page:
    """What is at a path; ``last`` hangs up after it, as idle connections are hung up."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    last: bool = False


@dataclass(frozen=True)
class Http2Request:
    """What was asked, over the how-manieth connection."""

    connection: int
    path: str
    headers: Mapping[str, str]


class Http2Server(RawServer):
    """Serves pages by their paths.

    Args:
        pages: What is where; all else is 404.
    """

    def __init__(self, pages: Mapping[str, Http2Page]) -> None:
        super().__init__(self._serve_pages, tls=serving_context("h2"))
        self.pages = dict(pages)
        self.requests: list[Http2Request] = []

    async def _serve_pages(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        number = self.connections
        state = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        state.initiate_connection()
        unsent: dict[int, bytes] = {}
        last = False
        writer.write(state.data_to_send())
        while not (last and not unsent) and (data := await reader.read(65_536)):
            for event in state.receive_data(data):
                if isinstance(event, RequestReceived):
                    headers = {str(name): str(value) for name, value in event.headers}
                    page = self.pages.get(headers[":path"], Http2Page(b"none", 404))
                    self.requests.append(Http2Request(number, headers[":path"], headers))
                    answer = {":status": str(page.status), **page.headers}
                    state.send_headers(event.stream_id, list(answer.items()))
                    unsent[event.stream_id] = page.body
                    last = page.last
                elif isinstance(event, StreamReset):
                    unsent.pop(event.stream_id, None)
            for stream, body in list(unsent.items()):
                unsent[stream] = _send_what_fits(state, stream, body)
                if not unsent[stream]:
                    state.end_stream(stream)
                    del unsent[stream]
            writer.write(state.data_to_send())
            await writer.drain()


def _send_what_fits(state: H2Connection, stream: int, body: bytes) -> bytes:
    while body:
        size = min(state.local_flow_control_window(stream), state.max_outbound_frame_size)
        if size <= 0:
            break
        state.send_data(stream, body[:size])
        body = body[size:]
    return body
