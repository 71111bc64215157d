"""What two sentences claim, and whether one says what the other says.

Nothing here understands a sentence. That two are about one thing is told elsewhere, by their
vectors (`retrieval.answering.agreement`); here is looked for what vectors do not see: another
number, another day, another cause, another name, a denial. Each is looked for in words that are
known (``claim_words.json``, the CLDR), and what cannot be compared is a doubt, never a difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import regex

from retrieval.answering.claim_words import LEXICON
from retrieval.answering.number_words import number_words, territories
from retrieval.answering.quantities import Day, Figures, Quantity, read_figures
from retrieval.stories.words import fold


class Comparison(Enum):
    """What the words of two claims about one thing come to."""

    SAME = "same"
    """The other says what the one says, and maybe more."""
    DIFFERS = "differs"
    """Another number, another day or another cause for the same."""
    MEASURES_DIFFER = "measures differ"
    """Another percentage, price or measure: of the same, or of something else."""
    DOUBTFUL = "doubtful"
    """Neither can be said."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is compared of a sentence.

    Args:
        language: Its language, ISO 639-1.
        figures: Its numbers and days.
        causes: What it names that is known as a cause of such things.
        explains: Whether it says that something was the cause.
        names: Its names, by their beginnings; countries by their codes.
        places: Those of the names that are countries.
        denied: Whether it says that something is not so.
    """

    language: str | None
    figures: Figures
    causes: frozenset[str]
    explains: bool
    names: frozenset[str]
    places: frozenset[str]
    denied: bool


_CAPITAL = regex.compile(
    r"(?<=[^\s.!?:;—–\"“”'‘’(«»])\s+(\p{Lu}[\p{L}\p{M}]+)|(?<!\p{L})(\p{Lu}{2,})(?!\p{L})"
)
"""A word with a capital within a sentence, or all in capitals anywhere."""
_DATELINE = regex.compile(
    r"^[^.!?\n()]{0,40}\([^()\p{Nd}]{2,30}\)\s*[-–—]\s*|^\p{Lu}{3,}[\p{L} ,/]{0,30}?\s[-–—]\s+"
)
_NAME = 5
"""Letters by which a name is known: "Rusia" and "Russia" have other ones, and are one country."""

_ROUND = 0.05
"""How far a rounded number may lie from an exact one; below 100 nothing is round."""


@lru_cache(maxsize=512)
def read_claim(text: str, language: str | None) -> Claim:
    """Read what a sentence claims.

    Args:
        text: One or two sentences.
        language: Theirs, ISO 639-1.
    """
    text = without_dateline(text)
    folded = " ".join(fold(word) for word in text.split())
    names = frozenset(_names(text, language))
    return Claim(
        language=language,
        figures=read_figures(text, language),
        causes=LEXICON.causes(folded),
        explains=LEXICON.explains(folded),
        names=names,
        places=frozenset(name for name in names if name.isupper()),
        denied=LEXICON.denies(folded),
    )


def without_dateline(text: str) -> str:
    """Return a sentence without the place and the agency before it: "JAKARTA (ANTARA) -"."""
    return str(_DATELINE.sub("", text, count=1))


def compare_claims(one: Claim, other: Claim) -> Comparison:
    """Compare two claims that are about one thing.

    Args:
        one: What is quoted.
        other: What may say the same.

    Returns:
        `SAME` where the other names no less than the one does, and nothing else instead.
    """
    if one.denied != other.denied or not _share_names(one, other):
        return Comparison.DOUBTFUL
    counted = _other_numbers(one.figures.quantities, other.figures.quantities)
    if _other_cause(one, other) or _other_day(one.figures.days, other.figures.days):
        return Comparison.DIFFERS
    if counted:
        is_told = any(map(LEXICON.is_counted, counted))
        return Comparison.DIFFERS if is_told else Comparison.MEASURES_DIFFER
    if one.explains and not (one.causes and one.causes <= other.causes):
        return Comparison.DOUBTFUL
    said = all(
        any(_is_one(each, theirs) for theirs in other.figures.quantities)
        for each in one.figures.quantities
    )
    return Comparison.SAME if said else Comparison.DOUBTFUL


def _other_numbers(one: Iterable[Quantity], other: Iterable[Quantity]) -> list[str]:
    """Return what both count, and come to other numbers."""
    ours, theirs = _by_what(one), _by_what(other)
    return [
        what
        for what in ours.keys() & theirs.keys()
        if not any(_close(value, another) for value in ours[what] for another in theirs[what])
    ]


def _other_cause(one: Claim, other: Claim) -> bool:
    """Whether each names a cause that the other does not."""
    both = one.explains and other.explains
    return both and bool(one.causes - other.causes and other.causes - one.causes)


def _by_what(quantities: Iterable[Quantity]) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {}
    for value, what in quantities:
        if what:
            values.setdefault(what, []).append(value)
    return values


def _is_one(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers may be the same one, as far as what they count is known."""
    known = all(each.what and not each.what.startswith("~") for each in (one, other))
    return _close(one.value, other.value) and (not known or one.what == other.what)


def _close(one: float, other: float) -> bool:
    if one == other:
        return True
    low, high = sorted((one, other))
    is_rounded = low >= 100 and _digits(low) != _digits(high)
    return is_rounded and high - low <= _ROUND * high


def _digits(value: float) -> int:
    """Return how many digits of a number are more than its size: 2 of 1,200."""
    return len(f"{value:g}".split("e", maxsplit=1)[0].replace(".", "").rstrip("0"))


def _other_day(one: Iterable[Day], other: Iterable[Day]) -> bool:
    """Whether both name days, none of which is the other's; a day apart may be the time zone."""
    ours, theirs = list(one), list(other)
    if not ours or not theirs:
        return False
    return all(abs(_in_year(a) - _in_year(b)) > 1 for a in ours for b in theirs)


def _in_year(day: Day) -> int:
    return day.month * 31 + day.day


def _share_names(one: Claim, other: Claim) -> bool:
    """Whether the names do not speak against it."""
    ours, theirs = one.names - other.names, other.names - one.names
    if one.language == other.language:
        return not (ours and theirs)
    return not (one.places - other.places and other.places - one.places)


def _names(text: str, language: str | None) -> Iterable[str]:
    words, countries = number_words(language), territories(language)
    for match in _CAPITAL.finditer(text):
        word = fold(match[1] or match[2])
        if word in countries:
            yield countries[word]
        elif word not in words.weekdays and word not in words.months:
            yield word[:_NAME]
    if not any(character.isupper() for character in text):
        yield from (code for name, code in countries.items() if len(name) > 1 and name in text)
