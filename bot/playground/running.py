"""Runs the playground: a local Bot API, the page over it, and the real bot."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from bot.playground.local import LocalBotApi
from bot.playground.room import PlaygroundRoom, PushedClock
from retrieval.errors import UsageError

if TYPE_CHECKING:
    from starlette.applications import Starlette

PORT = 8888
_PEOPLE = (("Ana", "en"), ("Budi", "id"), ("Chen", "en"))


@contextmanager
def playground(port: int, clock: PushedClock) -> Iterator[LocalBotApi]:
    """Serve the page; within, a bot may run at the API that is yielded.

    Args:
        port: Of the page, on loopback; 0 for any that is free.
        clock: What time it is in the playground.

    Raises:
        UsageError: The port is taken.
    """
    listener = _listen(port)
    with LocalBotApi(username="kabar_playground_bot") as api:
        api.world.clock = lambda: clock.now().timestamp()
        people = [api.person(name, language) for name, language in _PEOPLE]
        group = api.group("Newsroom")
        group.has_admin(people[0])
        for person in people[1:]:
            group.has_member(person)
        room = PlaygroundRoom(api, people, group, clock)
        with _served(room.application(listener.getsockname()[1]), listener):
            yield api


def address_of(port: int) -> str:
    """Return where the page is."""
    return f"http://127.0.0.1:{port}"


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise UsageError(
            f"Port {port} is taken, perhaps by another playground; choose one with --port."
        ) from None
    return listener


@contextmanager
def _served(application: Starlette, listener: socket.socket) -> Iterator[None]:
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        application, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run, args=([listener],), name="playground-page", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(5)
