"""The records that everything passes around: frozen, and normalised where they are made.

Always true: text is NFC, times are timezone-aware UTC, vectors are float32 of unit length,
a cosine lies in [-1, 1] and higher is better. Text of a passage, a sentence or a quote is
never stored: it is sliced from its article, ``article.text[start:end]``, each time it is
asked for. That is why a quote cannot differ from what the outlet wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.records.answers import (
    Answer,
    Filters,
    Hit,
    Match,
    Nearest,
    Quote,
    Receipt,
    SearchResult,
)
from retrieval.records.articles import (
    Article,
    Extent,
    IndexedArticle,
    IndexedPassage,
    Passage,
    Span,
    StoredPassage,
    Written,
)
from retrieval.records.digests import (
    EVERY_DAY,
    WEEKDAYS,
    Candidate,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    DigestDay,
    DigestStatus,
    DigestStory,
    HourlySources,
    InDoubt,
    PlanReport,
    Preferences,
    Settled,
    StoryView,
    Subscriber,
    ToldStory,
    WhenEmpty,
    Why,
    WhyReason,
)
from retrieval.records.feeds import (
    ExtractedPage,
    Feed,
    FeedContent,
    FeedEntry,
    FeedStatus,
    FoundFeed,
    Page,
    PageOutcome,
    RoundReport,
)
from retrieval.records.operations import (
    Finding,
    IngestReport,
    LibraryStatistics,
    Notice,
    PendingUpdate,
)
from retrieval.records.stories import (
    Story,
    StoryMember,
)

if TYPE_CHECKING:
    from retrieval.records.vectors import Vector, Vectors

__all__ = [
    "EVERY_DAY",
    "WEEKDAYS",
    "Answer",
    "Article",
    "Candidate",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "Digest",
    "DigestDay",
    "DigestStatus",
    "DigestStory",
    "Extent",
    "ExtractedPage",
    "Feed",
    "FeedContent",
    "FeedEntry",
    "FeedStatus",
    "Filters",
    "Finding",
    "FoundFeed",
    "Hit",
    "HourlySources",
    "InDoubt",
    "IndexedArticle",
    "IndexedPassage",
    "IngestReport",
    "LibraryStatistics",
    "Match",
    "Nearest",
    "Notice",
    "Page",
    "PageOutcome",
    "Passage",
    "PendingUpdate",
    "PlanReport",
    "Preferences",
    "Quote",
    "Receipt",
    "RoundReport",
    "SearchResult",
    "Settled",
    "Span",
    "StoredPassage",
    "Story",
    "StoryMember",
    "StoryView",
    "Subscriber",
    "ToldStory",
    "Vector",
    "Vectors",
    "WhenEmpty",
    "Why",
    "WhyReason",
    "Written",
]
