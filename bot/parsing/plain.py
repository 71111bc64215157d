"""What people type, as the parsers read it.

Full-width forms, the digits of any script, capitals, accents over letters and the dots of
"p.m." are ways of writing; a parser sees none of them.
"""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 300
"""What is longer is no time, zone or day, and is not looked at."""

_BLANKS = re.compile(r"\s+")


def plain(text: str) -> str:
    """Return a text in the one form that parsers read; blank where it is too long to be read.

    Args:
        text: As typed: "７：３０ P.M.", "٧ صباحًا".

    Returns:
        Compatibility forms folded, digits ASCII, lower case, one blank between words.
    """
    if len(text) > MAX_CHARACTERS:
        return ""
    folded = unicodedata.normalize("NFKC", text).casefold()
    digits = "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in folded
        if unicodedata.category(character) != "Cf"  # marks of direction, zero-width joiners
    )
    return _BLANKS.sub(" ", digits).strip()


def bare(text: str) -> str:
    """Return `plain` text without accents and vowel signs, so that "manana" is "mañana".

    Only marks over Latin, Greek, Cyrillic, Hebrew and Arabic letters go: in Thai, Hindi or
    Korean a mark is a letter.
    """
    return "".join(map(_bare_character, plain(text)))


def any_of(words: str) -> frozenset[str]:
    """Return the words of a list, "on|ein|啟用", as `bare` leaves them."""
    return frozenset(map(bare, words.split("|")))


def _bare_character(character: str) -> str:
    if unicodedata.category(character) == "Mn":
        return "" if _loses_marks(character) else character
    if character.isascii() or "\u3040" <= character <= "\ud7ff":  # kana, han, hangul
        return character
    decomposed = unicodedata.normalize("NFD", character)
    if len(decomposed) == 1:
        return character
    return "".join(
        one for one in decomposed if unicodedata.category(one) != "Mn" or not _loses_marks(one)
    )


def _loses_marks(mark: str) -> bool:
    return unicodedata.name(mark, "").startswith(("COMBINING ", "ARABIC ", "HEBREW "))
