"""The HTTP side of the local Bot API: ``/bot<token>/<method>``, as at api.telegram.org.

Each call is recorded, meets the fault that is on order for it, and is then done for real.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.playground.calls import messages_behind
from bot.playground.errors import NOT_FOUND, UNAUTHORIZED, ApiError
from bot.playground.faults import Fault, Faults
from bot.playground.methods import METHODS, SENDS, check_rate
from bot.playground.parameters import Parameters, read_parameters
from bot.playground.polling import LongPolling
from bot.playground.state import Call, World

MAX_BODY = 20 * 2**20  # bytes; Telegram takes 50 MB of files, this server takes none
WELL_FORMED = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")


class BrokenResponse(Response):
    """Begins an answer and breaks the connection: the client sees a protocol error.

    ASGI has no way to close a connection. A body that is promised and not sent makes uvicorn
    do it.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head and nothing after it."""
        headers = [(b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": True})


class BotApi:
    """One bot's API over one world.

    Args:
        world: What there is.
        token: The token that is let in; any other is answered 401, or 404 if it is no token.
        faults: The trouble on order.
    """

    def __init__(self, world: World, token: str, faults: Faults) -> None:
        self.world = world
        self.token: str | None = token
        self.faults = faults
        self.enforce_rates = False
        self._polling: LongPolling | None = None
        self._closing: asyncio.Event | None = None

    def application(self) -> Starlette:
        """Return the ASGI application."""
        route = Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"])
        return Starlette(routes=[route], lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._polling = LongPolling(self.world)
        self._closing = asyncio.Event()
        yield

    def close(self) -> None:
        """Let every call that waits go; called in the server's loop before it ends."""
        if self._polling and self._closing:
            self._polling.close()
            self._closing.set()

    async def _serve(self, request: Request) -> Response:
        method = request.path_params["method"]
        call = Call(method, {}, time.monotonic())
        try:
            self._let_in(request.path_params["token"])
            call.params = params = await _parameters(request)
            with self.world.change():
                self.world.record(call)
            fault = self.faults.next(method, params) or Fault()
            if fault.delay:
                await self._pause(fault.delay)
            if fault.drop == "before":
                return BrokenResponse()
            if fault.error:
                raise fault.error
            result = fault.body or await self._do(method.lower(), params)
            call.status = 200
            call.result = result
            if fault.drop == "after":
                return BrokenResponse()
        except ApiError as error:
            call.status = error.code
            call.result = error.description
            result = error.as_json()
        else:
            result = result if isinstance(result, bytes) else {"ok": True, "result": result}
        with self.world.change():  # those who wait for an answer, not for a call
            if call.id:
                call.about = messages_behind(self.world, call)
                self.world.record(call)
            body = result if isinstance(result, bytes) else json.dumps(result).encode()
        return Response(body, call.status, media_type="application/json")

    def _let_in(self, token: str) -> None:
        if not WELL_FORMED.fullmatch(token):
            raise ApiError(*NOT_FOUND)
        if token != self.token:
            raise ApiError(*UNAUTHORIZED)

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than the server lives."""
        if self._closing is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._closing.wait()

    async def _do(self, method: str, params: Parameters) -> Any:
        if method == "getupdates" and self._polling:
            return await self._polling.get_updates(params)
        function = METHODS.get(method)
        if function is None:
            raise ApiError(*NOT_FOUND)
        now = time.monotonic()
        with self.world.lock:
            if method in SENDS and self.enforce_rates:
                check_rate(self.world, params, now)
            result = function(self.world, params)
            if method in SENDS:
                self.world.rates.count(params.integer("chat_id") or 0, now)
            return result


async def _parameters(request: Request) -> Parameters:
    """Read the body, but not for ever, and the parameters in it."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise ApiError(413, "Request Entity Too Large")
    content_type = request.headers.get("content-type", "")
    return read_parameters(request.url.query, content_type, bytes(body))
