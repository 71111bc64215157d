"""People and groups that talk to the bot: what they do becomes updates, as at Telegram."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.playground.markup import Entity, utf16_units
from bot.playground.state import Chat, Json, World

COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?")
MENTION = re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{3,32}")
LINK = re.compile(
    r"(?<![\w@./:-])(?:https?://[^\s<>\"]+|(?:[a-z0-9-]+\.)+(?:com|net|org|id|uk)\b[^\s<>\"]*)",
    re.IGNORECASE,
)
"""An address with a scheme, or a domain of a few well-known endings; Telegram knows them all."""


def typed_entities(text: str) -> list[Entity]:
    """Mark commands, names and links in what a person typed, as Telegram does before the bot."""
    entities: list[Entity] = []
    for match in LINK.finditer(text):
        found = match.group().rstrip(".,;:!?)'")
        entities.append(_entity("url", text, match.start(), found))
    rest = LINK.sub(lambda link: "x" * len(link.group()), text)
    for kind, pattern in (("bot_command", COMMAND), ("mention", MENTION)):
        for match in pattern.finditer(rest):
            entities.append(_entity(kind, text, match.start(), match.group()))
    return sorted(entities, key=lambda entity: int(entity["offset"]))


def _entity(kind: str, text: str, start: int, found: str) -> Entity:
    return {"type": kind, "offset": utf16_units(text[:start]), "length": utf16_units(found)}


class Group:
    """A group with the bot in it.

    With ``privacy_mode`` (Telegram's default) the bot is only told of commands meant for it,
    of replies to it, and of service messages.
    """

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self.chat = chat
        self.id = chat.id

    def removes_the_bot(self) -> None:
        """Let every further send be refused with 403."""
        self.chat.refusal = "bot was kicked from the group chat"

    def has_admin(self, person: Person) -> None:
        """Make somebody an admin of the group."""
        rights = dict.fromkeys(
            (
                *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
                *("can_manage_video_chats", "can_restrict_members", "can_promote_members"),
                *("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
                "can_delete_stories",
            ),
            False,
        )
        self.chat.members[person.id] = {"user": person.user, "status": "administrator", **rights}

    def has_member(self, person: Person) -> None:
        """Make somebody an ordinary member of the group."""
        self.chat.members[person.id] = {"user": person.user, "status": "member"}

    def opens_topic(self, by: Json, name: str = "Topic") -> Json:
        """Start a forum topic and return its first (service) message."""
        with self.world.change():
            topic = {"name": name, "icon_color": 7322096}
            message = self.world.add_message(
                self.chat, by, forum_topic_created=topic, is_topic_message=True
            )
            message["message_thread_id"] = message["message_id"]
            return message


class Person:
    """Somebody with a private chat with the bot."""

    def __init__(self, world: World, user: Json, chat: Chat) -> None:
        self.world = world
        self.user = user
        self.chat = chat
        self.id = int(user["id"])

    def says(
        self,
        text: str,
        *,
        group: Group | None = None,
        reply_to: Json | None = None,
        topic: Json | None = None,
    ) -> Json:
        """Write a message, in the private chat or in a group, and return it."""
        content: Json = {"text": text}
        entities = typed_entities(text)
        if entities:
            content["entities"] = entities
        return self.sends(group=group, reply_to=reply_to, topic=topic, **content)

    def sends(
        self,
        *,
        group: Group | None = None,
        reply_to: Json | None = None,
        topic: Json | None = None,
        **content: Any,
    ) -> Json:
        """Send any kind of message (``sticker=…``, ``photo=…``, ``dice=…``) and return it."""
        chat = group.chat if group else self.chat
        with self.world.change():
            if topic is not None:
                content |= {
                    "message_thread_id": topic["message_thread_id"],
                    "is_topic_message": True,
                }
                reply_to = reply_to or topic  # so it looks at Telegram, too
            if reply_to is not None:
                content["reply_to_message"] = {
                    key: value for key, value in reply_to.items() if key != "reply_to_message"
                }
            message = self.world.add_message(chat, self.user, **content)
            if group is None or self._is_delivered(chat, message):
                self.world.push("message", message)
            return message

    def forwards(self, text: str, **content: Any) -> Json:
        """Forward what a channel wrote; further content as in `sends`."""
        origin = {"type": "hidden_user", "date": int(self.world.clock()), "sender_user_name": "A"}
        content.setdefault("entities", typed_entities(text))
        return self.sends(text=text, forward_origin=origin, **content)

    def sends_photo(self, caption: str | None = None, group: Group | None = None) -> Json:
        """Send a picture."""
        size = {"file_id": "photo", "file_unique_id": "p", "width": 90, "height": 90}
        content: Json = {"photo": [size]} | ({"caption": caption} if caption else {})
        return self.sends(group=group, **content)

    def sends_sticker(self) -> Json:
        """Send a sticker."""
        sticker = {
            "file_id": "sticker",
            "file_unique_id": "s",
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        }
        return self.sends(sticker=sticker)

    def sends_voice(self) -> Json:
        """Send a voice message."""
        voice = {"file_id": "voice", "file_unique_id": "v", "duration": 3}
        return self.sends(voice=voice)

    def edits(self, message: Json, text: str) -> Json:
        """Change an own message."""
        with self.world.change():
            message |= {"text": text, "edit_date": int(self.world.clock())}
            self.world.push("edited_message", message)
            return message

    def presses(self, message: Json, button: str) -> str:
        """Press the button with this text or this callback data; return the query's id."""
        data = next(
            (
                one["callback_data"]
                for row in message["reply_markup"]["inline_keyboard"]
                for one in row
                if button in (one["text"], one.get("callback_data")) and "callback_data" in one
            ),
            button,
        )
        with self.world.change():
            query_id = str(self.world.new_id("query"))
            self.world.open_queries.add(query_id)
            query = {
                "id": query_id,
                "from": self.user,
                "chat_instance": "1",
                "message": message,
                "data": data,
            }
            self.world.push("callback_query", query)
            return query_id

    def types_inline(self, text: str) -> str:
        """Type an inline query in some chat; return its id."""
        with self.world.change():
            query_id = str(self.world.new_id("query"))
            self.world.open_queries.add(query_id)
            query = {"id": query_id, "from": self.user, "query": text, "offset": ""}
            self.world.push("inline_query", query)
            return query_id

    def blocks_the_bot(self) -> None:
        """Let every further send to this person be refused with 403."""
        self.chat.refusal = "bot was blocked by the user"

    def hears(self) -> Sequence[Json]:
        """Return what the bot wrote into the private chat, oldest first."""
        with self.world.lock:
            return [
                message
                for message in self.chat.messages.values()
                if message["from"]["id"] == self.world.bot["id"]
            ]

    def _is_delivered(self, chat: Chat, message: Json) -> bool:
        """Tell whether a group's privacy mode lets the bot see a message."""
        if not chat.privacy_mode or "text" not in message:
            return not chat.privacy_mode
        author = message.get("reply_to_message", {}).get("from", {})
        if author.get("id") == self.world.bot["id"]:
            return True
        commands = [one for one in message.get("entities", []) if one["type"] == "bot_command"]
        if not commands:
            return False
        begin = commands[0]["offset"]
        name = message["text"][begin : begin + commands[0]["length"]]
        return "@" not in name or name.endswith(f"@{self.world.bot['username']}")
