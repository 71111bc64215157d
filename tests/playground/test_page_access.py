"""The page for those who hear it and those without a mouse: axe-core, and a walk by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.bot.conftest import QUESTION
from tests.playground.conftest import Messenger, act_on, attach, clear, say

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LONG = " ".join(f"Sentence {number} of a long quote." for number in range(1, 30))


def violations(page: Page) -> list[str]:
    """Return what axe-core objects to on the page as it is."""
    found: dict[str, Any] = (
        Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response
    )
    return [
        f"{one['id']}: {node['html'][:150]} {node.get('failureSummary')}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.fixture(params=[(390, 844, "dark"), (1280, 800, "light")], ids=["phone", "desktop"])
def sized(messenger: Messenger, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height, scheme = request.param
    clear(messenger.api.world)
    context = messenger.browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    yield messenger.open(context)
    context.close()


def test_axe_finds_nothing_in_any_state(messenger: Messenger, sized: Page) -> None:
    page = sized
    found = violations(page)
    say(page, QUESTION)
    page.wait_for_selector(".rows")
    html = f"<blockquote expandable>{LONG}</blockquote> <tg-spoiler>x</tg-spoiler> <code>y</code>"
    messenger.call("sendMessage", chat_id=messenger.person(), text=html, parse_mode="HTML")
    page.wait_for_selector(".fold")
    page.get_by_role("button", name="👍").click()
    page.wait_for_selector(".toast")
    found += violations(page)
    other: Literal["dark", "light"] = "light" if page.viewport_size["width"] == 390 else "dark"
    page.emulate_media(color_scheme=other)
    found += violations(page)
    page.click("#slash")
    found += violations(page)
    page.keyboard.press("Escape")
    page.fill("#text", f"@{messenger.api.world.bot['username']} {QUESTION}")
    page.wait_for_selector(".offer")
    found += violations(page)
    page.fill("#text", "")
    page.click("#attach")
    found += violations(page)
    page.keyboard.press("Escape")
    attach(page, "Location")
    found += violations(page)
    page.keyboard.press("Escape")
    act_on(page, "seeds", "Calls behind it")
    found += violations(page)
    page.keyboard.press("Escape")
    if page.locator("#open-chats").is_visible():
        page.click("#open-chats")
        found += violations(page)
    assert found == []


def test_all_is_done_without_a_mouse(messenger: Messenger, page: Page) -> None:
    keys = page.keyboard

    def tab_to(name: str) -> None:
        """Press Tab until the focus is on what is called so."""
        for _ in range(60):
            keys.press("Tab")
            focused = page.evaluate(
                "(document.activeElement.getAttribute('aria-label') || "
                "document.activeElement.textContent).trim()"
            )
            if name in focused:
                return
        raise AssertionError(f"Tab never comes to {name}")

    page.focus("#text")
    keys.type(QUESTION)
    keys.press("Enter")
    page.wait_for_selector(".rows")
    page.focus("#messages")
    tab_to("Context")
    keys.press("Enter")
    page.wait_for_selector("blockquote b")
    assert page.evaluate("document.activeElement.classList.contains('key')")  # it stays there
    page.focus("#messages")
    tab_to("Next quote")
    keys.press("Enter")
    page.get_by_role("button", name="« Quote before").wait_for()
    tab_to("Command menu")
    keys.press("Enter")
    expect(page.get_by_role("button", name="/ask ")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Escape")
    expect(page.locator("#text")).to_be_focused()
    html = f"<blockquote expandable>{LONG}</blockquote>"
    messenger.call("sendMessage", chat_id=messenger.person(), text=html, parse_mode="HTML")
    page.wait_for_selector(".fold")
    page.focus("#messages")
    tab_to("The whole quote")
    keys.press("Space")
    expect(page.locator(".fold")).to_have_attribute("aria-expanded", "true")
    tab_to("Message menu")
    keys.press("Enter")
    expect(page.get_by_role("menuitem", name="Reply")).to_be_focused()
    keys.press("ArrowUp")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Close what is behind")).to_be_focused()
    expect(page.locator("#calls li")).to_have_count(1)
    keys.press("Escape")
    expect(page.locator("#open-scenes")).to_be_focused()
    page.focus("#open-chats")
    keys.press("Enter")
    page.focus("#person")
    keys.press("ArrowDown")
    keys.press("Escape")
    expect(page.locator("#empty")).to_contain_text("Siapa yang ditelepon Putin?")
