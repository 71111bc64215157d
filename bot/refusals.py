"""What Telegram's refusals mean: each by name, and what is to be done about it.

The Bot API tells refusals apart by words alone. They are read here and nowhere else: what sends,
changes, answers a press or pushes asks `refusal_of` and acts by the name. A refusal with a name is
a fact about the world (somebody left, a message is gone), logged in one line; one without is a
fault of ours, logged as an error.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import TYPE_CHECKING

from telegram.error import ChatMigrated, Forbidden

if TYPE_CHECKING:
    from telegram.error import TelegramError

logger = logging.getLogger(__name__)


class Refusal(StrEnum):
    """Why Telegram refuses."""

    # The chat takes nothing from us any more, until it lets us in again.
    BLOCKED = "the bot was blocked"
    REMOVED = "the bot is not in the chat"
    DEACTIVATED = "the person's account is deleted"
    NO_RIGHTS = "the bot may not write there"
    NO_CHAT = "there is no such chat"
    FORBIDDEN = "forbidden"

    # The message can be mended.
    MOVED = "the group became a supergroup"
    NO_PICTURES = "the bot may not send pictures there"
    MARKUP = "the markup is refused"
    NO_TOPIC = "the forum topic is gone"
    TOPIC_CLOSED = "the forum topic is closed"
    NO_ANSWERED = "the message that is answered is gone"

    # What was to be changed or answered is not there any more, or needs no change.
    UNCHANGED = "the message says so already"
    NO_MESSAGE = "the message is gone"
    FIXED = "the message cannot be changed any more"
    TOO_OLD = "the press or the query is too old"


CLOSED = frozenset(
    {
        Refusal.BLOCKED,
        Refusal.REMOVED,
        Refusal.DEACTIVATED,
        Refusal.NO_RIGHTS,
        Refusal.NO_CHAT,
        Refusal.FORBIDDEN,
    }
)
"""Those after which nothing more is to be sent to a chat."""

_WORDS: tuple[tuple[Refusal, tuple[str, ...]], ...] = (
    (Refusal.BLOCKED, ("bot was blocked", "user is blocked", "user_is_blocked")),
    (
        Refusal.REMOVED,
        ("bot was kicked", "bot is not a member", "group chat was deleted", "bot was removed"),
    ),
    (Refusal.DEACTIVATED, ("user is deactivated", "input_user_deactivated")),
    (
        Refusal.NO_PICTURES,
        ("rights to send photos", "send_photos_forbidden", "send_media_forbidden"),
    ),
    (
        Refusal.NO_RIGHTS,
        (
            "not enough rights",
            "have no rights",
            "need administrator rights",
            "write_forbidden",
            "send_plain_forbidden",
            "chat_restricted",
            "chat_admin_required",
        ),
    ),
    (
        Refusal.NO_CHAT,
        ("chat not found", "peer_id_invalid", "channel_private", "bot can't initiate conversation"),
    ),
    (Refusal.MOVED, ("upgraded to a supergroup",)),
    (Refusal.MARKUP, ("can't parse entities", "can't find end of the entity")),
    (Refusal.NO_TOPIC, ("message thread not found", "topic_deleted", "topic_id_invalid")),
    (Refusal.TOPIC_CLOSED, ("topic_closed",)),
    (
        Refusal.NO_ANSWERED,
        (
            "message to be replied not found",
            "replied message not found",
            "reply_message_id_invalid",
        ),
    ),
    (Refusal.UNCHANGED, ("message is not modified", "message_not_modified")),
    (Refusal.NO_MESSAGE, ("message to edit not found", "message_id_invalid")),
    (Refusal.FIXED, ("message can't be edited", "message_edit_time_expired")),
    (Refusal.TOO_OLD, ("query is too old", "query id is invalid", "query_id_invalid")),
)
"""What Telegram says, in lower case; the first that fits counts."""


def refusal_of(error: TelegramError) -> Refusal | None:
    """Return the name of a refusal, or None where it has none."""
    if isinstance(error, ChatMigrated):
        return Refusal.MOVED
    said = error.message.lower()
    for refusal, words in _WORDS:
        if any(each in said for each in words):
            return refusal
    return Refusal.FORBIDDEN if isinstance(error, Forbidden) else None


def log_refusal(what: str, error: TelegramError) -> None:
    """Write the one line about a refusal.

    Args:
        what: What was refused: "a message to chat 7".
        error: As Telegram said it.
    """
    refusal = refusal_of(error)
    # Markup that is refused is our own mistake, though the person has the words.
    is_fact = refusal is not None and refusal is not Refusal.MARKUP
    level = logging.INFO if is_fact else logging.ERROR
    logger.log(level, "Telegram refuses %s: %s (%s)", what, refusal or "unknown", error.message)
