"""The ASGI application: a table of what is where, and a log of who asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tests.news_site.resources import Resource
from tests.news_site.traffic import Request, Traffic

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

NOT_FOUND = Resource(b"<h1>Not found</h1>", status=404)


class Application:
    """Answers by host and path (with the query, if it was put with one).

    It stays plain ASGI: every byte of a body is counted as it is sent, and no framework
    answers, redirects or adds a header on its own.
    """

    def __init__(self) -> None:
        self.resources: dict[tuple[str, str], Resource] = {}
        self.traffic = Traffic()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        host = _name_of(headers.get("host", ""))
        path = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            path += f"?{scope['query_string'].decode('latin-1')}"
        client = "{}:{}".format(*scope["client"])
        request = self.traffic.begin(scope["method"], host, path, client, headers)
        try:
            await self._answer(request, self._find(host, path), receive, send)
        finally:
            self.traffic.end(request)

    def _find(self, host: str, path: str) -> Resource:
        bare = path.partition("?")[0]
        found = self.resources.get((host, path)) or self.resources.get((host, bare))
        return found or NOT_FOUND

    async def _answer(
        self, request: Request, resource: Resource, receive: Receive, send: Send
    ) -> None:
        if resource.delay and await _left_within(resource.delay, receive):
            return
        status, headers, body = resource.answer(request.headers)
        request.status = status
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        if isinstance(body, bytes):
            if request.method != "HEAD":
                request.body_bytes = len(body)
            await send({"type": "http.response.body", "body": body})
            return
        # uvicorn swallows what is sent to a client that has gone: without this look at it,
        # an endless body would never end.
        gone = asyncio.ensure_future(_disconnect(receive))
        try:
            async for chunk in body():
                if gone.done():
                    return
                request.body_bytes += len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        finally:
            gone.cancel()
        await send({"type": "http.response.body", "body": b""})


def _name_of(authority: str) -> str:
    """The host of a Host header, without its port."""
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    return authority.partition(":")[0].lower()


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _left_within(seconds: float, receive: Receive) -> bool:
    """Wait; return whether the client left meanwhile."""
    try:
        await asyncio.wait_for(_disconnect(receive), seconds)
    except TimeoutError:
        return False
    return True
