"""Text to terms, the same for what is indexed and what is asked.

A term is a casefolded word. Accents are stripped from the scripts where they are an ornament to
search (Latin, Greek, Cyrillic, Arabic vowel signs, Hebrew points), and kept in those where they
are letters (Thai, Devanagari). Digits of every script become 0 to 9. Scripts written without
spaces are cut into overlapping runs of characters, so that a word is found inside a text: two
for Han, kana and Hangul (whose words carry their particles), three for Thai, Lao, Khmer and
Burmese.

No language is detected and no word is stemmed: a question is too short to tell its language for
certain, and a wrong stemmer costs more than none.
"""

from __future__ import annotations

import re
import unicodedata

import regex

_ASCII_WORD = re.compile(r"[a-z0-9]+")
"""What `_WORD` is in casefolded ASCII, which most text is: a fifth of the time."""
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*")
_UNSPACED = regex.compile(
    r"(?P<two>(?:[\p{Hangul}\p{Han}\p{Hiragana}\p{Katakana}ー々]\p{M}*)+)"
    r"|(?P<three>(?:[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*)+)"
)
_ORNAMENTED = regex.compile(r"([\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}])\p{Mn}+")
_FOREIGN_DIGIT = regex.compile(r"[^\P{Nd}0-9]")
_VARIANTS = str.maketrans(
    {"ى": "ي", "ة": "ه", "ـ": None, "ک": "ك", "ی": "ي"}
    # Strokes and the missing dot are ornaments too, though Unicode does not take them apart.
    | {"ı": "i", "ł": "l", "đ": "d", "ø": "o", "ħ": "h"}
)
_MAX_TERM = 64
"""Characters of a term that are kept; what is longer is no word but encoded data."""


def analyze(text: str) -> list[str]:
    """Return the terms of a text, in order, repeated as often as they occur.

    Args:
        text: Any text; nothing in it is syntax.

    Returns:
        Terms of letters, digits and combining marks only.
    """
    folded = _fold(text)
    if folded.isascii():
        return [word[:_MAX_TERM] for word in _ASCII_WORD.findall(folded)]
    terms: list[str] = []
    for word in _WORD.findall(folded):
        if word.isascii():
            terms.append(word[:_MAX_TERM])
        else:
            _add_mixed(word, terms)
    return terms


def _fold(text: str) -> str:
    """Casefold, unify compatible forms and strip ornaments."""
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_VARIANTS)
    bare = _ORNAMENTED.sub(r"\1", unicodedata.normalize("NFD", folded))
    return str(_FOREIGN_DIGIT.sub(_ascii_digit, unicodedata.normalize("NFC", bare)))


def _ascii_digit(digit: regex.Match[str]) -> str:
    # A digit that is newer than Python's tables stays as it is.
    return str(unicodedata.decimal(digit[0], digit[0]))


def _add_mixed(word: str, terms: list[str]) -> None:
    """Add a word in which parts may be written without spaces."""
    at = 0
    for run in _UNSPACED.finditer(word):
        if run.start() > at:
            terms.append(word[at : run.start()][:_MAX_TERM])
        size = 2 if run["two"] else 3
        text = run.group()
        terms.extend(text[i : i + size] for i in range(max(len(text) - size + 1, 1)))
        at = run.end()
    if at < len(word):
        terms.append(word[at:][:_MAX_TERM])
