"""A page as a tree, with what it states of itself read once.

Always true: reading a page's statements changes nothing in its tree, and what is not there or
not readable is simply missing; no page makes it raise anything but `IntakeError`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from retrieval.errors import IntakeError, TooLargeError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TAG = re.compile(r"<(?:p|h\d|div|article|body|table|section|main)\b", re.I)

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|Report)$")
_OTHER_TYPES = ("VideoObject", "WebPage", "ItemPage", "ImageGallery", "MediaGallery")

# What older templates wrap JSON in, so that browsers of their time did not show it.
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")

_MAX_ELEMENTS = 30_000
"""A long live blog has 10,000. Time and memory grow with them, and with nothing else."""

_MAX_OBJECTS = 500
_MAX_JSON_DEPTH = 4
"""Deeper down it is another thing's: a video's, a comment's."""


@dataclass(frozen=True, slots=True)
class PageDocument:
    """A page that was parsed.

    Args:
        tree: The root element.
        where: What it was read from, for errors.
        url: Where it was fetched from, if it was.
        metas: What its ``<meta>`` elements say, by name in lower case, the first of a name.
        objects: The objects of its JSON-LD, outer ones first.
        article: That of them which describes the article; empty if none does.
        held: All elements. lxml makes an element's Python object anew each time that nothing
            holds it: with all of them held, reading a page takes two thirds of the time.
    """

    tree: HtmlElement
    where: str
    url: str | None
    metas: dict[str, str]
    objects: tuple[dict[str, Any], ...]
    article: dict[str, Any]
    held: list[HtmlElement] = field(repr=False)

    def meta(self, *names: str) -> str | None:
        """What the page states under the first of these names under which it states anything."""
        return next((self.metas[name] for name in names if name in self.metas), None)

    def absolute(self, address: str) -> str:
        """An address of the page with what it leaves out; empty if that makes no sense."""
        try:
            return urljoin(self.url or "", address.strip())
        except ValueError:
            return ""


def parse_document(page: str, where: str, url: str | None) -> PageDocument:
    """Parse a page.

    Args:
        page: Its HTML.
        where: What it was read from, for the error.
        url: Where it was fetched from, if it was.

    Returns:
        The page, parsed.

    Raises:
        IntakeError: If it is not HTML, or has far more elements than any article's page.
    """
    from trafilatura.utils import load_html

    try:
        tree = load_html(page)
        if tree is None and _TAG.search(page):
            tree = load_html(f"<html>{page}</html>")  # which HTML lets a writer leave out
    except Exception as error:
        # Pages are hostile and their readers many: no page may end the reading of the others.
        raise IntakeError(where, f"the page cannot be read ({type(error).__name__})") from error
    if tree is None:
        raise IntakeError(where, "this is not HTML")
    held = list(islice(tree.iter(), _MAX_ELEMENTS + 1))
    if len(held) > _MAX_ELEMENTS:
        raise TooLargeError(where, f"the page has more than {_MAX_ELEMENTS:,} elements")
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = (meta.get("content") or "").strip()
        if name and content:
            metas.setdefault(name.lower(), content)
        elif content and meta.get("http-equiv"):
            metas.setdefault(f"http-equiv:{meta.get('http-equiv').lower()}", content)
    objects = tuple(islice(_json_objects(tree), _MAX_OBJECTS))
    return PageDocument(tree, where, url, metas, objects, _article_of(objects), held)


def types_of(thing: dict[str, Any]) -> list[str]:
    """The types of an object of JSON-LD."""
    stated = thing.get("@type")
    return [
        each
        for each in (stated if isinstance(stated, list) else [stated])
        if each and isinstance(each, str)
    ]


def _article_of(objects: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    for thing in objects:
        if any(map(_ARTICLE_TYPES.search, types_of(thing))):
            return thing
    for name in _OTHER_TYPES:
        for thing in objects:
            if name in types_of(thing):
                return thing
    return {}


def _json_objects(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        source = _WRAPPING.sub("", script.text_content()).strip()
        for attempt in (source, _TRAILING_COMMA.sub("", source)):
            try:
                content = json.loads(attempt, strict=False)
            except (ValueError, RecursionError):
                continue
            yield from _objects(content, 0)
            break


def _objects(content: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _MAX_JSON_DEPTH:
        return
    if isinstance(content, list):
        for element in content:
            yield from _objects(element, depth + 1)
    elif isinstance(content, dict):
        yield content
        for key in ("@graph", "mainEntity"):
            yield from _objects(content.get(key), depth + 1)
