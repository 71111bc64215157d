"""When a feed is visited next, and when no more: pure, from its state and what a visit brought.

Always true: a feed is visited at least every 24 hours and at most every 15 minutes, later only
where its server asks for it; a feed that fails is left alone for longer and longer; one that is
gone for good, or has failed for 14 days, is paused with the reason, and never on fewer than
five attempts (a computer that was switched off for a fortnight proves nothing).

How often a feed changes is learned as TCP learns a path's capacity: the interval halves when a
visit brought news and grows by half when it did not. It settles where about two visits in five
bring something (the chance p at which p·log 2 = (1 - p)·log 1.5), whatever the feed's rhythm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from retrieval.errors import GoneError, IntakeError, RetryLaterError
from retrieval.records import Feed

SHORTEST = timedelta(minutes=15)
LONGEST = timedelta(hours=24)
MOST_PATIENCE = timedelta(days=7)
"""The longest ``Retry-After`` that is believed; a slip of a digit must not silence a feed."""

FAILING_TOO_LONG = timedelta(days=14)
_ENOUGH_ATTEMPTS = 5
_GONE_FOR_GOOD = 410
_JITTER = 0.1
"""By how much a visit is put off, at most, so that feeds added together do not stay together."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a feed and its server ask of those who visit: all of it is a least wait.

    Args:
        visit_every: The interval that the feed's document names.
        fresh_for: How long the response is fresh (``Cache-Control``, ``Expires``).
    """

    visit_every: timedelta | None = None
    fresh_for: timedelta | None = None


def after_visit(
    feed: Feed,
    now: datetime,
    *,
    listed: int,
    news: int,
    asked: Asked | None = None,
    jitter: float = 0.0,
) -> Feed:
    """Return a feed's state after a visit that worked.

    Args:
        feed: Its state before.
        now: The moment of the visit.
        listed: How many entries it lists; 0 where it answered that nothing changed.
        news: How many of them were not known.
        asked: What it asks for.
        jitter: From [0, 1): which share of the most jitter this visit gets.
    """
    asked = asked or Asked()
    first = feed.succeeded_at is None
    factor = 1.5
    if news:
        # Where everything listed is new, more was listed meanwhile and is off the list again.
        factor = 0.25 if news == listed and not first else 0.5
    interval = _within(feed.interval * (1.0 if first else factor))
    if asked.visit_every:
        interval = max(interval, _within(asked.visit_every))
    wait = max(interval, min(asked.fresh_for or interval, LONGEST))
    return replace(
        feed,
        interval=interval,
        visited_at=now,
        succeeded_at=now,
        changed_at=now if news else feed.changed_at,
        next_visit_at=now + _spread(wait, jitter),
        failing_since=None,
        failures=0,
        error=None,
    )


def after_failure(feed: Feed, now: datetime, error: IntakeError, *, jitter: float = 0.0) -> Feed:
    """Return a feed's state after a visit that failed.

    Args:
        feed: Its state before.
        now: The moment of the visit.
        error: Why it failed.
        jitter: From [0, 1): which share of the most jitter this visit gets.
    """
    failures = feed.failures + 1
    since = feed.failing_since or now
    wait = max(feed.interval, backed_off(failures))
    if isinstance(error, RetryLaterError) and error.retry_after:
        wait = max(wait, min(error.retry_after, MOST_PATIENCE))
    paused = feed.paused_because
    if isinstance(error, GoneError) and error.status == _GONE_FOR_GOOD:
        paused = f"it is gone for good: {error.reason}"
    elif now - since >= FAILING_TOO_LONG and failures >= _ENOUGH_ATTEMPTS:
        paused = f"it has failed for {(now - since).days} days, last: {error.reason}"
    return replace(
        feed,
        visited_at=now,
        next_visit_at=now + _spread(wait, jitter),
        failing_since=since,
        failures=failures,
        error=error.reason,
        paused_because=paused,
    )


def backed_off(failures: int) -> timedelta:
    """Return how long to wait after this many failures in a row: 15, 30, 60 min, … 24 h."""
    return min(SHORTEST * (1 << min(failures - 1, 10)), LONGEST)


def _within(interval: timedelta) -> timedelta:
    return min(max(interval, SHORTEST), LONGEST)


def _spread(wait: timedelta, jitter: float) -> timedelta:
    return wait * (1 + _JITTER * jitter)
