"""What the bot's tests share: a local Bot API, and the real bot in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from bot.playground.local import LocalBotApi
from bot.run import serve
from bot.settings import BotSettings

if TYPE_CHECKING:
    from retrieval.kabar import Kabar

QUESTION = "who did Putin call?"
PATIENCE = 30.0
"""Seconds that something may take on a machine that has other things to do."""


class RunningBot:
    """The bot, polling in a thread; the same code as `kabar run`, less the signals."""

    def __init__(self, settings: BotSettings, kabar: Kabar) -> None:
        self.status: int | None = None
        self._settings = settings
        self._kabar = kabar
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        async def main() -> int:
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            return await serve(self._settings, self._kabar, self._stop, self._ready.set)

        try:
            self.status = asyncio.run(main())
        finally:
            self._ready.set()

    def wait_until_ready(self) -> None:
        assert self._ready.wait(PATIENCE)

    def join(self, timeout: float = PATIENCE) -> int | None:
        """Wait until it ends by itself; return its exit status."""
        self._thread.join(timeout)
        assert not self._thread.is_alive()
        return self.status

    def stop(self) -> int | None:
        """Tell it to end, as a signal would; return its exit status."""
        if self._thread.is_alive() and self._loop and self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)
        return self.join()


def wait_until(condition: Callable[[], object], timeout: float = PATIENCE) -> None:
    """Wait for what the local Bot API does not see."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def answer_to(api: LocalBotApi, message: dict[str, Any]) -> dict[str, Any]:
    """Wait for the bot's answer; it is the message itself, as edits change it."""
    reply = api.wait_for_reply(message)
    kept: dict[str, Any] = api.world.chats[reply["chat"]["id"]].messages[reply["message_id"]]
    return kept


def settings_for(api: LocalBotApi, **overrides: Any) -> BotSettings:
    """The settings of a bot at a local Bot API, whatever the environment holds."""
    values: dict[str, Any] = {
        "TELEGRAM_BOT_TOKEN": api.token,
        "TELEGRAM_API_BASE_URL": api.base_url,
        "KABAR_POLL_TIMEOUT_SECONDS": 2,
    }
    return BotSettings(_env_file=None, **(values | overrides))


class BotStarter:
    """Starts bots at a local Bot API, and ends them."""

    def __init__(self, api: LocalBotApi, kabar: Kabar) -> None:
        self._api = api
        self._kabar = kabar
        self._bots: list[RunningBot] = []

    def __call__(self, *, wait: bool = True, **overrides: Any) -> RunningBot:
        bot = RunningBot(settings_for(self._api, **overrides), self._kabar)
        self._bots.append(bot)
        if wait:
            bot.wait_until_ready()
        return bot

    def stop(self) -> None:
        for bot in self._bots:
            bot.stop()


@pytest.fixture
def api() -> Iterator[LocalBotApi]:
    with LocalBotApi() as server:
        yield server


@pytest.fixture
def start_bot(api: LocalBotApi, kabar: Kabar) -> Iterator[BotStarter]:
    starter = BotStarter(api, kabar)
    yield starter
    starter.stop()


@pytest.fixture(scope="module")
def shared_api() -> Iterator[LocalBotApi]:
    """One server for a module whose tests each bring their own people."""
    with LocalBotApi() as server:
        yield server


@pytest.fixture(scope="module")
def shared_bot(shared_api: LocalBotApi, kabar: Kabar) -> Iterator[RunningBot]:
    """One bot for such a module: to start and to end one takes half a second."""
    starter = BotStarter(shared_api, kabar)
    yield starter()
    starter.stop()


@pytest.fixture(scope="module")
def seed(kabar: Kabar) -> str:
    """The seed article as it is stored."""
    (article,) = kabar.latest(2)
    return article.text
