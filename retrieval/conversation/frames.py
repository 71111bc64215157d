"""What stands around a mention of a time and changes it: "before", "from … to …", "early".

The words of all languages are taken together: none of them means something else in another
language before the name of a day or a month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from retrieval.conversation.moments import Days, Kind, Mention, month_or_day, months_later
from retrieval.conversation.time_patterns import YEAR


@dataclass(frozen=True, slots=True)
class Frame:
    """A time with the words around it, ``[start, end)``, and the mentions that it is made of.

    Args:
        start: Where its words begin.
        end: Behind its last.
        days: The first day, and the day after the last; one may be None.
        mentions: One, or the two ends of a span.
        is_said: Whether words around it make a time of it.
    """

    start: int
    end: int
    days: Days
    mentions: tuple[Mention, ...]
    is_said: bool


def framed(text: str, mentions: Sequence[Mention]) -> Iterator[Frame]:
    """Yield each mention with what stands around it, and each two that make a span.

    Args:
        text: In lower case.
        mentions: Of one language, in their order.
    """
    joined = [_in_part(text, each) for each in _joined(text, mentions)]
    for mention, following in zip(joined, [*joined[1:], None], strict=False):
        span = _span(text, mention, following) if following else None
        span = span or _days_of_a_month(text, mention)
        yield span or _bounded(text, mention)


def _joined(text: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Yield mentions, those that name one time together as one: "Monday last week"."""
    waiting: Mention | None = None
    for mention in mentions:
        if waiting is not None:
            together = _together(text[waiting.end : mention.start], waiting, mention)
            if together is None:
                yield waiting
                waiting = mention
            else:
                waiting = together
        else:
            waiting = mention
    if waiting is not None:
        yield waiting


def _together(between: str, one: Mention, other: Mention) -> Mention | None:
    if one.kind is Kind.WEEKDAY and other.kind is Kind.DAY and re.fullmatch(r"[\s,(]+", between):
        return replace(other, start=one.start, name=one.name, lead=one.lead, said=True)
    if other.kind is not Kind.RELATIVE or not re.fullmatch(r"\s+(?:of\s+)?", between):
        return None
    if one.kind is Kind.WEEKDAY and other.unit == "week":
        ahead = timedelta(days=(one.first.weekday() - other.first.weekday()) % 7)
        day = other.first + ahead
        return replace(one, end=other.end, said=True, first=day, after=day + timedelta(days=1))
    if one.month and one.year is None and other.unit == "year":
        dated = one.in_year(other.first.year)
        return replace(dated, end=other.end, said=True) if dated else None
    return None


def _in_part(text: str, mention: Mention) -> Mention:
    """Return the beginning, the middle or the end of a time, where that is meant."""
    match = _PART.search(text[: mention.name])
    if match is None or mention.kind in (Kind.DAY, Kind.WEEKDAY):
        return mention
    first, after = mention.first, mention.after
    part = next(number for number in range(3) if match[f"part_{number}"])
    if mention.kind is Kind.MONTH or mention.unit == "month":
        starts = [first, first + timedelta(days=10), first + timedelta(days=20), after]
    elif mention.kind is Kind.YEAR or mention.unit == "year":
        starts = [first, months_later(first, 4), months_later(first, 8), after]
    elif mention.unit == "week":
        starts = [first, first + timedelta(days=2), first + timedelta(days=4), after]
    else:
        return mention
    return replace(
        mention,
        start=match.start(),
        name=match.start(),
        lead="",
        said=True,
        first=starts[part],
        after=starts[part + 1],
    )


def _span(text: str, one: Mention, other: Mention) -> Frame | None:
    """Return the time from one mention to the next: "from January to March 2022"."""
    between, before = text[one.end : other.start], text[: one.start]
    opening = _OPENING.search(before)
    is_span = _CONNECTING.fullmatch(between) is not None
    if not is_span and not (_AND.fullmatch(between) and (opening or _is_next(one, other))):
        return None
    years = [each for each in (one, other) if each.kind is Kind.YEAR]
    # "periode 2019-2024" and "the 2019-2024 plan" are names.
    if len(years) == 1 or (years and not opening and not one.said):
        return None
    first, last = _ordered(one, other)
    if first.first >= last.first:  # "cuma-cuma" is no pair of Turkish Fridays
        return None
    start = opening.start() if opening else one.start
    return Frame(start, other.end, (first.first, last.after), (first, last), True)


def _is_next(one: Mention, other: Mention) -> bool:
    """Tell whether two months or days follow each other: "August and September 2022"."""
    first, last = _ordered(one, other)
    return first.after == last.first


def _ordered(one: Mention, other: Mention) -> tuple[Mention, Mention]:
    """Return both ends of a span, the year or the week that only one has given to the other."""
    if one.kind is Kind.WEEKDAY and other.kind is Kind.WEEKDAY and one.first > other.first:
        week = timedelta(weeks=1)
        return replace(one, first=one.first - week, after=one.after - week), other
    if not (one.month and other.month):
        return one, other
    if one.year is None and other.year is not None:
        dated = one.in_year(other.year)
        if dated and dated.first > other.first:
            dated = one.in_year(other.year - 1)
        return dated or one, other
    if other.year is None and other.first < one.first:
        return one, other.in_year(one.first.year + 1) or other
    return one, other


