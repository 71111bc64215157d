"""What the page is told: everything at first, and then what changed since.

It goes out as JSON, and the page puts what anybody wrote into itself as text. The bot's token is in
none of it.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from bot.playground.calls import QUIET, call_shown
from bot.playground.ledger import Key
from bot.playground.scene import Scene
from bot.playground.state import Chat, Json

MESSAGES_SHOWN = 200  # of a chat, to a page that is new here
CALLS_SHOWN = 300
_SHOWN = (
    *("message_id", "from", "date", "edit_date", "text", "entities", "caption"),
    *("caption_entities", "reply_markup", "link_preview_options", "photo", "sticker", "voice"),
    *("location", "contact", "dice", "poll", "via_bot", "forward_origin", "message_thread_id"),
    *("is_topic_message", "forum_topic_created"),
)


class Showing:
    """Tells of a scene; take the world's lock around each call but `clock`.

    Args:
        scene: What is shown.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._world = scene.world
        self.epoch = secrets.token_hex(4)  # versions of another run mean nothing

    def version_of(self, token: str) -> int | None:
        """Return the version that a page says it has; None where it has none of this run."""
        epoch, _, version = token.partition("-")
        known = epoch == self.epoch and version.isascii() and version.isdecimal()
        return int(version) if known and int(version) <= self._world.ledger.version else None

    def token(self) -> str:
        """Return what names the present version."""
        return f"{self.epoch}-{self._world.ledger.version}"

    def everything(self) -> Json:
        """Return all that there is, for a page that knows nothing yet."""
        world = self._world
        chats = [world.chats[one] for one in (*self._scene.people, *self._scene.groups)]
        messages = [
            _message_shown(chat, one)
            for chat in chats
            for one in list(chat.messages.values())[-MESSAGES_SHOWN:]
        ]
        calls = [call_shown(one) for one in world.calls if one.method.lower() not in QUIET]
        return {
            "all": True,
            "bot": {key: world.bot[key] for key in ("id", "first_name", "username")},
            "people": [
                {
                    "id": one.id,
                    "name": one.user["first_name"],
                    "language": one.user.get("language_code", "en"),
                }
                for one in self._scene.people.values()
            ],
            "groups": [
                {
                    "id": one.id,
                    "title": one.chat.json["title"],
                    "forum": bool(one.chat.json.get("is_forum")),
                    "members": len(one.chat.members),
                }
                for one in self._scene.groups.values()
            ],
            "commands": self._commands(),
            "messages": messages,
            "calls": calls[-CALLS_SHOWN:],
            "actions": [self._action(*where) for where in world.actions],
            "presses": [],
        }

    def since(self, version: int) -> Json:
        """Return what changed after a version; nothing is an empty object."""
        changed = self._world.ledger.since(version)
        if not changed:
            return {}
        lists: dict[str, list[Any]] = {
            "messages": [self._message(*one) for one in _named("message", changed)],
            "calls": [self._call(*one) for one in _named("call", changed)],
            "actions": [self._action(*one) for one in _named("action", changed)],
            "presses": [self._press(*one) for one in _named("press", changed)],
        }
        shown: Json = {key: [one for one in each if one] for key, each in lists.items()}
        if _named("commands", changed):
            shown["commands"] = self._commands()
        return shown

    def clock(self) -> Json:
        """Return the time, and by which clocks chats live; it asks the library, so no lock."""
        clock = self._scene.clock
        now = clock.now()
        diaries = {one: clock.diary(one) for one in (*self._scene.people, *self._scene.groups)}
        return {
            "now": now.timestamp(),
            "chats": {
                str(chat_id): {
                    "zone": diary.timezone,
                    "offset": diary.offset(now).total_seconds(),
                    "digest": diary.digest_or_morning(now).timestamp(),
                    "subscribed": diary.next_digest is not None,
                }
                for chat_id, diary in diaries.items()
            },
        }

    def _commands(self) -> list[Json]:
        return [
            {"scope": scope, "language": language, "commands": commands}
            for (scope, language), commands in self._world.commands.items()
        ]

    def _message(self, chat_id: int, message_id: int) -> Json | None:
        if chat_id not in self._scene.people and chat_id not in self._scene.groups:
            return None
        chat = self._world.chats[chat_id]
        return _message_shown(chat, chat.messages[message_id])

    def _call(self, call_id: int) -> Json | None:
        call = next((one for one in reversed(self._world.calls) if one.id == call_id), None)
        return call_shown(call) if call and call.method.lower() not in QUIET else None

    def _action(self, chat_id: int, thread: int | None) -> Json:
        action = self._world.actions.get((chat_id, thread))
        left = action.until - time.monotonic() if action else 0
        shown: Json = {"chat": chat_id, "thread": thread, "seconds": round(max(left, 0), 2)}
        return shown | ({"name": action.name} if action else {})

    def _press(self, query_id: str) -> Json:
        press = self._world.presses[query_id]
        return {
            "id": query_id,
            "person": press.person,
            "chat": press.chat,
            "message": press.message,
            "data": press.data,
            "answer": press.answer,
        }


def _named(kind: str, keys: list[Key]) -> list[Key]:
    return [key[1:] for key in keys if key[0] == kind]


def _message_shown(chat: Chat, message: Json) -> Json:
    """Return what the page needs of a message."""
    shown = {key: message[key] for key in _SHOWN if key in message}
    shown["chat"] = chat.id
    if "reply_to_message" in message:
        shown["reply_to"] = message["reply_to_message"]["message_id"]
    if chat.reply_wanted == message["message_id"]:
        shown["wants_reply"] = True
    return shown
