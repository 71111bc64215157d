"""Which of a page's blocks are the article, given what trafilatura found.

Always true: only whole blocks are chosen, in the order of the page, none before the headline,
and the headline itself is not among them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from retrieval.intake.extraction.blocks import Block, squeezed

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MIN_CONTAINED_CHARS = 25
"""A shorter block is the article's only if it is a whole line of what trafilatura found."""

_PARAGRAPHS = frozenset({"p", "li", "blockquote", "h2", "h3", "h4", "pre", "dd", "dt"})
_MAX_LINKED_SHARE = 0.5
_MAIN_SHARE = 0.5
_AFTER_HEADLINE_SHARE = 0.6
_MIN_STANDFIRST_CHARS = 25

_SENTENCE_END = re.compile(r"[.!?…。！？؟।۔;:；：][\"'”’»」』)\]]*$")
_MAX_BYLINE_CHARS = 100
_MAX_BYLINE_REST = 12
_MIN_DATE_SHARE = 0.2


def selected(
    candidates: Sequence[Block], found: str, *, title: str, summary: str, names: Collection[str]
) -> list[int]:
    """Choose the blocks of the article.

    Args:
        candidates: All blocks of the page.
        found: What trafilatura takes for the article's text.
        title: The headline.
        summary: What the page states as the article's summary: a standfirst repeats it.
        names: Of the author and the site, which stand in a byline.

    Returns:
        The numbers of the blocks, in order.
    """
    words = [squeezed(block.text) for block in candidates]
    headline = _headline(candidates, words, squeezed(title))
    chosen = [index for index in _matching(words, found) if index != headline]
    chosen = _after_headline(candidates, chosen, headline)
    chosen = _coherent(candidates, chosen, headline)
    chosen = _filled(candidates, chosen)
    chosen = _with_standfirst(candidates, chosen, headline, summary)
    return _without_byline(candidates, chosen, names)


def _headline(candidates: Sequence[Block], words: list[str], title: str) -> int:
    """The number of the headline's block, -1 if it is not on the page."""
    headings = [index for index, block in enumerate(candidates) if block.parent.tag == "h1"]
    folded = title.casefold()
    equal = [
        index
        for index, each in enumerate(words)
        if len(each) == len(title) and each.casefold() == folded
    ]
    both = [index for index in equal if index in headings]
    return next(iter([*both, *equal, *(headings if len(headings) == 1 else [])]), -1)


def _matching(words: list[str], found: str) -> list[int]:
    lines = dict.fromkeys(squeezed(line.removeprefix("- ")) for line in found.split("\n"))
    known = set(words)
    # Of a line that is a paragraph of the page no other block is a part: a pulled quote is not.
    # Others are joined, since it parts lines that a page does not.
    rest = "".join(line for line in lines if line not in known)
    return [
        index
        for index, block in enumerate(words)
        if block in lines or (len(block) >= _MIN_CONTAINED_CHARS and block in rest)
    ]


def _after_headline(candidates: Sequence[Block], chosen: list[int], headline: int) -> list[int]:
    """Less what stands before the headline: it is the site's, unless most of the text is there."""
    after = [index for index in chosen if index > headline]
    size = _size(candidates, after)
    return after if size >= _AFTER_HEADLINE_SHARE * _size(candidates, chosen) else chosen


def _coherent(candidates: Sequence[Block], chosen: list[int], headline: int) -> list[int]:
    """Less labels and links away from headline and text; sentences stay."""
    main = _main_element(candidates, chosen)
    while main is not None and headline >= 0 and not _is_within(candidates[headline], main):
        main = main.getparent()
    if main is None:
        return chosen
    return [
        index
        for index in chosen
        if (_is_sentence(candidates[index]) and not _is_linked(candidates[index]))
        or _is_within(candidates[index], main)
    ]


