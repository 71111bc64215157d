"""Telegram's HTML, parsed as Telegram's own server parses it.

The rules, and the words of the errors, follow ``parse_html`` in td/telegram/MessageEntity.cpp
of tdlib, which the Bot API server runs on: an unknown named entity stays as it is written, a
tag that is not in the list is an error, and so is one that is not closed in order. Offsets and
lengths of entities count UTF-16 code units; offsets in error messages count UTF-8 bytes.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlsplit

Entity = dict[str, Any]
"""A MessageEntity as JSON: ``type``, ``offset``, ``length`` and what belongs to the type."""

SIMPLE_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
}
TAGS = frozenset(SIMPLE_TAGS) | {"a", "pre", "tg-emoji", "blockquote"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPACES = " \t\r\n\0\v"  # td::is_space


class MarkupError(ValueError):
    """The text is not Telegram's HTML; the words are Telegram's."""


def utf16_units(text: str) -> int:
    """Return the length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


class _Open(NamedTuple):
    """A start tag that waits for its end."""

    tag: str
    argument: str
    offset: int  # UTF-16 units of output before it
    position: int  # pieces of output before it


class _Parser:
    """One pass over a text; every method leaves ``self.at`` behind what it read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.output: list[str] = []
        self.units = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            character = self.source[self.at]
            if character == "<":
                if self.source.startswith("</", self.at):
                    self.end_tag()
                else:
                    self.start_tag()
                continue
            self.write(self.reference() or self.take())
        if self.open:
            raise MarkupError(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"'
            )
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.output), self.entities

    def peek(self) -> str:
        """The next character, or the empty string at the end (a NUL is a blank, not the end)."""
        return self.source[self.at : self.at + 1]

    def take(self) -> str:
        self.at += 1
        return self.source[self.at - 1]

    def take_while(self, stop: str) -> str:
        begin = self.at
        while self.at < len(self.source) and self.source[self.at] not in stop:
            self.at += 1
        return self.source[begin : self.at]

    def skip_spaces(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in SPACES:
            self.at += 1

    def byte_offset(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def write(self, text: str) -> None:
        self.output.append(text)
        self.units += utf16_units(text)

    def reference(self) -> str:
        """Decode a character reference here; the empty string where there is none.

        The semicolon may be missing, and an unknown name is no error: tdlib leaves it as text.
        """
        if self.peek() != "&":
            return ""
        end = self.at + 1
        if self.source.startswith("#", end):
            hexadecimal = self.source[end + 1 : end + 2] in ("x", "X")
            begin = end = end + (2 if hexadecimal else 1)
            digits = "0123456789abcdefABCDEF" if hexadecimal else "0123456789"
            while end < len(self.source) and self.source[end] in digits and end - begin < 10:
                end += 1
            value = int(self.source[begin:end] or "0", 16 if hexadecimal else 10)
            if not 0 < value < 0x10FFFF or end - begin >= 10 or 0xD800 <= value < 0xE000:
                return ""
            decoded = chr(value)
        else:
            begin = end
            while (
                end < len(self.source) and self.source[end].isascii() and self.source[end].isalpha()
            ):
                end += 1
            decoded = NAMED.get(self.source[begin:end], "")
            if not decoded:
                return ""
        self.at = end + self.source.startswith(";", end)
        return decoded

    def start_tag(self) -> None:
        begin = self.at
        where = f"at byte offset {self.byte_offset(begin)}"
        self.at += 1
        tag = self.take_while(SPACES + ">").lower()
        if not self.peek():
            raise MarkupError(f"Unclosed start tag {where}")
        if tag not in TAGS:
            raise MarkupError(f'Unsupported start tag "{tag}" {where}')
        argument = ""
        while True:
            self.skip_spaces()
            if self.peek() == ">":
                break
            name = self.take_while(SPACES + "=>/\"'")
            if not name and self.peek():
                raise MarkupError(f'Empty attribute name in the tag "{tag}" {where}')
            value = self.attribute_value(tag, where)
            argument = _argument(tag, name, value) or argument
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" {where}')
        self.open.append(_Open(tag, argument, self.units, len(self.output)))

    def attribute_value(self, tag: str, where: str) -> str:
        """Read what follows an attribute's name: ``= value``, or nothing."""
        self.skip_spaces()
        if self.peek() != "=":
            if not self.peek():
                raise MarkupError(f'Unclosed start tag "{tag}" {where}')
            return ""
        self.at += 1
        self.skip_spaces()
        quote = self.peek()
        if quote and quote in "\"'":
            self.at += 1
            value = ""
            while self.peek() and self.peek() != quote:
                value += self.reference() or self.take()
            self.at += 1
        else:
            begin = self.at
            while self.peek() and (self.peek().isalnum() or self.peek() in ".-"):
                self.at += 1
            value = self.source[begin : self.at].lower()
            if self.peek() and self.peek() not in SPACES + ">":
                offset = self.byte_offset(begin)
                raise MarkupError(f"Unexpected end of name token at byte offset {offset}")
        if not self.peek():
            raise MarkupError(f"Unclosed start tag {where}")
        return value

    def end_tag(self) -> None:
        where = f"at byte offset {self.byte_offset(self.at)}"
        if not self.open:
            raise MarkupError(f"Unexpected end tag {where}")
        self.at += 2
        name = self.take_while(SPACES + ">")
        self.skip_spaces()
        if self.peek() != ">":
            raise MarkupError(f"Unclosed end tag {where}")
        self.at += 1
        opened = self.open[-1]
        if name and name != opened.tag:
            raise MarkupError(
                f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{name}>"'
            )
        self.open.pop()
        if self.units > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        """Turn a finished pair of tags into an entity, where Telegram makes one of it."""
        entity: Entity = {"offset": opened.offset, "length": self.units - opened.offset}
        if opened.tag == "a":
            url = _checked_link(opened.argument or "".join(self.output[opened.position :]))
            if not url:
                return
            entity |= {"type": "text_link", "url": url}
        elif opened.tag == "blockquote":
            if any(outer.tag == "blockquote" for outer in self.open):
                return  # quotes do not nest: Telegram keeps the outer one
            entity["type"] = "expandable_blockquote" if opened.argument else "blockquote"
        elif opened.tag == "tg-emoji":
            entity |= {"type": "custom_emoji", "custom_emoji_id": opened.argument}
        elif opened.tag == "pre":
            entity["type"] = "pre"
            inner = self.entities[-1] if self.entities else None
            if inner and inner["type"] == "code" and inner["offset"] == opened.offset:
                language = inner.get("language")
                if language and inner["length"] == entity["length"]:
                    self.entities.pop()
                    entity["language"] = language
        else:
            entity["type"] = SIMPLE_TAGS[opened.tag]
            if opened.tag == "code" and opened.argument:
                entity["language"] = opened.argument
        self.entities.append(entity)


def _argument(tag: str, name: str, value: str) -> str:
    """Return what an attribute means for its tag; attributes without a meaning are ignored."""
    if (tag, name) in (("a", "href"), ("tg-emoji", "emoji-id")):
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return "1" if (tag, name) == ("blockquote", "expandable") else ""


def _checked_link(url: str) -> str:
    """Return a link as Telegram would keep it, or nothing where it would drop it silently."""
    if any(character.isspace() for character in url):
        return ""
    if "://" not in url and not url.startswith(("tg:", "ton:")):
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme in ("tg", "ton"):
        return url
    known = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    return url if known or parts.hostname == "localhost" else ""


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Take Telegram's HTML apart.

    Args:
        source: The text with its tags.

    Returns:
        The text without tags, and its entities by offset, the longer before the shorter.

    Raises:
        MarkupError: A tag is unknown, not closed, or closed out of order.
    """
    text, entities = _Parser(source).parse()
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)  # only <pre><code class="language-…"> carries one
    return text, entities
