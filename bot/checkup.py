"""What `kabar doctor` says of the bot: whether Telegram knows its token."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.settings import BotSettings
from retrieval.errors import SettingsError
from retrieval.records import Finding

CHECK = "bot"
TIMEOUT = 10.0  # seconds


def check_token(overrides: Mapping[str, str]) -> Finding:
    """Ask Telegram whose the token is; nothing is asked where none is set.

    Args:
        overrides: Settings from the command line, by their names in the environment.

    Returns:
        One finding; the token is in none.
    """
    try:
        settings = BotSettings.from_env(**overrides)
    except SettingsError as error:
        return Finding(CHECK, False, str(error), "correct it in .env or the environment")
    if settings.token is None:
        return Finding(CHECK, True, "TELEGRAM_BOT_TOKEN is not set; `kabar run` opens a chat")
    try:
        name = asyncio.run(_name(settings, settings.token.get_secret_value()))
    except InvalidToken:  # its text contains the token
        remedy = "put the one that @BotFather shows into TELEGRAM_BOT_TOKEN"
        return Finding(CHECK, False, "Telegram refuses the bot's token", remedy)
    except TelegramError as error:
        remedy = "check the network, a proxy, and TELEGRAM_API_BASE_URL"
        return Finding(CHECK, False, f"Telegram cannot be asked ({error})", remedy)
    return Finding(CHECK, True, f"Telegram knows it as @{name}")


async def _name(settings: BotSettings, token: str) -> str:
    # A proxy from the environment cannot reach what listens on this machine.
    client = {"trust_env": False} if settings.is_local else None
    request = HTTPXRequest(1, TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT, httpx_kwargs=client)
    async with Bot(token, settings.api_base_url, request=request) as bot:
        return bot.username
