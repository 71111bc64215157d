"""How many articles a day are about a topic, in any language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from retrieval.digest.topics import BAR, Topics
from retrieval.stories.levels import Levels, Unrelated

if TYPE_CHECKING:
    from retrieval.storage.base import Storage


def count_trend(
    storage: Storage,
    model: str,
    topic: str,
    days: int,
    now: datetime,
    *,
    topics: Topics,
    unrelated: Unrelated,
) -> Mapping[date, int]:
    """Return how many articles about a topic were seen on each of the last days, UTC.

    A day is read at a time, so that memory does not grow with the days.

    Args:
        storage: Where articles are read from.
        model: What their vectors were made with.
        topic: In words.
        days: How many, today's counted.
        now: The moment.
        topics: Topics to vectors.
        unrelated: A language to vectors of unrelated sentences in it.
    """
    today = now.astimezone(UTC).date()
    counts = {today - timedelta(days=back): 0 for back in reversed(range(max(days, 0)))}
    if not counts or not topic.strip():
        return counts
    since = datetime.combine(min(counts), time(), UTC)
    while since < now:
        until = min(since + timedelta(days=1), now)
        candidates = storage.digest_candidates(model, since, until)
        since = until
        if not candidates:
            continue
        vectors = np.stack([each.vector for each in candidates])
        languages = [each.language for each in candidates]
        levels = Levels.of_articles(vectors, languages, unrelated)
        (nearness,) = topics.nearness([topic], levels.centre(vectors, languages), levels.languages)
        for place in np.flatnonzero(nearness >= BAR).tolist():
            day = candidates[place].seen_at.astimezone(UTC).date()
            if day in counts:
                counts[day] += 1
    return counts
