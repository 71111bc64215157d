"""Time zones as they are stored: an IANA name, or an offset that never changes."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from retrieval.errors import UsageError

_OFFSET = re.compile(r"UTC(?P<sign>[+-])(?P<hours>\d{2}):(?P<minutes>[0-5]\d)")
_DAY = timedelta(days=1)


def zone_of(name: str) -> tzinfo:
    """Return a time zone.

    Args:
        name: An IANA name, "Asia/Jakarta", or a fixed offset, "UTC+05:45".

    Raises:
        UsageError: There is no such zone.
    """
    offset = _OFFSET.fullmatch(name)
    if offset:
        delta = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"]))
        if delta < _DAY:
            return timezone(-delta if offset["sign"] == "-" else delta)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # there is none, a strange path, a folder
        raise UsageError(
            f"There is no time zone {name!r}; one is called Asia/Jakarta or UTC+05:45, say."
        ) from None
