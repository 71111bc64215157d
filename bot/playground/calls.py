"""The log of calls as a person reads it: what each was for, with all its parameters."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from bot.playground.errors import ApiError
from bot.playground.parameters import Parameters
from bot.playground.state import Call, Json, World

QUIET = frozenset({"getupdates", "getme", "deletewebhook"})
"""Methods that stand for nothing a person did."""


def messages_behind(world: World, call: Call) -> frozenset[tuple[int, int]]:
    """Return the messages that a call is about, by chat and id.

    What it wrote or changed, what that replies to, whose button was pressed; and for "typing…" the
    last message that somebody wrote there.
    """
    params = call.params
    if not isinstance(params, Parameters):
        return frozenset()
    press = world.presses.get(params.text("callback_query_id"))
    if press is not None:
        return frozenset({(press.chat, press.message)})
    chat_id = params.integer("chat_id")
    chat = world.chats.get(chat_id or 0)
    if chat is None:
        return frozenset()
    if call.method.lower() == "sendchataction":
        thread = params.integer("message_thread_id")
        return frozenset(_last_written(world, chat.messages, chat.id, thread))
    found = [params.integer("message_id")]
    with suppress(ApiError):  # what cannot be read was refused
        found.append(params.mapping("reply_parameters").get("message_id"))
    if isinstance(call.result, dict):
        found.append(call.result.get("message_id"))
    return frozenset((chat.id, int(each)) for each in found if each)


def _last_written(
    world: World, messages: dict[int, Json], chat_id: int, thread: int | None
) -> list[tuple[int, int]]:
    for message in reversed(messages.values()):
        if message["from"]["id"] != world.bot["id"] and message.get("message_thread_id") == thread:
            return [(chat_id, message["message_id"])]
    return []


def call_shown(call: Call) -> Json:
    """Return a call for the page: every parameter, decoded where it came as JSON in a string."""
    shown: Json = {
        "id": call.id,
        "method": call.method,
        "status": call.status,
        "about": sorted(call.about),
        "params": {name: _readable(value) for name, value in call.params.items()},
    }
    if call.status != 200 and isinstance(call.result, str):
        shown["error"] = call.result
    return shown


def _readable(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if isinstance(value, str) and value[:1] in ("{", "["):
        with suppress(ValueError):
            return json.loads(value)
    return value
