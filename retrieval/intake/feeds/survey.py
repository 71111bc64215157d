"""Look an XML document over before anybody reads it, and cut it to what is read.

One pass of expat, which holds nothing but the names of the elements that are open: two hundred
thousand nested tags and a million items cost it milliseconds. What is beyond a bound is refused,
and what comes after the last entry that is kept is cut off, so that a feed of a hundred thousand
items costs its reader no more than one of a thousand.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from retrieval.errors import IntakeError

MAX_DEPTH = 200
MAX_ENTRIES = 1_000
MAX_ELEMENTS = 1_000_000
"""Of any document: a sitemap may list 50,000 pages, each with a dozen elements."""

_MAX_TAG_BYTES = 1_000_000
_MAX_PREFIXES = 100
_CHUNK_BYTES = 65_536

_BINDING = re.compile(rb"(?<=\s)xmlns(?::[\w.-]+)?\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')")

# What the prefixes mean that feeds use, and forget to bind.
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


def bounded(document: bytes, where: str, entries: Collection[str], max_elements: int) -> bytes:
    """Look a document over, cut it after its last entry that is kept, and bind its prefixes.

    Args:
        document: XML, UTF-8, without DOCTYPE.
        where: Its address, for the error.
        entries: The names of the elements of which no more than ``MAX_ENTRIES`` are kept.
        max_elements: Of a document with more than these nothing is kept.

    Returns:
        The document, bounded.

    Raises:
        IntakeError: If it is beyond a bound.
        ExpatError: If it is not well-formed.
    """
    survey = _Survey(where, document, entries, max_elements, expat.ParserCreate("utf-8"))
    survey.run()
    if survey.end is not None:
        closing = "".join(f"</{name}>" for name in reversed(survey.open))
        document = document[: survey.end] + closing.encode("utf-8")
    if survey.spaced:
        # Python's reader takes what follows a blank in a namespace's address for a name.
        document = _BINDING.sub(_without_blanks, document)
    if survey.unbound:
        root = re.match(rb"\s*(?:<!--.*?-->|<\?.*?\?>|\s)*<[^\s/>]+", document, re.DOTALL)
        assert root is not None  # expat read it  # noqa: S101
        bindings = "".join(
            f' xmlns:{prefix}="{_NAMESPACES.get(prefix.lower(), f"urn:prefix:{prefix}")}"'
            for prefix in survey.unbound
        )
        document = document[: root.end()] + bindings.encode("utf-8") + document[root.end() :]
    return document


class _EnoughError(Exception):
    """There are as many entries as are kept."""


@dataclass(slots=True)
class _Survey:
    """What expat sees of a document."""

    where: str
    document: bytes
    entries: Collection[str]
    max_elements: int
    parser: expat.XMLParserType
    open: list[str] = field(default_factory=list)
    bound: set[str] = field(default_factory=lambda: {"xml", "xmlns"})
    unbound: dict[str, None] = field(default_factory=dict)
    spaced: bool = False
    elements: int = 0
    kept: int = 0
    end: int | None = None

    def run(self) -> None:
        """Look the document over, up to the last entry that is kept.

        Raises:
            IntakeError: If it is beyond a bound.
            ExpatError: If it is not well-formed.
        """
        parser = self.parser
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.stop
        parser.StartDoctypeDeclHandler = self.doctype
        try:
            for position in range(0, len(self.document), _CHUNK_BYTES):
                parser.Parse(self.document[position : position + _CHUNK_BYTES], False)
                # Text is reported as it comes, so what is still open here is one tag.
                if position - parser.CurrentByteIndex > _MAX_TAG_BYTES:
                    raise IntakeError(self.where, "one of its tags is larger than a whole article")
            parser.Parse(b"", True)
        except _EnoughError:
            pass

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.open.append(name)
        self.elements += 1
        if len(self.open) > MAX_DEPTH:
            raise IntakeError(self.where, f"its elements are nested deeper than {MAX_DEPTH}")
        if self.elements > self.max_elements:
            raise IntakeError(self.where, f"it has more than {self.max_elements:,} elements")
        for attribute, value in attributes.items():
            if attribute.startswith("xmlns"):
                self.bound.add(attribute[6:])
                self.spaced = self.spaced or len(value.split()) != 1
        for each in (name, *attributes):
            prefix = each.partition(":")[0]
            if len(prefix) < len(each) and prefix not in self.bound:
                self.unbound[prefix] = None
                if len(self.unbound) > _MAX_PREFIXES:
                    raise IntakeError(self.where, "it has too many prefixes that are not bound")

    def stop(self, name: str) -> None:
        self.open.pop()
        if name.rpartition(":")[2].lower() not in self.entries:
            return
        position = self.parser.CurrentByteIndex
        self.kept += 1
        if self.kept == MAX_ENTRIES:
            # An element without content ends where it begins: cut it off, it says nothing.
            ended = self.document.startswith(b"</", position)
            self.end = self.document.index(b">", position) + 1 if ended else position
            raise _EnoughError

    def doctype(self, *_: object) -> NoReturn:
        raise IntakeError(self.where, "it has a DOCTYPE where none may stand")


def _without_blanks(binding: re.Match[bytes]) -> bytes:
    return "".join(binding[0].decode("utf-8").split()).encode("utf-8")
