"""When a feed says that something was published. None is an honest answer; a guess is not.

Feeds write times in every form. What `retrieval.intake.dates` reads is read there: ISO 8601 and
the form of mail, a time without a zone as UTC. Here is what is left: names of months in other
languages, and names of zones that mail never knew. Never read are times of which the day and the
month cannot be told apart (03/04/2024), those without a year, and those that cannot be right:
more than a day in the future, and the first day of 1970, which is what an unset clock shows.
A day of grace is for sites that write their local time and call it UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache

from retrieval.intake.dates import parse_time

_MAX_CHARS = 100
_UNSET_CLOCK = datetime(1970, 1, 2, tzinfo=UTC)
_GRACE = timedelta(days=1)

# Languages in whose own words feeds were seen to write months. CLDR's names, by Babel.
_LANGUAGES = ("id", "ms", "es", "pt", "fr", "de", "it", "nl", "tr", "pl", "ru", "uk", "ar", "vi")
_MORE_NAMES = {"agt": 8, "ags": 8, "agust": 8, "nop": 11, "nopember": 11, "pebruari": 2, "peb": 2}

# Zones of one meaning only: IST is in India, Israel and Ireland, and BST and CST are as many.
_ZONES = {
    "WIB": "+0700", "WITA": "+0800", "WIT": "+0900", "ICT": "+0700", "SGT": "+0800",
    "MYT": "+0800", "HKT": "+0800", "PHT": "+0800", "JST": "+0900", "KST": "+0900",
    "MSK": "+0300", "TRT": "+0300", "EAT": "+0300", "EET": "+0200", "EEST": "+0300",
    "CET": "+0100", "CEST": "+0200", "MEZ": "+0100", "MESZ": "+0200", "WET": "+0000",
    "WEST": "+0100", "AEST": "+1000", "AEDT": "+1100", "ACST": "+0930", "AWST": "+0800",
    "NZST": "+1200", "NZDT": "+1300", "PKT": "+0500", "NPT": "+0545", "BRT": "-0300",
    "ART": "-0300", "AKST": "-0900", "AKDT": "-0800", "HST": "-1000", "Z": "+0000",
}  # fmt: skip
_ZONE_NAME = re.compile(rf"\s*\b({'|'.join(_ZONES)})\b[\s.)]*$")
_OFFSET = re.compile(r"\s*(?:UTC|GMT)\s*([+-])(\d{1,2}):?(\d{2})?$", re.I)
_COLON_OFFSET = re.compile(r"([+-]\d{2}):(\d{2})$")
_HALF_DAY = re.compile(r"\d\s*[ap]\.?m\b", re.I)

_NAME = r"(?P<month>[^\W\d_]{3,15})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|°|\.)?"
_REST = (
    r"[\s,.-]+(?:de\s+|del\s+)?(?P<year>\d{4})(?:\s*г\.?)?"
    r"(?:[\s,|T–-]*(?:pukul|jam|pkl\.?|um|at|à|alle|в|om)?\s*"
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
    r"(?:\s*(?:Uhr|hrs?|hs)\b\.?)?\s*(?P<zone>[+-]\d{2}:?\d{2}|UTC|GMT)?$"
)
_NAMED = (
    re.compile(rf"(?:[^\W\d_'’`.-]{{2,15}}(?:['’`-][^\W\d_]{{1,10}})?\.?,?\s+)?{_DAY}[\s.-]+(?:de\s+)?{_NAME}{_REST}"),
    re.compile(rf"(?:[^\W\d_]{{2,15}}\.?,?\s+)?{_NAME}\s+{_DAY},?{_REST}"),
)  # fmt: skip


def read_time(stated: str | None) -> datetime | None:
    """Read a time as a feed states it.

    Args:
        stated: As it stands in the feed.

    Returns:
        UTC; None for what cannot be read for certain, or cannot be right.
    """
    stated = " ".join((stated or "")[: _MAX_CHARS + 1].split())
    if not stated or len(stated) > _MAX_CHARS:
        return None
    stated = _ZONE_NAME.sub(lambda match: f" {_ZONES[match[1]]}", stated)
    stated = _OFFSET.sub(lambda match: f" {match[1]}{match[2]:0>2}{match[3] or '00'}", stated)
    # The standard library reads "+07:00" as no zone, and "10:15 PM" as the morning.
    stated = _COLON_OFFSET.sub(r"\1\2", stated)
    if _HALF_DAY.search(stated):
        time = _with_named_month(stated)
    else:
        time = parse_time(stated) or _with_named_month(stated)
    if time is None or time < _UNSET_CLOCK or time > datetime.now(UTC) + _GRACE:
        return None
    return time


def _with_named_month(stated: str) -> datetime | None:
    """Read "Senin, 3 Januari 2022 10:15 +0700" and "January 3, 2022 at 10:15 PM"."""
    for form in _NAMED:
        match = form.match(stated)
        month = _months().get(match["month"].lower()) if match else None
        if match is None or month is None:
            continue
        hour = int(match["hour"] or 0)
        if match["half"]:
            hour = hour % 12 + (12 if match["half"][0] in "Pp" else 0)
        zone = match["zone"] or "+00:00"
        zone = "+00:00" if zone[0] not in "+-" else zone
        return parse_time(
            f"{match['year']}-{month:02}-{int(match['day']):02}"
            f"T{hour:02}:{match['minute'] or '00'}:{match['second'] or '00'}{zone}"
        )
    return None


@cache
def _months() -> dict[str, int]:
    """Names of months, and short ones, in lower case. One that means two months is left out."""
    from babel.dates import get_month_names

    months: dict[str, int] = dict(_MORE_NAMES)
    unsure: set[str] = set()
    for language in ("en", *_LANGUAGES):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context, language)
                for month, name in names.items():
                    key = name.lower().rstrip(".")
                    if months.setdefault(key, month) != month:
                        unsure.add(key)
    return {name: month for name, month in months.items() if name not in unsure}
