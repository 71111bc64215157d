"""What rounds are made with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from retrieval.intake.rounds.hosts import Troubles
from retrieval.intake.rounds.loop import Threads
from retrieval.records import Article, IndexedArticle

if TYPE_CHECKING:
    from retrieval.intake.rounds.presence import Presence
    from retrieval.intake.sandbox.sandbox import Sandbox
    from retrieval.intake.web import Fetcher
    from retrieval.storage.base import Storage

Index = Callable[[Sequence[Article]], list[IndexedArticle]]


@dataclass(frozen=True)
class Means:
    """What rounds are made with.

    Args:
        storage: The library.
        fetcher: The one door to the web.
        sandbox: What reads feeds and pages.
        index: Embeds articles without writing anything.
        model: The name under which passages are stored.
        clock: What time it is, in UTC.
        presence: Whether other processes are reading.
        chance: Random numbers from [0, 1).
        max_fetches: How many addresses are fetched at once.
        max_bytes: The most that the pages of one article may have together.
        keep: How long articles are kept; None for ever.
        threads: Where what is synchronous is called.
        troubles: The hosts that are to be left alone.
    """

    storage: Storage
    fetcher: Fetcher
    sandbox: Sandbox
    index: Index
    model: str
    clock: Callable[[], datetime]
    presence: Presence
    chance: Callable[[], float]
    max_fetches: int
    max_bytes: int
    keep: timedelta | None
    threads: Threads = field(default_factory=Threads)
    troubles: Troubles = field(default_factory=Troubles)

    @property
    def oldest(self) -> datetime | None:
        """What was published before is not kept; None where everything is."""
        return None if self.keep is None else self.clock() - self.keep
