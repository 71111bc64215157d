"""Hours in which somebody wants to hear nothing, and the night, in which nobody is woken.

Hours run from their beginning to just before their end, by the local clock, and may cross
midnight. A beginning that is the end as well is no quiet at all: nobody can mean the whole day.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from retrieval.digest.zones import zone_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from retrieval.records import Preferences

NIGHT = (time(22), time(7))
"""Breaking stories are never pushed in these hours, by the clock of whoever they are for."""

_DAY = timedelta(days=1)


def release_at(preferences: Preferences, due: datetime) -> datetime:
    """Return when what is due may be sent: at once, or when the quiet hours are over, UTC.

    Raises:
        UsageError: There is no such time zone.
    """
    if preferences.quiet is None:
        return due
    return _end_of(preferences.quiet, due, zone_of(preferences.timezone)) or due


def wakes_at(preferences: Preferences, moment: datetime) -> datetime:
    """Return when somebody can be told of something that cannot be planned, UTC.

    That is at once, or when neither night nor quiet hours are any more.

    Raises:
        UsageError: There is no such time zone.
    """
    zone = zone_of(preferences.timezone)
    spans = [NIGHT] if preferences.quiet is None else [NIGHT, preferences.quiet]
    for _ in spans:  # the end of the one may lie in the other
        for span in spans:
            moment = _end_of(span, moment, zone) or moment
    return moment


def is_night(preferences: Preferences, moment: datetime) -> bool:
    """Tell whether it is night in somebody's zone.

    Raises:
        UsageError: There is no such time zone.
    """
    return _is_in(NIGHT, moment.astimezone(zone_of(preferences.timezone)).time())


def _end_of(span: tuple[time, time], moment: datetime, zone: tzinfo) -> datetime | None:
    """Return when the hours that a moment is in end, UTC; None where it is in none."""
    local = moment.astimezone(zone)
    if not _is_in(span, local.time()):
        return None
    end = datetime.combine(local.date(), span[1], zone)
    # By the wall clock: an hour that comes twice is quiet both times where its first pass is.
    if local.replace(tzinfo=None) >= end.replace(tzinfo=None):
        end = datetime.combine(local.date() + _DAY, span[1], zone)
    end = end.astimezone(UTC)
    return end if end > moment else end.astimezone(zone).replace(fold=1).astimezone(UTC)


def _is_in(span: tuple[time, time], clock: time) -> bool:
    begin, end = span
    if begin <= end:
        return begin <= clock < end
    return clock >= begin or clock < end
