"""HTML of a feed to plain text, through libxml2's parser and without ever building its tree.

Paragraphs are kept, one empty line between them; scripts, styles and pictures go. What a browser
would not show as a break is none here. Without a tree no depth of nesting costs anything.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from lxml import etree

from retrieval.intake.cleaning import clean_line, normalise

MAX_MARKUP_CHARS = 400_000
"""HTML beyond this is not looked at: twenty times a long article with its markup."""

_HIDDEN = frozenset(
    {
        "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed",
        "audio", "video", "canvas", "form", "button", "select", "textarea", "head", "title",
    }
)  # fmt: skip
_VOID = frozenset({"embed"})  # has no end tag
_BLOCKS = frozenset(
    {
        "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre",
        "table", "tr", "td", "th", "section", "article", "header", "footer", "aside", "figure",
        "figcaption", "main", "nav", "hr", "address", "center", "details", "summary", "body",
    }
)  # fmt: skip
_LINES = frozenset({"br", "li", "dt", "dd"})

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|bdi|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|mark|p|q|s|small|span"
    r"|strike|strong|sub|sup|tt|u|wbr)(?:\s[^<>]*)?/?>",
    re.I,
)
_BLANKS = re.compile(r"[ \t\r\n\f]+")

# Pictures that nobody is meant to see: pixels that count readers, smileys, icons of networks.
_MIN_PICTURE_PIXELS = 50
_PIXELS = re.compile(r"\s*(\d{1,5})")


@dataclass(frozen=True, slots=True)
class PlainText:
    """The words of a piece of HTML, and the address of its first picture as it stands there."""

    text: str
    picture: str | None


def plain_text(markup: str) -> PlainText:
    """Take the words out of HTML, or of text that may be HTML.

    Args:
        markup: What a feed gives as the content or summary of an entry.

    Returns:
        Normalised text with its paragraphs.
    """
    markup = markup[:MAX_MARKUP_CHARS]
    if not _TAG.search(markup):
        return PlainText(normalise(html.unescape(markup)), None)
    words = _Words()
    parser = etree.HTMLParser(target=words, encoding="utf-8", no_network=True)
    source = markup.replace("\0", "").encode("utf-8", "replace")
    etree.fromstring(b"<div>" + source + b"</div>", parser)
    return PlainText(normalise("".join(words.pieces)), words.picture)


def plain_line(markup: str, *, is_html: bool | None = None) -> str:
    """Take the words out of a title.

    Args:
        markup: The title.
        is_html: Whether its format says that it is HTML; None if it does not say. Entities are
            read whatever it says, since nobody writes "&#8217;" for people to see.

    Returns:
        One line of text.
    """
    markup = markup[:MAX_MARKUP_CHARS]
    if is_html or (is_html is None and _INLINE_TAG.search(markup)):
        return clean_line(plain_text(markup).text)
    return clean_line(html.unescape(markup))


@dataclass(slots=True)
class _Words:
    """What the parser reports to: collects words, and breaks between them."""

    pieces: list[str] = field(default_factory=list)
    picture: str | None = None
    hidden: int = 0
    preformatted: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _HIDDEN and tag not in _VOID:
            self.hidden += 1
        elif tag == "img" and self.picture is None and _can_be_seen(attributes):
            # Pages load pictures late, by a script, from an attribute of their own.
            self.picture = attributes.get("data-src") or attributes.get("src") or None
        self.preformatted += tag == "pre"
        if tag in _LINES:
            self.pieces.append("\n")
        self._break(tag)

    def end(self, tag: str) -> None:
        if tag in _HIDDEN and tag not in _VOID:
            self.hidden = max(0, self.hidden - 1)
        self.preformatted -= tag == "pre"
        self._break(tag)

    def data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data if self.preformatted > 0 else _BLANKS.sub(" ", data))

    def comment(self, text: str) -> None:
        """Nothing of it is shown."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Nothing of it is shown."""

    def close(self) -> None:
        """There is nothing to hand back: the pieces are here."""

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n\n")


def _can_be_seen(attributes: dict[str, str]) -> bool:
    if (attributes.get("src") or "").startswith("data:") and "data-src" not in attributes:
        return False
    sizes = (_PIXELS.match(attributes.get(name) or "") for name in ("width", "height"))
    return all(int(size[1]) >= _MIN_PICTURE_PIXELS for size in sizes if size)
