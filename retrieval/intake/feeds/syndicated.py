"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0: the only place that knows feedparser.

feedparser gets sound XML only (`retrieval.intake.feeds.sound_xml`), and is not told the feed's
address: it resolves what ``xml:base`` says, and what is still relative after that is resolved
here, so that a GUID which is no address does not come back as one. Its sanitiser stays off,
since of HTML nothing is kept but the words.

What it calls "updated" in RSS is ``dc:date``, by which RSS 1.0 says when an item was published.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from retrieval.errors import IntakeError
from retrieval.intake.cleaning import clean_line
from retrieval.intake.feeds.entries import (
    RawEntry,
    absolute_url,
    bounded_line,
    finished_entries,
    stated_language,
)
from retrieval.intake.feeds.markup import PlainText, plain_line, plain_text
from retrieval.intake.feeds.sound_xml import Draft, sound_xml
from retrieval.records import FeedContent

ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_ENTRIES = frozenset({"item", "entry"})
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_TEXT_TYPES = _HTML_TYPES | {"text/plain"}

_MAX_ELEMENTS = 250_000
"""In the entries that are kept: feedparser takes ten seconds over a million."""

_WEB = ("http://", "https://")

_PERIODS = {
    "hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30), "yearly": timedelta(days=365),
}  # fmt: skip
_MAX_INTERVAL = timedelta(days=365)


