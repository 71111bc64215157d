"""The methods of the Bot API that Kabar uses, with the checks that Telegram makes.

Each is a function of the world and the parameters that returns the JSON result or raises
`ApiError`. getUpdates alone waits, and therefore lives in ``polling``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.playground.content import (
    photo_content,
    reply_markup,
    reply_target,
    text_content,
    topic_of,
)
from bot.playground.errors import bad_request, too_many_requests
from bot.playground.inline import keep_offers
from bot.playground.markup import parse_html
from bot.playground.parameters import Parameters
from bot.playground.state import EDITED, Json, World

ACTIONS = frozenset(
    {
        "typing",
        *("upload_photo", "upload_video", "upload_voice", "upload_document", "upload_video_note"),
        *("record_video", "record_voice", "record_video_note"),
        *("choose_sticker", "find_location"),
    }
)
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)


def get_me(world: World, _: Parameters) -> Json:
    """The bot's own user."""
    return world.bot


def send_message(world: World, params: Parameters) -> Json:
    """Write a message into a chat."""
    chat = world.writable_chat(params.get("chat_id"))
    content = text_content(params)
    content |= reply_markup(params)
    content |= reply_target(world, chat, params)
    content |= topic_of(chat, params, content)
    message = world.add_message(chat, world.bot, **content)
    wanted = params.mapping("reply_markup").get("force_reply")
    chat.reply_wanted = message["message_id"] if wanted else 0
    return message


def send_photo(world: World, params: Parameters) -> Json:
    """Write a picture into a chat: a new one, or one that is known by its id."""
    chat = world.writable_chat(params.get("chat_id"))
    content = photo_content(world, params)
    content |= reply_markup(params)
    content |= reply_target(world, chat, params)
    content |= topic_of(chat, params, content)
    return world.add_message(chat, world.bot, **content)


def get_chat_member(world: World, params: Parameters) -> Json:
    """What somebody is in a chat."""
    chat = world.chat(params.get("chat_id"))
    member = chat.members.get(params.integer("user_id") or 0)
    if member is None:
        raise bad_request("member not found")
    return member


def get_chat_administrators(world: World, params: Parameters) -> list[Json]:
    """Who looks after a chat."""
    chat = world.chat(params.get("chat_id"))
    return [one for one in chat.members.values() if one["status"] in ("creator", "administrator")]


def edit_message_text(world: World, params: Parameters) -> Json:
    """Change one of the bot's own messages."""
    chat = world.writable_chat(params.get("chat_id"))
    message = chat.messages.get(params.integer("message_id") or 0)
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != world.bot["id"]:
        raise bad_request("message can't be edited")
    content = text_content(params) | reply_markup(params)
    if all(message.get(key) == content.get(key) for key in EDITED):
        raise bad_request(UNCHANGED)
    world.edit_message(message, content)
    return message


def answer_callback_query(world: World, params: Parameters) -> bool:
    """Tell a person that their press of a button was heard."""
    query_id = params.text("callback_query_id")
    if query_id not in world.open_queries:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    world.open_queries.discard(query_id)
    press = world.presses.get(query_id)
    if press is not None:
        press.answer = {"text": text, "alert": params.boolean("show_alert")}
        world.ledger.touch("press", query_id)
    return True


def answer_inline_query(world: World, params: Parameters) -> bool:
    """Offer results to a person who types an inline query."""
    query_id = params.text("inline_query_id")
    if query_id not in world.open_queries:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    results = params.structure("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results")
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(one.get("id") or "") for one in results]
    if len(set(ids)) < len(ids) or not all(1 <= len(one.encode()) <= 64 for one in ids):
        raise bad_request("RESULT_ID_INVALID")
    for one in results:
        content = one.get("input_message_content") or {}
        if not one.get("title") or not content.get("message_text"):
            raise bad_request("MESSAGE_EMPTY")
        if content.get("parse_mode") == "HTML":
            parse_html(str(content["message_text"]))
    world.open_queries.discard(query_id)
    keep_offers(world, query_id, results, params)
    return True


def send_chat_action(world: World, params: Parameters) -> bool:
    """Show "typing…" in a chat for five seconds."""
    chat = world.writable_chat(params.get("chat_id"))
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.begin_action(chat.id, params.integer("message_thread_id"), action)
    return True


def _commands_key(params: Parameters) -> tuple[str, str]:
    scope = params.mapping("scope")
    where = ":".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope)
    return where or "default", params.text("language_code")


def set_my_commands(world: World, params: Parameters) -> bool:
    """Replace the command menu of one scope and language."""
    commands = params.structure("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH" if commands else "can't parse commands")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command"))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description") or "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_commands_key(params)] = commands
    world.ledger.touch("commands")
    return True


def get_my_commands(world: World, params: Parameters) -> list[Json]:
    """The command menu of one scope and language."""
    return world.commands.get(_commands_key(params), [])


def delete_my_commands(world: World, params: Parameters) -> bool:
    """Remove the command menu of one scope and language."""
    world.commands.pop(_commands_key(params), None)
    world.ledger.touch("commands")
    return True


def set_webhook(world: World, params: Parameters) -> bool:
    """Remember a webhook: nothing is sent to it, but getUpdates is refused while it is set."""
    world.webhook_url = params.text("url")
    return True


def delete_webhook(world: World, params: Parameters) -> bool:
    """Forget the webhook, and what waits if that is asked for."""
    world.webhook_url = ""
    if params.boolean("drop_pending_updates"):
        world.updates.clear()
    return True


def get_webhook_info(world: World, _: Parameters) -> Json:
    """Where updates would be sent, and how many wait."""
    return {
        "url": world.webhook_url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }


def get_chat(world: World, params: Parameters) -> Json:
    """A chat's full description, with the fields that every ChatFullInfo has."""
    chat = world.chat(params.get("chat_id"))
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"), True
    )
    gifts["gifts_from_channels"] = True
    always = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return chat.json | always


def check_rate(world: World, params: Parameters, now: float) -> None:
    """Refuse a send that oversteps Telegram's limits.

    Raises:
        ApiError: 429 with the seconds to wait.
    """
    chat_id = params.integer("chat_id")
    wait = world.rates.would_overstep(chat_id or 0, now)
    if wait > 0:
        raise too_many_requests(int(wait) + 1)


Method = Callable[[World, Parameters], Any]

METHODS: dict[str, Method] = {
    "getme": get_me,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "editmessagetext": edit_message_text,
    "getchatmember": get_chat_member,
    "getchatadministrators": get_chat_administrators,
    "answercallbackquery": answer_callback_query,
    "answerinlinequery": answer_inline_query,
    "sendchataction": send_chat_action,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "getchat": get_chat,
}
"""By name in lower case: Telegram does not mind the case of a method's name."""

SENDS = frozenset({"sendmessage", "sendphoto", "editmessagetext"})
"""The methods that count against the limits."""
