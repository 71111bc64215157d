"""From what a source gave to an `Article`: the one place where articles are made.

Always true of what comes out: title and text are cleaned, the URL is canonical, the time is
UTC or None, the id is stable. Which article a document is, is decided so:

1. an id that was given is kept;
2. else what the canonical URL has in common with its variants (`urls.identity_of`), if it is
   that of a page and not of a whole site, is the identity;
3. else the file, for a file that is one article, or the feed's own key of an entry: an edited
   file updates its article. The same text in two files is two articles with the same
   ``content_hash``;
4. else the content, for one of many records in a file: reading it again, from anywhere, changes
   nothing, and no inserted line makes another record's article change places. An edited record
   that neither id nor URL names is a new article, because nothing says which it was.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from retrieval.errors import IntakeError
from retrieval.intake.cleaning import clean_line, clean_text
from retrieval.intake.language import believed_language, detect_language
from retrieval.intake.urls import (
    canonical_url,
    identity_of,
    names_a_page,
    site_of,
    unfolded_url,
)
from retrieval.records import Article, Extent, ExtractedPage, FeedEntry

_MORE = 1.25
"""A feed's text is taken where it is longer by this than what its page gave: a little longer is
only a feed's heading or trailer."""

_FULL_CHARS = 1_500
"""A text as long as this in a feed is the article and not its summary."""

_ROUGH_DAY = timedelta(hours=36)
"""How far a day, read as its midnight in UTC, may be from the hour that is meant."""

_OLD_LANGUAGE_CODES = {"in": "id", "iw": "he", "ji": "yi", "nb": "no", "nn": "no", "fil": "tl"}


@dataclass(frozen=True, slots=True)
class RawArticle:
    """What a source says of an article, before it is cleaned.

    Args:
        title: The headline; may be empty.
        text: The article.
        id: The id that the source gave.
        url: Where it was published, as it was found.
        author: Who wrote it.
        source: What it is from, if the source says so.
        language: As stated: "id", "en-US".
        published_at: UTC, as stated; None if it is not.
        related: Headlines that were found to be navigation already.
        fallback_source: What it is from, if neither ``source`` nor the URL says it.
        location: What identifies the file, for a file that is one article, or the entry of a
            feed; asked only where there is no address.
        image_url: The address of its main image.
        extent: How much of the article the text is.
    """

    title: str
    text: str
    id: str | None = None
    url: str | None = None
    author: str | None = None
    source: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    related: tuple[str, ...] = ()
    fallback_source: str | None = None
    location: str | None = None
    image_url: str | None = None
    extent: Extent = Extent.FULL


def build_article(raw: RawArticle, where: str) -> Article:
    """Clean what a source gave, and make it an article.

    Args:
        raw: What the source gave.
        where: What it was read from, for the error.

    Returns:
        The article, without the times that the store sets.

    Raises:
        IntakeError: If there is no text in it.
    """
    title = clean_line(raw.title)
    text, related = clean_text(raw.text)
    if not any(map(str.isalnum, text)):
        raise IntakeError(where, "it has a title but no text" if title else "there is no text")
    url = canonical_url(raw.url) if raw.url else None
    content_hash = hash_of(title, text)
    site = site_of(url) if url else None
    return Article(
        id=clean_line(raw.id or "") or _derived_id(url, raw.location, content_hash),
        title=title,
        text=text,
        content_hash=content_hash,
        url=url,
        author=clean_line(raw.author or "") or None,
        source=clean_line(raw.source or "") or site or raw.fallback_source,
        language=_language_code(raw.language) or detect_language(f"{title}\n{text}"),
        published_at=raw.published_at,
        related=tuple(dict.fromkeys((*filter(None, map(clean_line, raw.related)), *related))),
        image_url=canonical_url(raw.image_url) if raw.image_url else None,
        extent=raw.extent,
    )


