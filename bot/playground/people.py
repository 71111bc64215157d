"""People and groups that talk to the bot: what they do becomes updates, as at Telegram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.playground import kinds
from bot.playground.state import Chat, Json, Press, World
from bot.playground.typed import typed_entities

_CONTENT = (
    *("text", "caption", "photo", "voice", "sticker", "video", "video_note", "animation", "audio"),
    *("document", "poll", "dice", "contact", "venue", "location", "story"),
)
"""What makes a message one that somebody wrote; without any it is Telegram's own."""


ADMIN: Json = {
    "status": "administrator",
    **dict.fromkeys(
        (
            *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
            *("can_manage_video_chats", "can_restrict_members", "can_promote_members"),
            *("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
            "can_delete_stories",
        ),
        False,
    ),
}
"""What an admin without any rights is in a chat."""

ANONYMOUS_ADMIN: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
"""Whom Telegram names as the author where somebody writes in a group's own name."""

CHANNEL_BOT: Json = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}
"""The same where somebody writes in a channel's name."""

TELEGRAM: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
"""Who puts a channel's posts into the group in which they are discussed."""


class Group:
    """A group with the bot in it, or a channel.

    With ``privacy_mode`` (Telegram's default) the bot is only told of commands meant for it,
    of replies to it, and of service messages; not of what mentions it. As an admin it is told
    everything.
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
        self.chat.members[person.id] = {"user": person.user, **ADMIN}

    def has_member(self, person: Person) -> None:
        """Make somebody an ordinary member of the group."""
        self.chat.members[person.id] = {"user": person.user, "status": "member"}

    def adds_the_bot(self, by: Person) -> None:
        """Let somebody put the bot into the group."""
        self.changes_the_bot(by, {"status": "left"}, {"status": "member"})

    def changes_the_bot(self, by: Person, old: Json, new: Json) -> None:
        """Tell the bot that its own place in the chat has changed, from one status to another."""
        with self.world.change():
            change = {
                "chat": self.chat.json,
                "from": by.user,
                "date": int(self.world.clock()),
                "old_chat_member": {"user": self.world.bot, **old},
                "new_chat_member": {"user": self.world.bot, **new},
            }
            self.world.push("my_chat_member", change)

    def opens_topic(self, by: Json, name: str = "Topic") -> Json:
        """Start a forum topic and return its first (service) message."""
        with self.world.change():
            topic = {"name": name, "icon_color": 7322096}
            message = self.world.add_message(
                self.chat, by, forum_topic_created=topic, is_topic_message=True
            )
            message["message_thread_id"] = message["message_id"]
            return message

    def closes_topic(self, topic: Json) -> None:
        """Let nobody but admins, of whom the bot is none, write into a topic any more."""
        with self.world.change():
            self.chat.closed_topics.add(topic["message_thread_id"])

    def discusses(self, text: str, channel: Json) -> Json:
        """Put the post of a linked channel into the group, as Telegram does."""
        with self.world.change():
            origin = {"type": "channel", "date": 0, "chat": channel, "message_id": 1}
            post: Json = {"text": text, "sender_chat": channel, "forward_origin": origin}
            if entities := typed_entities(text):
                post["entities"] = entities
            message = self.world.add_message(self.chat, TELEGRAM, is_automatic_forward=True, **post)
            if self.lets_the_bot_see(message):
                self.world.push("message", message)
            return message

    def lets_the_bot_see(self, message: Json) -> bool:
        """Tell whether the bot is told of a message."""
        bot = self.world.bot
        is_admin = self.chat.members.get(bot["id"], {}).get("status") == "administrator"
        if is_admin or not self.chat.privacy_mode:
            return True
        author = message.get("reply_to_message", {}).get("from", {})
        if author.get("id") == bot["id"] or message.get("via_bot", {}).get("id") == bot["id"]:
            return True
        if not any(key in message for key in _CONTENT):  # a service message
            return True
        commands = [one for one in message.get("entities", []) if one["type"] == "bot_command"]
        if not commands:
            return False
        begin = commands[0]["offset"]
        name = message["text"][begin : begin + commands[0]["length"]]
        return "@" not in name or name.lower().endswith(f"@{bot['username']}".lower())


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
        **content: Any,
    ) -> Json:
        """Write a message, in the private chat or in a group, and return it.

        Further content as in `sends`; ``sender_chat=group.chat.json`` writes as an anonymous
        admin.
        """
        content["text"] = text
        if entities := typed_entities(text):
            content.setdefault("entities", entities)
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
            message = self.world.add_message(chat, self._author(chat, content), **content)
            if group is None or group.lets_the_bot_see(message):
                self.world.push("message", message)
            return message

    def _author(self, chat: Chat, content: Json) -> Json:
        """Return whom Telegram names as the author."""
        if "sender_chat" not in content:
            return self.user
        return ANONYMOUS_ADMIN if content["sender_chat"] == chat.json else CHANNEL_BOT

    def forwards(self, text: str, **content: Any) -> Json:
        """Forward what a channel wrote; further content as in `sends`."""
        origin = {"type": "hidden_user", "date": int(self.world.clock()), "sender_user_name": "A"}
        content.setdefault("entities", typed_entities(text))
        return self.sends(text=text, forward_origin=origin, **content)

    def sends_photo(self, caption: str | None = None, group: Group | None = None) -> Json:
        """Send a picture."""
        return self.sends(group=group, **kinds.photo(caption))

    def sends_sticker(self) -> Json:
        """Send a sticker."""
        return self.sends(**kinds.sticker())

    def sends_voice(self) -> Json:
        """Send a voice message."""
        return self.sends(**kinds.voice())

    def edits(self, message: Json, text: str) -> Json:
        """Change an own message."""
        with self.world.change():
            content: Json = {"text": text}
            if entities := typed_entities(text):
                content["entities"] = entities
            self.world.edit_message(message, content)
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
            press = Press(self.id, message["chat"]["id"], message["message_id"], data)
            self.world.begin_press(query_id, press)
            query = {
                "id": query_id,
                "from": self.user,
                "chat_instance": "1",
                "message": message,
                "data": data,
            }
            self.world.push("callback_query", query)
            return query_id

    def types_inline(self, text: str, chat_type: str = "sender") -> str:
        """Type an inline query in some kind of chat; return its id."""
        with self.world.change():
            query_id = str(self.world.new_id("query"))
            self.world.open_queries.add(query_id)
            query = {
                "id": query_id,
                "from": self.user,
                "query": text,
                "offset": "",
                "chat_type": chat_type,
            }
            self.world.inline_queries[query_id] = query
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
