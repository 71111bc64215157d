"""What the tests of several processes run: ``python -m tests.intake.rounds.worker FOLDER AHEAD``.

Reads until it is killed, as `kabar run` does, with a clock that is so many seconds ahead. What
is embedded is not the model's doing but one passage an article: it would take most of the time.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from retrieval.newsroom import Newsroom
from retrieval.records import Article, IndexedArticle
from retrieval.settings import RetrievalSettings
from retrieval.storage.base import Storage
from retrieval.storage.sqlite.engine import SqliteStorage
from tests.storage.builders import MODEL, index, make_passage

_BATCH = 4


class Plain:
    """A library that gives each article one passage."""

    model = MODEL

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def index_articles(self, articles: Sequence[Article]) -> list[IndexedArticle]:
        return [index(article, make_passage(article)) for article in articles]

    def index_pending(
        self,
        on_indexed: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        total = 0
        while not (stop and stop()):
            articles = self._storage.unindexed_articles(MODEL, _BATCH)
            if not articles:
                break
            written = self._storage.write_passages(MODEL, self.index_articles(articles))
            total += written
            if on_indexed:
                on_indexed(written)
        return total

    def assign_stories(
        self,
        on_assigned: Callable[[int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> int:
        return 0


def read(folder: Path, ahead: timedelta) -> None:
    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    settings = RetrievalSettings(
        _env_file=None,
        KABAR_DATA_DIR=folder,
        KABAR_ALLOW_PRIVATE=True,
        KABAR_FETCH_PAUSE_SECONDS=0.0,
        KABAR_MAX_FETCHES=3,
    )  # type: ignore[call-arg]
    storage = SqliteStorage(folder, clock=clock, busy_timeout=60)
    newsroom = Newsroom(settings, storage, clock, Plain(storage))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    newsroom.run(threading.Event())


if __name__ == "__main__":
    read(Path(sys.argv[1]), timedelta(seconds=float(sys.argv[2])))
