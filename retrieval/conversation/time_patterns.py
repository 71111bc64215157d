"""What mentions of times look like, as patterns made of a calendar's words.

Groups: ``lead`` and ``behind``, the words that make a time of a name; ``since``; and what is named:
``relative``, ``count`` and ``unit`` or ``ago_UNIT``, ``recent_count`` and ``recent_unit``,
``weekday``, ``lone_year``, or ``day_X``, ``month_X`` and ``year_X`` of four forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from retrieval.conversation.calendars import LANGUAGES, UNITS, Calendar, calendar

YEAR = r"(?:19|20)\d\d(?!\d)"
_ANY_YEAR = r"[12]\d{3}(?!\d)"
"""Behind a day or a month: "27 August 1883" is no day of this year."""


@cache
def may_name_a_time() -> re.Pattern[str]:
    """Return what is in every text that names a time, so that most are done with at once."""
    names: set[str] = set()
    for code in LANGUAGES:
        words = calendar(code)
        names.update((*words.months, *words.weekdays, *words.relative, *words.ago))
    recent = "last|past|previous|terakhir|belakangan|últim|letzten|afgelopen|laatste|ultimi|послед"
    return re.compile(rf"\d|{recent}|最近|过去|過去|{any_of(names)}")


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of any of the words, the longest first; of none, what never matches."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) or "(?!)"


@cache
def time_pattern(language: str) -> re.Pattern[str]:
    """Return what a mention of a time looks like in a language, in lower case."""
    words = calendar(language)
    solid = language in ("zh", "ja")
    gap = r"\s*" if solid else r"\s+"
    left, right = ("", "") if solid else (r"(?<!\w)", r"(?!\w)")
    lead = rf"(?P<since>{any_of(words.since)})|{any_of(words.within)}"
    behind = rf"(?P<behind>\s+(?:{any_of(words.behind)})(?!\w))?" if words.behind else ""
    return re.compile(
        rf"{left}(?:(?P<lead>{lead}){gap})?(?:{'|'.join(_bodies(words, gap))})"
        rf"{behind or '(?P<behind>(?!))?'}(?P<of_it>['’]s\b)?{right}"
    )


def _bodies(words: Calendar, gap: str) -> Iterator[str]:
    number = rf"\d{{1,3}}|{any_of(words.numbers)}"
    month, any_month = any_of(words.months), any_of((*words.months, *words.short))
    of = r"\s+(?:de\s+)?"
    yield _recent(words, number, gap)
    yield rf"(?P<relative>{any_of(words.relative)})"
    yield (
        rf"(?P<count>{number})\s+(?P<unit>{any_of(words.units)})\s+(?:{any_of(words.ago)})"
        if words.ago
        else "(?P<count>(?!))(?P<unit>(?!))"
    )
    for each in UNITS:
        said = "|".join(pattern for pattern, unit in words.counted if unit == each)
        yield rf"(?P<ago_{each}>{said or '(?!)'})"
    yield (
        rf"(?P<day_a>\d{{1,2}})\.?{of}(?P<month_a>{any_month})\.?"
        rf"(?:,?{of}(?P<year_a>{_ANY_YEAR}))?"
    )
    yield (
        rf"(?P<month_b>{any_month})\.?\s+(?P<day_b>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
        rf"(?:,?\s+(?P<year_b>{_ANY_YEAR}))?"
    )
    yield r"(?:(?P<year_d>(?:19|20)\d\d)年)?(?P<month_d>\d{1,2})月(?:(?P<day_d>\d{1,2})日)?"
    yield rf"(?P<month_c>{month})(?:,?{of}(?P<year_c>{_ANY_YEAR}))?"
    # "Senin (29/8)", as Indonesian outlets write.
    day_and_month = r"\s*\((?P<day_e>\d{1,2})/(?P<month_e>\d{1,2})\)"
    yield rf"(?:{any_of(words.weekdays)}){day_and_month}"
    yield rf"(?P<weekday>{any_of(words.weekdays)})"
    yield rf"(?P<lone_year>{YEAR})"


def _recent(words: Calendar, number: str, gap: str) -> str:
    """Return the pattern of the days up to now: "in the last 3 days", "the past week"."""
    if words.recent is None:
        return r"(?P<recent_count>(?!))(?P<recent_unit>(?!))"
    before, after = words.recent
    unit = rf"(?P<recent_unit>{any_of(words.units)})"
    counted = rf"(?P<recent_count>{number}){gap}"
    if words.language == "en":
        # "Last week" is the one before this.
        return rf"{before}\s+(?:{counted}|(?<!last\s)){unit}"
    if after:
        return rf"{before}(?:{counted}|(?=se)){unit}{gap}{after}"
    return rf"{before}{gap}{counted}{unit}"
