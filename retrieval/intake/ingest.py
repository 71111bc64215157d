"""Files and folders into the library, in batches; what cannot be read is named and left out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval.errors import IntakeError
from retrieval.intake.files import read_articles
from retrieval.records import Article, IngestReport, Written
from retrieval.storage.base import ArticleStorage

logger = logging.getLogger(__name__)

_WRITE_BATCH = 64
"""Articles written in one transaction."""


def ingest(
    storage: ArticleStorage,
    paths: Sequence[Path],
    max_bytes: int,
    on_article: Callable[[], None] | None = None,
) -> IngestReport:
    """Read files and folders, and write the articles in them.

    Args:
        storage: The library.
        paths: What to read.
        max_bytes: Larger files that are read whole are refused.
        on_article: Called after each article or document that was looked at.

    Returns:
        What was done; what could not be read is named, the rest is kept.

    Raises:
        StorageError: The library cannot be written; what was written before is kept.
    """
    counts = dict.fromkeys(Written, 0)
    skipped: list[str] = []
    batch: list[Article] = []

    def write() -> None:
        for outcome in storage.write_articles(batch):
            counts[outcome] += 1
        batch.clear()

    for item in read_articles(paths, max_bytes=max_bytes):
        if isinstance(item, IntakeError):
            logger.debug("Skipped %s", item)
            skipped.append(str(item))
        else:
            batch.append(item)
            if len(batch) == _WRITE_BATCH:
                write()
        if on_article:
            on_article()
    write()
    return IngestReport(
        counts[Written.NEW], counts[Written.UPDATED], counts[Written.UNCHANGED], tuple(skipped)
    )
