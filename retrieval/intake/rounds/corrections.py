"""When a page is read again: to try once more, or to see whether its article was corrected.

Pure. Always true: an article is looked at again for two days after it was published, with
falling frequency, and then never unless its feed says that it changed; a page that cannot be
read is tried a bounded number of times, and one that forbids it or has no article just once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from retrieval.errors import FetchError, GoneError, IntakeError, RefusedError, RetryLaterError
from retrieval.intake.rounds.schedule import MOST_PATIENCE

LOOKS = tuple(timedelta(hours=hours) for hours in (1, 4, 12, 24, 48))
"""How long after its publication an article is looked at again."""

_TOO_SOON = timedelta(minutes=30)
"""A look that would come sooner after the last one than this is left out."""

RETRIES = tuple(timedelta(minutes=minutes) for minutes in (10, 30, 120, 360))
"""How long to wait after each attempt that failed; after the last there is no more."""

_RETRIES_OF_WHAT_IS_MISSING = 2
"""A page that its feed lists and its server does not have yet: another server may be behind."""

_GONE_FOR_GOOD = 410


def next_look(published_at: datetime | None, found_at: datetime, now: datetime) -> datetime | None:
    """Return when an article is looked at again, or None.

    Args:
        published_at: When it was published, if that is known.
        found_at: When it was first seen.
        now: When it was last looked at.
    """
    # A time that lies ahead is a slip, and would keep it being looked at until then.
    began = found_at if published_at is None else min(published_at, found_at)
    times = (began + after for after in LOOKS)
    return next((time for time in times if time >= now + _TOO_SOON), None)


def next_attempt(error: IntakeError, attempts: int, now: datetime) -> datetime | None:
    """Return when a page that could not be read is tried again, or None for never.

    Args:
        error: Why it could not be read.
        attempts: How often it was tried, this time included.
        now: The present moment.
    """
    most = len(RETRIES)
    if isinstance(error, GoneError):
        most = 0 if error.status == _GONE_FOR_GOOD else _RETRIES_OF_WHAT_IS_MISSING
    elif isinstance(error, RefusedError) or not isinstance(error, FetchError):
        most = 0  # it would be the same again: forbidden, too large, or nothing to read in it
    if attempts > most:
        return None
    wait = RETRIES[attempts - 1]
    if isinstance(error, RetryLaterError) and error.retry_after:
        wait = max(wait, min(error.retry_after, MOST_PATIENCE))
    return now + wait
