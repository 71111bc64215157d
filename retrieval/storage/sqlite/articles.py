"""Articles: the truth that everything else is derived from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database

from retrieval.records import Article, Written
from retrieval.storage.sqlite.changes import forget_old_changes
from retrieval.storage.sqlite.codec import from_micros, to_micros
from retrieval.storage.sqlite.part import Part

_GIVEN = (
    "url",
    "author",
    "source",
    "language",
    "published_at",
    "content_hash",
    "related",
    "title",
    "text",
)
"""The columns that the caller decides, apart from the id."""

ARTICLE_COLUMNS = ", ".join(("id", "added_at", "updated_at", *_GIVEN))

_SELECT = f"SELECT {ARTICLE_COLUMNS} FROM articles"  # noqa: S608
_INSERT = (
    f"INSERT INTO articles ({ARTICLE_COLUMNS}) "  # noqa: S608
    f"VALUES ({', '.join('?' * (3 + len(_GIVEN)))})"
)
_UPDATE = (
    f"UPDATE articles SET updated_at = ?, {', '.join(f'{name} = ?' for name in _GIVEN)} "  # noqa: S608
    "WHERE id = ?"
)


def to_article(row: Sequence[Any]) -> Article:
    """Return the article that a row of `ARTICLE_COLUMNS` stands for."""
    (
        identity,
        added_at,
        updated_at,
        url,
        author,
        source,
        language,
        published_at,
        content_hash,
        related,
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
    )


def _given(article: Article) -> tuple[Any, ...]:
    related = json.dumps(list(article.related), ensure_ascii=False, separators=(",", ":"))
    return (
        article.url,
        article.author,
        article.source,
        article.language,
        to_micros(article.published_at),
        article.content_hash,
        related,
        article.title,
        article.text,
    )


class Articles(Part):
    """`ArticleStorage` over the table ``articles``."""

    def write_articles(self, articles: Sequence[Article]) -> list[Written]:
        """Write articles by id; see `ArticleStorage.write_articles`."""
        if not articles:
            return []
        now = to_micros(self._clock())
        with self._connections.write() as db:
            results = [self._write_article(db, article, now) for article in articles]
            forget_old_changes(db)
        return results

    @staticmethod
    def _write_article(db: Database, article: Article, now: int | None) -> Written:
        given = _given(article)
        row = db.execute(f"{_SELECT} WHERE id = ?", (article.id,)).fetchone()
        if row is None:
            db.execute(_INSERT, (article.id, now, now, *given))
            return Written.NEW
        if tuple(row[3:]) == given:
            return Written.UNCHANGED
        if tuple(row[-2:]) != given[-2:] or row[8] != article.content_hash:
            db.execute(
                "DELETE FROM indexings WHERE article_key = (SELECT key FROM articles WHERE id = ?)",
                (article.id,),
            )
        db.execute(_UPDATE, (now, *given, article.id))
        return Written.UPDATED

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
        """Return the newest articles, best known date first."""
        with self._connections.read() as db:
            rows = db.execute(
                f"{_SELECT} ORDER BY coalesce(published_at, added_at) DESC, key DESC LIMIT ?",
                (max(0, limit),),
            ).fetchall()
        return [to_article(row) for row in rows]
