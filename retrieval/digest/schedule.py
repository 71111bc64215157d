"""When a daily digest is due: on the days somebody chose, at their time, in their zone.

Always true: a local date has one moment, whatever the clocks do on it. A time that a change of
clocks leaves out ("02:30" in spring) is as long after the change as it would have been without;
of one that comes twice the first counts. A date that a zone never had (Apia, 30 December 2011)
has none. What is due in quiet hours is released when they end, and that moment is what is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from retrieval.digest.quiet import release_at
from retrieval.digest.zones import zone_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from retrieval.records import Preferences

_DAY = timedelta(days=1)
_DATES = 16
"""In so many any choice of weekdays comes by twice, though a zone may leave out a date."""


def local_date(moment: datetime, timezone_name: str) -> date:
    """Return which day it is in a zone."""
    return moment.astimezone(zone_of(timezone_name)).date()


def due_on(preferences: Preferences, day: date) -> datetime | None:
    """Return when the digest of a local date is due, UTC; None where there is none that day."""
    zone = zone_of(preferences.timezone)
    if day.weekday() not in preferences.days or not _exists(day, zone):
        return None
    return datetime.combine(day, preferences.at, zone).astimezone(UTC)


def next_due(
    preferences: Preferences, after: datetime, last_local_date: date | None = None
) -> datetime | None:
    """Return when the next digest is to be made: when it is due or, if that is quiet, after.

    Args:
        preferences: Time, zone, days and quiet hours.
        after: It is later than this.
        last_local_date: The last day that has its digest already: the clock may have been set
            back, or another time chosen.

    Returns:
        The moment, UTC; None where no day was chosen.

    Raises:
        UsageError: There is no such zone.
    """
    # A digest that was due yesterday may be held by quiet hours until today.
    first = local_date(after, preferences.timezone) - _DAY
    if last_local_date is not None:
        first = max(first, last_local_date + _DAY)
    for _, due in _dues(preferences, first, _DAY):
        release = release_at(preferences, due)
        if release > after:
            return release
    return None


def last_due(preferences: Preferences, until: datetime) -> tuple[date, datetime] | None:
    """Return the last digest that was due at or before a moment: its local date, and when.

    Args:
        preferences: Time, zone and days.
        until: The moment.

    Raises:
        UsageError: There is no such zone.
    """
    first = local_date(until, preferences.timezone) + _DAY
    for day, due in _dues(preferences, first, -_DAY):
        if due <= until:
            return day, due
    return None


def _dues(
    preferences: Preferences, first: date, step: timedelta
) -> Iterator[tuple[date, datetime]]:
    for number in range(_DATES):
        day = first + number * step
        due = due_on(preferences, day)
        if due is not None:
            yield day, due


def _exists(day: date, zone: tzinfo) -> bool:
    noon = datetime.combine(day, time(12), zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day
