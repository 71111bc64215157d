"""Links that open a web page at a quote: text fragments, `#:~:text=`.

A browser that knows them scrolls to the words and marks them; any other opens the page. The
directive is that of the Scroll To Text Fragment specification of the WICG: `textStart` or
`textStart,textEnd`, percent-encoded, with dash, comma and ampersand encoded in the words since
the syntax has uses of its own for them.
"""

from __future__ import annotations

import re
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

MAX_EXACT = 300
"""Bytes, encoded, up to which all of a quote's words stand in its link."""

MAX_DIRECTIVE = 1_024
"""Bytes; what cannot be named in so many is opened at the top: "words" of thousands of letters."""

_WORDS = 5
"""A longer quote is named by so many words of its beginning and of its end."""

_LETTERS = 12
"""The same in a script without spaces between words."""

_NO_PAGE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|txt|zip|jpe?g|png|gif|mp[34])$", re.IGNORECASE)
_SOLID = re.compile(r"[぀-ヿ㐀-鿿฀-๿]")


def quote_link(url: str, quote: str) -> str:
    """Return a link that opens a page at a quote.

    Args:
        url: The page, http or https. What is no web page (a PDF) is returned as it is.
        quote: Its words.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or _NO_PAGE.search(parts.path):
        return url
    if ":~:" in parts.fragment:  # its author wants another place
        return url
    separator = "" if "#" in url else "#"
    directive = _directive(quote)
    return f"{url}{separator}:~:text={directive}" if len(directive) <= MAX_DIRECTIVE else url


def _directive(quote: str) -> str:
    whole = _encoded(quote)
    # Words of two paragraphs are no run of words to a browser, but they are a range.
    if "\n" not in quote.strip() and len(whole) <= MAX_EXACT:
        return whole
    lines = [line.split() for line in quote.strip().split("\n") if line.strip()]
    if _is_solid(quote):
        first, last = " ".join(lines[0])[:_LETTERS], " ".join(lines[-1])[-_LETTERS:]
        return f"{_encoded(first)},{_encoded(last)}"
    begin, end = lines[0][:_WORDS], lines[-1][-_WORDS:]
    if len(lines) == 1 and len(lines[0]) < 2 * _WORDS:  # few, but long
        half = len(lines[0]) // 2
        begin, end = lines[0][:half], lines[0][half:]
    return ",".join(_encoded(" ".join(words)) for words in (begin, end) if words)


def _is_solid(quote: str) -> bool:
    """Return whether most of a quote, and not just a name in it, has no spaces between words."""
    return 2 * len(_SOLID.findall(quote)) > len("".join(quote.split()))


def _encoded(words: str) -> str:
    return percent_encoded(" ".join(words.split()), safe="").replace("-", "%2D")
