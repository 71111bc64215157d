"""Great stories between digests: many outlets tell one within an hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from retrieval.records.independence import count_independent

if TYPE_CHECKING:
    from retrieval.records import Candidate

_HOUR = timedelta(hours=1)
_HEARD = timedelta(hours=3)
"""Articles that came so long ago count still: a feed is visited some time after it lists."""
_FEWEST_SOURCES = 5
_SHARE = 0.2
"""Of the outlets heard in that time, how many must tell it: a library of hundreds has five
outlets on any match."""


def heard_since(now: datetime) -> datetime:
    """Return from when on articles must have been added to be looked at."""
    return now - _HEARD


def breaking_stories(candidates: Sequence[Candidate], now: datetime) -> list[int]:
    """Return the stories that many outlets told by themselves within one hour.

    Args:
        candidates: What was added since `heard_since`.
        now: The moment.

    Returns:
        Story ids, those with most sources first, then the lower id.
    """
    recent = [each for each in candidates if now - _HEARD <= each.seen_at <= now]
    outlets = {each.source for each in recent}
    needed = max(_FEWEST_SOURCES, round(_SHARE * len(outlets)))
    stories: dict[int, list[Candidate]] = {}
    for each in recent:
        stories.setdefault(each.story_id, []).append(each)
    found = {
        story: most
        for story, articles in stories.items()
        if len(articles) >= needed and (most := _most_in_an_hour(articles)) >= needed
    }
    return sorted(found, key=lambda story: (-found[story], story))


def _most_in_an_hour(articles: Sequence[Candidate]) -> int:
    return max(
        count_independent(
            other for other in articles if first.seen_at <= other.seen_at < first.seen_at + _HOUR
        )
        for first in articles
    )
