"""Pages: the queue of addresses to read, and what reading them came to.

Always true: an article, its passages and its page's state are written in one transaction, so a
process that dies loses at most what it had not recorded, and its pages are due again when their
lease is over.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from retrieval.records import Page, PageOutcome, Written
from retrieval.storage.sqlite.articles import withdraw_article, write_article
from retrieval.storage.sqlite.changes import forget_old_changes
from retrieval.storage.sqlite.codec import to_micros
from retrieval.storage.sqlite.page_rows import (
    PAGE_COLUMNS,
    PAGES,
    from_entry,
    insert_page,
    to_page,
)
from retrieval.storage.sqlite.part import Part
from retrieval.storage.sqlite.passage_checks import check_passages
from retrieval.storage.sqlite.passages import replace_passages

_FORGOTTEN_AT_ONCE = 2_000
"""Pages that go in one transaction: others may write in between."""

_DUE = "due_at IS NOT NULL AND due_at <= :now AND coalesce(claimed_until, 0) <= :now"

_HOSTS = """
    WITH RECURSIVE hosts (host) AS (
        SELECT min(host) FROM pages WHERE due_at IS NOT NULL
        UNION ALL
        SELECT (SELECT min(host) FROM pages WHERE due_at IS NOT NULL AND host > hosts.host)
        FROM hosts WHERE hosts.host IS NOT NULL
    )
    SELECT host FROM hosts WHERE host IS NOT NULL
"""
"""Steps from host to host in the index ``pages_due``, past all the pages between."""

_OF_HOST = (
    f"SELECT newest_at, id FROM pages WHERE host = :host AND {_DUE} "  # noqa: S608
    "ORDER BY newest_at DESC, id DESC LIMIT :share"
)


class Pages(Part):
    """`PageStorage` over the table ``pages``."""

    def claim_pages(self, now: datetime, limit: int, *, lease: timedelta) -> list[Page]:
        """Take pages that are due; see `PageStorage.claim_pages`."""
        with self._connections.write() as db:
            ids = json.dumps(_choose(db, to_micros(now), limit))
            rows = db.execute(
                f"SELECT {PAGE_COLUMNS} FROM {PAGES} "  # noqa: S608
                "WHERE pages.id IN (SELECT value FROM json_each(?)) "
                "ORDER BY newest_at DESC, pages.id DESC",
                (ids,),
            ).fetchall()
            db.execute(
                "UPDATE pages SET claimed_until = ? WHERE id IN (SELECT value FROM json_each(?))",
                (to_micros(now + lease), ids),
            )
        return [to_page(row) for row in rows]

    def get_page(self, url: str) -> Page | None:
        """Return a page, or None."""
        with self._connections.read() as db:
            row = db.execute(
                f"SELECT {PAGE_COLUMNS} FROM {PAGES} WHERE pages.url = ?",  # noqa: S608
                (url,),
            ).fetchone()
        return to_page(row) if row else None

    def record_pages(self, outcomes: Sequence[PageOutcome], *, model: str) -> list[Written | None]:
        """Keep what reading pages came to; see `PageStorage.record_pages`.

        Raises:
            StorageError: As `Passages.write_passages`, for passages that make no sense; nothing
                is kept then.
        """
        if not outcomes:
            return []
        entries = {each.indexed.article_id: each.indexed for each in outcomes if each.indexed}
        dimension = check_passages(
            [passage for entry in entries.values() for passage in entry.passages]
        )
        now = to_micros(self._clock())
        assert now is not None  # noqa: S101  a clock always gives a time
        with self._connections.write() as db:
            results = [_record(db, outcome, now) for outcome in outcomes]
            if entries:
                replace_passages(db, model, list(entries.values()), dimension)
            forget_old_changes(db)
        return results

    def count_due_pages(self, now: datetime) -> int:
        """Return how many pages wait to be read or looked at again."""
        with self._connections.read() as db:
            row = db.execute(f"SELECT count(*) FROM pages WHERE {_DUE}", {"now": to_micros(now)})  # noqa: S608
            return int(row.fetchone()[0])

    def forget_pages(self, before: datetime) -> int:
        """Delete pages that nothing is to be done with; see `PageStorage.forget_pages`."""
        forgotten = 0
        while True:
            with self._connections.write() as db:
                deleted = db.execute(
                    "DELETE FROM pages WHERE id IN ("
                    "  SELECT id FROM pages WHERE due_at IS NULL AND listed_at < ?1"
                    "  AND found_at < ?1 LIMIT ?2)",
                    (to_micros(before), _FORGOTTEN_AT_ONCE),
                ).rowcount
            forgotten += deleted
            if deleted < _FORGOTTEN_AT_ONCE:
                return forgotten


def _choose(db: Database, now: int | None, limit: int) -> list[int]:
    """Return the ids of pages to read: the newest of each host in turn, until there are enough."""
    hosts = [row[0] for row in db.execute(_HOSTS)] if limit > 0 else []
    share = -(-limit // len(hosts)) if hosts else 0
    waiting: dict[str, list[tuple[int, int]]] = {}
    asked = hosts
    while asked:
        for host in asked:
            question = {"host": host, "now": now, "share": share}
            waiting[host] = db.execute(_OF_HOST, question).fetchall()
        if sum(map(len, waiting.values())) >= limit:
            break
        asked = [host for host in asked if len(waiting[host]) == share]  # they may have more
        share *= 2
    turns = [
        (turn, -newest, -identity)
        for pages in waiting.values()
        for turn, (newest, identity) in enumerate(pages)
    ]
    return [-identity for _, _, identity in sorted(turns)[:limit]]


def _record(db: Database, outcome: PageOutcome, now: int) -> Written | None:
    """Write a page's article and its new state."""
    page, written = outcome.page, None
    article_id = page.article_id
    if outcome.article is not None:
        written = write_article(db, outcome.article, now)
        article_id = outcome.article.id
    if outcome.withdrawn and article_id is not None:
        withdraw_article(db, article_id, now)
    known = db.execute(
        "UPDATE pages SET article_id = ?, etag = ?, last_modified = ?, read_at = ?, due_at = ?, "
        "attempts = ?, error = ?, entry = ?, claimed_until = NULL WHERE url = ?",
        (
            article_id,
            page.etag,
            page.last_modified,
            to_micros(page.read_at),
            to_micros(page.due_at),
            page.attempts,
            page.error,
            from_entry(page.entry),
            page.url,
        ),
    ).rowcount
    if not known:
        feed = db.execute("SELECT id FROM feeds WHERE url = ?", (page.feed_url,)).fetchone()
        identity = insert_page(db, page, feed[0] if feed else None, now)
        db.execute("UPDATE pages SET article_id = ? WHERE id = ?", (article_id, identity))
    return written
