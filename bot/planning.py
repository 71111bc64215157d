"""The tick that plans digests beside the bot.

Always true: the plan is in the store, so a tick that fails, or comes late, is made up for by the
next one.
"""

from __future__ import annotations

import asyncio
import logging
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
    while True:
        try:
            report = await offload.compose(kabar.digests.plan)
            if report.planned:
                logger.info(
                    "Planned %d deliveries, composed %d digests", report.planned, report.composed
                )
        except KabarError as error:
            logger.warning("Digests could not be planned: %s", error)
        except Exception:
            logger.exception("Digests could not be planned")
        await asyncio.sleep(every)
