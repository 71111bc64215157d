"""How a feed is, in a word and a sentence: what an operator is shown, and told of once.

Pure, from the rows. A feed is *dead* while its last visit failed, *stale* when it can be read
and has had no new article for much longer than it usually takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from retrieval.records import Feed, FeedStatus

_ALWAYS_FRESH = timedelta(days=3)
"""No feed is stale before: many rest over a holiday."""

_GAPS = 10
_WITHOUT_RHYTHM = timedelta(days=10)
"""For a feed whose usual gap is not known."""

_DEAD_FOR_SURE = timedelta(days=1)
_DEAD_ATTEMPTS = 3


class Health(StrEnum):
    """How a feed is."""

    OK = "ok"
    DEAD = "dead"
    STALE = "stale"
    PAUSED = "paused"
    NEVER_VISITED = "never visited"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a feed is: ``words`` is one sentence for a person."""

    health: Health
    words: str


def verdict_of(status: FeedStatus, now: datetime) -> Verdict:
    """Judge a feed by its rows.

    Args:
        status: The feed with what is known of its articles.
        now: The present moment.
    """
    feed = status.feed
    if feed.paused_because is not None:
        return Verdict(Health.PAUSED, f"It is not visited: {feed.paused_because}.")
    if feed.error is not None:
        return Verdict(Health.DEAD, _why_dead(feed, now))
    if feed.succeeded_at is None:
        return Verdict(Health.NEVER_VISITED, "It has not been visited yet.")
    newest = status.newest_article or feed.changed_at
    if newest is None:
        return Verdict(Health.STALE, "It can be read, but has never listed a recent article.")
    silent = now - newest
    if silent > quiet_for(status.usual_gap):
        words = f"It can be read, but its newest article is {in_words(silent)} old"
        if status.usual_gap:
            words += f"; usually one comes every {in_words(status.usual_gap)}"
        return Verdict(Health.STALE, f"{words}.")
    return Verdict(Health.OK, "It works.")


def quiet_for(usual_gap: timedelta | None) -> timedelta:
    """Return how long a feed may bring nothing before it is called stale."""
    if usual_gap is None:
        return _WITHOUT_RHYTHM
    return max(_ALWAYS_FRESH, _GAPS * usual_gap)


def dead_for_sure(feed: Feed, now: datetime) -> bool:
    """Whether a feed that fails is worth a message: a bad hour of its server is not."""
    if feed.failing_since is None or feed.failures < _DEAD_ATTEMPTS:
        return False
    return feed.succeeded_at is None or now - feed.failing_since >= _DEAD_FOR_SURE


def in_words(span: timedelta) -> str:
    """Return a length of time in its coarsest telling unit: "3 days", "5 hours"."""
    for seconds, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = int(span.total_seconds() // seconds)
        if count >= 2 or (count and unit == "minute"):
            return f"{count:,} {unit}" + ("" if count == 1 else "s")
    return "less than a minute"


def _why_dead(feed: Feed, now: datetime) -> str:
    times = "once" if feed.failures == 1 else f"{feed.failures:,} times in a row"
    since = f" since {in_words(now - feed.failing_since)} ago" if feed.failing_since else ""
    if feed.failures <= 1:
        since = ""
    worked = (
        f"it last worked {in_words(now - feed.succeeded_at)} ago"
        if feed.succeeded_at
        else "it has never worked"
    )
    return f"It failed {times}{since}; {worked}. The last error: {feed.error}."
