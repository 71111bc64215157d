"""Times named in a question: "yesterday", "pekan lalu", "in January", "since Monday".

A time is looked for among dates of publication, in the person's zone. Always true: no time is
guessed. A name that may be something else ("May", "the 2022 World Cup", "Friday prayers") is one
only where a word before it says so, and the words that were taken for a time are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING

from retrieval.conversation.calendars import LANGUAGES, Calendar, calendar
from retrieval.records import Period

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_YEAR = r"(?:19|20)\d\d"
_EARLIEST = 1990


@dataclass(frozen=True, slots=True)
class Named:
    """A time as it stands in a text: ``[start, end)``, with the words that make a time of it."""

    period: Period
    start: int
    end: int


def find_period(question: str, now: datetime, zone: tzinfo, language: str = "en") -> Named | None:
    """Return the time that a question names, if any; of several, the longest words.

    Args:
        question: As it was written.
        now: In UTC.
        zone: The person's.
        language: Theirs; it is tried first, and tells which part of "03/01/2022" is the day.
    """
    today = now.astimezone(zone).date()
    folded = _fold(question)
    if not _mayhap().search(folded):
        return None
    ordered = dict.fromkeys((language, *LANGUAGES)) if language in LANGUAGES else LANGUAGES
    found = [each for code in ordered for each in _found(folded, calendar(code), today, zone)]
    found += _numeric(folded, zone, today, language)
    if not found:
        return None
    best = max(found, key=lambda each: each.end - each.start)  # the first of equals
    if _is_bound(folded, best, found):
        return None
    words = question[best.start : best.end].strip()
    period = Period(words, best.period.published_from, best.period.published_before)
    return Named(period, best.start, best.end)


def _is_bound(text: str, named: Named, others: Iterable[Named]) -> bool:
    """Tell whether a time only bounds the one that is meant: "before 3 January 2022"."""
    before, after = text[: named.start], text[named.end :]
    dash = _BOUND_AFTER.match(after)
    return bool(
        _BOUND_BEFORE.search(before)
        or (dash and any(other.start == named.end + dash.end() for other in others))
        or (text[named.start].isdecimal() and _SPAN_BEFORE.search(before))
    )


def without(question: str, named: Named) -> str:
    """Return a question without the words of its time, or whole where little would be left."""
    after = re.sub(r"^['’]s\b", "", question[named.end :])  # "last month's inflation"
    rest = " ".join(f"{question[: named.start]} {after}".split())
    rest = re.sub(r"\s+([?!.,])", r"\1", rest).lstrip(" ,;:–")
    return rest if len(re.findall(r"\w+", rest)) > 1 else question


def _fold(text: str) -> str:
    """Return a text in lower case whose offsets are the text's."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _found(text: str, words: Calendar, today: date, zone: tzinfo) -> Iterator[Named]:
    for match in _pattern(words.language).finditer(text):
        span = _span(match, words, today)
        if span:
            yield _named(match, span, zone)


Days = tuple[date, date]
"""The first day, and the day after the last."""


def _span(match: re.Match[str], words: Calendar, today: date) -> Days | None:
    """Return the days of what was matched; None where it is no time, or one to come."""
    part = match.groupdict()
    said = part["before"] is not None
    if part["relative"]:
        count, unit = words.relative[part["relative"]]
        return _unit(today, count, unit)
    if part.get("count"):
        count = words.numbers.get(part["count"]) or int(part["count"])
        return _unit(today, count, words.units[part["unit"]])
    if part["weekday"]:
        back = timedelta(days=(today.weekday() - words.weekdays[part["weekday"]]) % 7)
        return _day(today - back) if said else None
    if part["lone_year"]:
        return _year(int(part["lone_year"]), today) if said else None
    year = next((int(part[name]) for name in _YEARS if part.get(name)), None)
    day = next((int(part[name]) for name in _DAYS if part.get(name)), None)
    name = next(part[name] for name in _MONTHS if part.get(name))
    month = words.months.get(name) or (int(name) if name.isdecimal() else 0)
    if not (said or year or day) or not 1 <= month <= 12:
        return None
    return _date(year, month, day, today)


_YEARS = ("year_a", "year_b", "year_c", "year_d")
_DAYS = ("day_a", "day_b", "day_d")
_MONTHS = ("month_a", "month_b", "month_c", "month_d")


def _date(year: int | None, month: int, day: int | None, today: date) -> Days | None:
    """Return a day or a month, the last that there was where no year is named."""
    latest = year or (today.year if (month, day or 1) <= (today.month, today.day) else None)
    try:
        first = date(latest or today.year - 1, month, day or 1)
    except ValueError:
        return None
    if first > today or first.year < _EARLIEST:
        return None
    return _day(first) if day else (first, _months_later(first, 1))


