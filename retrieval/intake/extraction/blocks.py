"""A page's text in blocks: paragraphs, headings and items as a browser would part them.

Always true: a block's words are the page's own, in their order, with every character that
stands there; only white space is folded, as browsers fold it. trafilatura's own rendering is
not used: it marks items of lists, and drops invisible characters that Persian and Hindi are
written with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em", "font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "picture", "q", "rb",
        "rp", "rt", "ruby", "s", "samp", "small", "source", "span", "strike", "strong", "sub",
        "sup", "time", "tt", "u", "var", "wbr",
    }
)  # fmt: skip
_SKIPPED = frozenset(
    {
        "applet", "area", "audio", "base", "button", "canvas", "datalist", "dialog", "embed",
        "head", "iframe", "input", "link", "map", "math", "meta", "noscript", "object",
        "optgroup", "option", "param", "rp", "rt", "script", "select", "style", "svg",
        "template", "textarea", "title", "track", "video",
    }
)  # fmt: skip
_INVISIBLE = re.compile(
    r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x1f\x7f-\x9f]+"
)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A paragraph of a page, or a line of one where the page breaks it.

    Args:
        text: Its words, on one line.
        parent: The element of block level that it stands in directly.
        link_chars: How many of its characters are in links.
    """

    text: str
    parent: HtmlElement
    link_chars: int


def blocks(root: HtmlElement) -> list[Block]:
    """All blocks below an element, in the order of the page.

    Args:
        root: The element.

    Returns:
        The blocks that have any text.
    """
    from lxml.etree import iterwalk

    found: list[Block] = []
    run = _Run()
    parents = [root]
    links = 0
    # Without recursion: pages nest deeper than Python does.
    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        shown = isinstance(tag, str) and tag not in _SKIPPED
        if event == "start":
            if not shown:
                walk.skip_subtree()
                continue
            if tag not in _INLINE:
                run.close(parents[-1], found)
                parents.append(element)
            links += tag == "a"
            run.add(element.text, links)
            continue
        if shown:
            links -= tag == "a"
            if tag not in _INLINE:
                run.close(parents.pop(), found)
        if element is not root:
            run.add(element.tail, links)
    run.close(root, found)
    return found


def squeezed(text: str) -> str:
    """A text less everything that cannot be seen, to compare what was rendered differently."""
    return _INVISIBLE.sub("", text)


class _Run:
    """The pieces of text since a block began."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._link_chars = 0

    def add(self, text: str | None, links: int) -> None:
        if text:
            self._pieces.append(text)
            self._link_chars += len(text.strip()) if links > 0 else 0

    def close(self, parent: HtmlElement, found: list[Block]) -> None:
        text = " ".join("".join(self._pieces).split())
        if text:
            # A line broken by <br> stands in what holds the <br>.
            home = parent.getparent() if parent.tag == "br" else parent
            found.append(Block(text, home, self._link_chars))
        self._pieces, self._link_chars = [], 0
