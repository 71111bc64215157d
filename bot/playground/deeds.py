"""What people can do at the page; each deed becomes an update for the bot, as at Telegram."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.playground.inline import choose_offer
from bot.playground.kinds import content_of
from bot.playground.people import Group, Person
from bot.playground.scene import Scene
from bot.playground.state import Json

MAX_TEXT = 4_096  # characters that Telegram lets a person write at once
MAX_HOURS = 24 * 7
_FORWARDED = (
    *("text", "entities", "caption", "caption_entities", "photo", "sticker", "voice", "location"),
    *("contact", "dice", "poll"),
)


class Deeds:
    """Does what the page's person does; what makes no sense raises and changes nothing.

    Args:
        scene: Who is there, and where.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.by_name: Mapping[str, Callable[[Person, Json], None]] = {
            "say": self._say,
            "edit": self._edit,
            "send": self._send,
            "press": self._press,
            "forward": self._forward,
            "choose": self._choose,
            "clock": self._clock,
        }

    def do(self, name: str, body: Json) -> None:
        """Do something.

        Args:
            name: What.
            body: Who does it (``person``), where (``chat``), and what else it takes.

        Raises:
            KeyError: Something that is named is not there.
            ValueError, TypeError: Something makes no sense.
        """
        self.by_name[name](self._scene.people[int(body["person"])], body)

    def group_of(self, person: Person, chat_id: int) -> Group | None:
        """Return a chat's group; None for the private chat.

        Raises:
            KeyError: It is neither.
        """
        return None if chat_id == person.id else self._scene.groups[chat_id]

    def _say(self, person: Person, body: Json) -> None:
        content: Json = {}
        if channel := str(body.get("channel", "")).strip()[:100]:
            content["forward_origin"] = {
                "type": "channel",
                "date": int(self._scene.world.clock()),
                "chat": {"id": -1_009_999_999_999, "type": "channel", "title": channel},
                "message_id": 1,
            }
        person.says(_text(body), **self._where(person, body), **content)

    def _send(self, person: Person, body: Json) -> None:
        content = content_of(str(body["kind"]), body)
        person.sends(**self._where(person, body), **content)

    def _edit(self, person: Person, body: Json) -> None:
        message = self._message(person, body)
        if message["from"]["id"] != person.id or "text" not in message:
            raise ValueError("somebody else's message, or none of words")
        if "via_bot" in message or "forward_origin" in message:
            raise ValueError("somebody else's words")
        person.edits(message, _text(body))

    def _press(self, person: Person, body: Json) -> None:
        message, data = self._message(person, body), str(body["data"])
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        if not any(one.get("callback_data") == data for row in rows for one in row):
            raise ValueError("no such button")
        person.presses(message, data)

    def _forward(self, person: Person, body: Json) -> None:
        message = self._message(person, {"chat": body["from"], "message": body["message"]})
        content = {key: message[key] for key in _FORWARDED if key in message}
        if not content:
            raise ValueError("nothing that can be forwarded")
        content["forward_origin"] = message.get("forward_origin") or {
            "type": "user",
            "date": message["date"],
            "sender_user": message["from"],
        }
        person.sends(**self._where(person, body), **content)

    def _choose(self, person: Person, body: Json) -> None:
        where = self._where(person, body)
        choose_offer(person, str(body["query"]), str(body["result"]), **where)

    def _clock(self, _: Person, body: Json) -> None:
        clock = self._scene.clock
        if body.get("to") == "digest":
            clock.push_to_digest(int(body["chat"]))
        else:
            hours = int(body["hours"])
            if not 1 <= hours <= MAX_HOURS:
                raise ValueError("a week at most")
            clock.push(timedelta(hours=hours))
        self._scene.world.ledger.touch("clock")

    def _where(self, person: Person, body: Json) -> dict[str, Any]:
        """Return where something is sent, as `Person.sends` takes it."""
        chat_id = int(body["chat"])
        where: dict[str, Any] = {"group": self.group_of(person, chat_id)}
        if body.get("topic"):
            topic = self._scene.message(person, chat_id, int(body["topic"]))
            if "forum_topic_created" not in topic:
                raise ValueError("no topic")
            where["topic"] = topic
        if body.get("reply_to"):
            where["reply_to"] = self._scene.message(person, chat_id, int(body["reply_to"]))
        return where

    def _message(self, person: Person, body: Json) -> Json:
        return self._scene.message(person, int(body["chat"]), int(body["message"]))


def _text(body: Json) -> str:
    text = str(body["text"]).strip()
    if not 0 < len(text) <= MAX_TEXT:
        raise ValueError("nothing, or too much")
    return text
