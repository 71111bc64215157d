"""Who may set a chat's digest: in private everybody, in a group and a channel its admins.

Asked anew each time: somebody may be no admin any more. What Telegram does not tell is no.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import ChatMember
from telegram.constants import ChatType
from telegram.error import TelegramError

if TYPE_CHECKING:
    from telegram import CallbackQuery, Chat, Message, User
    from telegram.ext import ExtBot

    from bot.turnstile import Priority

logger = logging.getLogger(__name__)

_IN_CHARGE = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


class Permissions:
    """Tells who may change what the bot sends to a chat.

    Args:
        bot: The bot, which asks Telegram.
    """

    def __init__(self, bot: ExtBot[Priority]) -> None:
        self._bot = bot

    async def writer_may_set(self, message: Message) -> bool:
        """Tell whether whoever wrote a message may."""
        # Only admins post to a channel, and only they can write in a group's own name.
        if message.chat.type == ChatType.CHANNEL or message.sender_chat == message.chat:
            return True
        return await self._may_set(message.chat, message.from_user)

    async def presser_may_set(self, query: CallbackQuery) -> bool:
        """Tell whether whoever pressed a button may; a channel's readers see them, too."""
        return query.message is not None and await self._may_set(
            query.message.chat, query.from_user
        )

    async def _may_set(self, chat: Chat, user: User | None) -> bool:
        if chat.type == ChatType.PRIVATE:
            return True
        if user is None:
            return False
        try:
            member = await self._bot.get_chat_member(chat.id, user.id)
        except TelegramError as error:
            logger.warning("Who is an admin of chat %s is not known: %s", chat.id, error)
            return False
        return member.status in _IN_CHARGE