def _unit(today: date, count: int, unit: str) -> Days | None:
    """Return the day, week, month or year that was so many ago; weeks begin on Monday."""
    try:
        if unit == "day":
            return _day(today - timedelta(days=count))
        if unit == "week":
            first = today - timedelta(days=today.weekday(), weeks=count)
            return first, first + timedelta(weeks=1)
        if unit == "month":
            first = _months_later(today.replace(day=1), -count)
            return first, _months_later(first, 1)
        return _year(today.year - count, today)
    except (OverflowError, ValueError):
        return None


def _year(year: int, today: date) -> Days | None:
    return (date(year, 1, 1), date(year + 1, 1, 1)) if _EARLIEST <= year <= today.year else None


def _day(day: date) -> Days:
    return day, day + timedelta(days=1)


def _months_later(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def _named(match: re.Match[str], days: Days, zone: tzinfo) -> Named:
    begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in days)
    since = match["since"] is not None
    return Named(Period(match[0], begin, None if since else end), match.start(), match.end())


def _numeric(text: str, zone: tzinfo, today: date, language: str) -> Iterator[Named]:
    """Yield "03/01/2022" and "2022-01-03"; a language has its order of day and month."""
    for match in _NUMERIC.finditer(text):
        read = _read_date(match["what"], language)
        if read and read.year >= _EARLIEST and read <= today:
            yield _named(match, _day(read), zone)


def _read_date(text: str, language: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        read = _dates(language).get_date_data(text).date_obj
        return read.date() if read else None


@cache
def _dates(language: str) -> DateDataParser:
    from dateparser.date import DateDataParser

    return DateDataParser(languages=[language] if language in LANGUAGES else None)


_TO = "to|until|till|through|sampai|sampai dengan|hingga|s/d|hasta|até|au|bis|tot|до|по"
_BOUND_BEFORE = re.compile(
    rf"(?<!\w)(?:before|between|after|by|sebelum|sesudah|setelah|antara|menjelang"
    rf"|antes de|avant|vor|{_TO}"
    rf"|senin|selasa|rabu|kamis|jumat|sabtu)\s*$"
)
"""Before a time: it is one end of what is meant ("before 3 January", "from 3 to 5 January"), or
another day is ("Senin kemarin"), and looking within it would look at the wrong time."""
_SPAN_BEFORE = re.compile(r"\d\s*(?:[-–]|\s(?:and|dan|y|et|und))\s*$")
"""Before the number of a day: the first of several days."""
_BOUND_AFTER = re.compile(rf"\s*(?:[-–]|(?:{_TO})(?!\w))\s*")

_NUMERIC = re.compile(
    r"(?<![\w/.-])(?:(?P<since>since|sejak|desde|seit|depuis)\s+)?"
    r"(?P<what>\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4})(?![\w/-])"
)


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = calendar(language)
    month, of = _any(words.months), r"\s+(?:de\s+)?"
    year = rf"{_YEAR}(?!\d)"
    before = "|".join(
        [
            *([rf"(?P<since>{_any(words.since)})"] if words.since else [r"(?P<since>(?!))"]),
            *([_any(words.within)] if words.within else []),
        ]
    )
    counted = (
        rf"|(?P<count>\d{{1,3}}|{_any(words.numbers)})\s+(?P<unit>{_any(words.units)})\s+"
        rf"(?:{_any(words.ago)})"
        if words.units
        else ""
    )
    bodies = (
        rf"(?P<relative>{_any(words.relative)}){counted}"
        rf"|(?P<day_a>\d{{1,2}})\.?{of}(?P<month_a>{month})(?:,?{of}(?P<year_a>{year}))?"
        rf"|(?P<month_b>{month})\s+(?P<day_b>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
        rf"(?:,?\s+(?P<year_b>{year}))?"
        r"|(?:(?P<year_d>(?:19|20)\d\d)年)?(?P<month_d>\d{1,2})月(?:(?P<day_d>\d{1,2})日)?"
        rf"|(?P<month_c>{month})(?:,?{of}(?P<year_c>{year}))?"
        rf"|(?P<weekday>{_any(words.weekdays)})"
        rf"|(?P<lone_year>{year})"
    )
    left, right = (r"", r"") if language in ("zh", "ja") else (r"(?<!\w)", r"(?!\w)")
    gap = r"\s*" if language in ("zh", "ja") else r"\s+"
    return re.compile(rf"{left}(?:(?P<before>{before}){gap})?(?:{bodies}){right}")


@cache
def _mayhap() -> re.Pattern[str]:
    """Return what is in every question that names a time, so that most are done with at once."""
    names = {
        name
        for code in LANGUAGES
        for each in (calendar(code),)
        for name in (*each.months, *each.weekdays, *each.relative, *each.ago)
    }
    return re.compile(rf"\d{{4}}|\d月|{_any(names)}")


def _any(words: Iterable[str]) -> str:
    """Return a pattern of any of the words, the longest first; of none, what never matches."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) or "(?!)"
