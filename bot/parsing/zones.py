"""A time zone as people write it: an IANA name, an offset, an abbreviation, a city, a country.

What comes out is what `Preferences.timezone` holds: "Asia/Jakarta" or "UTC+05:45". Of an
abbreviation that several countries use, the zone where most people use it is meant; the answer
names the zone, so whoever meant another sees it.
"""

from __future__ import annotations

import re
from functools import cache

from bot.parsing.cities import zone_of_city
from bot.parsing.plain import bare, plain

_OFFSET = re.compile(
    r"(?:utc|gmt|z)?\s?(?P<sign>[+\-−–])\s?(?P<hours>\d{1,2})(?:[:.]?(?P<minutes>\d{2}))?(?:\s?h)?"
)
_EARLIEST, _LATEST = -12 * 60, 14 * 60  # minutes; no place on Earth keeps another time
_ABBREVIATIONS = {
    "utc": "UTC",
    "gmt": "UTC",
    "z": "UTC",
    "wib": "Asia/Jakarta",
    "wita": "Asia/Makassar",
    "wit": "Asia/Jayapura",
    "sgt": "Asia/Singapore",
    "myt": "Asia/Kuala_Lumpur",
    "ict": "Asia/Bangkok",
    "pht": "Asia/Manila",
    "hkt": "Asia/Hong_Kong",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "ist": "Asia/Kolkata",
    "pkt": "Asia/Karachi",
    "npt": "Asia/Kathmandu",
    "gst": "Asia/Dubai",
    "trt": "Europe/Istanbul",
    "msk": "Europe/Moscow",
    "eet": "Europe/Athens",
    "eest": "Europe/Athens",
    "cet": "Europe/Berlin",
    "cest": "Europe/Berlin",
    "mez": "Europe/Berlin",
    "bst": "Europe/London",
    "wet": "Europe/Lisbon",
    "wat": "Africa/Lagos",
    "cat": "Africa/Maputo",
    "eat": "Africa/Nairobi",
    "sast": "Africa/Johannesburg",
    "brt": "America/Sao_Paulo",
    "art": "America/Argentina/Buenos_Aires",
    "est": "America/New_York",
    "edt": "America/New_York",
    "et": "America/New_York",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "ct": "America/Chicago",
    "mst": "America/Denver",
    "mdt": "America/Denver",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "aest": "Australia/Sydney",
    "aedt": "Australia/Sydney",
    "awst": "Australia/Perth",
    "nzst": "Pacific/Auckland",
    "nzdt": "Pacific/Auckland",
}
_BESIDE = re.compile(r"^(?:time zone|timezone|zona waktu|zone|in|di)[:\s]+|\s+time$")


def parse_zone(text: str) -> str | None:
    """Return the time zone that a text names, or None where it names none.

    Reads the list of cities when nothing quicker fits, half a second at the first time.

    Args:
        text: "Asia/Jakarta", "UTC+5:45", "-3", "WIB", "New York", "Токио", "Portland, Maine", …
    """
    named = _BESIDE.sub("", plain(text)).strip(" .!")
    written = bare(named)
    if not written:
        return None
    return (
        _ABBREVIATIONS.get(written)
        or parse_offset(written)
        or _iana_names().get(written.replace(" ", "_"))
        or zone_of_city(named)
    )


def parse_offset(text: str) -> str | None:
    """Return "UTC+05:45" for an offset, "UTC" for that of nought, None for anything else."""
    match = _OFFSET.fullmatch(bare(text))
    if match is None:
        return None
    minutes = int(match["minutes"] or 0)
    if minutes > 59:
        return None
    total = int(match["hours"]) * 60 + minutes
    total = total if match["sign"] == "+" else -total
    if not _EARLIEST <= total <= _LATEST:
        return None
    if not total:
        return "UTC"
    return f"UTC{'+' if total > 0 else '-'}{abs(total) // 60:02d}:{abs(total) % 60:02d}"


def zone_at(latitude: float, longitude: float) -> str | None:
    """Return the time zone of a place on Earth; on the high seas the nautical one.

    Args:
        latitude: Degrees, north is positive.
        longitude: Degrees, east is positive.
    """
    import tzfpy

    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    name = tzfpy.get_tz(longitude, latitude)
    return _nautical(name) if name.startswith("Etc/") else _iana_names().get(name.lower())


def _nautical(name: str) -> str | None:
    """Return an offset for "Etc/GMT-7", whose sign is the other way round (POSIX)."""
    offset = name.removeprefix("Etc/GMT").removeprefix("Etc/UTC")
    if not offset:
        return "UTC"
    return parse_offset(offset.translate(str.maketrans("+-", "-+")))


@cache
def _iana_names() -> dict[str, str]:
    """Return the zones' names by their lower-case spelling; only those that name a place."""
    from zoneinfo import available_timezones

    names = (name for name in available_timezones() if "/" in name or name == "UTC")
    return {name.lower(): name for name in names if not name.startswith(("Etc/", "SystemV/"))}
