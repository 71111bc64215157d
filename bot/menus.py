"""The command menus: one for each language, and the operators' own.

Telegram shows the menu of a person's language, and where there is none the one without.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from telegram import BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.render import wording
from bot.render.translation import LANGUAGES, translator

if TYPE_CHECKING:
    from telegram.ext import ExtBot

    from bot.turnstile import Priority

logger = logging.getLogger(__name__)

PAUSES = (1.0, 10.0, 60.0)  # seconds between tries while Telegram cannot be reached
_ENGLISH = "en"  # is also what those have for whose language there is no menu


async def set_menus(bot: ExtBot[Priority], admin_ids: Iterable[int]) -> None:
    """Set the command menus; a bot without a menu still answers."""
    for language in LANGUAGES:
        await _set(bot, language, None)
        for admin_id in sorted(admin_ids):
            await _set(bot, language, BotCommandScopeChat(admin_id))


def menu(language: str, *, for_admin: bool = False) -> Iterator[BotCommand]:
    """Yield a menu's commands."""
    t = translator(language)
    commands = wording.commands(t) | (wording.admin_commands(t) if for_admin else {})
    for name, text in commands.items():
        yield BotCommand(name, text)


async def _set(bot: ExtBot[Priority], language: str, scope: BotCommandScopeChat | None) -> None:
    commands = list(menu(language, for_admin=scope is not None))
    code = None if language == _ENGLISH else language
    where = f" for operator {scope.chat_id}" if scope else ""
    for pause in (*PAUSES, None):
        try:
            await bot.set_my_commands(commands, scope=scope, language_code=code)
            return
        except TelegramError as error:
            lasting = isinstance(error, BadRequest) or not isinstance(error, NetworkError)
            if lasting or pause is None:
                # Whoever has not written to the bot yet has no chat to set a menu for.
                level = logging.INFO if scope else logging.WARNING
                logger.log(level, "The command menu%s could not be set: %s", where, error)
                return
            await asyncio.sleep(pause)
