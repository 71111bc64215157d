"""Articles: the truth that everything else is derived from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from retrieval.records import Article, Extent, Written
from retrieval.storage.sqlite.changes import forget_old_changes
from retrieval.storage.sqlite.codec import from_micros, to_micros
from retrieval.storage.sqlite.part import Part

_GIVEN = (
    "url",
    "author",
    "source",
    "language",
    "published_at",
    "related",
    "image_url",
    "extent",
    "content_hash",
    "title",
    "text",
)
"""The columns that the caller decides, apart from the id."""

_WORDS = 3
"""The last of them are the words and their hash: where they differ, passages are of old words."""

WITHDRAWN = "FROM articles WHERE withdrawn_at IS NOT NULL"
"""Answered by an index of these alone."""

ARTICLE_COLUMNS = ", ".join(("id", "added_at", "updated_at", "withdrawn_at", *_GIVEN))

_SELECT = f"SELECT {ARTICLE_COLUMNS} FROM articles"  # noqa: S608
_INSERT = (
    f"INSERT INTO articles ({ARTICLE_COLUMNS}) "  # noqa: S608
    f"VALUES (?, ?, ?, NULL, {', '.join('?' * len(_GIVEN))})"
)
_UPDATE = (
    "UPDATE articles SET updated_at = ?, withdrawn_at = NULL, "  # noqa: S608
    f"{', '.join(f'{name} = ?' for name in _GIVEN)} WHERE id = ?"
)


def to_article(row: Sequence[Any]) -> Article:
    """Return the article that a row of `ARTICLE_COLUMNS` stands for."""
    (
        identity,
        added_at,
        updated_at,
        withdrawn_at,
        url,
        author,
        source,
        language,
        published_at,
        related,
        image_url,
        extent,
        content_hash,
        title,
        text,
    ) = row
    return Article(
        id=identity,
        title=title,
        text=text,
        content_hash=content_hash,
        url=url,
        author=author,
        source=source,
        language=language,
        published_at=from_micros(published_at),
        added_at=from_micros(added_at),
        updated_at=from_micros(updated_at),
        related=tuple(json.loads(related)) if related != "[]" else (),
        image_url=image_url,
        extent=Extent(extent),
        withdrawn_at=from_micros(withdrawn_at),
    )


def _given(article: Article) -> tuple[Any, ...]:
    related = json.dumps(list(article.related), ensure_ascii=False, separators=(",", ":"))
    return (
        article.url,
        article.author,
        article.source,
        article.language,
        to_micros(article.published_at),
        related,
        article.image_url,
        article.extent.value,
        article.content_hash,
        article.title,
        article.text,
    )


def write_article(db: Database, article: Article, now: int | None) -> Written:
    """Write one article; see `ArticleStorage.write_articles`.

    Args:
        db: A connection inside a transaction that may write.
        article: What its outlet says now; one that was withdrawn is there again.
        now: The present moment, in microseconds.

    Returns:
        What that did.
    """
    given = _given(article)
    row = db.execute(f"{_SELECT} WHERE id = ?", (article.id,)).fetchone()
    if row is None:
        db.execute(_INSERT, (article.id, now, now, *given))
        return Written.NEW
    withdrawn_at, *known = row[3:]
    if withdrawn_at is None and tuple(known) == given:
        return Written.UNCHANGED
    if tuple(known[-_WORDS:]) != given[-_WORDS:]:
        _delete_indexings(db, article.id)
    db.execute(_UPDATE, (now, *given, article.id))
    return Written.UPDATED


def withdraw_article(db: Database, identity: str, now: int | None) -> None:
    """Keep an article, and take away all by which it could be found.

    Args:
        db: A connection inside a transaction that may write.
        identity: The article's; an unknown one is ignored.
        now: The present moment, in microseconds.
    """
    db.execute(
        "UPDATE articles SET withdrawn_at = ?, updated_at = ? "
        "WHERE id = ? AND withdrawn_at IS NULL",
        (now, now, identity),
    )
    _delete_indexings(db, identity)


def _delete_indexings(db: Database, identity: str) -> None:
    db.execute(
        "DELETE FROM indexings WHERE article_key = (SELECT key FROM articles WHERE id = ?)",
        (identity,),
    )


_END_OF_TIME = 2**63 - 1


class Articles(Part):
    """`ArticleStorage` over the table ``articles``."""

    def write_articles(self, articles: Sequence[Article]) -> list[Written]:
        """Write articles by id; see `ArticleStorage.write_articles`."""
        if not articles:
            return []
        now = to_micros(self._clock())
        with self._connections.write() as db:
            results = [write_article(db, article, now) for article in articles]
            forget_old_changes(db)
        return results

    def get_articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles that exist, by id."""
        wanted = json.dumps(list(ids))
        with self._connections.read() as db:
            rows = db.execute(
                f"{_SELECT} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
                (wanted,),
            ).fetchall()
        return {row[0]: to_article(row) for row in rows}

    def delete_articles(self, ids: Iterable[str]) -> int:
        """Delete articles with everything derived from them."""
        wanted = json.dumps(list(ids))
        with self._connections.write() as db:
            deleted = db.execute(
                "DELETE FROM articles WHERE id IN (SELECT value FROM json_each(?))", (wanted,)
            ).rowcount
            forget_old_changes(db)
        return deleted

    def latest_articles(self, limit: int) -> list[Article]:
        """Return the newest articles that are not withdrawn, best known date first."""
        with self._connections.read() as db:
            rows = db.execute(
                f"{_SELECT} WHERE withdrawn_at IS NULL "
                "ORDER BY coalesce(published_at, added_at) DESC, key DESC LIMIT ?",
                (max(0, limit),),
            ).fetchall()
        return [to_article(row) for row in rows]

    def article_with_content(self, content_hash: str, source: str | None) -> str | None:
        """Return the id of this source's article with exactly this title and text, or None."""
        with self._connections.read() as db:
            row = db.execute(
                "SELECT id FROM articles WHERE content_hash = ? AND source IS ? "
                "ORDER BY withdrawn_at IS NOT NULL, key LIMIT 1",
                (content_hash, source),
            ).fetchone()
        return row[0] if row else None

    def delete_older_articles(
        self, before: datetime, limit: int, *, spare_given: bool = False
    ) -> int:
        """Delete up to ``limit`` articles whose best known date lies before, the oldest first."""
        moment = to_micros(before)
        with self._connections.write() as db:
            deleted = db.execute(
                "DELETE FROM articles WHERE key IN ("
                "  SELECT key FROM articles WHERE coalesce(published_at, added_at) < ?"
                "  AND (added_at < ? OR EXISTS (SELECT 1 FROM pages"
                "       WHERE pages.article_id = articles.id AND feed_id IS NOT NULL))"
                "  ORDER BY coalesce(published_at, added_at) LIMIT ?)",
                (moment, moment if spare_given else _END_OF_TIME, max(0, limit)),
            ).rowcount
            forget_old_changes(db)
        return deleted
