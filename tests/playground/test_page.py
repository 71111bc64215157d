"""The playground in a real browser, with the real bot behind it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from bot.playground.room import PushedClock
from bot.playground.running import address_of, playground
from retrieval.kabar import Kabar
from tests.bot.conftest import QUESTION, RunningBot, settings_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")


@pytest.fixture
def page(kabar: Kabar, unused_port: int) -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    with playground(unused_port, PushedClock()) as api:
        bot = RunningBot(settings_for(api), kabar)
        bot.wait_until_ready()
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 390, "height": 844})
            faults: list[str] = []
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on(
                "console", lambda line: faults.append(line.text) if line.type == "error" else None
            )
            page.goto(address_of(unused_port))
            page.wait_for_selector("#person option", state="attached")
            yield page
            browser.close()
        bot.stop()
    assert faults == []


def say(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.press("#text", "Enter")


def test_a_question_its_quotes_and_their_buttons(page: Page) -> None:
    say(page, QUESTION)
    page.wait_for_selector("blockquote")
    page.get_by_role("button", name="Context").click()
    page.wait_for_selector("blockquote b")
    page.get_by_role("button", name="« Back to the answer").click()
    page.get_by_role("button", name="👍").click()
    page.wait_for_selector("#calls >> text=answerCallbackQuery", state="attached")


def test_another_person_has_another_language_and_menu(page: Page) -> None:
    page.select_option("#person", index=1)
    page.get_by_role("button", name="Command menu").click()
    page.get_by_role("button", name="/help").click()
    page.wait_for_selector("text=Tulislah pertanyaan tentang berita")


def test_what_is_markup_elsewhere_is_text_here(page: Page) -> None:
    say(
        page,
        "<img src=x onerror=\"document.title='taken'\"> <script>document.title='taken'</script>",
    )
    page.wait_for_selector(".message:not(.mine)")
    assert page.locator(".words img, .words script").count() == 0
    assert page.title() == "Kabar playground"


def test_every_control_has_a_name_for_those_who_hear_the_page(page: Page) -> None:
    say(page, QUESTION)
    page.wait_for_selector("blockquote")
    for control in page.locator("button:visible, select:visible, textarea:visible").all():
        name = control.evaluate(
            "(e) => e.getAttribute('aria-label') || e.textContent.trim() || "
            "(e.closest('label') && e.closest('label').textContent.trim())"
        )
        assert name
