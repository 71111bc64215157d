"""Feeds: when each was and is to be visited, and who is visiting it.

Always true: a feed is taken and told its next visit in one transaction, so a process that dies in
the middle of a visit does not come again before its interval is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from sqlite_utils import Database

from retrieval.records import Feed, FeedStatus, Page
from retrieval.storage.sqlite.codec import from_micros, to_micros
from retrieval.storage.sqlite.listings import record_listings
from retrieval.storage.sqlite.part import Part

_MICROSECOND = timedelta(microseconds=1)
_RECENT = timedelta(hours=24)

_STATE = (
    "title",
    "site_url",
    "etag",
    "last_modified",
    "visit_interval",
    "next_visit_at",
    "visited_at",
    "succeeded_at",
    "changed_at",
    "failing_since",
    "failures",
    "error",
    "paused_because",
)
"""The columns that a visit decides."""

_COLUMNS = ", ".join(("url", "added_at", *_STATE))
_UPDATE = (
    f"UPDATE feeds SET claimed_until = NULL, {', '.join(f'{name} = ?' for name in _STATE[:-1])}, "  # noqa: S608
    f"paused_because = coalesce(paused_because, ?) WHERE id = ?"
)

_RECENT_COUNTS = (
    "SELECT listings.feed_id, count(DISTINCT articles.id) FROM articles "
    "JOIN pages ON pages.article_id = articles.id JOIN listings ON page_id = pages.id "
    "WHERE articles.added_at >= ? GROUP BY listings.feed_id"
)
_PENDING_COUNTS = (
    "SELECT feed_id, count(*) FROM pages WHERE read_at IS NULL AND due_at IS NOT NULL "
    "AND feed_id IS NOT NULL GROUP BY feed_id"
)
_LAST_ARTICLES = (
    "SELECT articles.id, published_at, articles.added_at FROM ("
    "  SELECT page_id, newest_at FROM listings WHERE feed_id = ?"
    "  ORDER BY newest_at DESC LIMIT 100"  # or a feed that was just added is walked to its end
    ") AS last JOIN pages ON pages.id = page_id JOIN articles ON articles.id = article_id "
    "ORDER BY last.newest_at DESC LIMIT 24"
)
_FEWEST_GAPS = 4
"""Fewer say nothing of what is usual."""


def _to_feed(row: Sequence[Any]) -> Feed:
    (
        url,
        added_at,
        title,
        site_url,
        etag,
        last_modified,
        visit_interval,
        next_visit_at,
        visited_at,
        succeeded_at,
        changed_at,
        failing_since,
        failures,
        error,
        paused_because,
    ) = row
    return Feed(
        url=url,
        title=title,
        site_url=site_url,
        added_at=from_micros(added_at),
        etag=etag,
        last_modified=last_modified,
        interval=timedelta(microseconds=visit_interval),
        next_visit_at=from_micros(next_visit_at),
        visited_at=from_micros(visited_at),
        succeeded_at=from_micros(succeeded_at),
        changed_at=from_micros(changed_at),
        failing_since=from_micros(failing_since),
        failures=failures,
        error=error,
        paused_because=paused_because,
    )


def _state(feed: Feed) -> tuple[Any, ...]:
    return (
        feed.title,
        feed.site_url,
        feed.etag,
        feed.last_modified,
        feed.interval // _MICROSECOND,
        to_micros(feed.next_visit_at),
        to_micros(feed.visited_at),
        to_micros(feed.succeeded_at),
        to_micros(feed.changed_at),
        to_micros(feed.failing_since),
        feed.failures,
        feed.error,
        feed.paused_because,
    )


class Feeds(Part):
    """`FeedStorage` over ``feeds`` and ``listings``."""

    def add_feed(self, feed: Feed) -> bool:
        """Keep a feed; return False, and change nothing, where its address is known."""
        added = to_micros(feed.added_at or self._clock())
        with self._connections.write() as db:
            return bool(
                db.execute(
                    f"INSERT OR IGNORE INTO feeds ({_COLUMNS}) "  # noqa: S608
                    f"VALUES ({', '.join('?' * (2 + len(_STATE)))})",
                    (feed.url, added, *_state(feed)),
                ).rowcount
            )

    def feeds(self) -> list[FeedStatus]:
        """Return all feeds, by the time they were added."""
        since = to_micros(self._clock() - _RECENT)
        with self._connections.read() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS}, id FROM feeds ORDER BY added_at, id"  # noqa: S608
            ).fetchall()
            recent = dict(db.execute(_RECENT_COUNTS, (since,)).fetchall())
            pending = dict(db.execute(_PENDING_COUNTS).fetchall())
            statuses = []
            for *row, identity in rows:
                newest, usual_gap = _rhythm(db, identity)
                statuses.append(
                    FeedStatus(
                        _to_feed(row),
                        recent.get(identity, 0),
                        newest,
                        pending.get(identity, 0),
                        usual_gap,
                    )
                )
        return statuses

    def get_feed(self, url: str) -> Feed | None:
        """Return a feed, or None."""
        with self._connections.read() as db:
            row = db.execute(f"SELECT {_COLUMNS} FROM feeds WHERE url = ?", (url,)).fetchone()  # noqa: S608
        return _to_feed(row) if row else None

    def remove_feed(self, url: str) -> bool:
        """Forget a feed and its pages that were not read yet; its articles stay.

        A page that another feed lists too becomes that feed's.
        """
        with self._connections.write() as db:
            feed_id = _id_of(db, url)
            if feed_id is None:
                return False
            elsewhere = "FROM listings WHERE page_id = pages.id AND feed_id != ?1"
            db.execute(
                "DELETE FROM pages WHERE feed_id = ?1 AND read_at IS NULL "  # noqa: S608
                f"AND NOT EXISTS (SELECT 1 {elsewhere})",
                (feed_id,),
            )
            db.execute(
                f"UPDATE pages SET feed_id = (SELECT min(feed_id) {elsewhere}) "  # noqa: S608
                "WHERE feed_id = ?1",
                (feed_id,),
            )
            db.execute("DELETE FROM feeds WHERE id = ?", (feed_id,))
        return True

    def pause_feed(self, url: str, because: str | None) -> bool:
        """Pause a feed, or with None visit it again, from now on; return whether it exists."""
        now = to_micros(self._clock())
        with self._connections.write() as db:
            if because is not None:
                change = db.execute(
                    "UPDATE feeds SET paused_because = ? WHERE url = ?", (because, url)
                )
            else:
                change = db.execute(
                    "UPDATE feeds SET paused_because = NULL, next_visit_at = ?, "
                    "failing_since = NULL, failures = 0, error = NULL WHERE url = ?",
                    (now, url),
                )
        return bool(change.rowcount)

    def claim_feeds(
        self, now: datetime, limit: int, *, lease: timedelta, due_only: bool = True
    ) -> list[Feed]:
        """Take feeds for a visit; see `FeedStorage.claim_feeds`."""
        moment, until = to_micros(now), to_micros(now + lease)
        due = "AND coalesce(next_visit_at, 0) <= ?1" if due_only else ""
        with self._connections.write() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS}, id FROM feeds "  # noqa: S608
                f"WHERE paused_because IS NULL AND coalesce(claimed_until, 0) <= ?1 {due} "
                "ORDER BY next_visit_at, id LIMIT ?2",  # one never visited (NULL) is the first
                (moment, max(0, limit)),
            ).fetchall()
            db.conn.executemany(
                "UPDATE feeds SET claimed_until = ?, next_visit_at = ? + visit_interval "
                "WHERE id = ?",
                [(until, moment, row[-1]) for row in rows],
            )
        return [_to_feed(row[:-1]) for row in rows]

    def record_visit(self, feed: Feed, pages: Sequence[Page] = ()) -> int:
        """Keep a visit's outcome and the pages that it found; see `FeedStorage.record_visit`."""
        now = to_micros(feed.visited_at or self._clock())
        assert now is not None  # noqa: S101  a time was given
        with self._connections.write() as db:
            feed_id = _id_of(db, feed.url)
            if feed_id is None:
                return 0
            db.execute(_UPDATE, (*_state(feed), feed_id))
            return record_listings(db, feed_id, pages, now)


def _rhythm(db: Database, feed_id: int) -> tuple[datetime | None, timedelta | None]:
    """Return the date of a feed's newest article, and the usual time between two of the last."""
    rows = db.execute(_LAST_ARTICLES, (feed_id,)).fetchall()
    articles = {identity: times for identity, *times in rows}.values()  # two pages, one article
    known = [added if published is None else published for published, added in articles]
    dates = sorted(published for published, _ in articles if published is not None)
    gaps = [later - earlier for earlier, later in pairwise(dates)]
    usual = timedelta(microseconds=median(gaps)) if len(gaps) >= _FEWEST_GAPS else None
    return from_micros(max(known, default=None)), usual


def _id_of(db: Database, url: str) -> int | None:
    row = db.execute("SELECT id FROM feeds WHERE url = ?", (url,)).fetchone()
    return row[0] if row else None
