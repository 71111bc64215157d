"""Mentions of times in a text: "yesterday", "3 Januari", "on Monday", "last 3 days".

A mention is what its own words say. What stands around it ("before", "from … to …", "early") is
put to it in `retrieval.conversation.frames`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from retrieval.conversation.calendars import LANGUAGES, UNITS, Calendar, calendar
from retrieval.conversation.time_patterns import time_pattern

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

EARLIEST = 1990
"""No year before it is one of publication, but a subject."""

Days = tuple[date | None, date | None]
"""The first day, and the day after the last; None where it has no such end."""


class Kind(StrEnum):
    """What a mention names."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    WEEKDAY = "weekday"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Mention:
    """A time as it is named, its words at ``[start, end)``.

    Args:
        start: Where its words begin, those that make a time of it included.
        name: Where they begin without them.
        end: Behind its last.
        kind: What it names.
        said: Whether words beside it make a time of it.
        first: Its first day.
        after: The day after its last.
        since: Whether it goes on until now.
        year: As written; None where the last one before today was taken.
        month: Of a day or a month.
        day: Of a day.
        unit: Of what is relative: "week".
        lead: The word that makes a time of it: "in", "tahun".
    """

    start: int
    name: int
    end: int
    kind: Kind
    said: bool
    first: date
    after: date
    since: bool = False
    year: int | None = None
    month: int = 0
    day: int | None = None
    unit: str = ""
    lead: str = ""

    @property
    def is_dated(self) -> bool:
        """Whether it stands for a time without any word that says so."""
        return self.kind is Kind.RELATIVE or self.day is not None or self.said

    def in_year(self, year: int) -> Mention | None:
        """Return the same day or month in another year."""
        days = month_or_day(year, self.month, self.day)
        return replace(self, first=days[0], after=days[1], year=year) if days else None


def mentions(text: str, language: str, today: date) -> list[Mention]:
    """Return all mentions of times in one language, in their order, future ones left out.

    Args:
        text: In lower case.
        language: One of `LANGUAGES`.
        today: Where the person is.
    """
    words = calendar(language)
    found = (_mention(match, words, today) for match in time_pattern(language).finditer(text))
    return [each for each in found if each is not None and each.first <= today]


def numeric_mentions(text: str, language: str, today: date) -> Iterator[Mention]:
    """Yield "03/01/2022" and "2022-01-03"; a language has its order of day and month."""
    for match in _NUMERIC.finditer(text):
        read = _read_date(match[0], language)
        if read and read.year >= EARLIEST and read <= today:
            yield Mention(
                match.start(),
                match.start(),
                match.end(),
                Kind.DAY,
                True,
                read,
                read + timedelta(days=1),
                year=read.year,
                month=read.month,
                day=read.day,
            )


def month_or_day(year: int, month: int, day: int | None) -> tuple[date, date] | None:
    """Return the days of a date or of a month; None for "31 February"."""
    try:
        first = date(year, month, day or 1)
        return first, first + timedelta(days=1) if day else months_later(first, 1)
    except (ValueError, OverflowError):
        return None


def months_later(first: date, count: int) -> date:
    """Return the first of the month that is so many months later."""
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def _mention(match: re.Match[str], words: Calendar, today: date) -> Mention | None:
    part = match.groupdict()
    since = part["since"] is not None
    said = any(part[each] is not None for each in ("lead", "behind", "of_it"))
    base = Mention(
        match.start(),
        _behind_blanks(match.string, match.end("lead")) if part["lead"] else match.start(),
        match.end(),
        Kind.RELATIVE,
        said,
        today,
        today,
        since=since,
        lead=(part["lead"] or "").strip(),
    )
    if part["weekday"]:
        ago = (today.weekday() - words.weekdays[part["weekday"]]) % 7
        # "Selasa lalu", said on a Tuesday, is a week ago; "on Tuesday" is today.
        if not ago and (part["behind"] or base.lead == "last"):
            ago = 7
        days = today - timedelta(days=ago), today - timedelta(days=ago - 1)
        return replace(base, kind=Kind.WEEKDAY, first=days[0], after=days[1])
    if part["lone_year"]:
        year = int(part["lone_year"])
        if not EARLIEST <= year <= today.year:
            return None
        first, after = date(year, 1, 1), date(year + 1, 1, 1)
        return replace(base, kind=Kind.YEAR, first=first, after=after, year=year)
    if any(part[f"month_{form}"] for form in "abcde"):
        return _dated(base, part, words, today)
    return _relative(base, part, words, today)