def article_from_page(
    extracted: ExtractedPage,
    *,
    url: str,
    entry: FeedEntry | None,
    feed_title: str | None = None,
) -> Article:
    """An article from its page, and from its feed's entry where that says more.

    Args:
        extracted: What the page gave.
        url: Where it was fetched from.
        entry: What the feed said of it, if it came from a feed.
        feed_title: The feed's title: what the article is from, if the page does not say it.

    Returns:
        The article, without the times that the store sets.

    Raises:
        IntakeError: If there is no text in it.
    """
    text, extent = extracted.text, extracted.extent
    page_size = len(clean_text(text)[0])
    entry_text = clean_text(entry.text)[0] if entry else ""
    if len(entry_text) > page_size * (_MORE if extent is Extent.FULL else 1):
        text = entry_text
        extent = Extent.FULL if len(entry_text) >= _FULL_CHARS else extent
    title = extracted.title or (entry.title if entry else "")
    language = extracted.language or (entry.language if entry else None)
    return build_article(
        RawArticle(
            title=title,
            text=text,
            url=extracted.canonical_url or unfolded_url(url) or url,
            author=extracted.author or (entry.author if entry else None),
            source=extracted.source or feed_title,
            language=believed_language(_language_code(language), f"{title}\n{text}"),
            published_at=_published_at(extracted, entry),
            related=extracted.related,
            image_url=extracted.image_url or (entry.image_url if entry else None),
            extent=extent,
            location=_location(entry, feed_title),
        ),
        url,
    )


def article_from_entry(entry: FeedEntry, *, feed_title: str | None) -> Article:
    """An article from what a feed says of it, where its page is not to be had.

    Args:
        entry: What the feed said.
        feed_title: The feed's title: what the article is from.

    Returns:
        The article, without the times that the store sets; its headline is its text where the
        feed gives no more.

    Raises:
        IntakeError: If the entry has no words.
    """
    text = clean_text(entry.text)[0] or entry.title
    return build_article(
        RawArticle(
            title=entry.title,
            text=text,
            url=(unfolded_url(entry.url) or entry.url) if entry.url else None,
            author=entry.author,
            source=feed_title,
            language=believed_language(_language_code(entry.language), f"{entry.title}\n{text}"),
            published_at=entry.published_at,
            image_url=entry.image_url,
            extent=Extent.FULL if len(text) >= _FULL_CHARS else Extent.SUMMARY,
            location=_location(entry, feed_title),
        ),
        entry.url or entry.key,
    )


def _location(entry: FeedEntry | None, feed_title: str | None) -> str | None:
    return f"{feed_title or ''} {entry.key}" if entry else None


def _published_at(extracted: ExtractedPage, entry: FeedEntry | None) -> datetime | None:
    """The page's time; the feed's where the page states none, or only the day."""
    stated, listed = extracted.published_at, entry.published_at if entry else None
    if stated is None or listed is None:
        return stated or listed
    is_day = stated.time() == time.min
    return listed if is_day and abs(listed - stated) <= _ROUGH_DAY else stated


def hash_of(title: str, text: str) -> str:
    """The hash that names a version of an article: SHA-256 over its title and text."""
    # NUL is in neither after cleaning, so no two pairs run together to the same bytes.
    return hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()


def id_of_address(url: str) -> str:
    """The id of the article at a canonical address, if it was not given another."""
    return _id(f"url {identity_of(url)}")


def _derived_id(url: str | None, location: str | None, content_hash: str) -> str:
    if url and names_a_page(url):
        return id_of_address(url)
    if location:
        return _id(f"file {location}")
    return _id(f"content {content_hash}")


def _id(identity: str) -> str:
    # 80 bits: short enough for a button in Telegram (64 bytes), and among ten million articles
    # two are the same with a chance of one in ten thousand million.
    return hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:20]


def _language_code(stated: str | None) -> str | None:
    """ISO 639-1 of what a source states ("en-US", "ID"), None if it is none."""
    code = re.split(r"[-_]", (stated or "").strip().lower())[0]
    code = _OLD_LANGUAGE_CODES.get(code, code)
    return code if re.fullmatch(r"[a-z]{2}", code) else None
