"""The log of what caches in memory may have to unlearn.

New passages need no log: their ids only grow. Deleted ones, and articles whose source, language
or date changed, are listed here by triggers. The log is kept short; who has not looked for so
long that entries are missing builds its cache anew.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlite_utils import Database

_KEPT = 50_000
"""Entries kept. More deletions than that between two looks cost a reader one rebuild."""


class Changes(NamedTuple):
    """What happened since a position in the log, and the position after it."""

    complete: bool
    passages: list[int]
    articles: list[int]
    seq: int


def forget_old_changes(db: Database) -> None:
    """Cut the log to its newest entries; the last one always stays."""
    db.execute(
        "DELETE FROM changes WHERE seq <= (SELECT max(seq) FROM changes) - ?",
        (_KEPT,),
    )


def last_change(db: Database) -> int:
    """Return the position of the newest entry, 0 when there has been none."""
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])


def changes_since(db: Database, seq: int) -> Changes:
    """Read the log after a position.

    Args:
        db: A connection inside a transaction.
        seq: The position of an earlier look.

    Returns:
        Deleted passages and altered articles' keys; ``complete`` is false when entries after
        ``seq`` were already forgotten.
    """
    oldest = db.execute("SELECT coalesce(min(seq), 0) FROM changes").fetchone()[0]
    rows = db.execute(
        "SELECT seq, passage_id, article_key FROM changes WHERE seq > ? ORDER BY seq", (seq,)
    ).fetchall()
    return Changes(
        complete=oldest <= seq + 1,
        passages=[passage for _, passage, _ in rows if passage is not None],
        articles=[article for _, _, article in rows if article is not None],
        seq=rows[-1][0] if rows else seq,
    )
