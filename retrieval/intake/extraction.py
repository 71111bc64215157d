"""A news page's HTML to an article: the only place that knows trafilatura.

Nothing is fetched. Tables are left out, since what separates their cells would be our
characters in somebody's quote; so are comments. The time of publication is read here and not by
trafilatura, which gives only days, and searches the page's text for one where none is stated:
a guess, which `Article.published_at` never is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from retrieval.errors import IntakeError
from retrieval.intake.articles import RawArticle
from retrieval.intake.dates import parse_time
from retrieval.intake.navigation import is_marker
from retrieval.intake.urls import canonical_url, names_a_page

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# What sites call the time of publication, the most telling names first.
_TIME_NAMES = (
    "article:published_time", "og:published_time", "datepublished", "publishdate", "pubdate",
    "publish_date", "publish-date", "publication_date", "published_date", "parsely-pub-date",
    "sailthru.date", "dcterms.issued", "dc.date.issued", "dc.date", "date",
)  # fmt: skip

_ZONE = re.compile(r"(?:Z|GMT|UTC|[+-]\d{2}:?\d{2})$")

_TAG = re.compile(r"<(?:p|h\d|div|article|body)\b", re.I)
_HEADINGS = ("p", "div", "span", "strong", "b", "em", "h2", "h3", "h4", "h5", "h6")


def extract_article(
    page: str,
    where: str,
    *,
    url: str | None = None,
    fallback_source: str | None = None,
    location: str | None = None,
) -> RawArticle:
    """Find the article in a page.

    Args:
        page: The page's HTML.
        where: What it was read from, for the error.
        url: Where the page was fetched from, if it was; what the page says goes before.
        fallback_source: What the article is from, if the page does not say so.
        location: What identifies the file that the page is in.

    Returns:
        The article, not cleaned yet.

    Raises:
        IntakeError: If no article is found in the page.
    """
    import trafilatura
    from trafilatura.utils import load_html

    tree = load_html(page)
    if tree is None and _TAG.search(page):
        tree = load_html(f"<html>{page}</html>")  # which HTML lets a writer leave out
    if tree is None:
        raise IntakeError(where, "this is not HTML")
    try:
        related = tuple(_related(tree))
        published_at = _published_at(tree)
        document = trafilatura.bare_extraction(
            tree,
            url=url,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            # The headline is the title and no part of the text, where there is but one.
            prune_xpath="//h1[count(//h1) = 1]",
            date_extraction_params={"extensive_search": False},
        )
    except Exception as error:
        # Pages are hostile and their readers many: no page may end the reading of the others.
        raise IntakeError(where, f"the page cannot be read ({type(error).__name__})") from error
    if document is None or isinstance(document, dict) or not document.text:
        raise IntakeError(where, "no article was found in the page")
    found_url = canonical_url(document.url or "") or canonical_url(url or "")
    return RawArticle(
        title=document.title or "",
        text=_without_list_marks(document.text),
        # Saved pages often name their site's front page: that is not the article's address.
        url=found_url if found_url and names_a_page(found_url) else None,
        author=document.author,
        source=document.sitename or document.hostname,
        published_at=published_at,
        related=related,
        fallback_source=fallback_source,
        location=location,
    )


def _without_list_marks(text: str) -> str:
    """Take away the "- " that trafilatura writes before an element of a list: nobody said it."""
    return "\n".join(line.removeprefix("- ") for line in text.split("\n"))


def _published_at(tree: HtmlElement) -> datetime | None:
    """The time that the page states for machines to read; one with a zone before one without."""
    stated = [*_stated_in_json(tree), *_stated_in_tags(tree)]
    zoned = filter(_ZONE.search, stated)
    times = map(parse_time, [*zoned, *stated])
    return next((time for time in times if time is not None), None)


def _stated_in_tags(tree: HtmlElement) -> Iterator[str]:
    named: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        named.setdefault(name.lower(), meta.get("content") or "")
    for name in _TIME_NAMES:
        if named.get(name):
            yield named[name]
    times = list(tree.iter("time"))
    for time in times:
        if time.get("pubdate") is not None or time.get("itemprop") == "datePublished":
            yield time.get("datetime") or ""
    # One time on the whole page can be no other article's.
    if len(times) == 1:
        yield times[0].get("datetime") or ""


def _stated_in_json(tree: HtmlElement) -> Iterator[str]:
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            content = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _date_published(content, depth=0)


def _date_published(content: Any, depth: int) -> Iterator[str]:
    if depth > 3:  # deeper down it is another thing's: a video's, a comment's
        return
    if isinstance(content, list):
        for element in content:
            yield from _date_published(element, depth + 1)
    elif isinstance(content, dict):
        if isinstance(content.get("datePublished"), str):
            yield content["datePublished"]
        yield from _date_published(content.get("@graph"), depth + 1)


def _related(tree: HtmlElement) -> Iterator[str]:
    """The headlines of link lists after a marker, which trafilatura drops with the list."""
    for element in tree.iter(*_HEADINGS):
        words = " ".join(element.text_content().split())
        if not words or not is_marker(words):
            continue
        following = element.getnext()
        if following is None and element.getparent() is not None:
            following = element.getparent().getnext()
        if following is not None and following.tag in {"ul", "ol"}:
            for link in following.iter("a"):
                yield " ".join(link.text_content().split())
