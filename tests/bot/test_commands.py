"""Every command in every language, deep links, inline mode, and what is no question."""

from __future__ import annotations

import base64
from functools import partial
from typing import Any

import pytest

from bot.handlers.inline import CACHED
from bot.playground.local import LocalBotApi
from bot.render import wording
from bot.render.translation import LANGUAGES, translator
from retrieval.kabar import Kabar
from tests.bot import words
from tests.bot.conftest import QUESTION, RunningBot, answer_to, wait_until

Json = dict[str, Any]


@pytest.fixture(params=LANGUAGES)
def language(request: Any) -> str:
    return str(request.param)


def test_every_command_of_the_menu_answers_in_the_persons_language(
    shared_api: LocalBotApi, shared_bot: RunningBot, language: str
) -> None:
    t = translator(language)
    other = translator("id" if language == "en" else "en")
    ana = shared_api.person("Ana", language)
    for command in wording.commands(t):
        answer = shared_api.wait_for_reply(ana.says(f"/{command}"))
        assert answer["text"]
    heard = [message["text"] for message in ana.hears()]
    assert wording.help_text(t) in heard
    assert wording.help_text(other) not in heard
    assert wording.ask_usage(t) in heard


def test_the_menus_are_set_in_each_language(
    shared_api: LocalBotApi, shared_bot: RunningBot
) -> None:
    menus = shared_api.world.commands
    wait_until(lambda: {("default", ""), ("default", "id")} <= set(menus))
    for code, language in (("", "en"), ("id", "id")):
        expected = wording.commands(translator(language))
        assert {one["command"]: one["description"] for one in menus["default", code]} == expected


def test_start_offers_the_news_as_questions(
    shared_api: LocalBotApi, shared_bot: RunningBot, language: str, kabar: Kabar
) -> None:
    kabar.assign_stories()
    ana = shared_api.person("Ana", language)
    greeting = shared_api.wait_for_reply(ana.says("/start"))
    button = greeting["reply_markup"]["inline_keyboard"][0][0]
    ana.presses(greeting, button["callback_data"])
    wait_until(lambda: len(ana.hears()) == 2)
    assert "blockquote" in {one["type"] for one in ana.hears()[-1]["entities"]}


def test_a_deep_link_asks_its_question(shared_api: LocalBotApi, shared_bot: RunningBot) -> None:
    ana = shared_api.person("Ana")
    link = "ask_" + base64.urlsafe_b64encode(QUESTION.encode()).decode().rstrip("=")
    assert len(link) <= 64
    answer = shared_api.wait_for_reply(ana.says(f"/start {link}"))
    assert "blockquote" in {one["type"] for one in answer["entities"]}


@pytest.mark.parametrize(
    "link",
    [
        "ask_" + "_" * 60,
        "ask_////",
        "ask_" + base64.urlsafe_b64encode(b"\xff\xfe\x00").decode(),
        "ask_" + base64.urlsafe_b64encode(b"a\0b").decode().rstrip("="),
        "ask_",
        "story_",
        "story_99999999999999999999999999",
        "story_-1",
        "story_١",
        "x" * 64,
        "-_" * 32,
    ],
)
def test_an_odd_start_parameter_greets(
    shared_api: LocalBotApi, shared_bot: RunningBot, link: str
) -> None:
    ana = shared_api.person("Ana")
    answer = shared_api.wait_for_reply(ana.says(f"/start {link}"))
    assert answer["text"].startswith(words.START)


def test_a_language_is_chosen_and_stays(
    shared_api: LocalBotApi, shared_bot: RunningBot, language: str
) -> None:
    ana = shared_api.person("Ana", "fr")
    question = answer_to(shared_api, ana.says("/language"))
    ana.presses(question, f"1|speak|{language}")
    t = translator(language)
    wait_until(lambda: question["text"] == t("From now on I speak English."))
    assert shared_api.wait_for_reply(ana.says("/help"))["text"] == wording.help_text(t)


