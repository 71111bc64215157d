"""The further pages of an article that its site cut in pages, and their text joined again.

Always true: a further page has the address of the article itself with nothing but a number of
a page added, on the same host; so a link to the next article, or to a page of comments, is
never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from retrieval.intake.extraction.document import PageDocument
from retrieval.intake.urls import canonical_url, identity_of

MAX_FURTHER_PAGES = 10
_MAX_LINKS = 200

_PARAMETER = re.compile(
    r"(?:^|(?<=&))(?:page|p|pg|pag|halaman|hal|pagenum|pageno|part|seite|pagina)=(\d{1,2})(?=&|$)",
    re.I,
)
_PATH_ENDS = (
    re.compile(r"/(?:page|halaman|hal|seite|pagina|p)[/-]?(\d{1,2})/?$", re.I),
    re.compile(r"/(\d{1,2})/?$"),
    re.compile(r"(?:[_-]|[_-]p|[_-]page[_-]?)(\d{1,2})(?=\.[a-z]{3,5}$)", re.I),
)
_ALL = re.compile(
    r"(?:show|view|read) (?:all|full|entire|on one page)(?: (?:pages|article|story))?"
    r"|(?:(?:view|read) (?:as|on) (?:a )?)?single page|all pages"
    r"|(?:tampilkan|lihat|baca|buka) semua(?: halaman)?|(?:artikel |alles )?auf einer seite"
    r"|tout afficher|(?:afficher|lire) (?:tout|l.article complet)"
    r"|ver (?:todo|tudo)|todo en una página|показать (?:все|полностью)"
    r"|(?:在本页)?(?:阅读|閱讀|查看|显示|顯示)(?:全文|全部)|(?:1ページで|全文を?)(?:読む|表示)",
    re.I,
)
_ALL_PARAMETER = re.compile(
    r"(?:^|(?<=&))(?:page|halaman|hal|p)=(?:all|semua|0)(?=&|$)|(?:^|(?<=&))(?:single|showall|show|view|fullpage|singlepage)=(?:1|true|all|single|full)(?=&|$)",
    re.I,
)
_MAY_BE_PAGE = re.compile(
    r"=\d{1,2}(?:&|$)|(?<!\d)\d{1,2}/?(?:[?#]|$)|(?<!\d)\d{1,2}\.[a-z]{3,5}(?:[?#]|$)"
    r"|=(?:all|semua|true|single|full|0|1)\b|/(?:all|full|single|semua)/?(?:[?#]|$)",
    re.I,
)
_ALL_PATH = re.compile(r"/(?:all|full|single|semua)/?$", re.I)


def further_pages(documents: Sequence[PageDocument]) -> tuple[str, ...]:
    """The pages of an article that are still to be read.

    Args:
        documents: The pages that were read: the first, and further ones in order.

    Returns:
        Their addresses in order, at most 10 less those that were read; if there is a page that
        shows all, that alone.
    """
    own = documents[0].url
    if not own:
        return ()
    base = identity_of(own)
    read = {_exact(document.url) for document in documents if document.url}
    read_all = any(_is_all(document.url or "", base) for document in documents)
    found: dict[int, str] = {}
    for document in documents:
        for href, words in islice(_links(document, own), _MAX_LINKS):
            address = canonical_url(document.absolute(href))
            if address is None or urlsplit(address).netloc != urlsplit(own).netloc:
                continue
            if _ALL.fullmatch(words) and _is_all(address, base):
                return () if read_all else (address,)
            rest, number = _numbered(address)
            if number and number > 1 and identity_of(rest) == base:
                found.setdefault(number, address)
    if read_all:
        return ()
    pages = [address for _, address in sorted(found.items()) if _exact(address) not in read]
    return tuple(pages[: max(0, MAX_FURTHER_PAGES + 1 - len(documents))])


def joined(pages: Iterable[Sequence[str]]) -> list[str]:
    """The paragraphs of an article's pages, each once: intros are often repeated.

    Args:
        pages: The paragraphs of each page, in order.

    Returns:
        All paragraphs in order. Where a later page shows the whole article, that page's.
    """
    kept: list[str] = []
    for page in pages:
        if kept and 5 * sum(text in page for text in kept) >= 4 * len(kept):
            kept = list(page)
            continue
        known = set(kept)
        kept += [text for text in page if text not in known]
    return kept


def _links(document: PageDocument, own: str) -> Iterator[tuple[str, str]]:
    """The links that can be to a page of the article: most links cannot, and cost time."""
    stem = urlsplit(own).path.rstrip("/").rpartition("/")[2].rpartition(".")
    name = stem[0] or stem[2]
    for link in document.tree.iter("a", "link"):
        href = link.get("href")
        if not href or not (href.startswith("?") or name in href or "%" in href):
            continue
        if not _MAY_BE_PAGE.search(href):
            continue
        if link.tag == "a":
            yield href, " ".join(link.text_content().split()).strip(" »›>|[]")
        elif (link.get("rel") or "").lower() == "next":
            yield href, ""


def _numbered(address: str) -> tuple[str, int | None]:
    """An address less the number of its page, and that number."""
    parts = urlsplit(address)
    match = _PARAMETER.search(parts.query)
    if match:
        query = (
            (parts.query[: match.start()] + parts.query[match.end() :])
            .strip("&")
            .replace("&&", "&")
        )
        return parts._replace(query=query).geturl(), int(match[1])
    for pattern in _PATH_ENDS:
        match = pattern.search(parts.path)
        if match:
            path = parts.path[: match.start()] + parts.path[match.end() :]
            return parts._replace(path=path or "/").geturl(), int(match[1])
    return address, None


def _is_all(address: str, base: str) -> bool:
    parts = urlsplit(address)
    query = _ALL_PARAMETER.sub("", parts.query).strip("&")
    path = _ALL_PATH.sub("", parts.path)
    return (query, path) != (parts.query, parts.path) and (
        identity_of(parts._replace(query=query, path=path or "/").geturl()) == base
    )


def _exact(address: str) -> str:
    return (canonical_url(address) or address).rstrip("/")
