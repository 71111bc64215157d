"""What `kabar doctor` says of the feeds: which are dead, stale or never visited, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from retrieval.newsroom import Health, verdict_of
from retrieval.records import Finding
from retrieval.terminal.feed_words import ago, count, name_of

if TYPE_CHECKING:
    from retrieval.records import FeedStatus

CHECK = "feeds"
MOST_NAMED = 5
FIRST_VISIT = timedelta(hours=1)
"""A feed that waits longer for its first visit is not being visited."""

UNVISITED = timedelta(hours=2)
"""When every visit is overdue by that, nobody makes them."""

NOBODY_VISITS = "start `kabar run`, which visits them by itself, or run `kabar fetch` now"


def check_feeds(feeds: Sequence[FeedStatus], now: datetime, contact: str) -> list[Finding]:
    """Look at the feeds' rows; nothing is visited.

    Args:
        feeds: All of them.
        now: The present moment.
        contact: How sites can reach the operator; empty if that is not set.
    """
    if not feeds:
        return [Finding(CHECK, True, "none; `kabar feeds add ADDRESS` has one read")]
    by_health: dict[Health, list[FeedStatus]] = {health: [] for health in Health}
    for status in feeds:
        by_health[verdict_of(status, now).health].append(status)
    waiting = [
        status
        for status in by_health[Health.NEVER_VISITED]
        if status.feed.added_at is None or now - status.feed.added_at > FIRST_VISIT
    ]
    wrong = [
        _finding(
            by_health[Health.DEAD],
            "cannot be read",
            now,
            remedy=(
                "`kabar feeds check` tries again; if it stays so, look for the site's new address, "
                "or `kabar feeds remove` it"
            ),
        ),
        _finding(
            by_health[Health.STALE],
            "can be read but brings nothing new",
            now,
            remedy=("see whether the site has moved its feed; if not, `kabar feeds remove` it"),
        ),
        _finding(waiting, "was never visited", now, remedy=NOBODY_VISITS),
        _overdue(feeds, now) if not waiting else None,
    ]
    found = [finding for finding in wrong if finding is not None]
    paused = len(by_health[Health.PAUSED])
    detail = count(len(feeds), "feed") + (f", {paused:,} paused" if paused else "")
    if not contact:
        detail += "; KABAR_CONTACT is not set, so the sites cannot reach you"
    return found or [Finding(CHECK, True, detail)]


def _finding(feeds: Sequence[FeedStatus], what: str, now: datetime, remedy: str) -> Finding | None:
    if not feeds:
        return None
    if len(feeds) == 1:
        (status,) = feeds
        detail = f"{name_of(status.feed)} ({status.feed.url}) {what}"
        if status.feed.error:
            detail += f": {status.feed.error}"
        return Finding(CHECK, False, detail, remedy)
    names = ", ".join(status.feed.url for status in feeds[:MOST_NAMED])
    more = f" and {len(feeds) - MOST_NAMED:,} more" if len(feeds) > MOST_NAMED else ""
    plural = what.replace("was ", "were ").replace("brings", "bring")
    return Finding(CHECK, False, f"{len(feeds):,} {plural}: {names}{more}", remedy)


def _overdue(feeds: Sequence[FeedStatus], now: datetime) -> Finding | None:
    """Tell when no visit is made any more: all that were due are overdue."""
    visited = [
        status.feed
        for status in feeds
        if status.feed.paused_because is None and status.feed.next_visit_at is not None
    ]
    due = [feed.next_visit_at for feed in visited if feed.next_visit_at]
    if not due or min(now - moment for moment in due) < UNVISITED:
        return None
    last = max((feed.visited_at for feed in visited if feed.visited_at), default=None)
    return Finding(
        CHECK, False, f"all are overdue; the last visit was {ago(last, now)}", NOBODY_VISITS
    )
