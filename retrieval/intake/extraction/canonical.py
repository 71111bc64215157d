"""Which address a page calls its own, and whether to believe it.

A canonical address decides which article a page is, so a wrong one merges articles, and a
malicious one would write over another's. Believed is what points within the same outlet and
says something of this very article. Not believed:

- another outlet's. It is legitimate for syndicated text, but a reprint is its outlet's own
  article here (stories bring reprints together), and any page could claim any article;
- the front page, or a section above the page: the mistake of many templates;
- a page of the outlet that shares nothing with the page's own address or headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from retrieval.intake.extraction.document import PageDocument
from retrieval.intake.urls import identity_of, names_a_page, same_site, unfolded_url

_WORD = re.compile(r"[^\W_]+")
_DATE = re.compile(r"(?:19|20)\d{2}(?:[01]\d(?:[0-3]\d)?)?")
_MIN_NUMBER_CHARS = 4
_MIN_SHARED = 2


def believed_address(document: PageDocument, title: str) -> str | None:
    """The address that the page calls its own, where it is believed.

    Args:
        document: The page.
        title: Its headline.

    Returns:
        The canonical address; None if the page states none that is believed.
    """
    own = unfolded_url(document.url) if document.url else None
    for stated in _stated(document):
        address = unfolded_url(document.absolute(stated))
        if address and names_a_page(address) and _is_believed(address, own, title):
            return address
    return None


def _stated(document: PageDocument) -> Iterator[str]:
    for link in document.tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            yield link.get("href")
    if "og:url" in document.metas:
        yield document.metas["og:url"]
    for stated in (document.article.get("mainEntityOfPage"), document.article.get("url")):
        yield from _address(stated)


def _address(stated: Any) -> Iterator[str]:
    if isinstance(stated, dict):
        stated = stated.get("@id") or stated.get("url")
    if isinstance(stated, str):
        yield stated


def _is_believed(address: str, own: str | None, title: str) -> bool:
    if own is None:
        return True  # a saved page: there is nothing else to go by
    if identity_of(address) == identity_of(own):
        return True
    if not same_site(address, own) or not names_a_page(own):
        return False
    words, own_words = _words(address), _words(own)
    if any(map(_is_number, words & own_words)):
        return True
    of_title = {word.casefold() for word in _WORD.findall(title) if len(word) > 2}
    return max(len(words & of_title), len(words & _last_words(own))) >= _MIN_SHARED


def _is_number(word: str) -> bool:
    """Whether a word of an address is the number of an article, and not a day's."""
    return (
        len(word) >= _MIN_NUMBER_CHARS and any(map(str.isdigit, word)) and not _DATE.fullmatch(word)
    )


def _words(address: str) -> set[str]:
    parts = urlsplit(address)
    return {word.casefold() for word in _WORD.findall(unquote(f"{parts.path} {parts.query}"))}


def _last_words(address: str) -> set[str]:
    last = unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2]
    return {word.casefold() for word in _WORD.findall(last)} - {"html", "htm", "php", "index"}
