"""What the tests of the local Bot API share: a server, a client that speaks raw HTTP, a browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.playground.clock import Diary, PushedClock
from bot.playground.ledger import Ledger
from bot.playground.local import LocalBotApi
from bot.playground.running import address_of, playground
from bot.playground.state import World
from retrieval.kabar import Kabar
from tests.bot.conftest import RunningBot, settings_for
from tests.conftest import LibraryOpener, SettingsFactory, free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

Caller = Callable[..., httpx.Response]
CHROMIUM = shutil.which("chromium")
TOPIC = "forum_topic_created"


@pytest.fixture
def api() -> Iterator[LocalBotApi]:
    with LocalBotApi(first_update_id=1) as server:
        yield server


@pytest.fixture
def call(api: LocalBotApi) -> Iterator[Caller]:
    with httpx.Client(trust_env=False, timeout=10) as client:

        def post(method: str, **params: Any) -> httpx.Response:
            return client.post(f"{api.base_url}{api.token}/{method}", json=params)

        yield post


def clear(world: World) -> None:
    """Let nothing have been said yet, and topics be there."""
    with world.change():
        for chat in world.chats.values():
            chat.messages = {
                key: message for key, message in chat.messages.items() if TOPIC in message
            }
        for known in (world.updates, world.calls, world.actions, world.presses):
            known.clear()
        world.ledger = Ledger()


@dataclass
class Messenger:
    """The playground with the real bot, and a browser to look at it.

    ``bot`` calls the Bot API as the bot does, to let it say what the library has no occasion for.
    """

    api: LocalBotApi
    kabar: Kabar
    clock: PushedClock
    address: str
    browser: Browser
    bot: httpx.Client

    def call(self, method: str, **params: Any) -> Any:
        return self.bot.post(method, json=params).raise_for_status().json()["result"]

    def person(self, number: int = 0) -> int:
        """Return the id of one who can be played; Ana is the first."""
        people = [one for one in self.api.world.chats.values() if one.json["type"] == "private"]
        return people[number].id

    def open(self, context: BrowserContext) -> Page:
        """Open the page in a tab."""
        page = context.new_page()
        page.goto(self.address)
        page.wait_for_selector("#person option", state="attached")
        return page


@pytest.fixture(scope="package")
def messenger(
    kabar: Kabar, settings: SettingsFactory, open_library: LibraryOpener
) -> Iterator[Messenger]:
    """One bot and one browser for all: they take seconds to start."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # where many tests share few processors
    clock, port, own = PushedClock(), free_port(), settings()
    kabar.copy_to(own.data_dir)
    with playground(port, clock) as api, open_library(own, clock.now) as library:
        desk = library.digests
        clock.diary = lambda chat: Diary.of(desk.subscriber(chat))
        clock.after_push = desk.plan
        bot = RunningBot(settings_for(api), library)
        bot.wait_until_ready()
        library.warm_up()
        client = httpx.Client(base_url=f"{api.base_url}{api.token}/", trust_env=False)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            yield Messenger(api, library, clock, address_of(port), browser, client)
            browser.close()
        client.close()
        bot.stop()


@pytest.fixture
def context(messenger: Messenger) -> Iterator[BrowserContext]:
    """A browser of nobody's yet, in which nothing may go wrong unseen."""
    clear(messenger.api.world)
    for chat in messenger.api.world.chats:
        messenger.kabar.conversations.forget(chat, chat)
    context = messenger.browser.new_context(
        viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    )
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    yield context
    context.close()
    assert faults == []


@pytest.fixture
def page(messenger: Messenger, context: BrowserContext) -> Page:
    """The page, on a phone, where Ana has said nothing yet."""
    return messenger.open(context)


def say(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.press("#text", "Enter")


def press(page: Page, name: str) -> None:
    """Press the newest button of this name."""
    page.get_by_role("button", name=re.compile(name)).last.click()


def attach(page: Page, name: str) -> None:
    """Choose what to send from the menu beside the field."""
    page.click("#attach")
    page.get_by_role("menuitem", name=name).click()


def act_on(page: Page, message: str, action: str) -> None:
    """Choose something from the menu of the message with these words."""
    words = page.locator(".words", has_text=message)
    page.locator(".message", has=words).last.locator(".more").click()
    page.get_by_role("menuitem", name=action).click()
