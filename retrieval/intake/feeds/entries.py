"""From what a format says of an article to a `FeedEntry`: the one place where entries are made.

Always true of what comes out: text is normalised and bounded, times are UTC or None, addresses
are canonical, no two entries of a feed have one key, and an entry that a feed lists is there,
whatever it lacks. Only one without address, title and text is none.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from retrieval.intake.cleaning import clean_line, normalise
from retrieval.intake.feeds.dates import read_time
from retrieval.intake.urls import canonical_url
from retrieval.records import FeedEntry

MAX_TEXT_CHARS = 50_000
"""Of one entry: five times a long article."""

MAX_FEED_CHARS = 1_500_000
"""Of all texts of a feed together, so that its entries take a few megabytes and not forty."""

_MAX_LINE_CHARS = 500
_MAX_KEY_CHARS = 500
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")

# What publishing systems write below every entry, and cut it off with: not the outlet's words.
_TRAILER = re.compile(
    r"The post .+ (?:appeared first on|first appeared on) .+"
    r"|(?:Artikel|Tulisan|Pos) .+ (?:pertama kali (?:tampil|muncul|terbit)|ditampilkan lebih awal)"
    r" (?:pada|di) .+"
    r"|(?:Continue reading|Read more|Lanjutkan membaca|Baca selengkapnya)\b.*",
    re.I,
)
_MAX_TRAILER_CHARS = 500
_CUT_MARK = re.compile(r"\s*[\[(](?:…|\.\.\.)[\])]$")


@dataclass(slots=True, kw_only=True)
class RawEntry:
    """What a format says of an article: text is plain already, the rest as it stands there."""

    guid: str | None = None
    link: str | None = None
    title: str = ""
    texts: tuple[str, ...] = ()
    author: str | None = None
    language: str | None = None
    published: str | None = None
    updated: str | None = None
    image: str | None = None


def absolute_url(address: str | None, base: str) -> str | None:
    """The canonical address of what may be a relative link, None for what is no web address."""
    try:
        return canonical_url(urljoin(base, address.strip())) if address else None
    except ValueError:  # "http://[not an address"
        return None


def bounded_line(words: str) -> str:
    """One line of plain text, no longer than any headline or name is."""
    return clean_line(words[: _MAX_LINE_CHARS * 2])[:_MAX_LINE_CHARS].strip()


def stated_language(*stated: str | None) -> str | None:
    """The first that is the code of a language, as it is written ("id", "en-US")."""
    codes = (each.strip() for each in stated if each)
    return next((code for code in codes if _LANGUAGE.fullmatch(code)), None)


def finished_entries(raw_entries: Iterable[RawEntry], base: str) -> tuple[FeedEntry, ...]:
    """Clean what a format says, in its order.

    Args:
        raw_entries: What it says.
        base: What relative addresses are relative to.

    Returns:
        The entries, without those that say nothing and those that are there twice.
    """
    entries = list(_cleaned(raw_entries, base))
    addresses_of_key: Counter[str] = Counter()
    for key, _ in {(entry.key, entry.url) for entry in entries}:
        addresses_of_key[key] += 1
    told_apart: dict[str, FeedEntry] = {}
    for entry in entries:
        # Some systems write one GUID for all: then it tells nothing apart, whichever comes first.
        if addresses_of_key[entry.key] > 1 and entry.url:
            entry = _with_key(entry, entry.url)  # noqa: PLW2901
        told_apart.setdefault(entry.key, entry)
    return tuple(told_apart.values())


def _cleaned(raw_entries: Iterable[RawEntry], base: str) -> Iterator[FeedEntry]:
    chars_left = MAX_FEED_CHARS
    for raw in raw_entries:
        url = absolute_url(raw.link, base)
        title = bounded_line(raw.title)
        text = _text(raw.texts, title)[:chars_left]
        if not (url or title or text):
            continue
        chars_left -= len(text)
        guid = clean_line((raw.guid or "")[: _MAX_KEY_CHARS * 2])
        words = hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()
        yield FeedEntry(
            key=guid if 0 < len(guid) <= _MAX_KEY_CHARS else url or words,
            url=url,
            title=title,
            text=text,
            author=bounded_line(raw.author or "") or None,
            language=stated_language(raw.language),
            published_at=read_time(raw.published),
            updated_at=read_time(raw.updated),
            image_url=absolute_url(raw.image, base),
        )


def _with_key(entry: FeedEntry, key: str) -> FeedEntry:
    return replace(entry, key=key)


def _text(texts: Iterable[str], title: str) -> str:
    """The longest of the texts that an entry has: its content or its summary."""
    text = max(map(normalise, texts), key=len, default="")
    above, _, last = text.rpartition("\n")
    if len(last) <= _MAX_TRAILER_CHARS and _TRAILER.fullmatch(last):
        text = above.rstrip()
    text = text[:-100] + _CUT_MARK.sub(" …", text[-100:])
    if len(text) > MAX_TEXT_CHARS:
        end = text.rfind("\n", MAX_TEXT_CHARS // 2, MAX_TEXT_CHARS)
        text = text[: end if end > 0 else MAX_TEXT_CHARS].rstrip()
    # A summary that is the headline again says nothing.
    return "" if text == title else text