def _relative(
    base: Mention, part: dict[str, str | None], words: Calendar, today: date
) -> Mention | None:
    """Return what is told from today: "last week", "3 days ago", "in the last 3 days"."""
    if part["recent_unit"]:
        count = _number(part["recent_count"], words)
        days = _up_to_now(today, count, words.units[part["recent_unit"]])
        return replace(base, first=days[0], after=days[1], unit="recent") if days else None
    if part["relative"]:
        count, unit = words.relative[part["relative"]]
    elif part["unit"]:
        count, unit = _number(part["count"], words), words.units[part["unit"]]
    else:
        unit = next(each for each in UNITS if part[f"ago_{each}"])
        count = int(re.findall(r"\d+", part[f"ago_{unit}"] or "")[0])
    days = _unit(today, count, unit)
    return replace(base, first=days[0], after=days[1], unit=unit) if days else None


def _behind_blanks(text: str, position: int) -> int:
    return position + len(text[position:]) - len(text[position:].lstrip())


def _dated(
    base: Mention, part: dict[str, str | None], words: Calendar, today: date
) -> Mention | None:
    """Return a day or a month, the last that there was where no year is named."""
    chosen = {
        what: next((part[f"{what}_{form}"] for form in "abcde" if part.get(f"{what}_{form}")), None)
        for what in ("year", "month", "day")
    }
    name = chosen["month"] or ""
    month = words.months.get(name) or words.short.get(name)
    month = month or (int(name) if name.isdecimal() else 0)
    if not 1 <= month <= 12:
        return None
    day = int(chosen["day"]) if chosen["day"] else None
    year = int(chosen["year"]) if chosen["year"] else None
    came = (month, day or 1) <= (today.month, today.day)
    days = month_or_day(year or (today.year if came else today.year - 1), month, day)
    if days is None:
        return None
    return replace(
        base,
        kind=Kind.DAY if day else Kind.MONTH,
        said=base.said or year is not None,
        first=days[0],
        after=days[1],
        year=year,
        month=month,
        day=day,
    )


def _unit(today: date, count: int, unit: str) -> tuple[date, date] | None:
    """Return the day, week, month or year that was so many ago; weeks begin on Monday."""
    try:
        if unit in ("hour", "day"):
            first = today - timedelta(days=count if unit == "day" else count // 24)
            return first, first + timedelta(days=1)
        if unit in ("week", "weekend"):
            first = today - timedelta(days=today.weekday(), weeks=count)
            begin = first + timedelta(days=5 if unit == "weekend" else 0)
            return begin, first + timedelta(weeks=1)
        if unit == "month":
            first = months_later(today.replace(day=1), -count)
            return first, months_later(first, 1)
        first = date(today.year - count, 1, 1)
        return (first, date(first.year + 1, 1, 1)) if first.year >= EARLIEST else None
    except (OverflowError, ValueError):
        return None


def _up_to_now(today: date, count: int, unit: str) -> tuple[date, date] | None:
    """Return the days since so many units ago, today included: "in the last 3 days"."""
    try:
        if unit == "hour":
            first = today - timedelta(days=-(-count // 24))
        elif unit in ("day", "week"):
            first = today - timedelta(days=count * (7 if unit == "week" else 1))
        else:
            begin = months_later(today.replace(day=1), -count * (12 if unit == "year" else 1))
            last_day = (months_later(begin, 1) - timedelta(days=1)).day
            first = begin.replace(day=min(today.day, last_day))
    except (OverflowError, ValueError):
        return None
    return (first, today + timedelta(days=1)) if first.year >= EARLIEST else None


def _number(text: str | None, words: Calendar) -> int:
    return (words.numbers.get(text) or int(text)) if text else 1


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


_NUMERIC = re.compile(
    r"(?<![\w/.-])(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4})(?![\w/-])"
)
