"""Feeds in words: how one is called, how it is, and when, as people say it.

The bot and the command line say the same. Times are told from ``now``, never as a clock reads:
"12 min ago", "in 8 min".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from retrieval.records import Feed, FeedStatus

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago something was: "just now", "12 min ago", "3 h ago", "never"."""
    if moment is None:
        return "never"
    passed = now - moment
    return "just now" if passed < MINUTE else f"{span(passed)} ago"


def ahead(moment: datetime | None, now: datetime) -> str:
    """Return when something will be: "now", "in 8 min", "in 3 h"; without a time it is due."""
    if moment is None or moment <= now:
        return "now"
    return f"in {span(max(moment - now, MINUTE))}"


def span(length: timedelta) -> str:
    """Return a length of time in its coarsest telling unit: "12 min", "30 h", "3 days"."""
    if length < HOUR:
        return f"{max(0, length // MINUTE)} min"
    if length < 2 * DAY:
        return f"{length // HOUR} h"
    return f"{length // DAY} days"


def name_of(feed: Feed) -> str:
    """Return how a feed is called: its title on one line, else its host."""
    title = " ".join((feed.title or "").split())
    return title or host_of(feed.url)


def host_of(url: str) -> str:
    """Return an address's host without "www.", or the address where there is none."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return host.removeprefix("www.") if host else url


def condition(status: FeedStatus, now: datetime) -> str:
    """Return how a feed is, in a few words: "ok", "dead: it answered 503"."""
    from retrieval.newsroom import Health, verdict_of

    feed = status.feed
    match verdict_of(status, now).health:
        case Health.DEAD:
            return f"dead: {feed.error}"
        case Health.PAUSED:
            return f"paused: {feed.paused_because}"
        case Health.STALE:
            newest = status.newest_article or feed.changed_at
            return f"stale: newest article {ago(newest, now)}" if newest else "stale: no articles"
        case Health.NEVER_VISITED:
            return "not visited yet"
    return "ok"


def next_visit(status: FeedStatus, now: datetime) -> str:
    """Return when a feed is visited next; a dash for one that is not."""
    return "–" if status.feed.paused_because is not None else ahead(status.feed.next_visit_at, now)


def count(number: int, thing: str) -> str:
    """Return a number with its noun: "1 article", "1,204 articles"."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")
