"""What a page states of its article: headline, author, site, language, summary.

Read here from what pages state for machines; trafilatura is asked for an author only where
nothing is stated, since it writes names its own way ("Dewi S. Lestari" becomes "Dewi S
Lestari", "van Dijk" becomes "Van Dijk").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from retrieval.intake.cleaning import clean_line
from retrieval.intake.extraction.blocks import blocks
from retrieval.intake.extraction.document import PageDocument
from retrieval.intake.urls import canonical_url, site_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AUTHOR_NAMES = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "byl", "citation_author", "content_author",
)  # fmt: skip
_SITE_NAMES = ("og:site_name", "application-name", "al:ios:app_name", "dc.publisher", "publisher")
_DESCRIPTION_NAMES = (
    "og:description", "description", "twitter:description", "sailthru.description",
    "dc.description",
)  # fmt: skip

# "von" and "di" are not here, with which names begin.
_BY = re.compile(
    r"^(?:(?:by|oleh|par|por|door|yazan|автор)\s*:?\s+|(?:本报)?记者\s*[:：]?\s*"
    r"|(?:作者|文|author|penulis|autor|auteur|von)\s*[:：/]\s*)(?=\S)",
    re.I,
)
_NO_AUTHOR = re.compile(
    r"(?:https?:|www\.)|@|^(?:admin(?:istrator)?|editor|root|webmaster|guest|unknown|null|none)$",
    re.I,
)
_SEPARATOR = re.compile(
    r"\s+[-–—|·•:»«]+\s+|\s*[|｜]\s*|(?<=[^\x00-\x7f])\s*[-－–—_]\s*(?=[^\x00-\x7f])"
)
_MAX_AUTHOR_CHARS = 200
_MAX_HEADINGS = 20


def headline(document: PageDocument) -> str:
    """The headline, as it stands on the page if it can be told which one it is.

    What is stated for machines often carries the site's name behind it, or a kicker before; a
    page's only ``<h1>`` may be its logo. So a heading that agrees with something stated is
    taken, and without one what is stated, less the site's name.

    Args:
        document: The page.

    Returns:
        The headline, empty if there is none.
    """
    names = _site_words(document)
    stated = [without_site(each, names) for each in _stated_headlines(document)]
    title = document.tree.find(".//title")
    named = without_site(title.text_content(), names) if title is not None else ""
    headings = [_words(heading) for heading in islice(document.tree.iter("h1"), _MAX_HEADINGS)]
    for heading in filter(None, headings):
        for each in filter(None, [*stated, named]):
            if _agree(heading, each):
                return min(heading, each, key=len)
    if any(stated):
        return next(filter(None, stated))
    return max(_shown_part(document, named), next(filter(None, headings), ""), key=len) or named


def _shown_part(document: PageDocument, title: str) -> str:
    """The part of a ``<title>`` that stands on the page by itself; empty if none does."""
    parts = list(_SEPARATOR.finditer(title))
    halves = [title]
    halves += [title[parts[0].end() :], title[: parts[-1].start()]] if parts else []
    shown = {_folded(block.text) for block in blocks(document.tree)} if title else set()
    return max((half for half in halves if _folded(half) in shown), key=len, default="")


def author(document: PageDocument) -> str | None:
    """Who wrote it, as the page names them; several are parted by commas."""
    site = {name.casefold() for name in _site_words(document)}
    for stated in (_json_names(document.article.get("author")), _meta_authors(document)):
        names = [_BY.sub("", clean_line(unescape(name))) for name in stated]
        names = [
            name
            for name in dict.fromkeys(names)
            if name and not _NO_AUTHOR.search(name) and name.casefold() not in site
        ]
        if names and sum(map(len, names)) <= _MAX_AUTHOR_CHARS:
            return ", ".join(names)
    from trafilatura.metadata import extract_author

    found = _BY.sub("", extract_author(document.tree) or "").replace("; ", ", ")
    return found if found and not _NO_AUTHOR.search(found) else None


def site_name(document: PageDocument) -> str | None:
    """What the site calls itself, the same on all its pages; None if it does not say."""
    stated = [document.metas.get("og:site_name", "")]
    for thing in (document.article, *document.objects):
        stated += _json_names(thing.get("publisher"))
    stated += [document.metas.get(name, "") for name in _SITE_NAMES[1:]]
    for name in map(clean_line, map(unescape, stated)):
        if name.startswith(("http://", "https://")):
            return site_of(name) or None
        if name and len(name) <= 100:
            return name
    return None


def language(document: PageDocument) -> str | None:
    """The language that the page states, as it states it; None if it does not."""
    stated = (
        document.tree.get("lang") or document.tree.get("xml:lang"),
        document.article.get("inLanguage"),
        document.meta(
            "og:locale",
            "http-equiv:content-language",
            "content-language",
            "language",
            "dc.language",
        ),
    )
    return next((each.strip() for each in stated if isinstance(each, str) and each.strip()), None)


def description(document: PageDocument) -> str:
    """The outlet's own summary of the article, empty if it states none."""
    stated = [document.metas.get(name) for name in _DESCRIPTION_NAMES]
    for thing in (document.article,):
        stated += [thing.get("description"), thing.get("abstract")]
    texts = [clean_line(unescape(each)) for each in stated if isinstance(each, str)]
    return max(texts, key=len, default="")


