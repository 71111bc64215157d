"""What an operator is told, and what a bot keeps of its conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PendingUpdate:
    """A Telegram update that was accepted and has not been handled yet; ``payload`` is JSON."""

    update_id: int
    payload: str


@dataclass(frozen=True, slots=True)
class LibraryStatistics:
    """What is in the library. Of articles, ``withdrawn`` ones are counted nowhere else."""

    articles: int
    passages: int
    unindexed_articles: int
    sources: Mapping[str, int]
    languages: Mapping[str, int]
    oldest: datetime | None
    newest: datetime | None
    last_added: datetime | None
    bytes_on_disk: int
    receipts: int
    stories: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What reading files did: articles by outcome, and what could not be read, with reasons."""

    new: int
    updated: int
    unchanged: int
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of ``kabar doctor``: what was looked at, whether it is well, how to mend it."""

    check: str
    ok: bool
    detail: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the operator is to be told, once.

    ``key`` names the matter ("dead https://…"): while it lasts it is told only once. ``text``
    is one sentence for a person.
    """

    key: str
    text: str
    created_at: datetime
    id: int | None = None
