"""Runs the playground: a local Bot API, and the page over it, for the real bot."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from bot.playground.clock import PushedClock
from bot.playground.local import BOT_ID, LocalBotApi
from bot.playground.room import PlaygroundRoom
from bot.playground.scene import set_the_scene
from bot.playground.serving import Serving, listen
from retrieval.errors import UsageError

PORT = 8888


@contextmanager
def playground(port: int, clock: PushedClock) -> Iterator[LocalBotApi]:
    """Serve the page; within, a bot may run at the API that is yielded.

    Args:
        port: Of the page, on loopback.
        clock: What time it is in the playground.

    Raises:
        UsageError: The port is taken.
    """
    try:
        listener = listen(port)
    except OSError:
        raise UsageError(
            f"Port {port} is taken, perhaps by another playground; choose one with --port."
        ) from None
    # Of this run alone: a page that finds the port must not know it.
    token = f"{BOT_ID}:{secrets.token_urlsafe(26)}"
    with LocalBotApi(token=token, username="kabar_playground_bot") as api:
        room = PlaygroundRoom(set_the_scene(api, clock))
        serving = Serving(room.application(port), listener, "playground-page", room.close)
        try:
            yield api
        finally:
            serving.stop()


def address_of(port: int) -> str:
    """Return where the page is."""
    return f"http://127.0.0.1:{port}"
