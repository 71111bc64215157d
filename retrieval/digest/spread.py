"""How the stories of a digest spread, hour by hour: what its chart shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from retrieval.records import HourlySources

if TYPE_CHECKING:
    from retrieval.records import Article, Digest

_HOUR = timedelta(hours=1)


def sources_per_hour(digest: Digest, now: datetime, hours: int = 24) -> HourlySources:
    """Return in which hour how many outlets first told each story of a digest.

    An outlet counts once for a story, with its first article of these hours.

    Args:
        digest: The stories.
        now: The last hour is the one that this moment is in.
        hours: How many.
    """
    last = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    begins = tuple(last - _HOUR * back for back in reversed(range(hours)))
    stories = []
    for story in digest.stories:
        first: dict[str, datetime] = {}
        for article in story.articles:
            seen_at = _seen_at(article)
            if seen_at is not None and begins[0] <= seen_at <= now:
                outlet = article.source or article.id
                first[outlet] = min(seen_at, first.get(outlet, seen_at))
        counts = [0] * hours
        for seen_at in first.values():
            counts[int((seen_at - begins[0]) / _HOUR)] += 1
        stories.append((story.headline, tuple(counts)))
    return HourlySources(begins, tuple(stories))


def _seen_at(article: Article) -> datetime | None:
    return article.published_at or article.added_at
