"""Groups and channels: their admins alone set the digest."""

from __future__ import annotations

from typing import Any

import pytest

from bot.callbacks import Action, pack
from bot.playground.local import LocalBotApi
from bot.playground.people import Group, Person
from retrieval.kabar import Kabar
from retrieval.records import Preferences, Subscriber
from tests.bot.conftest import RunningBot


def answer_to(api: LocalBotApi, query: str) -> dict[str, Any] | None:
    calls = (call.params for call in api.calls("answerCallbackQuery"))
    return next((params for params in calls if params["callback_query_id"] == query), None)


@pytest.fixture
def api(shared_api: LocalBotApi, shared_bot: RunningBot) -> LocalBotApi:
    return shared_api


@pytest.fixture
def ana(api: LocalBotApi) -> Person:
    return api.person("Ana")


def stored(kabar: Kabar, group: Group) -> Subscriber:
    return kabar.digests.subscriber(group.id)


def test_whoever_is_no_admin_sets_nothing_and_is_told(
    api: LocalBotApi, kabar: Kabar, ana: Person
) -> None:
    group = api.group()
    for words in ("/digest", "/digest 07:30 Jakarta", "/topics energy", "/quiet 22-7", "/stop"):
        reply = api.wait_for_reply(ana.says(words, group=group))
        assert reply["text"] == "Only admins of this chat can set its digest."
    assert stored(kabar, group).created_at is None


def test_whoever_is_no_admin_sees_how_it_is_set_and_presses_in_vain(
    api: LocalBotApi, kabar: Kabar, ana: Person
) -> None:
    group = api.group()
    before = kabar.digests.subscribe(group.id, Preferences(stories=3))
    panel = api.wait_for_reply(ana.says("/digest", group=group))
    for data in (pack(Action.OFF), pack(Action.STORIES, 10), pack(Action.LESS, 1, 1)):
        query = ana.presses(panel, data)
        # A query is closed before the call that closed it is written down.
        answer = api.wait_for(lambda query=query: answer_to(api, query))
        assert answer["text"] == "Only admins of this chat can change that."
    assert stored(kabar, group) == before
    kabar.digests.forget(group.id)


def test_an_admin_sets_the_groups_digest_and_a_member_does_not(
    api: LocalBotApi, kabar: Kabar, ana: Person
) -> None:
    group, ben = api.group(), api.person("Ben")
    group.has_admin(ana)
    group.has_member(ben)
    refused = api.wait_for_reply(ben.says("/digest 08:00", group=group))
    assert refused["text"] == "Only admins of this chat can set its digest."
    api.wait_for_reply(ana.says("/digest 07:30 Jakarta", group=group))
    set_by_admin = stored(kabar, group)
    assert set_by_admin.active
    assert set_by_admin.preferences.timezone == "Asia/Jakarta"
    kabar.digests.forget(group.id)


def test_who_writes_in_the_groups_own_name_is_an_admin(
    api: LocalBotApi, kabar: Kabar, ana: Person
) -> None:
    group = api.group()
    content: dict[str, Any] = {"sender_chat": group.chat.json}
    text = "/digest 07:30 Jakarta"
    entities = [{"type": "bot_command", "offset": 0, "length": 7}]
    asked = ana.sends(group=group, text=text, entities=entities, **content)
    api.wait_for_reply(asked)
    assert stored(kabar, group).preferences.timezone == "Asia/Jakarta"
    kabar.digests.forget(group.id)


def test_a_post_sets_a_channels_digest(api: LocalBotApi, kabar: Kabar, ana: Person) -> None:
    channel = api.group()
    channel.chat.json["type"] = "channel"
    with api.world.change():
        post = api.world.add_message(
            channel.chat,
            ana.user,
            text="/digest 19.00 WIB",
            entities=[{"type": "bot_command", "offset": 0, "length": 7}],
            sender_chat=channel.chat.json,
        )
        api.world.push("channel_post", {**post, "from": None})
    api.wait_for_reply(post)
    assert stored(kabar, channel).active
    assert stored(kabar, channel).preferences.timezone == "Asia/Jakarta"
    kabar.digests.forget(channel.id)


def test_in_a_channel_nothing_is_asked_but_posted(
    api: LocalBotApi, kabar: Kabar, ana: Person
) -> None:
    channel = api.group()
    channel.chat.json["type"] = "channel"
    with api.world.change():
        question = api.world.add_message(channel.chat, ana.user, text="who did Putin call?")
        api.world.push("channel_post", question)
    api.wait_for_reply(ana.says("/help"))
    assert not api.replies(question)
