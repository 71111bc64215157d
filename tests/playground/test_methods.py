"""What the local Bot API accepts, and what it refuses as Telegram does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.playground.local import LocalBotApi
from bot.playground.rates import RateMeter
from tests.playground.conftest import Caller


@pytest.fixture(scope="module")
def shared_api() -> Iterator[LocalBotApi]:
    with LocalBotApi() as server:
        yield server


@pytest.fixture
def api(shared_api: LocalBotApi) -> LocalBotApi:
    """One server for all: each test brings its own people, and starting takes 0.2 s."""
    return shared_api


def test_a_message_comes_back_with_its_entities(api: LocalBotApi, call: Caller) -> None:
    ana = api.person("Ana")
    asked = ana.says("hello")
    answer = call(
        "sendMessage",
        chat_id=ana.id,
        text="😀 <b>hi</b>",
        parse_mode="HTML",
        reply_parameters={"message_id": asked["message_id"]},
    ).json()["result"]
    assert answer["text"] == "😀 hi"
    assert answer["entities"] == [{"type": "bold", "offset": 3, "length": 2}]
    assert answer["reply_to_message"]["text"] == "hello"
    assert answer["from"]["is_bot"]
    assert api.replies(asked) == [answer] == list(ana.hears())


def test_forms_multipart_and_queries_are_read_like_json(api: LocalBotApi) -> None:
    ana = api.person()
    url = f"{api.base_url}{api.token}/sendmessage"
    fields: dict[str, Any] = {
        "chat_id": str(ana.id),
        "text": "a & b = é",
        "reply_parameters": json.dumps({"message_id": 9, "allow_sending_without_reply": True}),
    }
    with httpx.Client(trust_env=False) as client:
        client.post(url, data=fields)
        client.post(url, files={name: (None, value) for name, value in fields.items()})
        client.get(url, params=fields)
        refused = client.post(url, content=b"{", headers={"Content-Type": "application/json"})
    assert [message["text"] for message in ana.hears()] == ["a & b = é"] * 3
    assert refused.status_code == 400


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": ""}, "message text is empty"),
    ("sendMessage", {"text": " \u202e\n"}, "message text is empty"),
    ("sendMessage", {"text": "😀" * 2049}, "message is too long"),
    ("sendMessage", {"text": "<b></b>" * 5000, "parse_mode": "HTML"}, "message is too long"),
    (
        "sendMessage",
        {"text": "<b>x", "parse_mode": "HTML"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ("sendMessage", {"text": "x", "parse_mode": "Wiki"}, "unsupported parse_mode"),
    ("sendMessage", {"text": "x", "chat_id": 1}, "chat not found"),
    ("sendMessage", {"text": "x", "chat_id": ""}, "chat_id is empty"),
    (
        "sendMessage",
        {"text": "x", "reply_parameters": {"message_id": 99}},
        "message to be replied not found",
    ),
    ("sendMessage", {"text": "x", "reply_parameters": "{"}, None),  # type: ignore[list-item]
    ("sendMessage", {"text": "x", "message_thread_id": 5}, "message thread not found"),
    (
        "sendMessage",
        {
            "text": "x",
            "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": "é" * 32 + "x"}]]},
        },
        "BUTTON_DATA_INVALID",
    ),
    ("editMessageText", {"text": "x", "message_id": 99}, "message to edit not found"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "7"},
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
    (
        "setMyCommands",
        {"commands": [{"command": "Ask", "description": "x"}]},
        "BOT_COMMAND_INVALID",
    ),
]


@pytest.mark.parametrize(("method", "params", "reason"), REFUSED)
def test_what_telegram_refuses_is_refused(
    api: LocalBotApi, call: Caller, method: str, params: dict[str, Any], reason: str | None
) -> None:
    ana = api.person()
    answer = call(method, **({"chat_id": ana.id} | params))
    assert answer.status_code == answer.json()["error_code"] == 400
    assert answer.json()["ok"] is False
    if reason:
        assert answer.json()["description"] == f"Bad Request: {reason}"
    assert not ana.hears()


def test_4096_units_and_64_bytes_of_data_are_let_through(api: LocalBotApi, call: Caller) -> None:
    ana = api.person()
    keyboard = {"inline_keyboard": [[{"text": "b", "callback_data": "é" * 32}]]}
    sent = call(
        "sendMessage",
        chat_id=ana.id,
        text="<b>" + "😀" * 2048 + "</b>",
        parse_mode="HTML",
        reply_markup=keyboard,
    )
    assert sent.status_code == 200
    ana.presses(sent.json()["result"], "b")
    query = call("getUpdates").json()["result"][-1]["callback_query"]
    assert query["data"] == "é" * 32
    assert call("answerCallbackQuery", callback_query_id=query["id"]).json()["result"] is True
    assert call("answerCallbackQuery", callback_query_id=query["id"]).status_code == 400


def test_an_edit_changes_the_message_once(api: LocalBotApi, call: Caller) -> None:
    ana = api.person()
    sent = call("sendMessage", chat_id=ana.id, text="one").json()["result"]
    where = {"chat_id": ana.id, "message_id": sent["message_id"]}
    assert call("editMessageText", text="two", **where).json()["result"]["text"] == "two"
    again = call("editMessageText", text="two", **where)
    assert "message is not modified" in again.json()["description"]
    theirs = ana.says("mine") | {}
    other = call("editMessageText", text="x", chat_id=ana.id, message_id=theirs["message_id"])
    assert other.json()["description"] == "Bad Request: message can't be edited"


def test_who_blocked_the_bot_is_not_written_to(api: LocalBotApi, call: Caller) -> None:
    ana = api.person()
    ana.blocks_the_bot()
    answer = call("sendMessage", chat_id=ana.id, text="x")
    assert answer.status_code == 403
    assert answer.json()["description"] == "Forbidden: bot was blocked by the user"


def test_commands_are_kept_by_scope_and_language(call: Caller) -> None:
    commands = [{"command": "ask", "description": "Tanya"}]
    call("setMyCommands", commands=commands, language_code="id")
    assert call("getMyCommands", language_code="id").json()["result"] == commands
    assert call("getMyCommands").json()["result"] == []


def test_a_wrong_token_is_401_and_no_token_404(api: LocalBotApi, call: Caller) -> None:
    with httpx.Client(trust_env=False) as client, LocalBotApi() as other:
        other.revoke_token()
        revoked = client.get(f"{other.base_url}{other.token}/getMe")
        wrong = client.get(f"{api.base_url}1:{'x' * 35}/getMe")
        malformed = client.get(f"{api.base_url}nonsense/getMe")
    assert (wrong.status_code, wrong.json()["description"]) == (401, "Unauthorized")
    assert (malformed.status_code, malformed.json()["description"]) == (404, "Not Found")
    assert call("flyToTheMoon").status_code == 404
    assert revoked.status_code == 401


def test_the_limits_are_counted_and_refused_when_asked(api: LocalBotApi, call: Caller) -> None:
    ana = api.person()
    api.world.rates = RateMeter()
    call("sendMessage", chat_id=ana.id, text="1")
    call("sendMessage", chat_id=ana.id, text="2")
    assert api.world.rates.oversteps == {"chat": 1}
    assert api.world.rates.peak == 2
    api.api.enforce_rates = True
    refused = call("sendMessage", chat_id=ana.id, text="3")
    api.api.enforce_rates = False
    assert refused.status_code == 429
    assert refused.json()["parameters"] == {"retry_after": 1}
