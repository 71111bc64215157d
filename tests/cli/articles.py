"""Two articles of today, for tests that ask what a feed brought."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.news_site import NewsArticle

FERRY_QUESTION = "How many passengers did the Orsel ferry carry?"
FERRY_SENTENCE = "The ferry Orsel Star carried 214 passengers when it ran aground off Tarumbek."
BRIDGE_QUESTION = "Who designed the bridge of Quillmouth?"
BRIDGE_SENTENCE = "The bridge of Quillmouth was designed by the architect Maren Oxley."


def ferry() -> NewsArticle:
    return _article(
        1,
        "/ferry.html",
        "Ferry runs aground off Tarumbek",
        FERRY_SENTENCE,
        "Nobody was hurt, the coast guard said on Monday, and all were taken ashore by noon.",
        "The captain told investigators that a buoy had drifted from its place in the night.",
        "Tugs are to pull the ship free at the next high tide, the harbour office announced.",
    )


def bridge() -> NewsArticle:
    return _article(
        3,
        "/bridge.html",
        "Quillmouth opens its new bridge",
        BRIDGE_SENTENCE,
        "It took four years to build and replaces a wooden crossing that a flood swept away.",
        "About three thousand people walked over it on the first day, the council counted.",
        "Lorries have to wait until spring, when the road on the northern bank is ready.",
    )


def _article(hours_ago: int, path: str, title: str, *paragraphs: str) -> NewsArticle:
    published = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours_ago)
    return NewsArticle(path=path, title=title, paragraphs=paragraphs, published=published)


def corrected(article: NewsArticle, old: str, new: str) -> NewsArticle:
    """Return an article as its outlet has corrected it."""
    paragraphs = tuple(paragraph.replace(old, new) for paragraph in article.paragraphs)
    return replace(article, paragraphs=paragraphs, modified=datetime.now(UTC))
