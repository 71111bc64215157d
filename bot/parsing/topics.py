"""Topics as people list them: energy, Turkey, badminton, -crypto."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_TOPICS = 20
"""That somebody may have, wanted and left out together; a digest has ten stories at most."""
LONGEST_TOPIC = 60
"""Characters. What is longer is a question."""

# Commas of all scripts, and a minus before a word: "energy -crypto" names two.
_COMMA = re.compile(r"[,;\n、،؛，；·•|]+|\s(?=[-–—−][^\s\d-])")
_MINUS = re.compile(
    r"^(?:[-–—−]+\s*|(?:not|no|without|except|bukan|kecuali|tanpa)\s+)", re.IGNORECASE
)
_PLUS = re.compile(r"^\+\s*")
_BLANKS = re.compile(r"\s+")
_MARKS = " \t.\"'“”‘’«»#*"


@dataclass(frozen=True, slots=True)
class TopicList:
    """Topics, in the order in which they were named, each once.

    Args:
        wanted: What comes first.
        left_out: What is left out.
    """

    wanted: tuple[str, ...]
    left_out: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.wanted or self.left_out)


def parse_topics(text: str) -> TopicList:
    """Return the topics that a text lists; a topic that is named twice counts as named last.

    Args:
        text: "energy, Turkey, badminton, -crypto", "-crypto -gossip", a line each, …
    """
    named: dict[str, tuple[str, bool]] = {}
    for part in _COMMA.split(text):
        piece = part.strip()
        without = _MINUS.sub("", piece)
        left_out = without != piece
        topic = _BLANKS.sub(" ", _PLUS.sub("", without)).strip(_MARKS)
        if not any(character.isalnum() for character in topic) or len(topic) > LONGEST_TOPIC:
            continue
        named.pop(topic.casefold(), None)
        named[topic.casefold()] = (topic, left_out)
    return TopicList(
        tuple(topic for topic, left_out in named.values() if not left_out),
        tuple(topic for topic, left_out in named.values() if left_out),
    )


def with_topics(known: TopicList, added: TopicList) -> TopicList:
    """Return topics with further ones; what is said later wins, and nothing is in both lists.

    Doing it twice is doing it once.
    """
    said = {topic.casefold() for topic in (*added.wanted, *added.left_out)}
    return TopicList(
        _merged(known.wanted, added.wanted, said),
        _merged(known.left_out, added.left_out, said),
    )


def _merged(known: Sequence[str], added: Sequence[str], said: set[str]) -> tuple[str, ...]:
    again = {topic.casefold(): topic for topic in added}
    kept = [
        again.pop(topic.casefold()) if topic.casefold() in again else topic
        for topic in known
        if topic.casefold() in again or topic.casefold() not in said
    ]
    return (*kept, *again.values())
