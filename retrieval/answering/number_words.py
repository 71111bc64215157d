"""How a language writes numbers and dates in words.

Nothing of it is written down here: small numbers are those of num2words ("dua puluh satu"), what
multiplies them ("juta", "mil millones") and the months are those of the CLDR, through Babel. A
language that one of them does not know has no such words, and its digits are read all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import regex
from babel import Locale, UnknownLocaleError

from retrieval.stories.words import fold

_MOST = 1_000
"""Numbers below are known in words."""

_ENGLISH = "en"
_ZEROS = regex.compile("0+")
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The words of a language, all folded.

    Args:
        small: Words in a row to their number, from 2: "one" is as often an article.
        longest: How many words in a row the longest has.
        scales: A word that multiplies the number before it, to the factor.
        months: Names of months, long and short, to their number.
        weekdays: Names of days.
    """

    small: Mapping[tuple[str, ...], int]
    longest: int
    scales: Mapping[str, float]
    months: Mapping[str, int]
    weekdays: frozenset[str]


@cache
def number_words(language: str | None) -> NumberWords:
    """Return the words of a language.

    Args:
        language: ISO 639-1; None, or one that nobody knows, is English.
    """
    try:
        locale = Locale.parse(language or _ENGLISH)
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse(_ENGLISH)
    small = _small(locale.language)
    return NumberWords(
        small=small,
        longest=max(map(len, small), default=0),
        scales=_scales(locale),
        months=_months(locale),
        weekdays=frozenset(
            fold(name.strip(".")) for name in locale.days["format"]["wide"].values()
        ),
    )


@cache
def territories(language: str | None) -> Mapping[str, str]:
    """Return countries by their folded names in a language: "tiongkok" is CN."""
    try:
        names = Locale.parse(language or _ENGLISH).territories
    except (UnknownLocaleError, ValueError):
        names = Locale.parse(_ENGLISH).territories
    return {fold(name): code for code, name in names.items() if code.isalpha()}


def arabic_root(word: str) -> str:
    """Return an Arabic number without what gender and case do to its end; others as they are."""
    if word.isascii() or not "؀" <= word[0] <= "ۿ":
        return word
    return word[:-2] + "ين" if word.endswith("ون") else word.removesuffix("ه")


def _small(language: str) -> dict[tuple[str, ...], int]:
    from num2words import CONVERTER_CLASSES, num2words

    if language not in CONVERTER_CLASSES:
        return {}
    words: dict[tuple[str, ...], int] = {}
    for number in range(2, _MOST):
        # Written apart by num2words, and as one word by everybody else.
        spoken = num2words(number, lang=language).replace(" و ", " و")
        key = tuple(arabic_root(fold(word)) for word in _WORD.findall(spoken))
        words.setdefault(key, number)
    if language == _ENGLISH:  # "one hundred and five" is "one hundred five" elsewhere
        words |= {tuple(w for w in key if w != "and"): number for key, number in words.items()}
    return words


def _scales(locale: Locale) -> dict[str, float]:
    scales: dict[str, float] = {}
    for patterns in locale.compact_decimal_formats["long"].values():
        for size, pattern in patterns.items():
            zeros = _ZEROS.search(pattern.pattern)
            words = _ZEROS.sub("", pattern.pattern).replace("'", " ").split()
            # Two words ("mil millones") are each in the table by themselves.
            if zeros is None or len(words) != 1:
                continue
            word = fold(words[0].strip("."))
            scales.setdefault(word, float(size) / 10 ** (len(zeros.group()) - 1))
    # What is written together ("万亿") is a scale upon a scale.
    return {word: factor for word, factor in scales.items() if not _is_joined(word, scales)}


def _is_joined(word: str, scales: Mapping[str, float]) -> bool:
    return bool(_SPACELESS.match(word)) and len(word) > 1 and all(part in scales for part in word)


def _months(locale: Locale) -> dict[str, int]:
    months: dict[str, int] = {}
    for kind in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[kind].get(width, {}).items():
                months.setdefault(fold(name.strip(".")), int(number))
    return {name: number for name, number in months.items() if _WORD.fullmatch(name)}
