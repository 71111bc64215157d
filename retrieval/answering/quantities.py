"""The numbers and dates in a sentence: how much of what, however it is written.

"Lima orang tewas", "killed five", "5 muertos" and "五人死亡" all say five dead; "Rp2 miliar" says
2,000,000,000 rupiah. What a number counts is the nearest word that is known to be counted
(``claim_words.json``), else the word after it. Clock times, years, scores of a dateline and
numbers that are part of a name say how much of nothing, and are left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import regex

from retrieval.answering.claim_words import LEXICON
from retrieval.answering.number_words import NumberWords, arabic_root, number_words
from retrieval.stories.words import fold, normalise_number


class Quantity(NamedTuple):
    """A number with what it counts.

    ``what`` is a measure, a currency or a kind of person of ``claim_words.json``; a word's
    beginning after ``~`` where the word is none of them; "" where nothing is told.
    """

    value: float
    what: str


class Day(NamedTuple):
    """A day that is named by month and day."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers and dates of a sentence, in order."""

    quantities: tuple[Quantity, ...]
    days: tuple[Day, ...]


class _Token(NamedTuple):
    kind: str
    text: str
    """Folded, but for marks."""


_SOLID = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"
_TOKEN = regex.compile(
    rf"(?P<range>(?<![\p{{Nd}}.,])\p{{Nd}}{{1,3}}[-–]\p{{Nd}}{{1,3}}(?!\p{{Nd}}))"
    r"|(?P<number>\p{Nd}+(?:[.,]\p{Nd}+)*)"
    rf"|(?P<solid>[{_SOLID}]+)"
    rf"|(?P<word>[\p{{L}}--[{_SOLID}]][\p{{L}}\p{{M}}--[{_SOLID}]]*)"
    r"|(?P<money>[$€£¥₹])|(?P<percent>[%％٪])"
    r"|(?P<mark>[.,;:!?،؛。，、；()（）\n])",
    regex.V1,
)
_NAMED = regex.compile(r"(?<!\p{L})(?:\p{L}+[-‐]\p{Nd}+|(?!M)\p{Lu}\p{Nd}+)(?![.,]?\p{Nd})")
"""Covid-19, G20: the number is part of a name."""
_ABBREVIATED = regex.compile(r"\bU\.S\.\s+(?=dollar)")
_CLOCK = regex.compile(
    r"(?:pukul|jam|الساعه|الساعة)\s+\p{Nd}{1,2}(?:[.:]\p{Nd}{2})?(?![.,]?\p{Nd})"
    r"|\p{Nd}{1,2}[.:]\p{Nd}{2}(?:[.:]\p{Nd}{2})?\s*(?:wi[bt]a?|gmt|utc|local|[ap]\.?m\.?)(?!\p{L})"
    r"|\p{Nd}{1,2}:\p{Nd}{2}(?!\p{Nd})"
    r"|\p{Nd}{1,2}\s*(?:a\.?m\.?|p\.?m\.?)(?!\p{L})|\p{Nd}{1,2}[点时](?:\p{Nd}{1,2}分)?",
    regex.I,
)
_PLAIN_DATE = regex.compile(
    r"\p{Nd}{4}-\p{Nd}{2}-\p{Nd}{2}|(?<![\p{Nd}/])\p{Nd}{1,2}/\p{Nd}{1,2}(?:/\p{Nd}{2,4})?(?![\p{Nd}/])"
)
_HAN_DATE = regex.compile(r"(\p{Nd}{1,2})月(\p{Nd}{1,2})[日号]")
_HAN_NUMBER = regex.compile(
    r"(?<![数几第])[二两三四五六七八九十百千][一二两三四五六七八九十百千零]*(?=[余多]?[万亿]*[余多]?"
    r"(?:人|名|位|座|栋|间|艘|架|辆|家|户|个|天|年|级|岁|米|吨|公|枚|次|分钟))"
)
_GAP = regex.compile(r"(?<=\p{Nd})[\u00a0\u202f'’](?=\p{Nd}{3}(?!\p{Nd}))")
_SEPARATORS = str.maketrans({"٫": ".", "٬": ","})
_YEAR = regex.compile(r"(?:19|20)\d\d")
_AFTER = 5
_BEFORE = 3
_STEM = 5


@lru_cache(maxsize=512)
def read_figures(text: str, language: str | None) -> Figures:
    """Read the numbers and dates of a sentence.

    Args:
        text: One or two sentences.
        language: Theirs, ISO 639-1; without one, number words are English ones.

    Returns:
        What they say; of a number in words no less than two.
    """
    words = number_words(language)
    bare, days = _without_times(text.translate(_SEPARATORS), words)
    tokens = [
        _Token(str(match.lastgroup), _folded(match.group(), str(match.lastgroup)))
        for match in _TOKEN.finditer(_in_digits(_GAP.sub("", bare)))
    ]
    return Figures(_quantities(_joined(tokens, words)), days)


def _folded(text: str, kind: str) -> str:
    return fold(text) if kind in ("word", "solid") else text


def _without_times(text: str, words: NumberWords) -> tuple[str, tuple[Day, ...]]:
    """Return a text without clock times and dates, and the dates that were in it."""
    days: list[Day] = []

    def take(month: int, day: str) -> str:
        value = int(day)
        if 1 <= value <= 31:
            days.append(Day(month, value))
        return " ; "

    def named(match: regex.Match[str]) -> str:
        month = words.months.get(fold(match["month"]))
        return take(month, match["day"]) if month else match.group()

    text = _NAMED.sub(" ; ", _ABBREVIATED.sub("", text))
    text = _HAN_DATE.sub(lambda match: take(int(match[1]), match[2]), text)
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        text = pattern.sub(named, text)
    return _PLAIN_DATE.sub(" ; ", _CLOCK.sub(" ; ", text)), tuple(days)


