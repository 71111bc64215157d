"""Which pages a feed lists: how an entry is matched with the pages that are known.

Always true: an entry is the page of its address; else, where the feed listed its key before, the
page that it listed under it, which moves to the new address. Nothing is moved on the word of a key
that the feed gives to two addresses in one visit: such a feed would have its articles swallow each
other. A page may be listed by several feeds, each with its own key and its own words: a change
is one of what the same feed said before.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from sqlite_utils import Database

from retrieval.records import Page
from retrieval.storage.sqlite.codec import to_micros
from retrieval.storage.sqlite.page_rows import (
    digest_of,
    from_entry,
    host_of,
    insert_page,
    newest_at,
)


def record_listings(db: Database, feed_id: int, pages: Sequence[Page], now: int) -> int:
    """Keep what a feed lists.

    Args:
        db: A connection inside a transaction that may write.
        feed_id: The feed.
        pages: What it lists now, in any order.
        now: The moment of the visit, in microseconds.

    Returns:
        How many pages were new.
    """
    listed = {page.url: page for page in pages}  # of one listed twice the last counts
    keys = Counter(map(_key, listed.values()))
    # A key that stands for two addresses says nothing: each address stands for itself.
    by_key = {
        key if keys[key] == 1 else page.url: page
        for page in listed.values()
        for key in (_key(page),)
    }
    visit = _Visit(db, feed_id, now, list(listed), list(by_key))
    for key, page in by_key.items():
        visit.record(key, page)
    visit.finish()
    return visit.new


def _key(page: Page) -> str:
    return page.entry.key if page.entry else page.url


class _Visit:
    """What is known of the pages and keys of one visit, asked for in one go.

    Args:
        db: A connection inside a transaction that may write.
        feed_id: The feed.
        now: The moment of the visit, in microseconds.
        urls: The addresses that it lists.
        keys: The keys that it lists.
    """

    def __init__(
        self, db: Database, feed_id: int, now: int, urls: list[str], keys: list[str]
    ) -> None:
        self.new = 0
        self._db = db
        self._feed_id = feed_id
        self._now = now
        self._pages: dict[str, int] = dict(
            db.execute(
                "SELECT url, id FROM pages WHERE url IN (SELECT value FROM json_each(?))",
                (json.dumps(urls),),
            ).fetchall()
        )
        self._listings: dict[str, tuple[int, bytes]] = {
            key: (page_id, digest)
            for key, page_id, digest in db.execute(
                "SELECT entry_key, page_id, digest FROM listings "
                "WHERE feed_id = ? AND entry_key IN (SELECT value FROM json_each(?))",
                (feed_id, json.dumps(keys)),
            )
        }
        self._seen: list[int] = []
        self._listed: list[tuple[int, str, int, int, bytes]] = []

    def record(self, key: str, page: Page) -> None:
        """Keep one entry."""
        digest = digest_of(page.entry)
        before = self._listings.get(key)
        identity = self._pages.get(page.url)
        if identity is None and before is None:
            identity = insert_page(self._db, page, self._feed_id, self._now)
            self.new += 1
        else:
            if identity is None:
                assert before is not None  # noqa: S101  just asked
                identity = before[0]
                self._move(identity, page)
            elif before and before[0] == identity and before[1] != digest:
                if self._is_taken(identity):
                    # Whoever reads it now may have asked too early, and will say when it is due
                    # next: the old words stay in the list, so that the next visit finds the change.
                    digest = before[1]
                else:
                    self._say_anew(identity, page)
            self._seen.append(identity)
        self._pages[page.url] = identity
        if before != (identity, digest):
            found = to_micros(page.found_at) or self._now
            date = newest_at(page.entry, found)
            self._listed.append((self._feed_id, key, identity, date, digest))

    def finish(self) -> None:
        """Write what was gathered."""
        self._db.execute(
            "UPDATE pages SET listed_at = ?, feed_id = coalesce(feed_id, ?) "
            "WHERE id IN (SELECT value FROM json_each(?))",
            (self._now, self._feed_id, json.dumps(self._seen)),
        )
        self._db.conn.executemany(
            "INSERT OR REPLACE INTO listings (feed_id, entry_key, page_id, newest_at, digest) "
            "VALUES (?, ?, ?, ?, ?)",
            self._listed,
        )

    def _is_taken(self, identity: int) -> bool:
        (until,) = self._db.execute(
            "SELECT claimed_until FROM pages WHERE id = ?", (identity,)
        ).fetchone()
        return until is not None and until > self._now

    def _move(self, identity: int, page: Page) -> None:
        """Give a page its new address, where it is to be read as if it never had been."""
        self._db.execute(
            "UPDATE pages SET url = ?, host = ?, etag = NULL, last_modified = NULL, due_at = ?, "
            "attempts = 0, error = NULL, entry = ? WHERE id = ?",
            (page.url, host_of(page.url), self._now, from_entry(page.entry), identity),
        )

    def _say_anew(self, identity: int, page: Page) -> None:
        """Keep what the feed says now; a page that was done with, or given up, is due at once.

        One that waits to be tried again goes on waiting: its site may be down.
        """
        self._db.execute(
            "UPDATE pages SET entry = ?, due_at = CASE "
            "  WHEN due_at IS NULL OR (read_at IS NOT NULL AND due_at > ?) THEN ? ELSE due_at END "
            "WHERE id = ?",
            (from_entry(page.entry), self._now, self._now, identity),
        )
