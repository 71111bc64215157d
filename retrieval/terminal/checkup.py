"""`kabar doctor`: settings, disk, library, index, model and feeds, each with how to mend it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from retrieval.errors import KabarError
from retrieval.records import Finding
from retrieval.terminal.rendering import size_text

if TYPE_CHECKING:
    from retrieval.kabar import Kabar
    from retrieval.settings import RetrievalSettings
    from retrieval.terminal.session import Session

ENOUGH_SPACE = 500_000_000
"""Bytes: the unpacked model takes 350 MB."""

_SENTENCE = "Kabar is Indonesian for news."
_UNIT_TOLERANCE = 1e-3


def check_everything(session: Session) -> list[Finding]:
    """Check all that can be checked; what cannot be, for something before it, is left out."""
    try:
        settings = session.settings()
    except KabarError as error:
        return [Finding("settings", False, str(error), "correct it in .env or the environment")]
    session.start_logging(settings)
    findings = [
        Finding("settings", True, f"data in {settings.data_dir.absolute()}"),
        *_check_library(session, settings),
        _check_space(settings),
    ]
    return findings + [check(session) for check in session.further_checks]


def _check_library(session: Session, settings: RetrievalSettings) -> list[Finding]:
    try:
        with session.open_library(settings) as kabar:
            from retrieval.kabar import utc_now
            from retrieval.terminal.feed_checkup import check_feeds

            checks = [*kabar.verify(), _check_indexing(kabar), _check_model(kabar)]
            return checks + check_feeds(kabar.newsroom.feeds(), utc_now(), settings.contact)
    except KabarError as error:
        remedy = "do what the sentence says, or restore a backup with `kabar restore FILE`"
        return [Finding("library", False, str(error), remedy)]


def _check_indexing(kabar: Kabar) -> Finding:
    statistics = kabar.statistics()
    if not statistics.articles:
        detail = "the library is empty; read articles with `kabar ingest PATH`"
        return Finding("indexing", True, detail)
    if statistics.unindexed_articles:
        detail = f"{statistics.unindexed_articles:,} of {statistics.articles:,} articles are not"
        return Finding("indexing", False, f"{detail} indexed", "run `kabar reindex`")
    return Finding("indexing", True, f"all of {statistics.articles:,} articles")


def _check_model(kabar: Kabar) -> Finding:
    """Embed a sentence and look at its length."""
    try:
        (vector,) = kabar.embedder.embed_queries([_SENTENCE])
    except KabarError as error:
        return Finding("model", False, str(error), "check KABAR_EMBEDDING_MODEL and the disk")
    length = float((vector @ vector) ** 0.5)
    detail = f"{kabar.model}, {len(vector)} dimensions"
    if abs(length - 1) <= _UNIT_TOLERANCE:
        return Finding("model", True, detail)
    return Finding(
        "model",
        False,
        f"{detail}: a sentence's vector has the length {length:.4f} and not 1",
        "delete the unpacked model below KABAR_MODEL_DIR and start again",
    )


def _check_space(settings: RetrievalSettings) -> Finding:
    try:
        free = shutil.disk_usage(settings.data_dir).free
    except OSError as error:
        return Finding("disk", False, f"{error.strerror}", "check that the data folder is there")
    detail = f"{size_text(free)} free"
    return Finding("disk", free >= ENOUGH_SPACE, detail, "free some space for the library to grow")
