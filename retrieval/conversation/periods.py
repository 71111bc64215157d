"""Times named in a question: "yesterday", "pekan lalu", "in January", "since Monday".

A time is looked for among dates of publication, in the person's zone. Always true: no time is
guessed. A name that may be something else ("May", "the 2022 World Cup", "Friday prayers") is one
only where a word before it says so, and the words that were taken for a time are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from retrieval.conversation.calendars import LANGUAGES
from retrieval.conversation.frames import Frame, framed
from retrieval.conversation.moments import mentions, numeric_mentions
from retrieval.conversation.names import is_no_time
from retrieval.conversation.time_patterns import may_name_a_time
from retrieval.records import Period


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
    text = _fold(question)
    if not may_name_a_time().search(text):
        return None
    today = now.astimezone(zone).date()
    frames = [each for each in _frames(text, today, language) if each.is_said]
    if not frames:
        return None
    best = max(frames, key=lambda each: each.end - each.start)  # the first of equals
    if is_no_time(question, text, best):
        return None
    words = question[best.start : best.end].strip()
    first, after = (_midnight(day, zone) for day in best.days)
    return Named(Period(words, first, after), best.start, best.end)


def without(question: str, named: Named) -> str:
    """Return a question without the words of its time, or whole where little would be left."""
    after = re.sub(r"^(?:['’]s\b|\s*\))", "", question[named.end :])  # "last month's inflation"
    rest = " ".join(f"{question[: named.start]} {after}".split())
    rest = re.sub(r"\s+([?!.,])", r"\1", rest).lstrip(" ,;:–")
    return rest if len(re.findall(r"\w+", rest)) > 1 else question


def _frames(text: str, today: date, language: str) -> Iterator[Frame]:
    languages = dict.fromkeys((language, *LANGUAGES)) if language in LANGUAGES else LANGUAGES
    numeric = list(numeric_mentions(text, language, today))
    for code in languages:
        found = [
            each
            for each in mentions(text, code, today)
            if not any(one.start < each.end and each.start < one.end for one in numeric)
        ]
        yield from framed(text, sorted([*numeric, *found], key=lambda each: each.start))


def _midnight(day: date | None, zone: tzinfo) -> datetime | None:
    """Return when a day begins in a zone, in UTC; one whose midnight is skipped, when it is."""
    return None if day is None else datetime.combine(day, time(), zone).astimezone(UTC)


def _fold(text: str) -> str:
    """Return a text in lower case whose offsets are the text's."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
