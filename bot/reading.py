"""The thread that keeps reading the news beside the bot.

Always true: the bot answers whether or not reading works, and reading goes on whatever it meets:
an error that nobody expected is logged, and reading begins again a while later. What was not
finished when the process ends is found in the store by the next.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.kabar import Kabar

logger = logging.getLogger(__name__)

AGAIN_AFTER = 60.0  # seconds
PATIENCE = 1.0  # seconds for what is under way at the end; the next process does it again


class Reading:
    """Visits the feeds in a thread of its own, until it is told to end.

    Args:
        kabar: The library, whose newsroom does it.
        again_after: Seconds to wait after an unexpected error.
    """

    def __init__(self, kabar: Kabar, again_after: float = AGAIN_AFTER) -> None:
        self._kabar = kabar
        self._again_after = again_after
        self._stop = threading.Event()
        # A daemon: a page that does not come must not keep a process alive.
        self._thread = threading.Thread(target=self._run, name="kabar-reading", daemon=True)

    def start(self) -> None:
        """Begin; to be called once."""
        self._thread.start()

    def stop(self) -> None:
        """Tell it to end, without waiting."""
        self._stop.set()

    def wait(self, timeout: float) -> bool:
        """Wait until it has ended, ``timeout`` seconds at most; return whether it has."""
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._kabar.newsroom.run(self._stop)
            except Exception:
                if self._stop.is_set():  # the library may be closed by now
                    logger.debug("Reading ended by an error", exc_info=True)
                    return
                logger.exception(
                    "Reading the news met an error; it goes on in %g s", self._again_after
                )
                self._stop.wait(self._again_after)
