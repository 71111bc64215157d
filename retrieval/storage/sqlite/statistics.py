"""What is in the library, in numbers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sqlite_utils import Database

from retrieval.records import LibraryStatistics
from retrieval.storage.sqlite.codec import from_micros
from retrieval.storage.sqlite.part import Part, State


class Statistics(Part):
    """`Storage.statistics`, counted again only when something changed."""

    _counted: tuple[State, str, LibraryStatistics] | None = None

    def statistics(self, model: str) -> LibraryStatistics:
        """Count what is in the library; ``bytes_on_disk`` and ``receipts`` are always fresh."""
        with self._connections.read() as db:
            state = self._current_state(db)
            receipts = db.execute("SELECT count(*) FROM receipts").fetchone()[0]
            size = bytes_on_disk(self._connections.path)
            known = self._counted
            if known is None or known[0] is not state or known[1] != model:
                known = self._counted = (state, model, _count(db, state, model))
        counted = known[2]
        return LibraryStatistics(
            articles=counted.articles,
            passages=counted.passages,
            unindexed_articles=counted.unindexed_articles,
            sources=counted.sources,
            languages=counted.languages,
            oldest=counted.oldest,
            newest=counted.newest,
            last_added=counted.last_added,
            bytes_on_disk=size,
            receipts=receipts,
        )


def _count(db: Database, state: State, model: str) -> LibraryStatistics:
    sources: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    articles = 0
    for source, language, count in db.execute(
        "SELECT source, language, count(*) FROM articles GROUP BY source, language"
    ):
        articles += count
        if source is not None:
            sources[source] += count
        if language is not None:
            languages[language] += count
    # Each its own statement: SQLite answers one minimum or maximum from an index, not several.
    oldest, newest, last_added = (
        db.execute(f"SELECT {extreme} FROM articles").fetchone()[0]  # noqa: S608
        for extreme in ("min(published_at)", "max(published_at)", "max(added_at)")
    )
    known = state.model(model)
    return LibraryStatistics(
        articles=articles,
        passages=known.passages if known else 0,
        unindexed_articles=articles - (known.articles if known else 0),
        sources=dict(sources.most_common()),
        languages=dict(languages.most_common()),
        oldest=from_micros(oldest),
        newest=from_micros(newest),
        last_added=from_micros(last_added),
        bytes_on_disk=0,
        receipts=0,
    )


def bytes_on_disk(path: Path) -> int:
    """Return the size of the library's file with what SQLite keeps beside it, in bytes."""
    total = 0
    for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        try:
            total += each.stat().st_size
        except FileNotFoundError:  # another process may close the last connection meanwhile
            continue
    return total
