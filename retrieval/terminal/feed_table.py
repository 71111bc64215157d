"""Feeds as a table for people, and as JSON for scripts.

On a terminal the table fits it, and long cells go on in the next line; in a pipe every feed
has one line, however long, so that `grep` and `less -S` do.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from retrieval.newsroom import Health, verdict_of
from retrieval.terminal.feed_words import ago, condition, name_of, next_visit
from retrieval.terminal.rendering import (
    ASIDE_STYLE,
    BAD_STYLE,
    GOOD_STYLE,
    TITLE_STYLE,
    one_line,
)
from retrieval.terminal.shapes import Json, moment_to_json

if TYPE_CHECKING:
    from retrieval.records import FeedStatus

_WIDE = 2_000
"""Columns of a line in a pipe: more than any feed needs."""

_STYLES = {
    Health.OK: GOOD_STYLE,
    Health.DEAD: BAD_STYLE,
    Health.STALE: "yellow",
    Health.PAUSED: ASIDE_STYLE,
    Health.NEVER_VISITED: ASIDE_STYLE,
}


def show_feeds(feeds: Sequence[FeedStatus], now: datetime, *, verdicts: bool = False) -> None:
    """Print the feeds, numbered from 1.

    Args:
        feeds: In the order in which they were added.
        now: From when times are told.
        verdicts: Whether how a feed is is told in a whole sentence.
    """
    on_terminal = sys.stdout.isatty()
    table = Table(box=box.SIMPLE_HEAD if on_terminal else None, pad_edge=False)
    table.add_column("#", justify="right", style=ASIDE_STYLE)
    table.add_column("feed", overflow="fold", ratio=3 if on_terminal else None)
    table.add_column("state", overflow="fold", ratio=3 if on_terminal else None)
    for heading in ("last success", "24 h", "next visit"):
        table.add_column(heading, justify="right", no_wrap=True)
    for number, status in enumerate(feeds, start=1):
        feed = status.feed
        verdict = verdict_of(status, now)
        title = Text(one_line(name_of(feed)), TITLE_STYLE)
        title.append("\n" if on_terminal else "  ").append(one_line(feed.url), ASIDE_STYLE)
        words = verdict.words if verdicts else condition(status, now)
        if verdicts:
            words = f"{verdict.health}: {words}"
        table.add_row(
            str(number),
            title,
            Text(one_line(words), _STYLES[verdict.health]),
            ago(feed.succeeded_at, now),
            f"{status.articles_24h:,}",
            next_visit(status, now),
        )
    Console(highlight=False, width=None if on_terminal else _WIDE).print(table)


def feed_to_json(number: int, status: FeedStatus, now: datetime) -> Json:
    """Return a feed as JSON."""
    feed = status.feed
    verdict = verdict_of(status, now)
    return {
        "number": number,
        "url": feed.url,
        "title": feed.title,
        "site_url": feed.site_url,
        "state": verdict.health.value,
        "verdict": verdict.words,
        "error": feed.error,
        "paused_because": feed.paused_because,
        "articles_24h": status.articles_24h,
        "newest_article": moment_to_json(status.newest_article),
        "pending_pages": status.pending_pages,
        "interval_seconds": round(feed.interval.total_seconds()),
        "added_at": moment_to_json(feed.added_at),
        "last_visit": moment_to_json(feed.visited_at),
        "last_success": moment_to_json(feed.succeeded_at),
        "failing_since": moment_to_json(feed.failing_since),
        "failures": feed.failures,
        "next_visit": None if feed.paused_because else moment_to_json(feed.next_visit_at),
    }


def feeds_to_json(feeds: Sequence[FeedStatus], now: datetime) -> Json:
    """Return all feeds as one JSON object."""
    return {"feeds": [feed_to_json(number, status, now) for number, status in enumerate(feeds, 1)]}
