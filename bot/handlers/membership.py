"""Whether the bot can reach a chat: blocked, kicked, let in again, or moved to another id.

Telegram tells of it once, so that a push need not find out by being refused. Each of these does
the same when it is handled twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import ChatMember
from telegram.constants import ChatType

from bot.journal import note
from bot.render import wording

if TYPE_CHECKING:
    from telegram import ChatMemberUpdated, Update

    from bot.handlers.subscriptions import Subscriptions
    from bot.offload import Offload
    from retrieval.kabar import Kabar

_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_OUT = (ChatMember.LEFT, ChatMember.BANNED)


class Membership:
    """Handles what happens to the bot's own place in a chat.

    Args:
        kabar: The library, whose desk knows the subscribers.
        offload: The threads in which it does so.
        subscriptions: How a group is greeted.
    """

    def __init__(self, kabar: Kabar, offload: Offload, subscriptions: Subscriptions) -> None:
        self._kabar = kabar
        self._offload = offload
        self._to = subscriptions

    async def changed(self, update: Update, _: Any) -> None:
        """Pause the digest of a chat that cannot be reached, resume that of one that can again.

        A group that the bot is added to is told how to reach it.
        """
        change = update.my_chat_member
        if change is None or not (
            change.chat and change.old_chat_member and change.new_chat_member
        ):
            return  # python-telegram-bot leaves out what Telegram left out
        because = _why_unreachable(change)
        note(kind="membership", reachable=because is None)
        if because is not None:
            await self._offload.call(self._kabar.digests.pause, change.chat.id, because)
        else:
            await self._offload.call(self._kabar.digests.resume, change.chat.id)
            await self._offload.call(self._kabar.follows.resume, change.chat.id)
            if change.chat.type in _GROUPS and not _is_in(change.old_chat_member):
                talk = await self._to.entering(change.chat, change.from_user)
                await self._to.say(talk, wording.group_start(talk.t))

    async def migrated(self, update: Update, _: Any) -> None:
        """Follow a group that became a supergroup; both the old and the new chat tell of it."""
        message = update.effective_message
        if message is None:
            return
        old, new = message.chat_id, message.chat_id
        if message.migrate_to_chat_id is not None:
            new = message.migrate_to_chat_id
        elif message.migrate_from_chat_id is not None:
            old = message.migrate_from_chat_id
        note(kind="migration", to=new)
        if old != new:
            await self._offload.call(self._kabar.digests.moved, old, new)


def _why_unreachable(change: ChatMemberUpdated) -> str | None:
    """Return why nothing can be sent to a chat, in Telegram's words for it, or None."""
    member = change.new_chat_member
    if not _is_in(member):
        if change.chat.type == "private":
            return "bot was blocked by the user"
        return f"bot was removed from the {change.chat.type}"
    if getattr(member, "can_post_messages", None) is False and change.chat.type == "channel":
        return "bot may not post in the channel"
    if getattr(member, "can_send_messages", None) is False:
        return "bot may not write in the group"
    return None


def _is_in(member: ChatMember) -> bool:
    return member.status not in _OUT and getattr(member, "is_member", True)
