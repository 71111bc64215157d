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

UNITS = ("day", "week", "month", "year")
_AGO = re.compile(rf"(\d+) ({'|'.join(UNITS)}) ago")
_COUNTED_AGO = re.compile(rf"\\1 ({'|'.join(UNITS)}) ago")
_COUNT = r"(\d++[.,]?\d*+)"
"""As dateparser writes "so many"."""

_MORE_RELATIVE: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "en": {
        "tonight": (0, "day"),
        "this morning": (0, "day"),
        "this afternoon": (0, "day"),
        "this evening": (0, "day"),
        "last night": (1, "day"),
        "earlier today": (0, "day"),
        "the day before yesterday": (2, "day"),
        "earlier this week": (0, "week"),
        "earlier this month": (0, "month"),
        "earlier this year": (0, "year"),
        "this weekend": (0, "weekend"),
        "last weekend": (1, "weekend"),
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
        "tadi sore": (0, "day"),
        "pagi tadi": (0, "day"),
        "siang tadi": (0, "day"),
        "sore tadi": (0, "day"),
        "malam tadi": (1, "day"),
        "tadi malam": (1, "day"),
        "semalam": (1, "day"),
        "kemarin dulu": (2, "day"),
        "kemarin lusa": (2, "day"),
        "akhir pekan ini": (0, "weekend"),
        "akhir pekan lalu": (1, "weekend"),
        "akhir pekan kemarin": (1, "weekend"),
        "sehari lalu": (1, "day"),
        "sepekan lalu": (1, "week"),
        "seminggu lalu": (1, "week"),
        "sebulan lalu": (1, "month"),
        "setahun lalu": (1, "year"),
    },
    "ms": {
        "hari ini": (0, "day"),
        "minggu lepas": (1, "week"),
        "bulan lepas": (1, "month"),
        "tahun lepas": (1, "year"),
        "pagi tadi": (0, "day"),
    },
}
_MORE_MONTHS: Mapping[str, str] = {
    "ru": "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре",
}
_MORE_UNITS: Mapping[str, Mapping[str, str]] = {
    "en": {"day": "day", "days": "day", "hours": "hour", "hour": "hour", "year": "year"},
    "id": {
        "pekan": "week",
        "jam": "hour",
        "sehari": "day",
        "sepekan": "week",
        "seminggu": "week",
        "sebulan": "month",
        "setahun": "year",
    },
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

_BEHIND: Mapping[str, tuple[str, ...]] = {
    "id": ("lalu", "yang lalu", "kemarin", "silam"),
    "ms": ("lalu", "lepas"),
    "es": ("pasado",),
    "pt": ("passado", "passada"),
    "fr": ("dernier",),
    "it": ("scorso",),
}
"""The same behind it: "Januari lalu"."""

_RECENT: Mapping[str, tuple[str, str]] = {
    "en": (r"(?:(?:in|over|during|within)\s+)?(?:the\s+|these\s+)?(?:last|past|previous)", ""),
    "id": (r"(?:(?:dalam|selama)\s+)?", r"(?:terakhir|belakangan(?:\s+ini)?)"),
    "ms": (r"(?:(?:dalam|selama)\s+)?", r"(?:terakhir|kebelakangan\s+ini)"),
    "es": (r"(?:(?:en|durante)\s+)?(?:los|las)\s+últim[oa]s", ""),
    "pt": (r"(?:n[oa]s|durante\s+[oa]s)?\s*últim[oa]s", ""),
    "de": (r"(?:in\s+)?den\s+letzten", ""),
    "nl": (r"(?:in\s+)?de\s+(?:afgelopen|laatste)", ""),
    "it": (r"(?:neg?li\s+)?ultimi", ""),
    "ru": (r"за\s+последни[ех]", ""),
    "zh": (r"(?:最近|过去)", ""),
    "ja": (r"(?:過去|最近)", ""),
}
"""What stands before and behind "3 days" where the days up to now are meant."""

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
        counted: Patterns of "3 days ago" with the unit that they count.
        numbers: Words for small numbers.
        short: Names of months that are too short to stand without a number.
        recent: Patterns of what stands before and behind "3 days" that end now.
        within: What stands before a name and makes a time of it.
        behind: The same behind it.
        since: What stands before a time that goes on until now.
    """

    language: str
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    relative: Mapping[str, tuple[int, str]]
    units: Mapping[str, str]
    ago: tuple[str, ...]
    counted: tuple[tuple[str, str], ...]
    numbers: Mapping[str, int]
    short: Mapping[str, int]
    recent: tuple[str, str] | None
    within: tuple[str, ...]
    behind: tuple[str, ...]
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
    months = dict(_names(info, MONTHS, 1))
    months.update(
        (name, number) for number, name in enumerate(_MORE_MONTHS.get(language, "").split(), 1)
    )
    return Calendar(
        language=language,
        months={name: number for name, number in months.items() if _stands_alone(name)},
        short={name: number for name, number in months.items() if not _stands_alone(name)},
        weekdays={
            name: number for name, number in _names(info, WEEKDAYS, 0) if _stands_alone(name)
        },
        relative={
            phrase.casefold(): (int(match[1]), match[2])
            for key, phrases in info.get("relative-type", {}).items()
            if (match := _AGO.fullmatch(key))
            for phrase in phrases
        }
        | dict(_MORE_RELATIVE.get(language, {})),
        units={
            word.casefold(): unit
            for unit in (*UNITS, "hour")
            for word in info.get(unit, [])
            if len(word) > 2 or not word.isascii()
        }
        | dict(_MORE_UNITS.get(language, {})),
        ago=_AGO_WORDS.get(language, ()),
        counted=tuple(
            (re.escape(before) + r"\d{1,3}" + re.escape(after), match[1])
            for key, patterns in info.get("relative-type-regex", {}).items()
            if (match := _COUNTED_AGO.fullmatch(key))
            for before, count, after in (each.casefold().partition(_COUNT) for each in patterns)
            if count
        ),
        numbers={word: number for number, word in enumerate(_NUMBERS.get(language, ()), start=1)},
        recent=_RECENT.get(language),
        within=_IN[language],
        behind=_BEHIND.get(language, ()),
        since=_SINCE[language],
    )


def _names(
    info: Mapping[str, list[str]], keys: Sequence[str], first: int
) -> Iterator[tuple[str, int]]:
    for number, key in enumerate(keys, start=first):
        for name in info.get(key, []):
            folded = name.casefold().rstrip(".")
            if len(folded) > 2 or not folded.isascii():
                yield folded, number


def _stands_alone(name: str) -> bool:
    """Tell whether a name is no word of its own in half of the languages, as "mar" is."""
    return len(name) > 3 or not name.isascii() or name in ("may", "mei", "mai")
