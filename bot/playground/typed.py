"""What a person typed, marked as Telegram marks it before the bot sees it."""

from __future__ import annotations

import re

from bot.playground.markup import Entity, utf16_units

COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?")
MENTION = re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{3,32}")
LINK = re.compile(
    r"(?<![\w@./:-])(?:https?://[^\s<>\"]+|(?:[a-z0-9-]+\.)+(?:com|net|org|id|uk)\b[^\s<>\"]*)",
    re.IGNORECASE,
)
"""An address with a scheme, or a domain of a few well-known endings; Telegram knows them all."""


def typed_entities(text: str) -> list[Entity]:
    """Mark commands, names and links in what a person typed, as Telegram does before the bot."""
    entities: list[Entity] = []
    for match in LINK.finditer(text):
        found = match.group().rstrip(".,;:!?)'")
        entities.append(_entity("url", text, match.start(), found))
    rest = LINK.sub(lambda link: "x" * len(link.group()), text)
    for kind, pattern in (("bot_command", COMMAND), ("mention", MENTION)):
        for match in pattern.finditer(rest):
            entities.append(_entity(kind, text, match.start(), match.group()))
    return sorted(entities, key=lambda entity: int(entity["offset"]))


def _entity(kind: str, text: str, start: int, found: str) -> Entity:
    return {"type": kind, "offset": utf16_units(text[:start]), "length": utf16_units(found)}
