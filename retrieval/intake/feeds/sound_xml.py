"""From text that is meant as XML to XML that every parser reads, within bounds.

Always true of what comes out: it is well-formed, UTF-8, has no DOCTYPE and no entities but
XML's own, every prefix is bound, and it is within the bounds of `retrieval.intake.feeds.survey`.
So feedparser's strict parser reads it, and not its lenient one, which takes 27 s over 0.6 MB of
nested tags; only a name such as "a:b:c" still leads there.

Most feeds are sound as they come and are only looked over once, by expat. Of the others, bare
ampersands, bare "<" and the entities of HTML are mended here, since libxml2 would drop them from
addresses and texts; all else (tags that are not closed, a document that ends in the middle) is
mended by libxml2.
"""

from __future__ import annotations

import html
import html.entities
import re
from collections.abc import Collection
from dataclasses import dataclass
from xml.parsers import expat

from lxml import etree

from retrieval.errors import IntakeError
from retrieval.intake.feeds.survey import MAX_ELEMENTS, bounded

_MAX_MENDED = 200_000
_MAX_GROWTH_CHARS = 100_000

_PROLOG = re.compile(
    r"(?:\s++|<\?(?:[^?]++|\?(?!>))*+\?>|<!--(?:[^-]++|-(?!->))*+-->)*+"
    r"(?P<doctype><!DOCTYPE[^\[>]*+(?:\[(?P<subset>(?:[^\]\"']++|\"[^\"]*+\"|'[^']*+')*+)\]\s*+)?+>)?+"
    r"(?:\s++|<\?(?:[^?]++|\?(?!>))*+\?>|<!--(?:[^-]++|-(?!->))*+-->)*+",
    re.I,
)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_JUNK_END = re.compile(r"<(?:\?xml|(?:rss|feed|urlset|sitemapindex|opml|rdf:rdf)\b)", re.I)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.I)
_KNOWN_ROOTS = frozenset({"rss", "rdf", "feed", "channel", "urlset", "sitemapindex", "opml"})
_MAX_JUNK_CHARS = 10_000

_ENTITY = re.compile(r"<!ENTITY\s+([\w.-]+)\s+(?:\"([^\"]*)\"|'([^']*)')\s*>")
_MARKUP = re.compile(r"&\w+;|%\w+;|<")
_REFERENCE = re.compile(
    r"(?P<kept><!\[CDATA\[(?:[^\]]++|\](?!\]>))*+\]\]>|<!--(?:[^-]++|-(?!->))*+-->)"
    r"|(?P<bare><)(?![A-Za-z_/!?])"
    r"|&(?!(?:amp|lt|gt|quot|apos);)"
    r"(?:#(?P<number>[xX][0-9a-fA-F]{1,8}|[0-9]{1,8});|(?P<name>[A-Za-z][\w.-]{0,60});)?"
)
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Draft:
    """A document before it is mended.

    ``root`` is the name of its first element, without prefix and in lower case: "html" for every
    page, "" where there is none. ``entities`` are those that it declares itself.
    """

    text: str
    root: str
    entities: dict[str, str]


def draft_of(text: str, where: str) -> Draft:
    """Take a document's prolog off, and see what it is.

    Args:
        text: The document.
        where: Its address, for the error.

    Returns:
        The document from its first element on.

    Raises:
        IntakeError: If it declares entities that would make it grow.
    """
    prolog, root = _beginning(text, 0)
    name = _local_name(root)
    if name not in _KNOWN_ROOTS:
        # Warnings of a program that failed half-way stand before many a feed.
        junk = _JUNK_END.search(text, 0, _MAX_JUNK_CHARS)
        if junk and not _PAGE.search(text, 0, junk.start()):
            prolog, root = _beginning(text, junk.start())
            name = _local_name(root)
    body = text[prolog.end() :]
    if not name and body[:9].upper() == "<!DOCTYPE":
        raise IntakeError(where, "its DOCTYPE cannot be read")
    if name not in _KNOWN_ROOTS and _PAGE.search(text, 0, _MAX_JUNK_CHARS):
        name = "html"
    return Draft(body, name, _entities(prolog["subset"] or "", where))


def sound_xml(
    draft: Draft,
    where: str,
    *,
    entries: Collection[str] = (),
    max_elements: int = MAX_ELEMENTS,
) -> bytes:
    """Make a document well-formed and bounded.

    Args:
        draft: The document.
        where: Its address, for the error.
        entries: The names of the elements of which no more than ``MAX_ENTRIES`` are kept.
        max_elements: Of a document with more than these nothing is kept.

    Returns:
        The document, UTF-8.

    Raises:
        IntakeError: If it is beyond a bound, or is no XML that can be mended.
    """
    text = draft.text
    if draft.entities or _NO_XML.search(text):
        text = _mend_references(text, draft.entities, where)
    try:
        return bounded(text.encode("utf-8"), where, entries, max_elements)
    except expat.ExpatError:
        text = _mend_references(text, draft.entities, where)
    document = text.encode("utf-8")
    del text
    try:
        return bounded(document, where, entries, max_elements)
    except expat.ExpatError:
        pass
    try:
        return bounded(_mended(document), where, entries, max_elements)
    except (expat.ExpatError, etree.XMLSyntaxError, ValueError) as error:
        raise IntakeError(where, "it is XML that cannot be read") from error


def _beginning(text: str, start: int) -> tuple[re.Match[str], re.Match[str] | None]:
    prolog = _PROLOG.match(text, start)
    assert prolog is not None  # it matches nothing, too  # noqa: S101
    return prolog, _ROOT.match(text, prolog.end())


def _local_name(root: re.Match[str] | None) -> str:
    return root[1].rpartition(":")[2].lower() if root else ""


def _entities(subset: str, where: str) -> dict[str, str]:
    """The entities that stand for plain text; those of outside files stay unknown."""
    entities: dict[str, str] = {}
    for name, *quoted in _ENTITY.findall(subset):
        stated = "".join(quoted)
        if _MARKUP.search(stated):
            raise IntakeError(
                where, "it declares entities made of others, which make a small feed enormous"
            )
        entities.setdefault(name, html.unescape(stated) if "&#" in stated else stated)
    return entities


def _mend_references(text: str, entities: dict[str, str], where: str) -> str:
    """Write entities, bare ampersands and "<" as XML wants it, and drop what no XML has."""
    grown = mends = 0

    def mended(match: re.Match[str]) -> str:
        nonlocal grown, mends
        if match["kept"]:
            return match[0]
        mends += 1
        if mends > _MAX_MENDED:
            raise IntakeError(where, "it has too many errors to be mended")
        if match["bare"]:
            return "&lt;"
        if match["number"]:
            number = match["number"]
            code = int(number[1:], 16) if number[0] in "xX" else int(number)
            valid = code <= 0x10FFFF and not _NO_XML.match(chr(code))
            return match[0] if valid else "\ufffd"
        name = match["name"]
        value = entities.get(name) if name else None
        if value is None:
            value = html.entities.html5.get(f"{name};", f"&{name};") if name else "&"
        grown += len(value)
        if grown > _MAX_GROWTH_CHARS + 5 * mends:
            raise IntakeError(where, "it repeats its entities until it is enormous")
        return html.escape(value)

    return _REFERENCE.sub(mended, _NO_XML.sub("", text))


def _mended(document: bytes) -> bytes:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = etree.fromstring(document, parser)
    if root is None:
        raise ValueError("nothing left")
    mended: bytes = etree.tostring(root, encoding="utf-8")
    return mended
