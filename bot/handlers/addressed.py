"""Who wrote a message, whether it is meant for the bot, and what it asks; pure.

In a group the bot speaks when it is spoken to: by a command, by a reply to it, or by its name
anywhere in a message. What only looks so is none of its business: a message in a forum topic that
the bot opened (each replies to the message that opened it), a post that was forwarded, a linked
channel's post, another bot, and quotes that somebody chose from what the bot offered inline.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from telegram import MessageEntity
from telegram.constants import ChatType
from telegram.ext.filters import MessageFilter

if TYPE_CHECKING:
    from telegram import Message

_NAMES: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
_LOOSE = " \t\n,;:–—-"
"""What is left beside a name that was taken out: "Kabar, who did Putin call?"."""


def author_of(message: Message) -> int | None:
    """Return who wrote a message; None in a channel.

    Anonymous admins, and whoever writes as a channel, are known by the chat in whose name they
    write: what Telegram names as their user is one and the same account for all of them.
    """
    if message.chat.type == ChatType.CHANNEL:
        return None
    if message.sender_chat is not None:
        return message.sender_chat.id
    return message.from_user.id if message.from_user else None


def answered_in(message: Message) -> Message | None:
    """Return the message that one replies to, or None."""
    answered = message.reply_to_message
    if answered is None or not words_of(answered):
        return None  # what opened a topic has no words, and is no message of anybody
    first = message.is_topic_message and answered.message_id == message.message_thread_id
    return None if first else answered


def words_of(message: Message) -> str:
    """Return what is written in a message or below its picture."""
    return message.text or message.caption or ""


def question_in(message: Message) -> str:
    """Return what a message asks, without the command and the bot's name."""
    text = words_of(message)
    if text.startswith("/"):
        _command, *rest = text.split(maxsplit=1)
        text = rest[0] if rest else ""
    for name in _names_of_the_bot(message):
        text = re.sub(rf"{re.escape(name)}(?!\w)", " ", text, flags=re.IGNORECASE)
    return re.sub(r"[ \t]+", " ", text).strip(_LOOSE)


def _names_of_the_bot(message: Message) -> list[str]:
    """Return the words of a message that name the bot."""
    parse = message.parse_entities if message.text else message.parse_caption_entities
    bot = message.get_bot()
    handle = f"@{bot.username}".casefold()
    return [
        words
        for entity, words in (parse(_NAMES) if words_of(message) else {}).items()
        if (entity.user.id == bot.id if entity.user else words.casefold() == handle)
    ]


class ByPerson(MessageFilter):
    """A message that a person wrote, in whatever name."""

    def filter(self, message: Message) -> bool:
        """Tell whether it is no linked channel's post, no bot's, and nothing offered inline."""
        if message.is_automatic_forward:
            return False
        if message.via_bot is not None and message.via_bot.id == message.get_bot().id:
            return False
        user = message.from_user
        return user is None or not user.is_bot or message.sender_chat is not None


class ReplyToBot(MessageFilter):
    """A reply to something that the bot said."""

    def filter(self, message: Message) -> bool:
        """Tell whether it is one."""
        answered = answered_in(message)
        user = answered.from_user if answered else None
        return user is not None and user.id == message.get_bot().id


class Mentioned(MessageFilter):
    """A message with the bot's name in it: "@kabar_bot who did Putin call?"."""

    def filter(self, message: Message) -> bool:
        """Tell whether its author named the bot; in what is forwarded somebody else did."""
        return message.forward_origin is None and bool(_names_of_the_bot(message))
