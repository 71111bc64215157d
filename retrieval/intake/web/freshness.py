"""How long a site says that its answer stays fresh, or that it wants to be left alone.

Always true: a span is never negative and never longer than a week, whatever was sent. Headers
that make no sense are as if they were not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=7)

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?([0-9]{1,20})", re.IGNORECASE)
_NEVER_FRESH = re.compile(r"(?:^|[,\s])(?:no-cache|no-store)(?:$|[,\s=])", re.IGNORECASE)

Header = Callable[[str], str | None]
"""The value of a header by its name, None where it was not sent."""


def fresh_for(header: Header, now: datetime) -> timedelta | None:
    """How long an answer need not be asked for again (RFC 9111, 4.2).

    Args:
        header: The answer's headers.
        now: The time, for answers without a ``Date``.

    Returns:
        Zero for what is stale at once; None if the site does not say.
    """
    control = header("cache-control") or ""
    if _NEVER_FRESH.search(control):
        return timedelta()
    if lifetime := _MAX_AGE.search(control):
        age = (header("age") or "").strip()
        used = int(age[:20]) if re.fullmatch(r"[0-9]+", age) else 0
        return _bounded(int(lifetime[1]) - used)
    expires = header("expires")
    if expires is None:
        return None
    until = moment(expires)
    if until is None:  # "0" and other nonsense mean that it is stale (RFC 9111, 5.3)
        return timedelta()
    sent = moment(header("date") or "") or now
    return _bounded((until - sent).total_seconds())


def retry_after(header: Header, now: datetime) -> timedelta | None:
    """How long the site asks to be left alone: ``Retry-After``, in seconds or as a date."""
    value = (header("retry-after") or "").strip()
    if re.fullmatch(r"[0-9]{1,20}", value):
        return _bounded(int(value))
    until = moment(value)
    if until is None or until <= now:
        return None
    return _bounded((until - now).total_seconds())


def moment(value: str) -> datetime | None:
    """Return an HTTP date as UTC, None for what is none."""
    try:
        parsed = parsedate_to_datetime(value)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _bounded(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(seconds, 0), LONGEST.total_seconds()))