def read_syndicated(draft: Draft, where: str) -> FeedContent:
    """Read RSS or Atom.

    Args:
        draft: The document; its root is one of ``ROOTS``.
        where: The feed's address.

    Returns:
        What it says, "rss" or "atom".

    Raises:
        IntakeError: If it cannot be read.
    """
    import feedparser

    document = sound_xml(draft, where, entries=_ENTRIES, max_elements=_MAX_ELEMENTS)
    try:
        parsed = feedparser.parse(
            io.BytesIO(document),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        # Nothing is known to end it, but it was written for feeds that mean well.
        raise IntakeError(where, f"it cannot be read ({type(error).__name__})") from error
    feed: dict[str, Any] = parsed["feed"]
    if not parsed["version"] and not parsed["entries"] and not feed.get("title"):
        raise IntakeError(where, "it looks like a feed, but nothing in it can be read")
    is_atom = parsed["version"].startswith("atom") or draft.root == "feed"
    entries = (_raw(entry, feed, is_atom=is_atom) for entry in parsed["entries"])
    return FeedContent(
        format="atom" if is_atom else "rss",
        title=bounded_line(_title(feed, is_atom=is_atom)) or None,
        site_url=absolute_url(_link(feed), where),
        entries=finished_entries(entries, where),
        visit_every=_interval(feed),
    )


def _raw(entry: dict[str, Any], feed: dict[str, Any], *, is_atom: bool) -> RawEntry:
    contents = list(_contents(entry))
    texts = [plain for plain, _ in contents]
    # `get` would take the one time for the other where one is missing, with a warning.
    published, updated = dict.get(entry, "published"), dict.get(entry, "updated")
    if not is_atom and published is None:
        published, updated = updated, None
    pictures = (urljoin(base, plain.picture) for plain, base in contents if plain.picture)
    guid = entry.get("id")
    return RawEntry(
        guid=guid,
        link=dict.get(entry, "feedburner_origlink") or _link(entry) or _address_in(guid),
        title=_title(entry, is_atom=is_atom),
        texts=tuple(plain.text for plain in texts),
        author=_author(entry) or (_author(feed) if is_atom else None),
        language=stated_language(_language_of(entry), feed.get("language")),
        published=published,
        updated=updated,
        image=_image(entry) or next(pictures, None),
    )


def _title(described: dict[str, Any], *, is_atom: bool) -> str:
    detail = described.get("title_detail") or {}
    markup = detail.get("value") or described.get("title") or ""
    form = detail.get("type")
    is_html: bool | None = None
    if form in _HTML_TYPES:
        is_html = True
    elif is_atom and form == "text/plain":
        # That nobody meant the end of a tag for people to see is certain, whatever is said.
        is_html = "</" in markup
    return plain_line(markup, is_html=is_html)


def _contents(entry: dict[str, Any]) -> Iterator[tuple[PlainText, str]]:
    """The texts of an entry, each with what its addresses are relative to."""
    contents = [*entry.get("content", []), entry.get("summary_detail") or {}]
    if not contents[-1] and entry.get("summary"):
        contents.append({"value": entry["summary"], "type": "text/html"})
    for content in contents:
        value, form = content.get("value"), content.get("type") or "text/html"
        if not value or form not in _TEXT_TYPES:
            continue
        yield plain_text(value), content.get("base") or ""


def _link(described: dict[str, Any]) -> str | None:
    links = described.get("links", [])
    link = described.get("link")
    # feedparser takes any GUID for a link, also one that is a number.
    if link and (link.startswith(_WEB) or any(each.get("href") == link for each in links)):
        return str(link)
    for relation in ("alternate", None, "via", "related"):
        for link in links:
            if link.get("href") and link.get("rel") == relation:
                return str(link["href"])
    return None


def _address_in(guid: str | None) -> str | None:
    """A GUID that is an address, whatever ``isPermaLink`` says, where there is no link."""
    return guid if guid and guid.startswith(_WEB) else None


def _author(described: dict[str, Any]) -> str | None:
    names = [author.get("name") for author in described.get("authors", [])]
    written = [clean_line(name) for name in names if name]
    detail = described.get("author_detail") or {}
    # An address of mail alone says nothing to a reader, and is nobody's business.
    return ", ".join(dict.fromkeys(written)) or detail.get("name")


def _language_of(entry: dict[str, Any]) -> str | None:
    details = [entry.get("title_detail"), entry.get("summary_detail"), *entry.get("content", [])]
    own = (detail.get("language") for detail in details if detail)
    return entry.get("language") or next(filter(None, own), None)


def _image(entry: dict[str, Any]) -> str | None:
    """The largest picture that comes with an entry, and the first of them if none says its size."""
    pictures: list[tuple[int, str]] = []
    for media in entry.get("media_content", []):
        kind, form = media.get("medium"), media.get("type") or ""
        if kind == "image" or form.startswith("image/") or (not kind and _shows(media.get("url"))):
            pictures.append((_width(media), media.get("url") or ""))
    for link in entry.get("links", []):
        form = link.get("type") or ""
        if link.get("rel") == "enclosure" and (
            form.startswith("image/") or (not form and _shows(link.get("href")))
        ):
            pictures.append((0, link.get("href") or ""))
    pictures += [(_width(each), each.get("url") or "") for each in entry.get("media_thumbnail", [])]
    found = [picture for picture in pictures if picture[1]]
    return max(found, key=lambda picture: picture[0])[1] if found else None


def _shows(address: str | None) -> bool:
    path = (address or "").partition("?")[0].lower()
    return path.endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"))


def _width(media: dict[str, Any]) -> int:
    width = str(media.get("width") or "")
    return int(width) if width.isascii() and width.isdigit() and len(width) < 6 else 0


def _interval(feed: dict[str, Any]) -> timedelta | None:
    """How often a feed wants to be visited, None if it does not say, or nothing sensible."""
    ttl = str(feed.get("ttl") or "").strip()
    if ttl.isascii() and ttl.isdigit() and len(ttl) < 7:
        interval = timedelta(minutes=int(ttl))
    else:
        period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
        often = str(feed.get("sy_updatefrequency") or "1").strip()
        often = often if often.isascii() and often.isdigit() and len(often) < 5 else "1"
        interval = period / max(1, int(often)) if period else timedelta(0)
    return interval if timedelta(0) < interval <= _MAX_INTERVAL else None
