"""Runs the bot: from the first call of Telegram to the last answer, and out in five seconds.

connect (as long as it takes) -> take up what is pending -> poll, and read the news beside it ->
a signal, or a reason to end -> stop polling and reading, finish what is under way, leave the
rest in the inbox and in the queue of pages
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.application import Assembly, build_application
from bot.inbox import Inbox
from bot.menus import set_menus
from bot.notices import Notices
from bot.pacing import PER_SECOND
from bot.planning import plan_digests, plan_updates
from bot.polling import FIRST_BACKOFF, LAST_BACKOFF, REJECTED, FatalError, Poller
from bot.reading import PATIENCE, Reading
from bot.settings import BotSettings
from retrieval.errors import KabarError

if TYPE_CHECKING:
    from retrieval.kabar import Kabar

logger = logging.getLogger(__name__)

DONE = 0
FAILED = 1
HARD_LIMIT = 4.0  # seconds from a signal to the end, whatever hangs


def run_bot(settings: BotSettings, kabar: Kabar) -> int:
    """Run the bot until SIGTERM, SIGINT, or a reason to end.

    Args:
        settings: With a token.
        kabar: The library that answers; the caller closes it.

    Returns:
        The exit status: 0 after a signal, 1 after a failure, which was logged in one line.
    """
    return asyncio.run(_run_with_signals(settings, kabar))


async def _run_with_signals(settings: BotSettings, kabar: Kabar) -> int:
    stop = asyncio.Event()

    def on_signal(name: str) -> None:
        if not stop.is_set():
            logger.info("%s: ending", name)
            _end_anyway_after(HARD_LIMIT)
            stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number.name)
    return await serve(settings, kabar, stop)


def end_process(status: int) -> NoReturn:
    """End the process now; for whoever called `run_bot` and has closed the library.

    An ordinary exit takes Python two to three seconds on a busy machine, to take torch and
    transformers apart module by module, and no thread may run by then that could cut it short.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(status)


def _end_anyway_after(seconds: float) -> None:
    """End the process even if a thread hangs, in a name lookup or a model, say.

    What is unfinished then is in the inbox; a process that outlives its signal is killed by
    its supervisor all the same, only later.
    """

    def end() -> None:
        logger.warning("Ended without waiting any longer; the inbox keeps what was not done")
        end_process(DONE)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


async def serve(
    settings: BotSettings,
    kabar: Kabar,
    stop: asyncio.Event,
    on_ready: Callable[[], object] | None = None,
    *,
    per_second: float = PER_SECOND,
) -> int:
    """Run the bot in this loop until ``stop`` is set; see `run_bot`.

    Args:
        settings: With a token.
        kabar: The library that answers.
        stop: Set it to end the bot.
        on_ready: Called when polling begins.
        per_second: Messages a second over all; Telegram's limit, which a benchmark lifts.
    """
    try:
        assembly = build_application(settings, kabar, per_second=per_second)
    except KabarError as error:
        logger.critical("%s", error)
        return FAILED
    assembly.offload.warm_up()  # while the connection is made: it takes seconds
    reading = Reading(kabar)

    def ready() -> None:
        reading.start()
        if on_ready:
            on_ready()

    running = asyncio.create_task(_run(assembly, settings, kabar, ready))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        reading.stop()  # while answers under way are finished
        if not running.done():
            running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    except (FatalError, KabarError) as error:
        logger.critical("%s", error)
        return FAILED
    except Exception:
        logger.critical("The bot ended by an error", exc_info=True)
        return FAILED
    finally:
        reading.stop()
        assembly.offload.close()
        reading.wait(PATIENCE)
    logger.info("The bot has ended")
    return DONE


async def _run(
    assembly: Assembly,
    settings: BotSettings,
    kabar: Kabar,
    on_ready: Callable[[], object],
) -> None:
    """Do everything from connecting to polling; ends by cancellation or a `FatalError`."""
    application = assembly.application
    inbox = Inbox(
        application,
        kabar,
        assembly.offload,
        at_once=settings.max_in_flight,
        waiting=settings.max_waiting,
    )
    poller = Poller(application.bot, assembly.polling, inbox.accept, settings)
    helpers: list[asyncio.Task[Any]] = []
    try:
        await _until_connected(application.initialize)
        await application.start()
        await _until_connected(lambda: _delete_webhook(assembly))
        notices = Notices(kabar, assembly.offload, assembly.delivery, settings.admin_ids)
        helpers = [
            asyncio.create_task(set_menus(application.bot, settings.admin_ids)),
            asyncio.create_task(notices.run()),
            asyncio.create_task(inbox.tidy()),
            asyncio.create_task(plan_digests(kabar, assembly.offload)),
            asyncio.create_task(plan_updates(kabar, assembly.offload)),
            asyncio.create_task(assembly.pusher.run()),
        ]
        logger.info("@%s is ready", application.bot.username)
        await inbox.take_up()
        on_ready()
        await poller.run()
    finally:
        await inbox.close(settings.shutdown_seconds)
        for helper in helpers:
            helper.cancel()
        await asyncio.gather(*helpers, return_exceptions=True)
        await assembly.pusher.close(settings.shutdown_seconds)
        if application.running:
            await application.stop()
        await application.shutdown()
        await application.bot.shutdown()  # which the above leaves out if it never connected


async def _until_connected(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call until Telegram answers it: without a network the bot waits for one.

    Raises:
        FatalError: The token is refused.
    """
    backoff = FIRST_BACKOFF
    while True:
        try:
            await call()
            return
        except InvalidToken:  # its text contains the token
            raise FatalError(REJECTED) from None
        except TelegramError as error:
            logger.warning("Telegram cannot be reached yet (%s); again in %g s", error, backoff)
            await asyncio.sleep(backoff)
            backoff = min(backoff * 2, LAST_BACKOFF)


async def _delete_webhook(assembly: Assembly) -> None:
    """Remove a webhook that a bot with this token left behind: it would end polling by a 409."""
    try:
        await assembly.application.bot.delete_webhook()
    except (BadRequest, InvalidToken) as error:
        # Not for want of a network: polling will show whether it matters.
        logger.warning("No webhook could be removed: %s", error)
