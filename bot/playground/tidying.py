"""What Telegram does to every text before it keeps it, whatever its markup was.

It follows ``clean_input_string`` in td/telegram/misc.cpp of tdlib: control characters become
blanks, line and paragraph separators, direction overrides and three combining lines vanish;
then the ends are trimmed. Entities move along.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.playground.markup import Entity, utf16_units

REMOVED = frozenset("\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a")


def tidy(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Clean a text as Telegram does before it is kept, and move its entities along.

    Args:
        text: The text without markup.
        entities: Its entities.

    Returns:
        The text with control characters as blanks, without direction overrides, trimmed; and
        the entities that still cover something.
    """
    kept: list[str] = []
    moved = [0]  # moved[old UTF-16 offset] = new UTF-16 offset
    units = 0
    for character in text:
        width = utf16_units(character)
        new = character
        if character in REMOVED:
            new = ""
        elif character < " " and character != "\n":
            new = " "
        kept.append(new)
        units += utf16_units(new)
        moved.extend([units] * width)
    cleaned = "".join(kept)
    body = cleaned.strip()
    lead = utf16_units(cleaned[: len(cleaned) - len(cleaned.lstrip())])
    end = utf16_units(body)
    result: list[Entity] = []
    for entity in entities:
        begin = min(entity["offset"], len(moved) - 1)
        stop = min(entity["offset"] + entity["length"], len(moved) - 1)
        first = min(max(moved[begin] - lead, 0), end)
        last = min(max(moved[stop] - lead, 0), end)
        if last > first:
            result.append(entity | {"offset": first, "length": last - first})
    return body, result
