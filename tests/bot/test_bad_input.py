"""What nobody should send and somebody does: broken updates, odd bytes, names that turn words."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from retrieval.kabar import Kabar
from tests.bot import words
from tests.bot.conftest import QUESTION, RunningBot, answer_to, wait_until

Json = dict[str, Any]
USER = {"id": 5, "is_bot": False, "first_name": '<&">\u202e', "username": "\u202e<b>"}
CHAT = {"id": 5, "type": "private", "first_name": '<&">\u202e'}
NAMED = {"message_id": 1, "date": 0, "chat": CHAT, "from": USER}
PRESS = {"id": "1", "from": USER, "chat_instance": "1"}

UPDATES: list[Json] = [
    {},
    {"message": {}},
    {"message": None},
    {"message": "text"},
    {"message": {"message_id": 1}},
    {"message": {"message_id": 1, "date": 0, "chat": {"id": 5}}},
    {"message": {"message_id": 1, "date": 0, "chat": CHAT}},
    {"message": NAMED | {"text": ""}},
    {"message": NAMED | {"entities": [{"type": "bot_command", "offset": 90, "length": 9}]}},
    {"message": NAMED | {"brand_new": {"x": [1]}}},
    {"edited_message": NAMED},
    {"edited_message": NAMED | {"text": QUESTION}},
    {"channel_post": {"message_id": 1, "date": 0, "chat": {"id": -5, "type": "channel"}}},
    {"callback_query": {"id": "1"}},
    {"callback_query": PRESS},
    {"callback_query": PRESS | {"game_short_name": "g"}},
    {"callback_query": PRESS | {"inline_message_id": "x", "data": "1|good|1"}},
    {"callback_query": PRESS | {"message": {"chat": CHAT, "message_id": 1, "date": 0}}},
    {"inline_query": {}},
    {"inline_query": {"id": "1", "from": USER, "query": "\0\u202e" * 100, "offset": "x"}},
    {"my_chat_member": {}},
    {"my_chat_member": {"chat": CHAT, "from": USER, "date": 0}},
    {"poll": {"id": "1"}},
    {"chat_boost": {"x": 1}},
    {"something_of_next_year": [1, 2, 3]},
]


@pytest.fixture
def api(shared_api: LocalBotApi, shared_bot: RunningBot) -> LocalBotApi:
    return shared_api


@pytest.fixture
def ana(api: LocalBotApi) -> Person:
    return api.person('<&">\u202e\u2066')


def settle(api: LocalBotApi, kabar: Kabar) -> None:
    wait_until(lambda: not api.world.updates and not kabar.inbox.pending_updates(), 20)


@pytest.mark.parametrize("content", UPDATES, ids=str)
def test_an_update_that_is_broken_or_unknown_costs_at_most_a_line(
    api: LocalBotApi, kabar: Kabar, caplog: pytest.LogCaptureFixture, content: Json
) -> None:
    caplog.set_level(logging.INFO)
    said = len(api.written())
    with api.world.change():
        api.world.updates.append({"update_id": api.world.new_id("update"), **content})
    settle(api, kabar)
    lines = [one for one in caplog.records if one.name.startswith("bot.")]
    problems = [one for one in lines if not one.getMessage().startswith("handled ")]
    assert len(problems) <= 2  # that it cannot be read, and that Telegram refuses the answer
    assert "A message could not be handled" not in caplog.text
    assert len(api.written()) == said


@pytest.mark.parametrize(
    "data",
    [
        *("\u202e" * 21, "😀" * 16, "\0" * 64, "1|story|" + "9" * 56, "1|view|" + "٣" * 20),
        *("1|answer|1|" + "0" * 50, "1|forget|" + "%" * 50, "1|zone|../../../etc/passwd"),
        *("1|quiet|2500-9999", "1|at|9999", "1|days|0123456789", "1|lang|en|en|en", "1|show|x"),
        *("1|on|nothing", "1|less|1|0", "1|follow|-1", "1|unfollow|" + "9" * 40),
    ],
)
def test_odd_callback_data_changes_nothing_and_is_answered(
    api: LocalBotApi, ana: Person, kabar: Kabar, data: str
) -> None:
    message = answer_to(api, ana.says("/language"))
    before = kabar.digests.subscriber(ana.id)
    query = ana.presses(message, data)
    api.wait_for(lambda: query not in api.world.open_queries)
    after = kabar.digests.subscriber(ana.id)
    assert after.preferences.topics == before.preferences.topics
    assert after.preferences.timezone == before.preferences.timezone
    assert words.FAILED not in {one["text"] for one in ana.hears()}


def test_topics_that_turn_words_around_are_shown_without_their_marks(
    api: LocalBotApi, ana: Person, kabar: Kabar
) -> None:
    shown = api.wait_for_reply(ana.says("/topics <b>oil\u202e&amp;, \u2066gas\u2069"))
    assert "<b>oil&amp, gas" in shown["text"]
    labels = str(shown["reply_markup"]) + api.wait_for_reply(ana.says("/digest"))["text"]
    nothing = api.wait_for_reply(ana.says("/trend \u202ezzyzx<&>\u202e 2"))["text"]
    for text in (labels, nothing, shown["text"]):
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    kabar.digests.forget(ana.id)


@pytest.mark.parametrize("letter", ["a", "A", "1", "-", "?", "ก", "\u0301", "\u202e", "😀"])
def test_4096_of_one_letter_are_answered(api: LocalBotApi, ana: Person, letter: str) -> None:
    for command in ("", "/ask ", "/topics ", "/digest ", "/trend "):
        text = f"{command}{letter * 4096}"[:4096]
        assert api.wait_for_reply(ana.says(text), 30).get("text") != words.FAILED


# -- edits ---------------------------------------------------------------------------------


def test_a_question_that_is_edited_to_nothing_has_its_answer_edited(
    api: LocalBotApi, ana: Person
) -> None:
    asked = ana.says(f"/ask {QUESTION}")
    answer = answer_to(api, asked)
    ana.edits(asked, "/ask")
    wait_until(lambda: answer["text"] == words.NO_WORDS)
    assert len(ana.hears()) == 1


def test_a_question_that_is_edited_into_a_command_stays_as_it_was_answered(
    api: LocalBotApi, ana: Person, kabar: Kabar
) -> None:
    asked = ana.says(QUESTION)
    answer = answer_to(api, asked)
    before = answer["text"]
    for command in ("/digest 07:30", "/help", "/latest Putin"):
        ana.edits(asked, command)
    settle(api, kabar)
    assert answer["text"] == before
    assert len(ana.hears()) == 1
    assert kabar.digests.subscriber(ana.id).created_at is None


def test_an_answer_that_is_too_old_to_be_edited_is_given_anew(
    api: LocalBotApi, ana: Person
) -> None:
    asked = ana.says(QUESTION)
    answer_to(api, asked)
    refused = "Bad Request: message can't be edited"
    api.faults.fail("editMessageText", 400, refused, chat_id=ana.id)
    ana.edits(asked, "whom did Putin telephone?")
    api.wait_for(lambda: len(ana.hears()) == 2)
    assert "blockquote" in {one["type"] for one in ana.hears()[-1]["entities"]}
