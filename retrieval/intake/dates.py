"""Read the times that sources state. None is an honest answer; a guess is not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_UNSET_CLOCK = datetime(1970, 1, 2, tzinfo=UTC)
_FIRST_NEWSPAPER = datetime(1600, 1, 1, tzinfo=UTC)
_GRACE = timedelta(days=1)

_SLASHES = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")


def parse_time(stated: str) -> datetime | None:
    """Read a stated time.

    Args:
        stated: ISO 8601 ("2022-01-03T10:15:00+07:00", "2022-01-03"), or as mail and RSS write it
            ("Mon, 03 Jan 2022 10:15:00 GMT"), or "2022/01/03 10:15:00".

    Returns:
        The time in UTC. Without a zone it is read as UTC, a date alone as its midnight in UTC:
        a convention, and off by at most half a day. None for everything else.
    """
    stated = stated.strip()
    day = _SLASHES.match(stated)
    if day:
        stated = f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}{stated[day.end() :]}"
    try:
        time = datetime.fromisoformat(stated)
    except ValueError:
        try:
            time = parsedate_to_datetime(stated)
        except (ValueError, IndexError, TypeError):
            return None
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def can_be_right(time: datetime) -> bool:
    """Whether something can have been published at a time.

    Not more than a day in the future (a day of grace is for sites that write their local time
    and call it UTC), nor on the first day of 1970, which is what an unset clock shows.
    """
    if not _FIRST_NEWSPAPER <= time <= datetime.now(UTC) + _GRACE:
        return False
    return abs(time - _UNSET_CLOCK) > _GRACE