def calls_itself_article(document: PageDocument) -> bool:
    """Whether the page says that it is an article, and not a list, a notice or a form."""
    stated = document.meta("og:type") or ""
    return bool(document.article) or stated.lower() in {"article", "news", "video.other"}


def stated_host(document: PageDocument) -> str | None:
    """The host of any address that the page states for itself: a name for its site."""
    links = (
        link.get("href") for link in document.tree.iter("link") if link.get("rel") == "canonical"
    )
    for stated in (document.url, *links, document.metas.get("og:url")):
        address = canonical_url(stated or "")
        if address:
            return site_of(address)
    return None


def without_site(title: str, names: set[str]) -> str:
    """A title less the name of the site before or behind it."""
    title = clean_line(unescape(title))
    folded = {_folded(name) for name in names}
    while True:
        parts = list(_SEPARATOR.finditer(title))
        if not parts:
            return title
        first, last = parts[0], parts[-1]
        if _folded(title[last.end() :]) in folded:
            title = title[: last.start()].strip()
        elif _folded(title[: first.start()]) in folded:
            title = title[first.end() :].strip()
        else:
            return title


def _site_words(document: PageDocument) -> set[str]:
    names = {site_name(document) or ""}
    for address in (document.url, document.metas.get("og:url")):
        host = urlsplit(address).hostname if address else None
        if host:
            labels = host.removeprefix("www.").split(".")
            names |= {host, ".".join(labels), ".".join(labels[-2:]), labels[0], *labels[-2:-1]}
    return {name for name in names if name}


def _folded(words: str) -> str:
    return "".join(filter(str.isalnum, words.casefold()))


def _stated_headlines(document: PageDocument) -> Iterator[str]:
    for key in ("headline", "name"):
        stated = document.article.get(key)
        if isinstance(stated, str):
            yield stated
    for name in (
        "og:title",
        "twitter:title",
        "dc.title",
        "parsely-title",
        "sailthru.title",
        "title",
    ):
        if name in document.metas:
            yield document.metas[name]


def _agree(heading: str, stated: str) -> bool:
    one, other = _folded(heading), _folded(stated)
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and shorter in longer and 2 * len(shorter) >= len(longer)


def _words(element: HtmlElement) -> str:
    return clean_line(" ".join(element.text_content().split()))


def _json_names(stated: Any) -> list[str]:
    names: list[str] = []
    for each in stated if isinstance(stated, list) else [stated]:
        named = each.get("name") if isinstance(each, dict) else each
        names += [name for name in (named if isinstance(named, list) else [named]) if name]
    return [name for name in names if isinstance(name, str)]


def _meta_authors(document: PageDocument) -> list[str]:
    stated = document.meta(*_AUTHOR_NAMES)
    return [stated] if stated else []
