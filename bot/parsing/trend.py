"""What may stand after /trend: a topic, and over how many days."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.parsing.topics import LONGEST_TOPIC

DAYS = 14
MOST_DAYS = 90
"""A chart of more has bars too thin for a phone."""

_NUMBER = re.compile(
    r"\s+(?:(?:last|over|for|in|selama|dalam)\s+)?(\d{1,3})\s*"
    r"(?:d|days?|hari|dias?|dagen|tage?n?|jours?|giorni|дней|дня|день|gun|日間?|天|일)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Trend:
    """What is wanted: how much was written about a topic, over how many days."""

    topic: str
    days: int


def parse_trend(text: str) -> Trend | None:
    """Return the topic and the days that are asked for, or None where there is no topic.

    Args:
        text: "energy", "energy 30", "climate change 7 days", "harga beras 30 hari", …

    Returns:
        At least 2 days and at most `MOST_DAYS`; two weeks where none are named.
    """
    written = " ".join(unicodedata.normalize("NFKC", text).split())
    found = _NUMBER.search(written)
    days = DAYS
    if found:
        days = min(max(int(found[1]), 2), MOST_DAYS)
        written = written[: found.start()]
    topic = written.strip(" ,.\"'“”«»")
    if not any(character.isalnum() for character in topic) or len(topic) > LONGEST_TOPIC:
        return None
    return Trend(topic, days)
