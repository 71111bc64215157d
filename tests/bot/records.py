"""Articles and answers made by hand, for tests that need no library."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from retrieval.records import Answer, Article, Nearest, Quote

PUBLISHED = datetime(2022, 1, 3, 8, 0, tzinfo=UTC)


def article(text: str = "Putin called Erdogan.", **fields: Any) -> Article:
    defaults: dict[str, Any] = {
        "id": "a",
        "title": "A call",
        "content_hash": "h",
        "url": "https://news.example/a?b=1&c=2",
        "source": "Example News",
        "published_at": PUBLISHED,
    }
    return Article(text=text, **(defaults | fields))


def whole(piece: Article) -> Quote:
    """A quote of all that an article says."""
    return Quote(piece, 0, len(piece.text), 0.9)


def found(*quotes: Quote) -> Answer:
    return Answer("who?", "en", True, 0.9, quotes, (), 1.0, library_articles=1)


def not_found(*nearest: Article, articles: int = 2, newest: datetime | None = PUBLISHED) -> Answer:
    return Answer(
        "who?",
        "en",
        False,
        0.1,
        (),
        tuple(Nearest(piece, 0.5) for piece in nearest),
        1.0,
        library_articles=articles,
        library_newest=newest,
    )
