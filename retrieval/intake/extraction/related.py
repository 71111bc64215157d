"""Take "read also" lists out of a page, where its links show better than words what they are.

Always true: a paragraph goes only if it begins with a marker such as "Baca juga" and the rest
of it is a link; and a list only if it follows such a marker and its words are links.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from retrieval.intake.extraction.blocks import Block, squeezed
from retrieval.intake.navigation import after_marker

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LINKED_SHARE = 0.7
_MAX_HEADLINES = 20
_MAX_LISTS = 6
_MIN_HEADLINE_CHARS = 10


def take_related(candidates: Sequence[Block]) -> tuple[list[str], set[Block]]:
    """Remove link lists and linked paragraphs after markers from their page.

    Args:
        candidates: The blocks of the page, whose tree is changed.

    Returns:
        The headlines of the links in the order of the page, and lines that are gone though the
        element that they stood in is not.
    """
    found: list[str] = []
    # Of an element in many lines it is asked for each: a page can have thousands.
    lines_of = Counter(block.parent for block in candidates)
    gone: set[Block] = set()
    for number, block in enumerate(candidates, start=1):
        rest = after_marker(block.text)
        if rest is None:
            continue
        if not rest.strip(" .…»>→"):
            for line in candidates[number:]:
                if line.parent is not block.parent or not _is_linked(line.text, line.link_chars):
                    break
                found.append(line.text)
                gone.add(line)
            for element in _following(block.parent):
                if not _is_link_list(element):
                    break
                found += _take(element)
            if lines_of[block.parent] == 1 and _is_whole(block):
                _take(block.parent)
        elif _is_linked(rest, block.link_chars) and lines_of[block.parent] == 1:
            found += _take(block.parent) if _is_whole(block) else []
    headlines = [headline for headline in found if len(headline) >= _MIN_HEADLINE_CHARS]
    return list(dict.fromkeys(headlines))[:_MAX_HEADLINES], gone


def _following(marker: HtmlElement) -> list[HtmlElement]:
    """The elements after a marker's, or after the one that the marker alone stands in."""
    for _ in range(2):
        following = list(islice(marker.itersiblings(), _MAX_LISTS))
        if following or marker.getparent() is None:
            return following
        marker = marker.getparent()
    return []


def _is_link_list(element: HtmlElement) -> bool:
    linked = sum(len(squeezed(link.text_content())) for link in element.iter("a"))
    return _is_linked(squeezed(element.text_content()), linked)


def _is_linked(words: str, link_chars: int) -> bool:
    return bool(words) and link_chars >= _LINKED_SHARE * len(words)


def _take(element: HtmlElement) -> list[str]:
    headlines = [" ".join(link.text_content().split()) for link in element.iter("a")]
    if element.getparent() is not None:
        element.drop_tree()
    return headlines


def _is_whole(block: Block) -> bool:
    """Whether a block is all that its element holds."""
    return len(squeezed(block.parent.text_content())) <= len(squeezed(block.text))