def test_forget_erases_after_it_was_confirmed(
    shared_api: LocalBotApi, shared_bot: RunningBot, language: str, kabar: Kabar
) -> None:
    t = translator(language)
    ana = shared_api.person("Ana", language)
    question = ana.says(QUESTION)
    shared_api.wait_for_reply(question)

    def known() -> bool:
        desk = kabar.conversations
        return desk.turn_of_question(ana.chat.id, question["message_id"]) is not None

    for button, outcome, left in (
        (t("No"), t("Nothing was erased."), True),
        (t("Yes, erase it"), t("Done: all that I knew of you is erased."), False),
    ):
        sure = answer_to(shared_api, ana.says("/forget"))
        ana.presses(sure, button)
        wait_until(partial(lambda one, said: one["text"] == said, sure, outcome))
        assert known() is left


def test_nobody_is_forgotten_in_a_group(shared_api: LocalBotApi, shared_bot: RunningBot) -> None:
    ana = shared_api.person("Ana")
    answer = shared_api.wait_for_reply(ana.says("/forget", group=shared_api.group()))
    assert answer["text"] == words.t("Please write /forget to me in private.")


def test_a_forwarded_message_or_a_link_is_met_with_what_was_read(
    shared_api: LocalBotApi, shared_bot: RunningBot, language: str, kabar: Kabar
) -> None:
    kabar.assign_stories()
    heading = translator(language)(
        "What Kabar has read about this. Whether it is true, I do not judge:"
    )
    ana = shared_api.person("Ana", language)
    forwarded = ana.forwards("Putin menelepon Erdogan, kata mereka.")
    linked = ana.says("https://example.org/putin-erdogan is this true?")
    for message in (forwarded, linked):
        assert shared_api.wait_for_reply(message)["text"].startswith(heading)


@pytest.mark.parametrize(
    "content",
    [
        {
            "poll": {
                "id": "1",
                "question": "?",
                "options": [],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
                "members_only": False,
            }
        },
        {"dice": {"emoji": "🎲", "value": 3}},
        {"contact": {"phone_number": "1", "first_name": '<&">'}},
        {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
    ],
)
def test_what_is_no_text_gets_one_kind_line(
    shared_api: LocalBotApi, shared_bot: RunningBot, language: str, content: Json
) -> None:
    ana = shared_api.person("Ana", language)
    answer = shared_api.wait_for_reply(ana.sends(**content))
    assert answer["text"] == wording.only_text(translator(language))


def test_updates_of_kinds_that_nobody_knows_do_no_harm(
    shared_api: LocalBotApi, shared_bot: RunningBot
) -> None:
    ana = shared_api.person('<b>&"\u202e')
    with shared_api.world.change():
        world = shared_api.world
        for kind in ("brand_new_thing", "message_reaction"):
            world.updates.append({"update_id": world.new_id("update"), kind: {"x": [1]}})
    answer = shared_api.wait_for_reply(ana.says("a" * 4096))
    assert answer["text"]


# -- inline mode ---------------------------------------------------------------------------


def offers(api: LocalBotApi, query_id: str) -> list[Json]:
    wait_until(lambda: query_id in api.world.offers)
    return api.world.offers[query_id]


def test_quotes_are_offered_inline(
    shared_api: LocalBotApi, shared_bot: RunningBot, language: str, seed: str
) -> None:
    ana = shared_api.person("Ana", language)
    results = offers(shared_api, ana.types_inline(QUESTION))
    assert results
    content = results[0]["input_message_content"]["message_text"]
    assert content.startswith("<blockquote>")
    assert len({one["id"] for one in results}) == len(results)
    call = shared_api.calls("answerInlineQuery")[-1]
    assert int(call.params["cache_time"]) == CACHED
    assert call.params["is_personal"] in ("true", True)


@pytest.mark.parametrize("typed", ["", "w", "???", "\u202e", "x" * 256])
def test_what_is_no_question_yet_is_offered_nothing(
    shared_api: LocalBotApi, shared_bot: RunningBot, typed: str
) -> None:
    eve = shared_api.person("Eve")
    assert offers(shared_api, eve.types_inline(typed)) == []
