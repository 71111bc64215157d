"""What every storage engine promises: rows in, rows out, and search over them.

One engine holds articles, passages, vectors and terms, and answers both kinds of search, so
that no caller knows how. The same test class runs against every engine.

Promises that hold for all of them:

- A method is one transaction: it is done whole, or not at all and raises. Inside `together`
  several are one.
- Any thread may call any method. Another process's committed writes are seen by the next call
  (searches over vectors within two seconds).
- ``model`` names everything that passages depend on: embedding model, splitter, analyzer.
  One model's passages are invisible to another model's search.
- Errors are `StorageError` or its subclasses, worded for a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from retrieval.records import Finding, LibraryStatistics
from retrieval.storage.base.articles import ArticleStorage, PassageStorage
from retrieval.storage.base.conversations import (
    FeedbackStorage,
    LimitStorage,
    PersonStorage,
    TurnStorage,
)
from retrieval.storage.base.digests import DigestStorage, OutboxStorage, SubscriberStorage
from retrieval.storage.base.feeds import FeedStorage, PageStorage
from retrieval.storage.base.follows import FollowStorage
from retrieval.storage.base.operations import InboxStorage, NoticeStorage, ReceiptStorage
from retrieval.storage.base.search import SearchStorage
from retrieval.storage.base.stories import StoryStorage

__all__ = [
    "ArticleStorage",
    "DigestStorage",
    "FeedStorage",
    "FeedbackStorage",
    "FollowStorage",
    "InboxStorage",
    "LimitStorage",
    "NoticeStorage",
    "OutboxStorage",
    "PageStorage",
    "PassageStorage",
    "PersonStorage",
    "ReceiptStorage",
    "SearchStorage",
    "Storage",
    "StoryStorage",
    "SubscriberStorage",
    "TurnStorage",
]


class Storage(
    ArticleStorage,
    PassageStorage,
    SearchStorage,
    FeedStorage,
    PageStorage,
    StoryStorage,
    SubscriberStorage,
    DigestStorage,
    OutboxStorage,
    FollowStorage,
    TurnStorage,
    FeedbackStorage,
    LimitStorage,
    PersonStorage,
    ReceiptStorage,
    InboxStorage,
    NoticeStorage,
    Protocol,
):
    """Everything an engine does."""

    def together(self, *, flushed: bool = True) -> AbstractContextManager[None]:
        """Run a block whose calls, of this thread, are one transaction.

        It is for a few quick writes: nobody else writes meanwhile. An error of one of them is not
        to be caught within.

        Args:
            flushed: Whether they are on the disk when the block ends. Where not, no kill takes
                them, and a power cut only if nothing was flushed after them.
        """
        ...

    def statistics(self, model: str) -> LibraryStatistics:
        """Count what is in the library; withdrawn articles are not counted."""
        ...

    def verify(self, model: str) -> list[Finding]:
        """Derive again what can be derived and compare; one finding per check."""
        ...

    def backup(self, target: Path) -> None:
        """Write a consistent copy of the library to a new file while others use it.

        A file that exists is never written over: that is a `StorageError`.
        """
        ...

    def details(self) -> Mapping[str, str]:
        """Return facts about the engine for the operator: version, index kind, file, …."""
        ...

    def close(self) -> None:
        """Release files and threads; the object is not used afterwards."""
        ...
