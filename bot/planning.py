"""The ticks that plan digests, and updates of followed questions, beside the bot.

Always true: the plan is in the store, so a tick that fails, or comes late, is made up for by the
next one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from retrieval.errors import KabarError

if TYPE_CHECKING:
    from bot.offload import Offload
    from retrieval.kabar import Kabar

logger = logging.getLogger(__name__)

EVERY = 20.0  # seconds: as much later than its time a digest may be planned


async def plan_digests(kabar: Kabar, offload: Offload, every: float = EVERY) -> None:
    """Plan what is due, for ever; ends by cancellation.

    Args:
        kabar: The library, whose desk plans.
        offload: The thread in which digests are composed.
        every: Seconds between two looks.
    """

    async def plan() -> None:
        report = await offload.compose(kabar.digests.plan)
        if report.planned:
            logger.info(
                "Planned %d deliveries, composed %d digests", report.planned, report.composed
            )

    await _tick("Digests", plan, every)


async def plan_updates(kabar: Kabar, offload: Offload, every: float = EVERY) -> None:
    """Look at followed questions when something was added, for ever; ends by cancellation.

    Args:
        kabar: The library, whose desk looks.
        offload: The thread in which it does, beside answers.
        every: Seconds between two looks.
    """

    async def plan() -> None:
        report = await offload.compose(kabar.follows.plan)
        if report.planned:
            logger.info(
                "Looked at %d followed questions, planned %d updates", report.looked, report.planned
            )

    await _tick("Followed questions", plan, every)


async def _tick(what: str, plan: Callable[[], Awaitable[None]], every: float) -> None:
    while True:
        try:
            await plan()
        except KabarError as error:
            logger.warning("%s could not be planned: %s", what, error)
        except Exception:
            logger.exception("%s could not be planned", what)
        await asyncio.sleep(every)
