r"""Bring a text into the one form in which it is stored.

Always true: what comes out is NFC, has ``\n`` between lines and single blanks between words,
no control characters, no line of blanks only but at most one empty line between two, and
cleaning it again changes nothing. Cleaning happens once, before an article is stored: every
offset in the library refers to the cleaned text.

What a reader can see is never changed or left out, so a quote stays the outlet's words. U+FFFD
stays too: it says that somebody lost a character, and no guess is better.

Checked by property tests over any text in ``tests/intake/test_cleaning.py``.
"""

from __future__ import annotations

import re
import unicodedata

from retrieval.intake.navigation import split_navigation

# What ends a line somewhere ends a line here: CR, CRLF, VT, FF, NEL, LS, PS.
_LINE_END = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")

# Every blank is a blank: NBSP, the typographic spaces, the ideographic one, tabs.
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")

_REMOVED = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # control characters
    r"\u00ad\u2060\ufeff"  # soft hyphen, word joiner, byte order mark: they mark no word
    # Embeddings, overrides and isolates of direction: an unclosed one turns round all that
    # follows, which for a bot is the rest of its message. The plain marks (200e, 200f) stay.
    r"\u202a-\u202e\u2066-\u2069]"
)
# Between letters of scripts without blanks (Thai, Lao, Burmese, Khmer) it parts words.
_ZERO_WIDTH_SPACE = re.compile(
    r"(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b+|\u200b+(?![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def clean_text(text: str) -> tuple[str, tuple[str, ...]]:
    """Clean the text of an article and take the navigation out of it.

    Args:
        text: The text as it was read.

    Returns:
        The text as it is stored, and the headlines of its "read also" blocks in order.
    """
    return split_navigation(normalise(text))


def clean_line(text: str) -> str:
    """Clean what is one line by nature: a title, an author, a name of a source."""
    return normalise(text).replace("\n", " ").replace("  ", " ")


def normalise(text: str) -> str:
    """Bring characters and white space into their stored form, and keep every word."""
    text = _SURROGATE.sub("\ufffd", text)  # half a character is no text, and no database takes it
    text = _LINE_END.sub("\n", text)
    text = _REMOVED.sub("", text)
    text = _ZERO_WIDTH_SPACE.sub("", text)
    text = unicodedata.normalize("NFC", text)
    text = "\n".join(line.strip() for line in _BLANKS.sub(" ", text).split("\n"))
    return _EMPTY_LINES.sub("\n\n", text).strip()
