"""The words for times in several languages: names of months and days, "last week", "3 days ago".

Nearly all are dateparser's, which has them from the Unicode CLDR; what it lacks stands here. Only
words of the past are kept: the news of tomorrow is not published yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

LANGUAGES = ("en", "id", "ms", "es", "pt", "fr", "de", "it", "nl", "tr", "ru", "ar", "zh", "ja")
"""Times are understood in these. In further ones too many words would be taken for times."""

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_UNITS = ("day", "week", "month", "year")
_AGO = re.compile(rf"(\d+) ({'|'.join(_UNITS)}) ago")

_MORE_RELATIVE: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "en": {
        "tonight": (0, "day"),
        "this morning": (0, "day"),
        "this afternoon": (0, "day"),
        "this evening": (0, "day"),
        "last night": (1, "day"),
        "the day before yesterday": (2, "day"),
    },
    "id": {
        "pekan ini": (0, "week"),
        "pekan lalu": (1, "week"),
        "pekan kemarin": (1, "week"),
        "minggu kemarin": (1, "week"),
        "bulan kemarin": (1, "month"),
        "tahun kemarin": (1, "year"),
        "pagi ini": (0, "day"),
        "siang ini": (0, "day"),
        "sore ini": (0, "day"),
        "malam ini": (0, "day"),
        "tadi pagi": (0, "day"),
        "tadi siang": (0, "day"),
        "tadi malam": (1, "day"),
        "semalam": (1, "day"),
        "kemarin dulu": (2, "day"),
        "sehari lalu": (1, "day"),
        "sepekan lalu": (1, "week"),
        "seminggu lalu": (1, "week"),
        "sebulan lalu": (1, "month"),
        "setahun lalu": (1, "year"),
    },
}
_UNIT_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "day": "day",
        "days": "day",
        "week": "week",
        "weeks": "week",
        "month": "month",
        "months": "month",
        "year": "year",
        "years": "year",
    },
    "id": {"hari": "day", "pekan": "week", "minggu": "week", "bulan": "month", "tahun": "year"},
}
_AGO_WORDS: Mapping[str, tuple[str, ...]] = {
    "en": ("ago", "earlier"),
    "id": ("lalu", "yang lalu", "silam"),
}
_IN: Mapping[str, tuple[str, ...]] = {
    "en": ("in", "during", "on", "last", "this", "from", "of"),
    "id": ("pada", "di", "bulan", "tahun", "hari", "selama", "dalam", "pada bulan", "pada tahun"),
    "ms": ("pada", "bulan", "tahun", "hari", "pada bulan", "pada tahun"),
    "es": ("en", "el", "en el", "durante", "del", "de"),
    "pt": ("em", "na", "no", "durante"),
    "fr": ("en", "le", "au mois de", "pendant"),
    "de": ("im", "am", "im jahr", "in"),
    "it": ("in", "a", "nel", "lo scorso"),
    "nl": ("in", "op", "afgelopen"),
    "tr": (),
    "ru": ("в", "во", "за"),
    "ar": ("في", "يوم", "في شهر", "شهر"),
    "zh": ("在",),
    "ja": (),
}
"""Words before the name of a month or a day, or a year, that make a time of it: "May" alone is
a person, "the 2022 World Cup" an event."""

_SINCE: Mapping[str, tuple[str, ...]] = {
    "en": ("since", "ever since"),
    "id": ("sejak", "sejak bulan", "sejak tahun", "sejak hari", "mulai"),
    "ms": ("sejak",),
    "es": ("desde", "desde el"),
    "pt": ("desde",),
    "fr": ("depuis", "depuis le"),
    "de": ("seit", "seit dem"),
    "it": ("da", "dal"),
    "nl": ("sinds",),
    "tr": (),
    "ru": ("с", "со"),
    "ar": ("منذ",),
    "zh": ("自",),
    "ja": (),
}
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "en": ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    "id": (
        "satu",
        "dua",
        "tiga",
        "empat",
        "lima",
        "enam",
        "tujuh",
        "delapan",
        "sembilan",
        "sepuluh",
    ),
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """One language's words for times, casefolded.

    Args:
        language: ISO 639-1.
        months: Names to numbers from 1.
        weekdays: Names to numbers, Monday 0.
        relative: "last week" to how many units ago: (1, "week").
        units: Words for units of time, of "3 days ago".
        ago: Words behind them.
        numbers: Words for small numbers.
        within: What stands before a name and makes a time of it.
        since: What stands before a time that goes on until now.
    """

    language: str
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    relative: Mapping[str, tuple[int, str]]
    units: Mapping[str, str]
    ago: tuple[str, ...]
    numbers: Mapping[str, int]
    within: tuple[str, ...]
    since: tuple[str, ...]


@cache
def calendar(language: str) -> Calendar:
    """Return a language's words for times.

    Args:
        language: One of `LANGUAGES`.
    """
    from dateparser.languages.loader import default_loader

    (locale,) = default_loader.get_locales(languages=[language])
    info = locale.info
    return Calendar(
        language=language,
        months=dict(_names(info, MONTHS, 1)),
        weekdays=dict(_names(info, WEEKDAYS, 0)),
        relative={
            phrase.casefold(): (int(match[1]), match[2])
            for key, phrases in info.get("relative-type", {}).items()
            if (match := _AGO.fullmatch(key))
            for phrase in phrases
        }
        | dict(_MORE_RELATIVE.get(language, {})),
        units=_UNIT_WORDS.get(language, {}),
        ago=_AGO_WORDS.get(language, ()),
        numbers={word: number for number, word in enumerate(_NUMBERS.get(language, ()), start=1)},
        within=_IN[language],
        since=_SINCE[language],
    )


def _names(
    info: Mapping[str, list[str]], keys: Sequence[str], first: int
) -> Iterator[tuple[str, int]]:
    for number, key in enumerate(keys, start=first):
        for name in info.get(key, []):
            folded = name.casefold().rstrip(".")
            # "mar" and "may" are words of their own in half of the languages.
            if len(folded) > 3 or not folded.isascii() or folded == "may":
                yield folded, number
