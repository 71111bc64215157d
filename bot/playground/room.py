"""The playground's page: a messenger in the browser, in which people talk to the real bot.

It shows the world of the local Bot API and lets its people write, press, edit and wait. It listens
on loopback alone, behind `Guard`: a page of another site can neither read nor write here. What
changes is told over one stream of server-sent events, which goes on where it broke off.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.playground.deeds import Deeds
from bot.playground.guard import Guard
from bot.playground.inline import MAX_QUERY, ask_inline
from bot.playground.scene import Scene
from bot.playground.showing import Showing
from bot.playground.state import Json
from bot.playground.waking import Waker, changed

PAGE = Path(__file__).parent / "page"
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
FILES = {
    "/" if file.name == "index.html" else f"/{file.name}": file
    for file in sorted(PAGE.iterdir())
    if file.suffix in _TYPES
}
MAX_BODY = 64_000  # bytes
HEARTBEAT = 15.0  # seconds; so long a page that is gone is not noticed
PAUSE = 0.03  # seconds; what changes at once is told at once
INLINE_PATIENCE = 10.0
_PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


class PlaygroundRoom:
    """The page over one scene.

    Args:
        scene: Who and what is there.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._world = scene.world
        self._showing = Showing(scene)
        self._deeds = Deeds(scene)
        self._waker: Waker | None = None

    def application(self, port: int) -> ASGIApp:
        """Return the ASGI application, to be served on loopback at a port."""
        application = Starlette(
            routes=[
                *(Route(path, self._file, methods=["GET"]) for path in FILES),
                Route("/events", self._events, methods=["GET"]),
                Route("/pictures/{file_id}", self._picture, methods=["GET"]),
                Route("/inline", self._taken(self._inline), methods=["POST"]),
                *(
                    Route(f"/{name}", self._taken(self._doing(name)), methods=["POST"])
                    for name in self._deeds.by_name
                ),
            ],
            lifespan=self._lifespan,
        )
        return Guard(application, port=port, page=True)

    def close(self) -> None:
        """Let every page that listens go; called in the server's loop before it ends."""
        if self._waker:
            self._waker.close()

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._waker = Waker(self._world)
        yield

    @staticmethod
    async def _file(request: Request) -> Response:
        file = FILES[request.url.path]
        return FileResponse(file, media_type=_TYPES[file.suffix])

    async def _picture(self, request: Request) -> Response:
        content = self._world.files.get(request.path_params["file_id"], b"")
        kind = next((kind for begin, kind in _PICTURES.items() if content.startswith(begin)), None)
        if kind is None:
            return _refused(404, "There is no such picture.")
        return Response(content, media_type=kind)

    async def _events(self, request: Request) -> Response:
        known = request.headers.get("last-event-id") or request.query_params.get("since", "")
        return StreamingResponse(self._told(known), media_type="text/event-stream")

    async def _told(self, known: str) -> AsyncIterator[str]:
        """Yield what changed since a version that a page knows, for ever."""
        waker = self._waker
        assert waker is not None  # noqa: S101 – requests are served within the lifespan
        version = self._showing.version_of(known)
        while not waker.closed:
            change = waker.next_change()
            with self._world.lock:
                every = version is None
                told = self._showing.everything() if every else self._showing.since(version or 0)
                token, version = self._showing.token(), self._world.ledger.version
            if told:
                told["clock"] = await asyncio.to_thread(self._showing.clock)
                yield f"id: {token}\ndata: {json.dumps(told)}\n\n"
            if not await changed(change, HEARTBEAT):
                yield ": nothing new\n\n"
            await asyncio.sleep(PAUSE)

    async def _inline(self, body: Json) -> Json:
        """Return what the bot offers for an inline query, once it does."""
        waker = self._waker
        assert waker is not None  # noqa: S101
        person = self._scene.people[int(body["person"])]
        group = self._deeds.group_of(person, int(body["chat"]))
        text = str(body["text"])
        if len(text) > MAX_QUERY:
            raise ValueError("too much")
        query_id = ask_inline(person, text, group)
        async with asyncio.timeout(INLINE_PATIENCE):
            while not waker.closed:
                change = waker.next_change()
                with self._world.lock:
                    offers = self._world.offers.get(query_id)
                if offers is not None:
                    shown = ("id", "title", "description")
                    results = [{key: one.get(key, "") for key in shown} for one in offers]
                    return {"query": query_id, "results": results}
                await changed(change, INLINE_PATIENCE)
        return {"query": query_id, "results": []}

    def _doing(self, name: str) -> Callable[[Json], Awaitable[Json]]:
        async def do(body: Json) -> Json:
            with self._world.change():
                self._deeds.do(name, body)
            return {}

        return do

    @staticmethod
    def _taken(act: Callable[[Json], Awaitable[Json]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                return _refused(415, "JSON is expected.")
            try:
                found = await act(await _body(request))
            except TimeoutError:
                return _refused(504, "The bot does not answer.")
            except (ValueError, KeyError, TypeError):
                return _refused(400, "That cannot be done here.")
            return JSONResponse({"done": True, **found})

        return endpoint


async def _body(request: Request) -> Json:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY:
            raise ValueError("too much")
    body: Any = json.loads(content)
    if not isinstance(body, dict):
        raise ValueError("no object")
    return body


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"done": False, "why": why}, status)