def _main_element(candidates: Sequence[Block], chosen: list[int]) -> HtmlElement | None:
    """The smallest element that holds most of the chosen text."""
    held: dict[HtmlElement, int] = {}
    depths: dict[HtmlElement, int] = {}
    for index in chosen:
        block = candidates[index]
        chain = [block.parent, *block.parent.iterancestors()]
        for depth, element in enumerate(reversed(chain)):
            held[element] = held.get(element, 0) + len(block.text)
            depths[element] = depth
    enough = _MAIN_SHARE * _size(candidates, chosen)
    holding = [element for element, size in held.items() if size >= enough]
    return max(holding, key=lambda element: depths[element], default=None)


def _filled(candidates: Sequence[Block], chosen: list[int]) -> list[int]:
    """With the paragraphs between the chosen ones that stand in the same element.

    After the last, only the rest of a list is taken, or of an element that holds paragraphs
    without elements of their own: what comes there is as a rule the site's.
    """
    if not chosen:
        return []
    known = set(chosen)
    parents = {candidates[index].parent for index in chosen}
    homes = {parent.getparent() for parent in parents if parent.tag in _PARAGRAPHS}
    lists = {each for parent in parents for each in parent.iterancestors("ul", "ol")}
    bare = {parent for parent in parents if parent.tag not in _PARAGRAPHS}
    filled = []
    for index in range(chosen[0], len(candidates)):
        block = candidates[index]
        fits = not _is_linked(block) and (
            block.parent.tag in _PARAGRAPHS or block.parent in parents
        )
        if index not in known:
            if index > chosen[-1]:
                if not fits or not (block.parent in bare or _is_in_any(block, lists)):
                    break
            elif not fits or not (block.parent in parents or block.parent.getparent() in homes):
                continue
        filled.append(index)
    return filled


def _with_standfirst(
    candidates: Sequence[Block], chosen: list[int], headline: int, summary: str
) -> list[int]:
    """With the paragraph under the headline that repeats the page's own summary."""
    words = squeezed(summary)
    if not words or headline < 0:
        return chosen
    for index in range(headline + 1, chosen[0] if chosen else len(candidates)):
        block = squeezed(candidates[index].text)
        if len(block) >= _MIN_STANDFIRST_CHARS and (block in words or words in block):
            return [index, *chosen]
    return chosen


def _without_byline(
    candidates: Sequence[Block], chosen: list[int], names: Collection[str]
) -> list[int]:
    """Less author and time before the first sentence."""
    kept = []
    begun = False
    for index in chosen:
        text = candidates[index].text
        if not begun and _is_byline(text, names):
            continue
        begun = begun or bool(_SENTENCE_END.search(text))
        kept.append(index)
    return kept


def _is_byline(text: str, names: Collection[str]) -> bool:
    if len(text) > _MAX_BYLINE_CHARS:
        return False
    words = rest = squeezed(text)
    for name in sorted(map(squeezed, names), key=len, reverse=True):
        rest = rest.replace(name, "")
    letters = sum(map(str.isalpha, rest))
    if letters <= _MAX_BYLINE_REST and (rest != words or letters <= 3):
        return True
    digits = sum(map(str.isdigit, text))
    return digits >= 4 and digits >= _MIN_DATE_SHARE * len(text) and not _SENTENCE_END.search(text)


def _is_in_any(block: Block, elements: Collection[HtmlElement]) -> bool:
    return any(each in elements for each in block.parent.iterancestors("ul", "ol"))


def _is_within(block: Block, element: HtmlElement) -> bool:
    return element is block.parent or element in block.parent.iterancestors()


def _size(candidates: Sequence[Block], chosen: Sequence[int]) -> int:
    return sum(len(candidates[index].text) for index in chosen)


def _is_sentence(block: Block) -> bool:
    return bool(_SENTENCE_END.search(block.text))


def _is_linked(block: Block) -> bool:
    return block.link_chars > _MAX_LINKED_SHARE * len(block.text)
