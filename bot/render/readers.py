"""Who reads: the language, the zone, and the moment from which "2 hours ago" is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bot.render.translation import Translator, translator


@dataclass(frozen=True, slots=True)
class Reader:
    """What a text for somebody depends on.

    Args:
        t: Words in their language.
        zone: Where days begin for them.
        now: The present moment, in UTC; None for what is read later, where dates are dates.
    """

    t: Translator
    zone: tzinfo = UTC
    now: datetime | None = None

    @property
    def moment(self) -> datetime:
        """The present moment, in UTC, for what is told from it."""
        return self.now or datetime.now(UTC)

    def when(self, moment: datetime) -> str:
        """Return when something was published."""
        return self.t.published(moment, self.now or datetime.max.replace(tzinfo=UTC), self.zone)


ENGLISH = Reader(translator("en"))
"""Whoever uses the terminal."""
