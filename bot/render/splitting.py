"""Blocks of a text into messages that Telegram takes, and long quotes into parts.

Telegram counts a message in UTF-16 code units after the markup was taken away (4,096 at most)
and in bytes before (32,768 at most). A block is never cut, so no tag is; what could be longer
than a message is cut into blocks before, with `split_text`, which loses nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MAX_UNITS = 4_096
MAX_BYTES = 32_768
SEPARATOR = "\n\n"

# The end of a sentence in any script, closing quotes and brackets with it, and the blanks.
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]]*\s+|[。！？][”’」』）]*")
_BLANK = re.compile(r"\s+")
_ZERO_WIDTH_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a message that stays together: a quote with its source, a line, a headline.

    Args:
        html: With Telegram's markup.
        plain: What remains when the markup is taken away, exactly.
        link: What a preview below the message may show.
    """

    html: str
    plain: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message to send.

    Args:
        html: With Telegram's markup.
        plain: The same without, for when the markup is refused.
        link: The address whose preview may be shown below; None for no preview.
    """

    html: str
    plain: str
    link: str | None = None


def utf16_units(text: str) -> int:
    """Return the length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def pack(blocks: Iterable[Block]) -> list[Message]:
    """Put blocks into as few messages as their order allows.

    Args:
        blocks: In order; each must fit into a message by itself.

    Returns:
        Messages within Telegram's limits, blocks separated by an empty line.
    """
    messages: list[Message] = []
    for block in blocks:
        if messages:
            last = messages[-1]
            joined = Message(
                last.html + SEPARATOR + block.html,
                last.plain + SEPARATOR + block.plain,
                last.link or block.link,
            )
            if fits(joined.html, joined.plain):
                messages[-1] = joined
                continue
        messages.append(Message(block.html, block.plain, block.link))
    return messages


def fits(html: str, plain: str) -> bool:
    """Tell whether Telegram takes a message of this length."""
    return (
        utf16_units(plain) <= MAX_UNITS and len(html.encode("utf-8", "surrogatepass")) <= MAX_BYTES
    )


def split_text(text: str, limit: int) -> list[str]:
    """Cut a text into parts of at most ``limit`` UTF-16 units.

    The parts put together are the text again, blanks included. Cuts are made behind a
    sentence where there is one in the last half of a part, else behind a blank, else between
    two characters that do not belong together.

    Args:
        text: Any text.
        limit: At least 2, so that every character fits.

    Returns:
        The parts in order; empty for the empty text.
    """
    parts: list[str] = []
    start = 0
    while utf16_units(text[start:]) > limit:
        end = start
        units = 0
        while units + 1 + (text[end] > "\uffff") <= limit:
            units += 1 + (text[end] > "\uffff")
            end += 1
        end = _good_cut(text, start, end)
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]] if text[start:] else parts


def first_part(text: str, limit: int) -> str:
    """Return the beginning of a text, of at most ``limit`` UTF-16 units, cut as `split_text` cuts.

    It does not end in blanks unless the text does.
    """
    if utf16_units(text) <= limit:
        return text
    return split_text(text, limit)[0].rstrip() if limit > 1 else ""


def last_part(text: str, limit: int) -> str:
    """Return the end of a text, of at most ``limit`` UTF-16 units: whole sentences, else words."""
    if utf16_units(text) <= limit:
        return text
    for boundary in (_SENTENCE_END, _BLANK):
        for match in boundary.finditer(text):
            rest = text[match.end() :]
            if rest.strip() and utf16_units(rest) <= limit:
                return rest
    return ""


def _good_cut(text: str, start: int, end: int) -> int:
    """Return the best place to cut in ``(start, end]``."""
    middle = (start + end) // 2
    for boundary in (_SENTENCE_END, _BLANK):
        ends = [match.end() for match in boundary.finditer(text, middle, end)]
        if ends and ends[-1] > start:
            return ends[-1]
    for cut in range(end, middle, -1):
        if not _belong_together(text[cut - 1], text[cut]):
            return cut
    return end


def _belong_together(left: str, right: str) -> bool:
    """Tell whether a cut would tear an accent from its letter, or a family emoji apart."""
    return _ZERO_WIDTH_JOINER in (left, right) or unicodedata.category(right) in ("Mn", "Mc", "Me")
