"""What a message may contain: text with markup, buttons, and what it replies to.

Every function reads its part of a call's parameters, makes the checks that Telegram makes,
and returns the fields that the part adds to the message.
"""

from __future__ import annotations

import hashlib
import struct
from typing import Any
from urllib.parse import urlsplit

from bot.playground.errors import bad_request
from bot.playground.markup import Entity, MarkupError, parse_html, utf16_units
from bot.playground.parameters import Parameters
from bot.playground.state import Chat, Json, World
from bot.playground.tidying import tidy

MAX_UNITS = 4096  # UTF-16 code units, after parsing
MAX_BYTES = 32_768  # UTF-8 bytes, before parsing
MAX_CAPTION_UNITS = 1024
MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100


def text_content(params: Parameters) -> Json:
    """Return ``text`` and ``entities`` of a message, and its link preview options.

    Raises:
        ApiError: 400, the text is empty, too long, or not the markup it claims to be.
    """
    source = params.text("text")
    if len(source.encode("utf-8", "replace")) > MAX_BYTES:
        raise bad_request("message is too long")
    mode = params.text("parse_mode").lower()
    if mode not in ("", "html"):
        raise bad_request("unsupported parse_mode")
    entities: list[Entity] = []
    if mode == "html":
        try:
            text, entities = parse_html(source)
        except MarkupError as error:
            raise bad_request(f"can't parse entities: {error}") from None
    else:
        text = source
        given = params.structure("entities") or []
        entities = [dict(entity) for entity in given]
    text, entities = tidy(text, entities)
    if not text:
        raise bad_request("message text is empty")
    if utf16_units(text) > MAX_UNITS:
        raise bad_request("message is too long")
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    preview = params.mapping("link_preview_options")
    if preview:
        content["link_preview_options"] = preview
    return content


def photo_content(world: World, params: Parameters) -> Json:
    """Return ``photo`` of a message, with its caption.

    Raises:
        ApiError: 400, there is no such picture, or the caption is too long or no markup.
    """
    given = params.get("photo")
    if isinstance(given, bytes):
        file_id = f"photo-{hashlib.sha256(given).hexdigest()[:24]}"
        world.files[file_id] = given
    elif isinstance(given, str) and given in world.files:
        file_id = given
    elif given:
        raise bad_request("wrong remote file identifier specified: Wrong string length")
    else:
        raise bad_request("there is no photo in the request")
    width, height = _size_of(world.files[file_id])
    size = {"file_id": file_id, "file_unique_id": file_id[-8:], "width": width, "height": height}
    content: Json = {"photo": [size | {"file_size": len(world.files[file_id])}]}
    if params.text("caption"):
        caption = text_content(Parameters({**params, "text": params.text("caption")}))
        if utf16_units(caption["text"]) > MAX_CAPTION_UNITS:
            raise bad_request("message caption is too long")
        content["caption"] = caption["text"]
        if "entities" in caption:
            content["caption_entities"] = caption["entities"]
    return content


def _size_of(picture: bytes) -> tuple[int, int]:
    """Return a PNG's width and height in pixels, or what other pictures may well have."""
    if not picture.startswith(b"\x89PNG") or len(picture) < 24:
        return 800, 440
    width, height = struct.unpack(">II", picture[16:24])
    return width or 1, height or 1


def reply_markup(params: Parameters) -> Json:
    """Return the inline keyboard of a message, if it has one.

    Raises:
        ApiError: 400, a button is unusable.
    """
    markup = params.mapping("reply_markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return {}
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in (button for row in rows for button in row):
        _check_button(button)
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _check_button(button: dict[str, Any]) -> None:
    if not button.get("text"):
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed")
    data = button.get("callback_data")
    if data is not None and not 0 < len(str(data).encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and urlsplit(str(url)).scheme not in ("http", "https", "tg"):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong port or host")
    kinds = ("callback_data", "url", "switch_inline_query", "switch_inline_query_current_chat")
    if not any(key in button for key in (*kinds, "web_app", "copy_text", "pay", "login_url")):
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )


def reply_target(world: World, chat: Chat, params: Parameters) -> Json:
    """Return ``reply_to_message``, from ``reply_parameters`` or the older parameters.

    Raises:
        ApiError: 400, the message is gone and the call does not allow for that.
    """
    reply = params.mapping("reply_parameters")
    wanted = reply.get("message_id", params.integer("reply_to_message_id"))
    if wanted is None:
        return {}
    forgiving = bool(reply.get("allow_sending_without_reply")) or params.boolean(
        "allow_sending_without_reply"
    )
    target_chat = world.chat(reply["chat_id"]) if "chat_id" in reply else chat
    target = target_chat.messages.get(int(wanted))
    if target is None:
        if forgiving:
            return {}
        raise bad_request("message to be replied not found")
    # A reply carries the message it answers, but not what that one answered in its turn.
    return {
        "reply_to_message": {
            key: value for key, value in target.items() if key != "reply_to_message"
        }
    }


def topic_of(chat: Chat, params: Parameters, content: Json) -> Json:
    """Return in which forum topic a message stands: the one named, else that of what it answers.

    Raises:
        ApiError: 400, there is no such topic, or it is closed.
    """
    thread = params.integer("message_thread_id")
    answered = content.get("reply_to_message", {})
    if thread is None:
        if not answered.get("is_topic_message"):
            return {}
        thread = int(answered["message_thread_id"])
    if "forum_topic_created" not in chat.messages.get(thread, {}):
        raise bad_request("message thread not found")
    if thread in chat.closed_topics:
        raise bad_request("TOPIC_CLOSED")
    return {"message_thread_id": thread, "is_topic_message": True}