def _days_of_a_month(text: str, mention: Mention) -> Frame | None:
    """Return days of which one stands without its month: "3–5 January", "January 3 to 5"."""
    if mention.kind is not Kind.DAY or mention.day is None:
        return None
    before = _DAY_BEFORE.search(text[: mention.name])
    if before and int(before["day"]) < mention.day:
        days = month_or_day(mention.first.year, mention.month, int(before["day"]))
        opening = _OPENING.search(text[: before.start()])
        start = opening.start() if opening else before.start()
        if days:
            return Frame(start, mention.end, (days[0], mention.after), (mention,), True)
    after = _DAY_AFTER.match(text[mention.end :])
    if after and int(after["day"]) > mention.day and not text[mention.name].isdecimal():
        year = int(after["year"]) if after["year"] else mention.first.year
        first = month_or_day(year, mention.month, mention.day)
        last = month_or_day(year, mention.month, int(after["day"]))
        end = mention.end + after.end()
        if first and last:
            return Frame(mention.start, end, (first[0], last[1]), (mention,), True)
    return None


def _bounded(text: str, mention: Mention) -> Frame:
    """Return a mention with the word before it that opens it to one side, if there is one."""
    days: Days = (mention.first, None if mention.since else mention.after)
    for words, bounded in _BOUNDS:
        match = words.search(text[: mention.name])
        if match:
            ends: dict[str, date | None] = {
                "before": mention.first,
                "until": mention.after,
                "after": mention.after,
                "since": mention.first,
            }
            opens = bounded in ("after", "since")
            days = (ends[bounded], None) if opens else (None, ends[bounded])
            return Frame(match.start(), mention.end, days, (mention,), True)
    return Frame(mention.start, mention.end, days, (mention,), mention.is_dated)


_THE = r"(?:(?:the|el|la|le|den|dem|tanggal|tgl\.?|bulan|tahun|hari|pada)\s+)*"
_TO = (
    r"to|until|till|through|sampai\s+dengan|sampai|hingga|s/d|s\.d\.|hasta|al?|até|au|jusqu['’]au"
    r"|bis(?:\s+zum)?|tot|до|по"
)
_CONNECTING = re.compile(rf"\s*(?:[-–—]|(?:{_TO})(?!\w))\s*{_THE}")
_AND = re.compile(rf"\s+(?:and|dan|y|e|et|und|en|и)\s+{_THE}")
_OPENING = re.compile(
    rf"(?<!\w)(?:from|between|dari|antara|mulai|del?|desde|entre|du|von|vom|zwischen|dal|tra|van"
    rf"|tussen|с|между|on|pada|tanggal)\s+{_THE}$"
)
"""What stands before the first end of a span."""

_DAY_BEFORE = re.compile(
    rf"(?<![\w/.,-])(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s*"
    rf"(?:[-–—]|(?<=\s)(?:{_TO}|and|dan|y|e|et|und|en|и)(?!\w))\s*{_THE}$"
)
_DAY_AFTER = re.compile(
    rf"\s*(?:[-–—]|(?:{_TO})(?!\w))\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\w/-])"
    rf"(?:,?\s+(?P<year>{YEAR}))?"
)
_BOUNDS = (
    (
        re.compile(
            rf"(?<!\w)(?:before|prior\s+to|sebelum(?:nya)?|antes\s+del?|avant|vor|prima\s+del|до)"
            rf"\s+{_THE}$"
        ),
        "before",
    ),
    (
        re.compile(
            rf"(?<!\w)(?:until|till|up\s+to|sampai\s+dengan|sampai|hingga|hasta|até|jusqu['’]au"
            rf"|bis(?:\s+zum)?|tot)\s+{_THE}$"
        ),
        "until",
    ),
    (
        re.compile(
            rf"(?<!\w)(?:after|sesudah|setelah|selepas|después\s+del?|depois\s+de|après|nach"
            rf"|dopo|после)\s+{_THE}$"
        ),
        "after",
    ),
    (re.compile(rf"(?<!\w)(?:since|sejak|desde|seit|depuis|sinds)\s+{_THE}$"), "since"),
)
_PART = re.compile(
    r"(?<!\w)(?:(?:in|at|on|pada|di)\s+)?(?:the\s+)?(?:"
    r"(?P<part_0>early|(?:beginning|start)\s+of|awal|principios\s+de|inicio\s+de|début|anfang)"
    r"|(?P<part_1>mid|middle\s+of|pertengahan|mediados\s+de|mi|mitte)"
    r"|(?P<part_2>late|end\s+of|akhir|finales\s+de|fin|ende)"
    r")(?:\s+|-)(?:the\s+|bulan\s+|tahun\s+)?$"
)
