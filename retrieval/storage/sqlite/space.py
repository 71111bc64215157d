"""Giving the space of what was deleted back to the file system.

Always true: it is done in small steps with a pause after each, so that others may write in between,
and can be stopped at any moment.

How: deleted passages linger in the full-text index, as marks beside their words, until its segments
are merged; so these are merged first, where enough was deleted to be worth it. Then SQLite moves
the last pages of the file into free ones and cuts the end off (``auto_vacuum = INCREMENTAL``), and
the write-ahead log is folded in.

A library that is not of that kind (Kabar makes none, but another tool may have copied it) is
written anew once. That keeps writers waiting, so it is done only where it takes less time than they
wait for; larger ones are named by `kabar doctor`, and put right by a backup that is restored.
"""

from __future__ import annotations

import logging
import time
from typing import NamedTuple

from sqlite_utils import Database

from retrieval.storage.sqlite.faults import translated
from retrieval.storage.sqlite.part import Part

log = logging.getLogger(__name__)

_PAGES_AT_ONCE = 500
"""Pages given back in one transaction: 2 MB, some 30 ms."""

_MERGED_AT_ONCE = 500
"""Pages of the full-text index written in one transaction."""

_PAUSE = 0.005
"""Seconds after each step. Without, a thread that lets go of the lock is the first to have it
again, and others that wait for it starve."""

_DELETED_SHARE = 0.05
"""Passages deleted since the last merge, of those there are, that make merging worth its while."""

LARGEST_REWRITTEN = 512 << 20
"""Bytes of a library that is written anew while others wait: some 3 s on a busy machine."""

_CHECKPOINT_WAIT = 200
"""Milliseconds to wait for readers; those that read longer keep the log, not the bot, waiting."""


class FilePages(NamedTuple):
    """The size of the file in pages; ``incremental`` tells whether free ones can be cut off."""

    page_size: int
    total: int
    free: int
    incremental: bool


class Space(Part):
    """`ArticleStorage.shrink`."""

    def shrink(self) -> int:
        """Give the space of what was deleted back to the file system; return bytes freed."""
        with self._connections.read() as db:
            before = file_pages(db)
        self._merge_terms()
        self._give_pages_back()
        with self._connections.read() as db:
            after = file_pages(db)
        return max(0, (before.total - after.total) * before.page_size)

    def _merge_terms(self) -> None:
        """Merge the full-text index's segments, without what was deleted."""
        with self._connections.read() as db:
            deleted, kept = _deleted_and_kept(db)
            (merged,) = db.execute("SELECT merged_deletions FROM state").fetchone()
        if deleted - merged <= kept * _DELETED_SHARE:
            return
        pages = -_MERGED_AT_ONCE  # the first step takes all segments up, the others go on
        while True:
            with self._connections.write() as db:
                changes = db.conn.total_changes
                db.execute(
                    "INSERT INTO passage_terms (passage_terms, rank) VALUES ('merge', ?)", (pages,)
                )
                # Where nothing is left to merge, only the command itself counts as a change.
                done = db.conn.total_changes - changes < 2
                if done:
                    db.execute("UPDATE state SET merged_deletions = ?", (deleted,))
            if done:
                return
            pages = _MERGED_AT_ONCE
            time.sleep(_PAUSE)

    def _give_pages_back(self) -> None:
        """Cut the file's free pages off."""
        with self._connections.read() as db:
            size = file_pages(db)
        if not size.free:
            return
        if not size.incremental:
            size = self._rewritten(size)
        while size.free and size.incremental:
            with self._connections.turn() as db:
                # As a script: `execute` takes a statement without columns one step further and
                # no more, and each step gives but one page back.
                db.conn.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")
                size = file_pages(db)
            time.sleep(_PAUSE)
        with translated(self._connections.path):
            # Until then the file keeps its size, and the log holds what was moved.
            db = self._connections.current()
            db.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_WAIT}")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _rewritten(self, size: FilePages) -> FilePages:
        """Make a library that is not too large one that can give space back."""
        if size.total * size.page_size > LARGEST_REWRITTEN:
            return size
        started = time.perf_counter()
        with self._connections.turn() as db:
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            db.execute("VACUUM")
            size = file_pages(db)
        log.info("library written anew: ms=%.0f", (time.perf_counter() - started) * 1000)
        return size


def file_pages(db: Database) -> FilePages:
    """Return the size of the library's file, and whether it can be cut."""
    page_size, total, free, mode = (
        db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count", "auto_vacuum")
    )
    return FilePages(page_size, total, free, mode == 2)


def _deleted_and_kept(db: Database) -> tuple[int, int]:
    """Return how many passages were ever deleted, and how many there are."""
    kept = db.execute("SELECT coalesce(sum(passages), 0) FROM models").fetchone()[0]
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
    return (last[0] if last else 0) - kept, kept
