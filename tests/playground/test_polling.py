"""getUpdates: waiting, confirming, and one caller at a time."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx
import pytest

from bot.playground.faults import Fault
from bot.playground.local import LocalBotApi
from tests.playground.conftest import Caller


def ids(answer: httpx.Response) -> list[int]:
    return [update["update_id"] for update in answer.json()["result"]]


def test_what_is_not_confirmed_comes_again(api: LocalBotApi, call: Caller) -> None:
    ana = api.person()
    for number in range(3):
        ana.says(str(number))
    assert ids(call("getUpdates")) == [1, 2, 3]
    assert ids(call("getUpdates", limit=2)) == [1, 2]
    assert ids(call("getUpdates", offset=2)) == [2, 3]
    assert ids(call("getUpdates", offset=1)) == [2, 3]  # confirmed is confirmed
    assert ids(call("getUpdates", offset=-1)) == [3]
    assert ids(call("getUpdates")) == [3]
    assert api.world.confirmed == 2


def test_a_long_poll_ends_when_somebody_speaks(api: LocalBotApi, call: Caller) -> None:
    ana = api.person()
    threading.Timer(0.1, ana.says, ["hello"]).start()
    began = time.monotonic()
    assert ids(call("getUpdates", timeout=5)) == [1]
    assert time.monotonic() - began < 2


def test_a_long_poll_ends_with_nothing_after_its_timeout(call: Caller) -> None:
    began = time.monotonic()
    assert ids(call("getUpdates", timeout=1)) == []
    assert 0.9 < time.monotonic() - began < 3


def test_a_second_poller_ends_the_first(api: LocalBotApi, call: Caller) -> None:
    answers: list[httpx.Response] = []
    first = threading.Thread(target=lambda: answers.append(call("getUpdates", timeout=5)))
    first.start()
    api.wait_for(lambda: api.calls("getUpdates"))
    assert call("getUpdates", timeout=0).status_code == 200
    first.join(5)
    assert answers[0].status_code == 409
    assert "terminated by other getUpdates request" in answers[0].json()["description"]


def test_polling_is_refused_while_a_webhook_is_set(call: Caller) -> None:
    call("setWebhook", url="https://example.org")
    assert call("getWebhookInfo").json()["result"]["url"] == "https://example.org"
    assert call("getUpdates").status_code == 409
    call("deleteWebhook")
    assert call("getUpdates").status_code == 200


def test_only_allowed_updates_are_kept_and_leaving_it_out_changes_nothing(
    api: LocalBotApi, call: Caller
) -> None:
    ana = api.person()
    call("getUpdates", allowed_updates=["message"])
    message = ana.says("a")
    ana.edits(message, "b")
    call("getUpdates")
    ana.edits(message, "c")
    assert [set(one) - {"update_id"} for one in call("getUpdates").json()["result"]] == [
        {"message"}
    ]


def test_a_group_in_privacy_mode_delivers_only_what_is_for_the_bot(
    api: LocalBotApi, call: Caller
) -> None:
    ana, group = api.person(), api.group()
    bots = call("sendMessage", chat_id=group.id, text="I am here").json()["result"]
    ana.says("who did Putin call?", group=group)
    ana.says("/ask@OtherBot who?", group=group)
    ana.sends_photo(group=group)
    wanted = [
        ana.says("/ask who?", group=group),
        ana.says("/ask@KabarTestBot who?", group=group),
        ana.says("and why?", group=group, reply_to=bots),
    ]
    delivered = [one["message"] for one in call("getUpdates").json()["result"]]
    assert [one["message_id"] for one in delivered] == [one["message_id"] for one in wanted]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_dropped_connection_is_a_protocol_error(
    api: LocalBotApi, call: Caller, when: str
) -> None:
    ana = api.person()
    api.faults.add(Fault(drop=when), "sendMessage")
    with pytest.raises(httpx.RemoteProtocolError):
        call("sendMessage", chat_id=ana.id, text="x")
    assert len(ana.hears()) == (when == "after")
    assert call("sendMessage", chat_id=ana.id, text="y").status_code == 200


def test_errors_on_order_are_met_once_by_the_call_they_fit(api: LocalBotApi, call: Caller) -> None:
    ana, ben = api.person(), api.person()
    api.faults.fail("sendMessage", 429, "Too Many Requests", retry_after=3, chat_id=ben.id)
    api.faults.fail(None, 502, "Bad Gateway", times=2)

    def send(chat_id: int) -> Any:
        return call("sendMessage", chat_id=chat_id, text="x").status_code

    assert [send(ana.id), send(ben.id), send(ben.id), send(ana.id)] == [502, 429, 502, 200]


def test_slowness_is_per_method_and_a_server_that_stops_does_not_wait_for_it(
    api: LocalBotApi, call: Caller
) -> None:
    api.faults.add(Fault(delay=30), "getMe")
    with pytest.raises(httpx.ReadTimeout), httpx.Client(trust_env=False) as client:
        client.get(f"{api.base_url}{api.token}/getMe", timeout=0.2)
    assert call("getMe").status_code == 200
    began = time.monotonic()
    api.stop()
    assert time.monotonic() - began < 3
