"""Sends what an outbox holds and ends: ``python -m tests.bot.push_worker FOLDER BASE_URL TOKEN``.

Two more arguments: how many minutes its clock is ahead, so that leases of a killed one before it
are over, and how many messages it may send a second ("inf" for no limit). ``bare`` in the place of
the minutes sends one message to each chat in a bare loop instead, to measure against.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.application import Assembly, build_application
from bot.settings import BotSettings
from retrieval.kabar import open_kabar
from retrieval.settings import RetrievalSettings

IN_FLIGHT = 8


def main() -> None:
    folder, base_url, token, ahead, per_second = sys.argv[1:]
    settings = BotSettings(
        _env_file=None,  # type: ignore[call-arg]  # no setting, but pydantic's own
        TELEGRAM_BOT_TOKEN=token,
        TELEGRAM_API_BASE_URL=base_url,
        KABAR_MAX_SENDS_IN_FLIGHT=IN_FLIGHT,
    )
    minutes = timedelta(minutes=0 if ahead == "bare" else float(ahead))
    library = RetrievalSettings(_env_file=None, KABAR_DATA_DIR=Path(folder))  # type: ignore[call-arg]
    with open_kabar(library, lambda: datetime.now(UTC) + minutes) as kabar:
        assembly = build_application(settings, kabar, per_second=float(per_second))
        asyncio.run(run(assembly, bare=ahead == "bare"))


async def run(assembly: Assembly, *, bare: bool) -> None:
    """Send everything, and print how many seconds it took."""
    bot = assembly.application.bot
    await bot.initialize()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    chats = [int(each) for each in sys.stdin.readline().split()]
    began = time.monotonic()
    if bare:
        await send_bare(assembly, chats)
    else:
        await assembly.pusher.push()
    sys.stdout.write(f"{time.monotonic() - began}\n")
    sys.stdout.flush()
    if not bare:
        await assembly.pusher.close(1)
    await bot.shutdown()
    assembly.offload.close()


async def send_bare(assembly: Assembly, chats: list[int]) -> None:
    """Send the same words to each chat, as python-telegram-bot does it by itself."""
    bot = assembly.application.bot
    bot._rate_limiter = None  # type: ignore[attr-defined]  # the limiter is ours
    left: Iterator[int] = iter(chats)

    async def one() -> None:
        for chat_id in left:
            await bot.send_message(chat_id, TEXT, parse_mode="HTML")

    await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))


TEXT = "<b>The news of 24 Nov 2026</b>\n\n<b>1.</b> A title\n<blockquote>One sentence.</blockquote>"

if __name__ == "__main__":
    main()
