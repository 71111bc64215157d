"""What is in the library, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from sqlite_utils import Database

from retrieval.records import LibraryStatistics
from retrieval.storage.sqlite.articles import WITHDRAWN
from retrieval.storage.sqlite.codec import from_micros
from retrieval.storage.sqlite.part import Part, State

_PRESENT = f"key NOT IN (SELECT key {WITHDRAWN})"
"""Told from an index alone: to look at each row's column is to read its text's last page."""


class Statistics(Part):
    """`Storage.statistics`, counted again only when something changed.

    Withdrawn articles are counted apart: nobody is shown them.
    """

    _counted: tuple[State, str, LibraryStatistics] | None = None

    def statistics(self, model: str) -> LibraryStatistics:
        """Count what is in the library; what does not bump the change counter, always anew."""
        with self._connections.read() as db:
            state = self._current_state(db)
            receipts = db.execute("SELECT count(*) FROM receipts").fetchone()[0]
            size = bytes_on_disk(self._connections.path)
            known = self._counted
            if known is None or known[0] is not state or known[1] != model:
                known = self._counted = (state, model, _count(db, state, model))
            stories = db.execute("SELECT count(*) FROM stories").fetchone()[0]
        return replace(known[2], bytes_on_disk=size, receipts=receipts, stories=stories)


def _count(db: Database, state: State, model: str) -> LibraryStatistics:
    sources: Counter[str | None] = Counter()
    languages: Counter[str | None] = Counter()
    articles = 0
    for sign, rows in ((1, "FROM articles"), (-1, WITHDRAWN)):
        for source, language, count in db.execute(
            f"SELECT source, language, count(*) {rows} GROUP BY source, language"
        ):
            articles += sign * count
            sources[source] += sign * count
            languages[language] += sign * count
    # Each its own statement: SQLite answers one minimum or maximum from an index, not several.
    oldest, newest, last_added = (
        db.execute(f"SELECT {extreme} FROM articles WHERE {_PRESENT}").fetchone()[0]  # noqa: S608
        for extreme in ("min(published_at)", "max(published_at)", "max(added_at)")
    )
    known = state.model(model)
    return LibraryStatistics(
        articles=articles,
        passages=known.passages if known else 0,
        unindexed_articles=articles - (known.articles if known else 0),
        sources=_named(sources),
        languages=_named(languages),
        oldest=from_micros(oldest),
        newest=from_micros(newest),
        last_added=from_micros(last_added),
        bytes_on_disk=0,
        receipts=0,
        withdrawn=db.execute(f"SELECT count(*) {WITHDRAWN}").fetchone()[0],
    )


def _named(counts: Counter[str | None]) -> dict[str, int]:
    return {name: count for name, count in counts.most_common() if name is not None and count}


def bytes_on_disk(path: Path) -> int:
    """Return the size of the library's file with what SQLite keeps beside it, in bytes."""
    total = 0
    for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        try:
            total += each.stat().st_size
        except FileNotFoundError:  # another process may close the last connection meanwhile
            continue
    return total
