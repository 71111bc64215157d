"""What the bot is told of in a group, and where its messages land in a forum, as at Telegram."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.local import LocalBotApi
from bot.playground.people import ANONYMOUS_ADMIN, Group, Person
from tests.playground.conftest import Caller

CHANNEL = {"id": -1005, "type": "channel", "title": "Daily"}


@pytest.fixture
def ana(api: LocalBotApi) -> Person:
    return api.person("Ana")


@pytest.fixture
def group(api: LocalBotApi) -> Group:
    return api.group(forum=True)


def told(api: LocalBotApi) -> list[Any]:
    return [update.get("message", {}).get("text") for update in api.world.updates]


def test_with_privacy_mode_on_only_commands_and_replies_to_the_bot_are_told(
    api: LocalBotApi, ana: Person, group: Group, call: Caller
) -> None:
    written = call("sendMessage", chat_id=group.id, text="x").json()["result"]
    for text in (
        "hello",
        "@KabarTestBot hello",
        "/ask@OtherBot x",
        "/ask x",
        "/ask@kabartestbot y",
    ):
        ana.says(text, group=group)
    ana.says("to the bot", group=group, reply_to=written)
    ana.sends_photo("/ask z", group=group)
    assert told(api) == ["/ask x", "/ask@kabartestbot y", "to the bot"]


def test_a_bot_that_is_an_admin_is_told_everything(
    api: LocalBotApi, ana: Person, group: Group
) -> None:
    group.chat.members[api.world.bot["id"]] = {"status": "administrator"}
    ana.says("hello", group=group)
    group.discusses("A post", CHANNEL)
    assert told(api) == ["hello", "A post"]
    assert api.world.updates[-1]["message"]["is_automatic_forward"]


def test_an_anonymous_admin_is_named_as_telegram_names_them(
    api: LocalBotApi, ana: Person, group: Group
) -> None:
    message = ana.says("/ask x", group=group, sender_chat=group.chat.json)
    assert message["from"] == ANONYMOUS_ADMIN
    assert ana.says("/ask x", group=group, sender_chat=CHANNEL)["from"]["username"] == "Channel_Bot"


def test_a_message_stands_in_the_topic_that_is_named_or_answered(
    ana: Person, group: Group, call: Caller
) -> None:
    topic = group.opens_topic(ana.user)
    asked = ana.says("/ask x", group=group, topic=topic)
    thread = topic["message_id"]
    named = call("sendMessage", chat_id=group.id, text="x", message_thread_id=thread)
    answer = {"message_id": asked["message_id"]}
    answered = call("sendMessage", chat_id=group.id, text="x", reply_parameters=answer)
    general = call("sendMessage", chat_id=group.id, text="x")
    threads = [one.json()["result"].get("message_thread_id") for one in (named, answered, general)]
    assert threads == [thread, thread, None]
    assert (
        call("sendMessage", chat_id=group.id, text="x", message_thread_id=asked["message_id"])
        .json()["description"]
        .endswith("message thread not found")
    )
    group.closes_topic(topic)
    closed = call("sendMessage", chat_id=group.id, text="x", message_thread_id=thread)
    assert closed.json()["description"] == "Bad Request: TOPIC_CLOSED"


def test_the_bot_is_told_that_it_was_added(api: LocalBotApi, ana: Person, group: Group) -> None:
    group.adds_the_bot(ana)
    (update,) = api.world.updates
    assert update["my_chat_member"]["new_chat_member"]["status"] == "member"
