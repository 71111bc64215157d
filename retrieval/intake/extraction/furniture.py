"""Take out of a page what its markup names as furniture: share bars, newsletter boxes, walls.

Always true: nothing is taken that holds much of the page's text, or its headline, whatever it
is called, since sites hang such names on their pages' body too.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.intake.extraction.walls import asks_payment, is_wall_text, names_paywall, names_wall

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# What sites call their furniture, as whole words of a class or an id: "tag", not "stage".
_SHARING = (
    "shar(?:e|es|ing)", "share-?(?:bar|box|tools?|buttons?|links?)", "sharedaddy", "addtoany",
    "a2a_kit", "sosmed", "socials?", "social-?(?:media|links|share|icons|bar)",
)  # fmt: skip
_INVITING = (
    "newsletters?", "newsletter-?(?:box|embed|signup|form)", "inread", "sign-?up",
    "subscribe(?:-?box)?", "subscription", "promo(?:tion|box)?", r"advert\w*", "ads?",
    "ad-?(?:slot|container|wrapper)", "adsbygoogle", "gpt-?ad", "iklan", "sponsor(?:ed)?",
    "taboola", "outbrain", "mgid",
)  # fmt: skip
_POINTING = (
    "related(?:-?(?:posts?|articles?|stories|links|content|news))?", "jp-relatedposts", "terkait",
    "baca-?juga", "lihat-?juga", "read-?also", "see-?also", "rich-?link", "more-on",
    "recommend(?:ed|ations?)", "most-?(?:read|viewed|popular)", "popular", "terpopuler",
    "trending", "correlati", "kanren", "onwards", "bread-?crumbs?", "tags?", "tag-?(?:list|cloud)",
    "tags-?(?:links|block)", "article-?tags", "taglist", "topics?", "keywords", "submeta",
    "cat-links", "paging", "pagination", "pager", "page-?(?:nav|links)", "post-?navigation",
    "long-nav", "wp-pagenavi", "tool-?bar", "widgets?", "side-?bar", "toc",
)  # fmt: skip
_ANSWERING = (
    "comments?", "comment-?(?:list|area|form)", "disqus", "komentar", "kommentare?",
    "comentarios?", "commentaires?", "yorum(?:lar)?", "reacties",
)  # fmt: skip
_CREDITING = (
    "author-?(?:bio|box|card|info)", "bio-?box", "credits?", "article-?(?:source|share|infos?)",
    "copyright", "player-?(?:error|fallback)", "vjs-no-js", "print-?only",
)  # fmt: skip
_CAPTIONING = (
    "captions?", "(?:img|image|photo|pic|media|figure)s?[_-]?(?:desc|description|info|org)",
    "(?:img|image|photo|pic|media|figure|gallery|para)s?[_-]?(?:captions?|credits?)",
    "figcaption", "wp-caption-text",
)  # fmt: skip


def _named(*kinds: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(word for kind in kinds for word in kind)
    return re.compile(rf"(?:^|[\s_-])(?:{words})(?=$|[\s_-])", re.I)


_NAMES = _named(_SHARING, _INVITING, _POINTING, _CREDITING, _CAPTIONING)
_COMMENTS = _named(_ANSWERING)
_CAPTIONS = _named(_CAPTIONING)
# These hold an article's own first words on some sites, and links to others on most.
_LINKED_NAMES = re.compile(r"(?:^|[\s_-])(?:teasers?|promo|summary-list)(?=$|[\s_-])", re.I)
_CONTAINERS = (
    "div", "section", "aside", "ul", "ol", "li", "p", "nav", "footer", "header", "figure",
    "table", "form", "center", "amp-consent", "amp-sidebar", "amp-ad",
)  # fmt: skip
_UNSEEN = re.compile(r"(?:^|\s)(?:sr-only|screen-reader-text|visually-?hidden)(?=$|\s)", re.I)
_ALWAYS = frozenset({"figcaption", "amp-consent", "amp-sidebar", "amp-ad", "amp-social-share"})
_IN_SENTENCES = frozenset({"span", "em", "i", "small"})
_MAX_CAPTION_CHARS = 400
_MAX_SHARE = 0.3
_MAX_NAME_CHARS = 300
_MAX_WALL_SHARE = 0.6
_MAX_LOOKS = 30
_MAX_PROSE_CHARS = 1_000
"""What has more in paragraphs than this is an article, whatever it is called, or comments."""

_LAYOUT_CHARS = 400


class _Kind(Enum):
    NONE = auto()
    LINKED = auto()
    """Furniture if there are links in it."""
    FURNITURE = auto()
    """Furniture unless there is much prose in it."""
    ALWAYS = auto()


def remove_scripts(tree: HtmlElement) -> None:
    """Take out scripts and styles, in which trafilatura would look for an article's text too.

    Args:
        tree: The page, changed in place.
    """
    from lxml.etree import strip_elements

    strip_elements(tree, "script", "style", "noscript", with_tail=False)


def remove_furniture(tree: HtmlElement) -> None:
    """Take out what is furniture by its name; what comes after it in the page stays.

    Args:
        tree: The page, changed in place.
    """
    whole = len(tree.text_content())
    # What is kept is looked into again for each of its parts, which a page can nest at will.
    left = whole * _MAX_LOOKS
    for element in list(tree.iter(*_CONTAINERS, *_ALWAYS)):
        kind = _Kind.ALWAYS if element.tag in _ALWAYS else _kind_of(_name(element))
        if kind is _Kind.NONE or (kind is _Kind.LINKED and element.find(".//a") is None):
            continue
        size = len(element.text_content())
        left -= size
        if left < 0:
            break
        if size <= whole * _MAX_SHARE and (kind is _Kind.ALWAYS or not _holds_prose(element)):
            _drop(element)


def remove_unseen(tree: HtmlElement) -> None:
    """Take out of paragraphs what only screen readers say, and captions that stand in them.

    Args:
        tree: The page, changed in place.
    """
    for element in tree.xpath("//*[@class]"):
        name = element.get("class")
        is_caption = element.tag in _IN_SENTENCES and _CAPTIONS.search(name)
        if (is_caption or _UNSEEN.search(name)) and (
            len(element.text_content()) <= _MAX_CAPTION_CHARS
        ):
            _drop(element)


def remove_walls(tree: HtmlElement) -> bool:
    """Take out boxes that ask to pay, to consent or to log in.

    Args:
        tree: The page, changed in place.

    Returns:
        Whether one of them asks to pay for the rest of the article.
    """
    walled = False
    whole = len(tree.text_content())
    left = whole * _MAX_LOOKS
    for element in list(tree.iter(*_CONTAINERS)):
        name = _name(element)
        if not _may_be_wall(name):
            continue
        words = element.text_content()
        left -= len(words)
        if left < 0:
            break
        words = " ".join(words.split())
        if not words or len(words) > whole * _MAX_WALL_SHARE:
            continue
        if names_paywall(name) or asks_payment(words):
            walled = True
            _drop(element)
        elif is_wall_text(words[:500]):
            _drop(element)
    return walled


def unfold_layout_tables(tree: HtmlElement) -> None:
    """Make containers of tables that lay out a page: trafilatura drops tables with all in them.

    Args:
        tree: The page, changed in place.
    """
    for table in list(tree.iter("table")):
        if table.tag == "table" and any(
            cell.find(".//table") is not None
            or cell.find(".//p") is not None
            or len(cell.text_content()) > _LAYOUT_CHARS
            for cell in table.iter("td")
        ):
            for element in list(table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th")):
                element.tag = "div"


def _holds_prose(element: HtmlElement) -> bool:
    return sum(len(each.text_content()) for each in element.iter("p")) > _MAX_PROSE_CHARS


@lru_cache(maxsize=4_096)
def _kind_of(name: str) -> _Kind:
    """What a class and an id say of an element; a site's pages say the same again and again."""
    if _COMMENTS.search(name):
        return _Kind.ALWAYS
    if _NAMES.search(name):
        return _Kind.FURNITURE
    return _Kind.LINKED if _LINKED_NAMES.search(name) else _Kind.NONE


@lru_cache(maxsize=4_096)
def _may_be_wall(name: str) -> bool:
    return names_wall(name)


def _name(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:_MAX_NAME_CHARS]


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None and element.find(".//h1") is None:
        element.drop_tree()
