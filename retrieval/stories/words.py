"""Words and numbers of a text, folded so that the same one is written the same everywhere.

Scripts without spaces have no words here but runs of characters; who asks decides what to make
of a run.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

_TOKEN = regex.compile(
    r"(?P<number>\p{Nd}+(?:[.,]\p{Nd}+)*)"
    r"|(?P<run>[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々][\p{Han}"
    r"\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{M}ー々]*)"
    r"|(?P<word>(?:(?![\p{Han}\p{Hiragana}\p{Katakana}])[\p{L}])"
    r"(?:(?![\p{Han}\p{Hiragana}\p{Katakana}])[\p{L}\p{M}\p{Nd}])*)"
)
_POSSESSIVE_GAP = regex.compile(r"(?<=\p{L})['’]s\b")
_VARIANTS = str.maketrans({"ё": "е", "ى": "ي", "ة": "ه", "ـ": None, "ı": "i", "ł": "l", "ø": "o"})


class Token(NamedTuple):
    """A word, a number, or a run of characters of a script without spaces, as it was written."""

    kind: str
    text: str


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text in order; what is between them is left out."""
    for match in _TOKEN.finditer(_POSSESSIVE_GAP.sub("", text)):
        yield Token(str(match.lastgroup), match.group())


@lru_cache(maxsize=1 << 14)
def fold(word: str) -> str:
    """Return a word without case, accents, vowel signs and compatible forms."""
    wide = unicodedata.normalize("NFKC", word).casefold()
    if wide.isascii():
        return wide
    bare = "".join(
        character
        for character in unicodedata.normalize("NFD", wide)
        if unicodedata.category(character) != "Mn"
    )
    return unicodedata.normalize("NFC", bare).translate(_VARIANTS)


def normalise_number(number: str) -> str | None:
    """Return a number with ASCII digits, a decimal point and nothing between thousands.

    Outlets write 6.1 and 6,1, and 1.799 for 1,799: groups of three digits are taken for
    thousands, one other group for decimals.

    Args:
        number: Digits of any script with points and commas.

    Returns:
        The number, or None for what is none, as a version or a date with points.
    """
    ascii_number = "".join(
        part if part in ".," else str(unicodedata.decimal(part, part)) for part in number
    )
    whole, *groups = ascii_number.replace(",", ".").split(".")
    if all(len(group) == 3 for group in groups):
        return "".join((whole, *groups))
    if len(groups) == 1:
        decimals = groups[0].rstrip("0")
        return f"{whole}.{decimals}" if decimals else whole
    return None
