"""The bot as a process of its own, at a local Bot API."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bot.playground.local import LocalBotApi

COMMAND = [sys.executable, "-m", "bot.cli", "run"]


def start_process(
    api: LocalBotApi, library: Path, log: Path, **settings: Any
) -> subprocess.Popen[bytes]:
    """Start `kabar run`.

    Args:
        api: Its Telegram.
        library: Its data folder.
        log: Where its output is added.
        **settings: By the names in the environment.
    """
    environment = os.environ | {
        "TELEGRAM_BOT_TOKEN": api.token,
        "TELEGRAM_API_BASE_URL": api.base_url,
        "KABAR_DATA_DIR": str(library),
        **{name: str(value) for name, value in settings.items()},
    }
    with log.open("ab") as output:
        return subprocess.Popen(COMMAND, env=environment, stdout=output, stderr=subprocess.STDOUT)
