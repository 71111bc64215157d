"""The playground in a real browser, with the real bot behind it: a conversation."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect

from bot.render.translation import translator
from bot.render.wording import help_text
from tests.bot.conftest import QUESTION
from tests.playground.conftest import Messenger, act_on, attach, press, say

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

HELP = {code: help_text(translator(code)).split(".")[0] for code in ("en", "id")}
LONG = " ".join(f"Sentence {number} of a long quote." for number in range(1, 30))


def test_a_question_its_quotes_their_pages_and_what_a_press_says(page: Page) -> None:
    page.get_by_role("button", name="Who did Putin call?").click()  # an example
    page.wait_for_selector("blockquote")
    press(page, "^Context")
    page.wait_for_selector("blockquote b")
    expect(page.get_by_text("edited")).to_be_visible()
    press(page, "^Next quote")
    page.get_by_role("button", name="« Quote before").wait_for()
    press(page, "Back to the answer")
    press(page, "👍")
    expect(page.locator(".toast")).to_contain_text("Thank you")


def test_another_person_has_another_language_and_menu(page: Page) -> None:
    page.click("#open-chats")
    page.select_option("#person", index=1)
    page.keyboard.press("Escape")
    page.click("#slash")
    page.get_by_role("button", name="/help").click()
    expect(page.locator(".theirs .words")).to_contain_text(HELP["id"])


def test_the_language_is_switched(page: Page) -> None:
    say(page, "/language")
    press(page, "Indonesia")
    expect(page.locator(".theirs").last).to_contain_text("Indonesia")
    say(page, "/help")
    expect(page.locator(".theirs .words").last).to_contain_text(HELP["id"])
    say(page, "/language")
    press(page, "English")
    say(page, "/help")
    expect(page.locator(".theirs .words").last).to_contain_text(HELP["en"])


def test_a_digest_comes_when_the_clock_is_pushed_to_it(page: Page) -> None:
    page.click("#open-scenes")
    expect(page.locator("#to-digest")).to_have_text(re.compile("^To (today|tomorrow) 07:00$"))
    page.keyboard.press("Escape")
    say(page, "/digest 07:00 Asia/Jayapura")
    expect(page.locator(".theirs")).to_contain_text("Asia/Jayapura")
    page.click("#open-scenes")
    expect(page.locator("#zone")).to_have_text("Asia/Jayapura")
    expect(page.locator("#to-digest")).to_contain_text("07:00 (the digest here)")
    page.click("#to-digest")
    page.keyboard.press("Escape")
    digest = page.locator(".theirs", has=page.locator("blockquote"))
    expect(digest).to_contain_text("Putin")
    expect(digest.locator("time")).to_have_text("07:00")


def test_what_the_bot_asks_for_is_answered_by_a_reply(page: Page) -> None:
    say(page, "/digest")
    press(page, "^Time$")
    press(page, "^(Another|Other)")
    expect(page.locator("#context")).to_contain_text("Reply to Kabar")
    say(page, "08:15")
    expect(page.locator(".theirs").last).to_contain_text("08:15")
    expect(page.locator("#context")).to_be_hidden()
    say(page, "/stop")
    expect(page.locator(".theirs").last).to_contain_text("off")


def test_typing_is_shown_while_the_bot_works_and_ends_with_its_message(
    messenger: Messenger, page: Page
) -> None:
    ana = messenger.person()
    messenger.call("sendChatAction", chat_id=ana, action="typing")
    expect(page.locator("#status")).to_have_text("typing…")
    messenger.call("sendMessage", chat_id=ana, text="here")
    expect(page.locator("#status")).to_have_text("bot")
    messenger.call("sendChatAction", chat_id=ana, action="typing")
    expect(page.locator("#status")).to_have_text("typing…")
    expect(page.locator("#status")).to_have_text("bot", timeout=10_000)  # by itself


def test_an_inline_query_offers_quotes_and_the_chosen_one_is_sent_by_way_of_the_bot(
    messenger: Messenger, page: Page
) -> None:
    name = messenger.api.world.bot["username"]
    page.type("#text", f"@{name} {QUESTION}")
    page.wait_for_selector(".offer")
    offered = page.locator(".offer .dim").first.inner_text().splitlines()[-1]
    page.press("#text", "ArrowDown")
    page.press("#text", "ArrowUp")
    page.press("#text", "Enter")
    mine = page.locator(".mine")
    expect(mine).to_contain_text(f"via @{name}")
    expect(mine.locator("blockquote")).to_contain_text(offered[:60])
    queries = len(messenger.api.calls("answerInlineQuery"))
    page.fill("#text", f"@{name} {QUESTION}")  # is known for a minute
    page.wait_for_selector(".offer")
    assert len(messenger.api.calls("answerInlineQuery")) == queries
    page.fill("#text", "")
    expect(page.locator("#inline")).to_be_hidden()
    say(page, "/help")
    expect(page.locator(".theirs")).to_have_count(1)  # what was chosen is no question


def test_the_share_button_lets_a_chat_be_chosen_and_offers_the_same_there(page: Page) -> None:
    say(page, QUESTION)
    press(page, "^Share")
    page.get_by_role("dialog").get_by_role("button", name="Newsroom").click()
    expect(page.locator("#title")).to_have_text("Newsroom")
    expect(page.locator("#text")).to_have_value(f"@kabar_playground_bot {QUESTION}")
    page.locator(".offer").first.click()
    expect(page.locator(".mine blockquote")).to_be_visible()


def test_a_location_sets_the_zone(page: Page) -> None:
    say(page, "/digest")
    press(page, "^Time zone$")
    press(page, "^Another time zone$")
    expect(page.locator("#context")).to_contain_text("Reply to Kabar")
    attach(page, "Location")
    page.get_by_role("button", name="Kathmandu").click()
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(page.locator(".theirs").last).to_contain_text("Asia/Kathmandu")
    expect(page.locator("#zone")).to_have_text("Asia/Kathmandu")


def test_other_things_are_met_with_a_kind_line_and_a_channels_post_with_stories(
    page: Page,
) -> None:
    for number, name in enumerate(("Voice", "Sticker", "Dice"), start=1):
        attach(page, name)
        expect(page.locator(".mine")).to_have_count(number)
        expect(page.locator(".theirs")).to_have_count(1)  # one line for all of them
    attach(page, "Forwarded channel post")
    page.get_by_role("dialog").get_by_role("button", name="Forward").click()
    expect(page.locator(".mine").last).to_contain_text("Forwarded from Kabar Pagi")
    expect(page.locator(".theirs").last).to_contain_text("I do not judge")


def test_a_message_is_forwarded_answered_and_changed(page: Page) -> None:
    say(page, QUESTION)
    page.wait_for_selector(".theirs")
    act_on(page, "seeds", "Reply")
    say(page, "and Libya?")
    expect(page.locator(".mine").last.locator(".answered")).to_contain_text("Kabar")
    page.press("#text", "ArrowUp")  # the last of one's own
    expect(page.locator("#context")).to_contain_text("Edit message")
    say(page, "and Syria?")
    expect(page.locator(".mine").last).to_contain_text("edited")
    act_on(page, "and Syria?", "Forward")
    page.get_by_role("dialog").get_by_role("button", name="Newsroom").click()
    expect(page.locator(".mine")).to_contain_text("Forwarded from Ana")


def test_a_topic_that_the_bot_made_and_its_answers_stay_together(page: Page) -> None:
    page.click("#open-chats")
    page.get_by_role("button", name="Ask Kabar").click()
    say(page, f"/ask {QUESTION}")
    expect(page.locator(".theirs blockquote").first).to_be_visible()
    page.click("#open-chats")
    page.get_by_role("button", name="Diplomacy").click()
    expect(page.locator(".message")).to_have_count(0)


def test_a_long_quote_is_folded_until_it_is_unfolded(messenger: Messenger, page: Page) -> None:
    html = f"<blockquote expandable>{LONG}</blockquote>\n<blockquote expandable>Short.</blockquote>"
    messenger.call("sendMessage", chat_id=messenger.person(), text=html, parse_mode="HTML")
    fold = page.get_by_role("button", name="The whole quote")
    expect(fold).to_have_count(1)  # what is short has nothing to unfold
    folded = page.locator(".quote-body").first.bounding_box()
    fold.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "true")
    unfolded = page.locator(".quote-body").first.bounding_box()
    assert folded
    assert unfolded
    assert folded["height"] < 90 < unfolded["height"]
    fold.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "false")


def test_links_lead_out_to_the_sentence_and_what_they_lead_to_is_named(
    messenger: Messenger, page: Page
) -> None:
    address = "https://www.example.org/news/1"
    html = f'<a href="{address}#:~:text=A%20call,today.">A call, they say</a>'
    messenger.call(
        "sendMessage",
        chat_id=messenger.person(),
        text=html,
        parse_mode="HTML",
        link_preview_options={"url": address, "prefer_small_media": True},
    )
    link = page.locator(".words a")
    expect(link).to_have_attribute("href", f"{address}#:~:text=A%20call,today.")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(page.locator(".preview")).to_have_text("example.orgA call, they say")
    quiet = {"is_disabled": True}
    messenger.call(
        "sendMessage", chat_id=messenger.person(), text=address, link_preview_options=quiet
    )
    expect(page.locator(".message")).to_have_count(2)
    expect(page.locator(".preview")).to_have_count(1)


def test_a_press_waits_and_what_has_to_be_read_is_a_dialog(
    messenger: Messenger, page: Page
) -> None:
    allowed = messenger.api.world.allowed_updates
    messenger.api.world.allowed_updates = frozenset()  # the bot does not hear of it
    try:
        keyboard = {"inline_keyboard": [[{"text": "Slow", "callback_data": "1|slow|"}]]}
        messenger.call("sendMessage", chat_id=messenger.person(), text="?", reply_markup=keyboard)
        press(page, "Slow")
        expect(page.get_by_role("button", name="Slow")).to_have_attribute("aria-busy", "true")
        (query,) = messenger.api.wait_for(lambda: list(messenger.api.world.presses))
        messenger.call(
            "answerCallbackQuery", callback_query_id=query, text="Read <b>this</b>", show_alert=True
        )
        expect(page.get_by_role("dialog")).to_contain_text("Read <b>this</b>")
        expect(page.locator(".waiting")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    finally:
        messenger.api.world.allowed_updates = allowed


def test_a_picture_is_shown_with_its_caption_as_its_words(messenger: Messenger, page: Page) -> None:
    png = BytesIO()
    Image.new("RGB", (80, 44), "teal").save(png, "PNG")
    messenger.bot.post(
        "sendPhoto",
        data={"chat_id": str(messenger.person()), "caption": "Articles a day: 3."},
        files={"photo": ("chart.png", png.getvalue())},
    ).raise_for_status()
    picture = page.get_by_role("img", name="Articles a day: 3.")
    page.wait_for_function("(image) => image.naturalWidth === 80", arg=picture.element_handle())
    assert picture.get_attribute("loading") == "lazy"
    assert (picture.get_attribute("width"), picture.get_attribute("height")) == ("80", "44")


def test_the_calls_behind_a_message_are_shown_whole_and_without_the_token(
    messenger: Messenger, page: Page
) -> None:
    say(page, QUESTION)
    page.wait_for_selector(".theirs")
    act_on(page, "seeds", "Calls behind it")
    calls = page.locator("#calls li")
    expect(calls).to_have_count(1)
    expect(calls.locator("pre")).to_contain_text('"parse_mode": "HTML"')
    expect(calls.locator("pre")).to_contain_text('"inline_keyboard"')
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#log-about")).to_contain_text("Choose")
    assert messenger.api.token not in page.content()


def test_what_is_markup_elsewhere_is_text_here_and_turns_nothing_around(
    messenger: Messenger, page: Page
) -> None:
    chat = next(one for one in messenger.api.world.chats.values() if "title" in one.json)
    title, chat.json["title"] = chat.json["title"], '\u202e<b>"&desk</b>'
    try:
        page.reload()
        page.wait_for_selector("#person option", state="attached")
        page.click("#open-chats")
        entry = page.get_by_role("button", name="desk").first
        assert entry.locator("bdi").first.evaluate(
            "(node) => getComputedStyle(node).unicodeBidi"
        ) in ("isolate", "isolate-override")
        entry.click()
        expect(page.locator("#title")).to_have_text(chat.json["title"])
    finally:
        chat.json["title"] = title
    say(page, "<img src=x onerror=\"document.title='taken'\"> \u202etxt <script>1</script>")
    expect(page.locator(".mine .words")).to_contain_text("<script>1</script>")
    assert page.locator(".words img, .words script, .words b").count() == 0
    assert page.title() == "Kabar playground"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_whoever_reads_above_is_left_there(messenger: Messenger, page: Page) -> None:
    ana = messenger.person()
    for number in range(25):
        messenger.call("sendMessage", chat_id=ana, text=f"message {number}")
    expect(page.locator(".words", has_text="message 24")).to_be_in_viewport()
    page.locator("#messages").evaluate("(list) => { list.scrollTop = 100; }")
    expect(page.get_by_role("button", name="To the newest message")).to_be_visible()
    messenger.call("sendMessage", chat_id=ana, text="a new one")
    expect(page.locator("#unseen")).to_have_text("1")
    assert page.locator("#messages").evaluate("(list) => list.scrollTop") == 100
    page.get_by_role("button", name="To the newest message").click()
    expect(page.locator(".words", has_text="a new one")).to_be_in_viewport()


def test_a_tab_that_slept_catches_up_and_two_tabs_show_the_same(
    messenger: Messenger, context: BrowserContext, page: Page
) -> None:
    hide = """(hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    other = messenger.open(context)
    say(other, "/help")
    expect(other.locator(".theirs")).to_have_count(1)
    assert page.locator(".message").count() == 0
    page.evaluate(hide, False)
    expect(page.locator(".theirs")).to_have_count(1)
    assert page.locator(".words").all_inner_texts() == other.locator(".words").all_inner_texts()
