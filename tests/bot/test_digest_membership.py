"""Chats that cannot be reached, that can again, and that move: what the digest does then."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from retrieval.kabar import Kabar
from retrieval.records import Preferences, Subscriber
from tests.bot.conftest import RunningBot, wait_until


@pytest.fixture
def api(shared_api: LocalBotApi, shared_bot: RunningBot) -> LocalBotApi:
    return shared_api


@pytest.fixture
def ana(api: LocalBotApi) -> Person:
    return api.person("Ana")


def becomes(api: LocalBotApi, chat: dict[str, Any], by: Person, status: str, **rights: Any) -> None:
    """Tell the bot that its own place in a chat has changed."""
    member = {"user": api.world.bot, "status": status, **rights}
    if status == "kicked":
        member["until_date"] = 0
    with api.world.change():
        update = {
            "chat": chat,
            "from": by.user,
            "date": int(api.world.clock()),
            "old_chat_member": {"user": api.world.bot, "status": "member"},
            "new_chat_member": member,
        }
        api.world.push("my_chat_member", update)


def stored(kabar: Kabar, chat_id: int) -> Subscriber:
    return kabar.digests.subscriber(chat_id)


def test_whoever_blocks_the_bot_is_paused_and_resumed_when_it_is_let_in_again(
    api: LocalBotApi, kabar: Kabar, ana: Person
) -> None:
    kabar.digests.subscribe(ana.id, Preferences())
    for _ in range(2):
        becomes(api, ana.chat.json, ana, "kicked")
    wait_until(lambda: stored(kabar, ana.id).paused_because)
    assert stored(kabar, ana.id).next_due is None
    for _ in range(2):
        becomes(api, ana.chat.json, ana, "member")
    wait_until(lambda: stored(kabar, ana.id).next_due)
    assert stored(kabar, ana.id).paused_because is None


def test_whoever_writes_again_is_resumed(api: LocalBotApi, kabar: Kabar, ana: Person) -> None:
    kabar.digests.subscribe(ana.id, Preferences())
    kabar.digests.pause(ana.id, "bot was blocked by the user")
    api.wait_for_reply(ana.says("/digest"))
    assert stored(kabar, ana.id).next_due is not None


def test_a_chat_without_a_digest_gets_none_by_letting_the_bot_in(
    api: LocalBotApi, kabar: Kabar, ana: Person
) -> None:
    becomes(api, ana.chat.json, ana, "kicked")
    becomes(api, ana.chat.json, ana, "member")
    api.wait_for_reply(ana.says("/help"))  # after both, in the same lane
    assert stored(kabar, ana.id).created_at is None


def test_a_group_that_removes_the_bot_is_paused(
    api: LocalBotApi, kabar: Kabar, ana: Person
) -> None:
    group = api.group()
    kabar.digests.subscribe(group.id, Preferences())
    becomes(api, group.chat.json, ana, "left")
    wait_until(lambda: stored(kabar, group.id).paused_because)


def test_a_group_that_becomes_a_supergroup_is_followed(
    api: LocalBotApi, kabar: Kabar, ana: Person
) -> None:
    old, new = api.group(), api.group()
    kabar.digests.subscribe(old.id, Preferences(stories=3))
    with api.world.change():
        for group, moved in (
            (old, {"migrate_to_chat_id": new.id}),
            (new, {"migrate_from_chat_id": old.id}),
        ):
            message = api.world.add_message(group.chat, ana.user, **moved)
            api.world.push("message", message)
    wait_until(lambda: stored(kabar, new.id).active)
    assert stored(kabar, new.id).preferences.stories == 3
    wait_until(lambda: stored(kabar, old.id).created_at is None)
