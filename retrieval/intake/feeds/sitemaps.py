"""Sitemaps, sitemaps of news, and indexes of sitemaps (https://www.sitemaps.org/protocol.html).

Read with lxml and not with a library for sitemaps, since none gives what is needed here:
trafilatura's gives addresses alone, and ultimate-sitemap-parser leaves out when an index says
that each of its sitemaps changed, drops a headline that has no date, and ends at the first
element that it did not expect, such as an empty ``news:title``.

Of a sitemap those of its pages are kept that changed last: it lists a whole site in any order.
``lastmod`` is when a page changed, and never when it was published.
"""

from __future__ import annotations

import heapq
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from retrieval.errors import IntakeError
from retrieval.intake.feeds.dates import read_time
from retrieval.intake.feeds.entries import (
    RawEntry,
    absolute_url,
    bounded_line,
    finished_entries,
)
from retrieval.intake.feeds.markup import plain_line
from retrieval.intake.feeds.sound_xml import Draft, sound_xml
from retrieval.intake.feeds.survey import MAX_ENTRIES
from retrieval.records import FeedContent

ROOTS = frozenset({"urlset", "sitemapindex"})
MAX_SITEMAPS = 200
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

Said = dict[str, str]
"""What is said of a page: the text of each element below it, by its name without namespace."""


def read_sitemap(draft: Draft, where: str) -> FeedContent:
    """Read a sitemap, or an index of sitemaps.

    Args:
        draft: The document; its root is one of ``ROOTS``.
        where: Its address.

    Returns:
        What it says, "sitemap": entries, newest first, or the sitemaps of an index.

    Raises:
        IntakeError: If it cannot be read.
    """
    document = sound_xml(draft, where)
    try:
        if draft.root == "sitemapindex":
            listed = heapq.nlargest(MAX_SITEMAPS, _said_of_each(document, "sitemap"), key=_changed)
            addresses = (absolute_url(said.get("loc"), where) for said in listed)
            further = tuple(dict.fromkeys(filter(None, addresses)))
            return FeedContent(
                format="sitemap", title=None, site_url=None, entries=(), further=further
            )
        pages = heapq.nlargest(MAX_ENTRIES, _said_of_each(document, "url"), key=_changed)
    except etree.XMLSyntaxError as error:
        raise IntakeError(where, "it is a sitemap that cannot be read") from error
    names = (said.get("name") for said in pages)
    return FeedContent(
        format="sitemap",
        title=bounded_line(plain_line(next(filter(None, names), ""))) or None,
        site_url=None,
        entries=finished_entries(map(_raw, pages), where),
    )


def _said_of_each(document: bytes, name: str) -> Iterator[Said]:
    parser = etree.iterparse(
        io.BytesIO(document),
        tag=("{*}" + name, name),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in parser:
        said: Said = {}
        for each in element.iterdescendants("{*}*"):
            space, _, tag = each.tag.rpartition("}")
            # A picture's address is a "loc", too, and pictures and films have titles of their own.
            medium = next((each for each in ("image", "video") if each in space), None)
            tag = f"{medium}:{tag}" if medium else tag
            if each.text and each.text.strip():
                said.setdefault(tag, each.text.strip())
        yield said
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _changed(said: Said) -> datetime:
    stated = said.get("publication_date") or said.get("lastmod")
    return read_time(stated) or _LONG_AGO


def _raw(said: Said) -> RawEntry:
    return RawEntry(
        link=said.get("loc"),
        title=plain_line(said.get("title", "")),
        language=said.get("language"),
        published=said.get("publication_date"),
        updated=said.get("lastmod"),
        image=said.get("image:loc"),
    )
