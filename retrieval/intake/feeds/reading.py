"""The bytes of a feed to what it says: its format is told by its content, not by its header."""

from __future__ import annotations

import zlib

from retrieval.errors import IntakeError, TooLargeError
from retrieval.intake.feeds.encoding import feed_text
from retrieval.intake.feeds.json_feed import read_json_feed
from retrieval.intake.feeds.sitemaps import ROOTS as SITEMAPS
from retrieval.intake.feeds.sitemaps import read_sitemap
from retrieval.intake.feeds.sound_xml import draft_of
from retrieval.intake.feeds.syndicated import ROOTS as SYNDICATED
from retrieval.intake.feeds.syndicated import read_syndicated
from retrieval.records import FeedContent

MAX_UNPACKED_BYTES = 10_000_000
"""Of a sitemap that is kept as a .gz file: as much as is fetched of one that is not."""

_GZIP = b"\x1f\x8b"


def read_feed(content: bytes, *, url: str, content_type: str | None = None) -> FeedContent:
    """Read a feed or a sitemap.

    Args:
        content: All of it.
        url: Where it was fetched from; what relative addresses in it are relative to.
        content_type: The header as it was sent: only an encoding is taken from it.

    Returns:
        What it says.

    Raises:
        IntakeError: If it is no feed; the text says what it is, where that shows.
    """
    text = feed_text(_unpacked(content, url), content_type, url)
    if not text.strip():
        raise IntakeError(url, "it is empty")
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return read_json_feed(text.lstrip("\ufeff"), url)
    draft = draft_of(text, url)
    del text
    if draft.root in SYNDICATED:
        return read_syndicated(draft, url)
    if draft.root in SITEMAPS:
        return read_sitemap(draft, url)
    if draft.root == "html":
        raise IntakeError(url, "it is a web page and no feed")
    if draft.root == "opml":
        raise IntakeError(url, "it is a list of feeds (OPML): import it instead")
    raise IntakeError(url, "it is no feed: neither RSS, Atom, JSON Feed nor a sitemap")


def _unpacked(content: bytes, where: str) -> bytes:
    if not content.startswith(_GZIP):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(content, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise IntakeError(where, "it is a gzip file that cannot be unpacked") from error
    if unpacker.unconsumed_tail:
        raise TooLargeError(where, f"unpacked it is larger than {MAX_UNPACKED_BYTES:,} bytes")
    return unpacked
