"""What an operator is told of the feeds: each matter once, until it is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from retrieval.intake.rounds.feed_visits import MOVED, Visit
from retrieval.intake.rounds.verdicts import Health, dead_for_sure, verdict_of
from retrieval.records import Feed, Notice
from retrieval.storage.base import Storage

DEAD, STALE, PAUSED = "dead", "stale", "paused"


def tell_of_feeds(storage: Storage, visits: Iterable[Visit], now: datetime) -> None:
    """Tell of each feed that a visit showed to be in trouble, once, and forget what is over.

    Args:
        storage: The library.
        visits: The visits of a round, all recorded.
        now: The present moment.
    """
    made = {visit.feed.url: visit for visit in visits if visit.made}
    if not made:
        return
    for status in storage.feeds():
        feed = status.feed
        visit = made.get(feed.url)
        if feed.paused_because and feed.paused_because.startswith(MOVED):
            if not status.pending_pages:
                storage.remove_feed(feed.url)
            continue
        if visit is None:
            continue
        if visit.before.failing_since is not None and feed.failing_since is None:
            storage.clear_notice(_key(DEAD, feed))
        if visit.found:
            storage.clear_notice(_key(STALE, feed))
        verdict = verdict_of(status, now)
        name = f"{feed.title} ({feed.url})" if feed.title else feed.url
        if verdict.health is Health.PAUSED:
            if visit.before.paused_because is None and visit.feed.paused_because is not None:
                text = f"The feed {name} is not visited any more: {feed.paused_because}."
                storage.add_notice(Notice(_key(PAUSED, feed), text, now))
        elif verdict.health is Health.DEAD and dead_for_sure(feed, now):
            text = f"The feed {name} cannot be read. {verdict.words}"
            storage.add_notice(Notice(_key(DEAD, feed), text, now))
        elif verdict.health is Health.STALE:
            text = f"The feed {name} brings nothing new. {verdict.words}"
            storage.add_notice(Notice(_key(STALE, feed), text, now))


def forget_notices(storage: Storage, url: str) -> None:
    """Forget what was told of a feed: it was removed, or is taken up again."""
    for matter in (DEAD, STALE, PAUSED):
        storage.clear_notice(f"{matter} {url}")


def _key(matter: str, feed: Feed) -> str:
    return f"{matter} {feed.url}"
