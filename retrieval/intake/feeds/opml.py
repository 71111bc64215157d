"""Lists of feeds as programs exchange them: OPML (http://opml.org/spec2.opml), read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from retrieval.errors import IntakeError
from retrieval.intake.cleaning import clean_line
from retrieval.intake.feeds.encoding import feed_text
from retrieval.intake.feeds.entries import absolute_url
from retrieval.intake.feeds.sound_xml import draft_of, sound_xml
from retrieval.records import Feed, FoundFeed

MAX_FEEDS = 10_000
_MAX_TITLE_CHARS = 200
_FEED_SCHEME = re.compile(r"^feed:(?://)?(?=https?:)", re.I)
_BARE_FEED_SCHEME = re.compile(r"^feed://", re.I)


def read_opml(content: bytes, where: str = "the list of feeds") -> list[FoundFeed]:
    """Read a list of feeds.

    Args:
        content: The file.
        where: Its name, for the error.

    Returns:
        Its feeds in order, each once, out of all folders.

    Raises:
        IntakeError: If it is no OPML.
    """
    draft = draft_of(feed_text(content, None, where), where)
    if draft.root != "opml":
        raise IntakeError(where, "this is no list of feeds (OPML)")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(sound_xml(draft, where), parser)
    except etree.XMLSyntaxError as error:
        raise IntakeError(where, "this list of feeds cannot be read") from error
    found: dict[str, FoundFeed] = {}
    for outline in root.iter("{*}outline"):
        if len(found) == MAX_FEEDS:
            break
        # Some programs write "xmlurl".
        said = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        address = _FEED_SCHEME.sub("", said.get("xmlurl", "").strip())
        url = absolute_url(_BARE_FEED_SCHEME.sub("https://", address), "")
        if url:
            title = clean_line((said.get("title") or said.get("text") or "")[:_MAX_TITLE_CHARS])
            found.setdefault(url, FoundFeed(url, title or None))
    return list(found.values())


def write_opml(feeds: Iterable[Feed | FoundFeed], title: str = "Kabar") -> str:
    """Write a list of feeds.

    Args:
        feeds: The feeds, in the order in which they are to stand.
        title: The name of the list.

    Returns:
        OPML 2.0, to be written as UTF-8; `read_opml` reads the same addresses and titles from it.
    """
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = clean_line(title)
    body = etree.SubElement(root, "body")
    for feed in feeds:
        # "text" is what the format requires, and what programs show.
        name = clean_line(feed.title or "") or feed.url
        outline = etree.SubElement(body, "outline", type="rss", text=name, xmlUrl=feed.url)
        if feed.title:
            outline.set("title", name)
        if isinstance(feed, Feed) and feed.site_url:
            outline.set("htmlUrl", feed.site_url)
    written = etree.tostring(root, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}'
