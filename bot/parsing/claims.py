"""What somebody says who passes on another's words: "is this true?", a link, a headline; pure.

Kabar judges nothing, so the question for a verdict is taken away and the rest is searched for.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_THIS = r"(?:(?:berita|kabar|info)\s+)?(?:ini|itu)"
_OR_NOT = r"(?:\s+(?:atau|apa)\s+(?:tidak|bukan|hoa(?:ks|x)))?"
_NOT = r"(?:gak|nggak|ngga|ga|enggak|tidak|bukan)"
_STRONG = rf"""
    (?:is|are|was)\s+(?:this|that|it|these|the)\s+(?:news\s+|story\s+)?(?:really\s+|actually\s+)?
        (?:true|real|fake|legit|correct|right|accurate|a\s+fact|an?\s+hoax|fake\s+news|for\s+real)
        (?:\s+or\s+(?:not|false|fake|a\s+hoax))?
  | true\s+or\s+(?:false|fake|not) | fact[\s-]?check(?:\s+(?:this|it|please))?
  | (?:benar|betul)kah\s+{_THIS}
  | (?:apa|apakah)\s+{_THIS}\s+(?:benar|betul|hoa(?:ks|x)|asli|fakta){_OR_NOT}
  | (?:apa|apakah)\s+(?:benar|betul)\s+{_THIS}
  | {_THIS}\s+(?:benar|betul|bener|beneran|hoa(?:ks|x)|fakta|asli)(?:kah)?
        (?:{_OR_NOT}|\s+(?:ya|{_NOT}))
  | (?:bener|benar|betul|hoa(?:ks|x))\s+{_NOT}(?:\s+(?:ini|sih|ya|nih))?
  | beneran\s+(?:ini|nih|{_NOT}) | cek\s+fakta | masa\s+sih
"""
_WEAK = r"true|real|really|fake|hoa(?:ks|x)|benar|betul|benarkah|betulkah|bener|beneran"
"""Words that ask for a verdict only with a question mark behind them."""

_VERDICT = rf"(?:(?:{_STRONG})[\s?!.]* | (?:{_WEAK})\s*\?[\s?!.]*)"
_FLAGS = re.IGNORECASE | re.VERBOSE
_ALONE = re.compile(rf"\W*{_VERDICT}\W*", _FLAGS)
_FIRST = re.compile(rf"^{_VERDICT}(?=\s|$|[:,–—-])[\s:,–—-]*", _FLAGS)
_LAST = re.compile(rf"(?:^|(?<=[\s.,:;!?–—-]))(?:{_STRONG})[\s?!.]*$", _FLAGS)
_LAST_WORD = re.compile(rf"(^|[.,:;!?\n–—-])[ \t]*+(?:{_WEAK})\s*\?[\s?!.]*$", _FLAGS)

_SLUG_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_WORDS = frozenset(
    {"html", "htm", "php", "aspx", "amp", "index", "news", "read", "article", "id"}
)


def asks_for_verdict(text: str) -> bool:
    """Tell whether a text is nothing but "is this true?", in whatever of our languages."""
    return len(text) < 100 and _ALONE.fullmatch(text.strip()) is not None


def claim_in(text: str) -> str:
    """Return a text without a question for a verdict at its beginning or end."""
    text = text.strip()
    text = _LAST_WORD.sub(r"\1", _LAST.sub("", text))
    return _FIRST.sub("", text).strip()


def words_of_address(address: str) -> str:
    """Return the words that a page's address is made of, as outlets make them of headlines.

    Args:
        address: ``https://news.example/2022/01/putin-calls-erdogan-123.html``.

    Returns:
        "putin calls erdogan"; empty where the path has no two words.
    """
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return ""
    best: list[str] = []
    for part in path.split("/"):
        words = [word for word in _SLUG_WORD.findall(part) if word.lower() not in _NO_WORDS]
        if len(words) > len(best):
            best = words
    return " ".join(best) if len(best) > 1 else ""
