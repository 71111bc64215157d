"""Polling that goes on when it can, ends when it must, and says which."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

import httpx
import pytest

from bot.playground.faults import Fault
from bot.playground.local import LocalBotApi
from tests.bot.conftest import QUESTION, BotStarter, wait_until


def critical(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno == logging.CRITICAL]


def test_a_revoked_token_ends_the_bot_with_one_line(
    api: LocalBotApi, start_bot: BotStarter, caplog: pytest.LogCaptureFixture
) -> None:
    bot = start_bot()
    api.revoke_token()
    assert bot.join() == 1
    (line,) = critical(caplog)
    assert "token" in line
    assert api.token not in caplog.text


@pytest.mark.parametrize("code", [401, 404])
def test_a_wrong_token_ends_the_start(
    api: LocalBotApi, start_bot: BotStarter, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    api.faults.fail("getMe", code, "no", times=None)
    assert start_bot(wait=False).join() == 1
    assert len(critical(caplog)) == 1
    assert api.token not in caplog.text


def test_a_second_poller_ends_the_bot_with_one_line(
    api: LocalBotApi, start_bot: BotStarter, caplog: pytest.LogCaptureFixture
) -> None:
    bot = start_bot(KABAR_CONFLICT_SECONDS=1)
    over = threading.Event()

    def poll() -> None:
        with httpx.Client(trust_env=False, timeout=10) as client:
            while not over.is_set():
                client.get(f"{api.base_url}{api.token}/getUpdates", params={"timeout": 1})

    other = threading.Thread(target=poll)
    other.start()
    try:
        assert bot.join() == 1
    finally:
        over.set()
        other.join()
    (line,) = critical(caplog)
    assert "Another process receives this bot's updates" in line


def test_a_short_conflict_after_a_restart_is_borne(api: LocalBotApi, start_bot: BotStarter) -> None:
    api.faults.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=3)
    bot = start_bot(KABAR_CONFLICT_SECONDS=2)
    api.wait_for_reply(api.person().says(QUESTION))
    assert bot.stop() == 0


def test_a_webhook_that_was_left_behind_is_removed(api: LocalBotApi, start_bot: BotStarter) -> None:
    api.world.webhook_url = "https://old.example"
    start_bot()
    api.wait_for_reply(api.person().says(QUESTION))
    assert api.world.webhook_url == ""


@pytest.mark.parametrize("code", [400, 404, 502])
def test_a_webhook_that_cannot_be_removed_is_no_reason_to_stay_away(
    api: LocalBotApi, start_bot: BotStarter, code: int
) -> None:
    api.faults.fail("deleteWebhook", code, "no")
    start_bot()
    api.wait_for_reply(api.person().says(QUESTION))


def test_a_stalled_poll_is_noticed_and_made_again(
    api: LocalBotApi, start_bot: BotStarter, caplog: pytest.LogCaptureFixture
) -> None:
    api.faults.add(Fault(delay=60), "getUpdates")
    start_bot(KABAR_POLL_TIMEOUT_SECONDS=1, KABAR_STALL_SECONDS=1.5)
    api.wait_for_reply(api.person().says(QUESTION))
    assert "Not heard from Telegram for 2 s; connecting anew" in caplog.text


def test_polls_that_fail_are_made_again(
    api: LocalBotApi, start_bot: BotStarter, caplog: pytest.LogCaptureFixture
) -> None:
    api.faults.add(Fault(body=b'{"ok": true, "result": 7}'), "getUpdates")
    api.faults.fail("getUpdates", 502, "Bad Gateway")
    start_bot()
    api.wait_for_reply(api.person().says(QUESTION))
    assert caplog.text.count("getUpdates failed") == 2


def test_without_a_network_the_bot_waits_for_one(
    api: LocalBotApi, start_bot: BotStarter, caplog: pytest.LogCaptureFixture
) -> None:
    api.stop()
    start_bot(wait=False)
    wait_until(lambda: "Telegram cannot be reached yet" in caplog.text)
    asked = api.person().says(QUESTION)
    api.start()
    api.wait_for_reply(asked)


def test_a_bot_that_never_connected_ends_when_told(api: LocalBotApi, start_bot: BotStarter) -> None:
    api.stop()
    bot = start_bot(wait=False)
    time.sleep(0.3)
    began = time.monotonic()
    assert bot.stop() == 0
    assert time.monotonic() - began < 2


def test_a_menu_that_cannot_be_set_does_not_stop_the_start(
    api: LocalBotApi, start_bot: BotStarter, caplog: pytest.LogCaptureFixture
) -> None:
    api.faults.fail("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID", times=None)
    start_bot()
    api.wait_for_reply(api.person().says(QUESTION))
    wait_until(lambda: "menu could not be set" in caplog.text)


def test_an_update_that_cannot_be_read_does_not_stop_those_behind_it(
    api: LocalBotApi, start_bot: BotStarter, kabar: Any
) -> None:
    with api.world.change():
        api.world.push("message", {"nonsense": True})
        api.world.push("message", {})
        api.world.updates.append({"update_id": api.world.new_id("update"), "brand_new": {"a": 1}})
        api.world.updates.append({"no": "id"})
    asked = api.person().says(QUESTION)
    start_bot()
    api.wait_for_reply(asked)
    wait_until(lambda: not kabar.inbox.pending_updates())


def test_a_full_bot_pauses_and_loses_nothing(api: LocalBotApi, start_bot: BotStarter) -> None:
    people = [api.person() for _ in range(10)]
    asked = [person.says(QUESTION) for person in people for _ in range(3)]
    start_bot(KABAR_MAX_IN_FLIGHT=1, KABAR_MAX_WAITING=2)
    api.wait_for_replies(asked)
    assert len(api.written()) == 30
