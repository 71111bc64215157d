"""Links that open a web page at a quote: text fragments, `#:~:text=`.

A browser that knows them scrolls to the words and marks them; any other opens the page. The
directive is that of the Scroll To Text Fragment specification of the WICG: `prefix-,textStart` or
`prefix-,textStart,textEnd`, percent-encoded, with dash, comma and ampersand encoded in the words
since the syntax has uses of its own for them.

A browser takes the first place at which the words stand, and only where they begin and end with a
word: so words that stand in the article before are told apart by what precedes them, and a script
without spaces is cut at punctuation alone. `tests/bot/render/test_quote_links_in_browser.py`
follows such links in Chromium.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

from retrieval.records import Span

MAX_EXACT = 300
"""Bytes, encoded, up to which all of a quote's words stand in its link."""

MAX_DIRECTIVE = 1_024
"""Bytes; what cannot be named in so many is opened at the top: "words" of thousands of letters."""

_WORDS = 5
"""A longer quote is named by so many words of its beginning and of its end, if they are enough."""

_MOST_WORDS = 15
"""Where they stand elsewhere, too, by so many at most."""

_NO_PAGE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|txt|zip|jpe?g|png|gif|mp[34])$", re.IGNORECASE)
_SOLID = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts without spaces between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese."""

_WORD = re.compile(r"\S+")
_CLAUSE = re.compile(r"[^\s、，。！？；：,!?;:…]+[、，。！？；：,!?;:…」』”’）)]*|\S+")


def quote_link(url: str, text: str, quote: Span) -> str:
    """Return a link that opens a page at a quote.

    Args:
        url: The page, http or https. What is no web page (a PDF) is returned as it is.
        text: The article's.
        quote: Where in it the quote stands.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or _NO_PAGE.search(parts.path):
        return url
    if ":~:" in parts.fragment:  # its author wants another place
        return url
    separator = "" if "#" in url else "#"
    directive = _directive(text, quote)
    if not directive or len(directive) > MAX_DIRECTIVE:
        return url
    return f"{url}{separator}:~:text={directive}"


def _directive(text: str, span: Span) -> str:
    """Return what names a quote, or nothing where nothing short does."""
    quote = text[span.start : span.end]
    start = span.start + len(quote) - len(quote.lstrip())
    end = span.start + len(quote.rstrip())
    whole = _encoded(text[start:end])
    lines = list(_lines(text, start, end))
    # Words of two paragraphs are no run of words to a browser, but they are a range.
    if len(lines) == 1 and len(whole) <= MAX_EXACT:
        return _prefix(text, Span(start, end)) + whole
    pattern, least = (_CLAUSE, 1) if _is_solid(quote) else (_WORD, _WORDS)
    pieces = [[Span(*match.span()) for match in pattern.finditer(text, *line)] for line in lines]
    if len(lines) == 1:
        middle = (len(pieces[0]) + 1) // 2
        if middle == len(pieces[0]):  # one endless word
            return _prefix(text, Span(start, end)) + whole
        pieces = [pieces[0][:middle], pieces[0][middle:]]
    begin = _enough(
        [Span(start, piece.end) for piece in pieces[0]],
        least,
        lambda words: _is_first(text, words, 0),
    )
    close = _enough(
        [Span(piece.start, end) for piece in reversed(pieces[-1])],
        least,
        lambda words: _is_first(text, words, begin.end),
    )
    named = ",".join(_encoded(text[each.start : each.end]) for each in (begin, close))
    return _prefix(text, begin) + named


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    for match in re.finditer(r"[^\n]*\S[^\n]*", text[start:end]):
        yield Span(start + match.start(), start + match.end())


def _enough(spans: list[Span], least: int, is_enough: Callable[[Span], bool]) -> Span:
    """Return the shortest of growing spans that is enough, or the longest that may be."""
    few = spans[min(least, len(spans)) - 1 : _MOST_WORDS]
    return next((span for span in few if is_enough(span)), few[0])


def _prefix(text: str, words: Span) -> str:
    """Return what tells words apart that stand in the text before: some words before them."""
    if _is_first(text, words, 0):
        return ""
    before = text[: words.start].rstrip()
    line = before.rfind("\n") + 1  # like any words, those of two paragraphs are none together
    pattern = _CLAUSE if _is_solid(before[line:]) else _WORD
    pieces = [Span(*match.span()) for match in pattern.finditer(before, line)]
    grown = [Span(piece.start, words.end) for piece in reversed(pieces[-_MOST_WORDS:])]
    if not grown:
        return ""
    longer = _enough(grown, 1 if pattern is _CLAUSE else 3, lambda span: _is_first(text, span, 0))
    return f"{_encoded(before[longer.start :])}-,"


def _is_first(text: str, words: Span, since: int) -> bool:
    """Tell whether words stand nowhere between a place and where they are, as browsers compare."""
    sought = _folded(text[words.start : words.end])
    place = len(_folded(f"{text[since : words.start]}.")) - 1
    return _folded(text[since : words.end]).find(sought) >= place


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _is_solid(quote: str) -> bool:
    """Return whether most of a quote, and not just a name in it, has no spaces between words."""
    return 2 * len(_SOLID.findall(quote)) > len("".join(quote.split()))


def _encoded(words: str) -> str:
    return percent_encoded(" ".join(words.split()), safe="").replace("-", "%2D")
