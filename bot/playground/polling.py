"""getUpdates: the one call that waits.

As at Telegram: an offset deletes every update below it, once and for all; what is returned
stays until a later offset confirms it; a second caller ends the first one's wait with a 409.
"""

from __future__ import annotations

import time

from bot.playground.errors import conflict
from bot.playground.parameters import Parameters
from bot.playground.state import DEFAULT_UPDATES, Json, World
from bot.playground.waking import Waker, changed

MAX_TIMEOUT = 50.0  # seconds
MAX_LIMIT = 100
TERMINATED = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_IS_SET = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)


class LongPolling:
    """Waits for updates on behalf of one caller at a time; lives in the server's loop."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waker = Waker(world)
        self._latest = 0

    async def get_updates(self, params: Parameters) -> list[Json]:
        """Return what waits for the bot, waiting up to ``timeout`` seconds for the first.

        Raises:
            ApiError: 409, a webhook is set or somebody else began to poll meanwhile.
        """
        if self._world.webhook_url:
            raise conflict(WEBHOOK_IS_SET)
        self._latest += 1
        mine = self._latest
        self._waker.wake()
        timeout = min(float(params.integer("timeout") or 0), MAX_TIMEOUT)
        limit = params.integer("limit")
        limit = MAX_LIMIT if limit is None else min(max(limit, 1), MAX_LIMIT)
        wanted = params.structure("allowed_updates")
        with self._world.lock:
            if wanted is not None:  # left out, it keeps what was asked for before
                self._world.allowed_updates = frozenset(wanted) or DEFAULT_UPDATES
            self._world.confirm(params.integer("offset") or 0)
        deadline = time.monotonic() + timeout
        while True:
            change = self._waker.next_change()
            if self._latest != mine:
                raise conflict(TERMINATED)
            with self._world.lock:
                ready = self._world.updates[:limit]
            remaining = deadline - time.monotonic()
            if ready or remaining <= 0 or self._waker.closed:
                return ready
            await changed(change, remaining)

    def close(self) -> None:
        """Let everybody who waits go, with nothing."""
        self._waker.close()