_DAY_FIRST = regex.compile(
    r"(?<![\p{Nd}.,])(?P<day>\p{Nd}{1,2})(?:st|nd|rd|th|\.)?\s+(?:de\s+|of\s+)?(?P<month>[\p{L}\p{M}]{3,})"
    r"(?:\.?,?\s+(?:de\s+)?(?:19|20)\p{Nd}{2})?"
)
_MONTH_FIRST = regex.compile(
    r"(?P<month>\b\p{Lu}\p{L}{2,})\.?\s+(?P<day>\p{Nd}{1,2})(?:st|nd|rd|th)?(?![\p{Nd}.]*\p{Nd}|\s*%)"
    r"(?:,\s+(?:19|20)\p{Nd}{2})?"
)


def _in_digits(text: str) -> str:
    """Write numbers of Chinese characters that count something in digits."""
    return str(_HAN_NUMBER.sub(lambda match: str(_han_value(match.group())), text))


def _han_value(characters: str) -> int:
    total, digit = 0, 0
    for character in characters.replace("两", "二"):
        value = int(unicodedata.numeric(character))
        if value < 10:
            digit = value
        else:
            total += max(digit, 1) * value
            digit = 0
    return total + digit


def _joined(tokens: Sequence[_Token], words: NumberWords) -> list[_Token | Quantity]:
    """Put numbers in the place of what they are written with: digits, words, scales."""
    joined: list[_Token | Quantity] = []
    at = 0
    while at < len(tokens):
        value, after = _number_at(tokens, at, words)
        if value is None:
            joined.append(tokens[at])
            at += 1
            continue
        value, rest, after = _scaled(value, tokens, after, words)
        joined.append(Quantity(value, ""))
        joined += [_Token("solid", rest)] if rest else []
        at = after
    return joined


def _number_at(tokens: Sequence[_Token], at: int, words: NumberWords) -> tuple[float | None, int]:
    token = tokens[at]
    if token.kind == "number":
        normal = normalise_number(token.text)
        return (float(normal) if normal else None), at + 1
    if token.kind == "word":
        run: list[str] = []
        for each in tokens[at : at + words.longest]:
            if each.kind != "word":
                break
            run.append(arabic_root(each.text))
        for length in range(len(run), 0, -1):
            number = words.small.get(tuple(run[:length]))
            if number is not None:
                return float(number), at + length
    return None, at + 1


def _scaled(
    value: float, tokens: Sequence[_Token], at: int, words: NumberWords
) -> tuple[float, str, int]:
    """Return a number times what follows it, what is left of a run, and where to go on."""
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "word" and token.text in words.scales:
            value *= words.scales[token.text]
            at += 1
        elif token.kind == "word" and token.text in _SHORT_SCALES:
            value *= _SHORT_SCALES[token.text]
            at += 1
        elif token.kind == "solid" and any(map(token.text.startswith, words.scales)):
            rest = token.text
            while rest and rest[0] in words.scales:
                value *= words.scales[rest[0]]
                rest = rest[1:]
            return value, rest, at + 1
        else:
            break
    return value, "", at


TOLLS = frozenset(("dead", "hurt", "missing", "displaced", "held", "magnitude"))
"""What is as often told before the number: "menewaskan lima orang", "bermagnitudo 6,1"."""

_SHORT_SCALES = {"bn": 1e9, "tn": 1e12, "mn": 1e6, "mln": 1e6}


def _quantities(tokens: Sequence[_Token | Quantity]) -> tuple[Quantity, ...]:
    found = []
    for at, token in enumerate(tokens):
        if isinstance(token, Quantity):
            year_like = _YEAR.fullmatch(f"{token.value:g}") is not None
            what = _what(tokens, at, year_like=year_like)
            # A number alone that looks like a year is one; so is a bracketed age nobody's count.
            if what or not year_like:
                found.append(Quantity(token.value, what))
        elif token.kind == "range":
            first, last = regex.split("[-–]", token.text)
            found.append(Quantity(int(first) * 1_000 + int(last), "range"))
    return tuple(found)


def _what(tokens: Sequence[_Token | Quantity], at: int, *, year_like: bool) -> str:
    """Return what the number at a place counts; one that may be a year, no word behind it."""
    before = tokens[at - 1] if at else None
    if isinstance(before, _Token) and (currency := LEXICON.currency(before.text)):
        return currency
    best: tuple[float, str] | None = None
    person = ""
    for step, limit in ((1, _AFTER), (-1, _BEFORE)):
        cost = 0.5 if step < 0 else 0.0
        for place in range(at + step, at + step * (limit + 1), step):
            if not 0 <= place < len(tokens):
                break
            token = tokens[place]
            if isinstance(token, Quantity):
                break
            cost += 2.0 if token.kind == "mark" else 1.0
            # As far off as in "billion U.S. dollars".
            if step > 0 and cost <= 3 and (currency := LEXICON.currency(token.text)):
                return currency
            measure = LEXICON.measure(token.text)
            counts = measure and (step > 0 or measure in TOLLS)
            if counts and (best is None or cost < best[0]):
                best = (cost, measure)
            person = person or LEXICON.person(token.text)
    if best:
        return best[1]
    if person:
        return person
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if isinstance(after, _Token) and after.kind == "word" and not year_like:
        return f"~{after.text[:_STEM]}"
    return ""
