"""Serves an ASGI application on loopback, in a thread of this process."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp


def listen(port: int) -> socket.socket:
    """Return a socket that listens on loopback; port 0 is any that is free.

    Raises:
        OSError: The port is taken.
    """
    # With the protocol named asyncio sends at once; else each answer, head and body apart, waits
    # 40 ms for an acknowledgement that the other side delays.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener


class Serving:
    """An application that is being served, until `stop`.

    Args:
        application: What answers.
        listener: Where.
        name: Of the thread.
        before_end: Called in the server's loop before it ends: to let go whoever waits.
    """

    def __init__(
        self,
        application: ASGIApp,
        listener: socket.socket,
        name: str,
        before_end: Callable[[], None],
    ) -> None:
        # A connection that a fault breaks is an error in uvicorn's log: meant, so not shown.
        # And every line of its access log would carry the token.
        for logger in ("uvicorn.error", "uvicorn.access"):
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        config = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            ws="none",
            http="h11",
            lifespan="on",
            timeout_graceful_shutdown=1,
            # While a model is opened in this process, the loop may come too late to a request that
            # has arrived: five seconds, as usual, would then break its connection.
            timeout_keep_alive=120,
        )
        self._server = _Server(config, before_end)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name=name, daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError(f"{name} did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        """End it."""
        self._server.should_exit = True
        self._thread.join(10)


class _Server(uvicorn.Server):
    """uvicorn, which lets go those who wait before it waits for them."""

    def __init__(self, config: uvicorn.Config, before_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._before_end = before_end

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._before_end()
        await super().shutdown(sockets)
