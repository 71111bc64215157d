"""The text of a page's article: its own words, paragraph by paragraph.

trafilatura says which words of a page are the article; which paragraphs hold them, and how they
read, is taken from the page itself (`blocks`). Before it looks, what is furniture by its name
is taken out; after, paragraphs that it lost between others that it found are put back, and
what is the site's own word for itself is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from retrieval.intake.extraction.blocks import Block, blocks
from retrieval.intake.extraction.document import PageDocument
from retrieval.intake.extraction.furniture import (
    remove_furniture,
    remove_scripts,
    remove_unseen,
    remove_walls,
    unfold_layout_tables,
)
from retrieval.intake.extraction.promotions import is_promotion
from retrieval.intake.extraction.related import take_related
from retrieval.intake.extraction.selection import selected
from retrieval.intake.extraction.walls import asks_payment, is_not_free, is_wall_text
from retrieval.records import ExtractedPage

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AFTER_TEXT = 12
"""How many blocks after the text are looked at for a wall that cuts it off."""

_MAX_BUTTON_CHARS = 40
_MIN_REPEATED_CHARS = 40
_TAGS = re.compile(r"<(?:br|/p|/div|/li|/h\d)\b[^>]*>", re.I)
_ANY_TAG = re.compile(r"<[a-z/!][^>]*>", re.I)


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What a page shows of its article.

    Args:
        paragraphs: Its paragraphs, in the order of the page.
        walled: Whether something on the page asks to pay for more.
        related: Headlines of "read also" lists.
    """

    paragraphs: list[str]
    walled: bool
    related: list[str]


def article_text(document: PageDocument, stated: ExtractedPage, summary: str) -> ArticleText:
    """Find the article's paragraphs.

    Args:
        document: The page; its tree is changed.
        stated: What the page states: its headline, author and site are no part of the text.
        summary: What it states as the article's summary.

    Returns:
        The paragraphs; none if no article is found.
    """
    tree = document.tree
    remove_scripts(tree)
    names = [
        name.strip()
        for stated_name in (stated.author, stated.source)
        for name in (stated_name or "").split(",")
        if name.strip()
    ]
    unfold_layout_tables(tree)
    walled = remove_walls(tree)
    remove_unseen(tree)
    candidates = blocks(tree)
    related, gone = take_related(candidates)
    remove_furniture(tree)
    candidates = [each for each in candidates if each not in gone and _is_in(tree, each)]
    chosen = selected(
        candidates, _found_text(tree), title=stated.title, summary=summary, names=names
    )
    found = [candidates[index].text for index in chosen]
    kept = _without_walls(found)
    if chosen:
        between = range(chosen[0], min(chosen[-1] + _AFTER_TEXT, len(candidates)))
        others = {candidates[index].text for index in between}.difference(kept)
        walled |= any(map(asks_payment, others))
    return ArticleText(_once([text for text in kept if not is_promotion(text)]), walled, related)


def stated_text(document: PageDocument) -> list[str]:
    """The paragraphs that the page states as its article's text, for pages that scripts fill.

    Not of an article that is not free: what its outlet keeps back is not for us to take.
    """
    stated = document.article.get("articleBody")
    if not isinstance(stated, str) or is_not_free(document):
        return []
    text = unescape(unescape(_ANY_TAG.sub("", _TAGS.sub("\n", stated))))
    return [line for line in map(str.strip, text.splitlines()) if line]


def _found_text(tree: HtmlElement) -> str:
    import trafilatura

    document = trafilatura.bare_extraction(
        tree,
        with_metadata=False,
        include_comments=False,
        include_tables=False,
        deduplicate=False,
        # Its second opinions (readability, justext) cost three times as much; see the tests
        # of layouts for what the first misses.
        fast=True,
    )
    if document is None or isinstance(document, dict):
        return ""
    return document.text or ""


def _is_in(tree: HtmlElement, block: Block) -> bool:
    return block.parent.getroottree().getroot() is tree


def _without_walls(found: list[str]) -> list[str]:
    """The paragraphs less a wall at their end or beginning; none where most are a wall's.

    Between others a paragraph stays whatever its words: reporters write of cookies too.
    """
    walls = [is_wall_text(text) for text in found]
    walled = sum(len(text) for text, is_wall in zip(found, walls, strict=True) if is_wall)
    if 2 * walled > sum(map(len, found)):
        return []
    end = _wall_at(found[::-1], walls[::-1])
    start = _wall_at(found, walls)
    return found[start : len(found) - end]


def _wall_at(texts: list[str], walls: list[bool]) -> int:
    """How many of the first paragraphs are a wall's, with its buttons between them."""
    count = 0
    for number, (text, is_wall) in enumerate(zip(texts, walls, strict=True), start=1):
        if is_wall:
            count = number
        elif len(text) > _MAX_BUTTON_CHARS:
            break
    return count


def _once(texts: list[str]) -> list[str]:
    """The paragraphs less those that were there before: for narrow screens, as a pulled quote."""
    kept: list[str] = []
    seen: set[str] = set()
    for text in texts:
        if text in seen and len(text) >= _MIN_REPEATED_CHARS:
            continue
        seen.add(text)
        kept.append(text)
    return kept
