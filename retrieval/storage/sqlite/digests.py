"""Digests: each kept once, as ids and offsets, and read with the articles as they are now.

Always true: no word of an article is stored. A quote is its article's id, its offsets and a hash
of its words; where the article has other words there by now, there is no quote.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import numpy as np
from sqlite_utils import Database

from retrieval.records import Article, Candidate, Digest, DigestStory, Extent, Quote, ToldStory
from retrieval.storage.sqlite.articles import ARTICLE_COLUMNS, to_article
from retrieval.storage.sqlite.codec import from_blobs, from_micros, to_micros
from retrieval.storage.sqlite.part import Part

_ZONES = timedelta(days=1)
"""A local date is no further from the date in UTC. By it, the index finds what is recent."""
# A plus keeps SQLite from walking through all members of the model by its index.
_CANDIDATES = (
    "SELECT articles.key, articles.id, story_id, source, language, seen_at, added_at, "
    "length(text), extent, origins, vector "
    "FROM {} WHERE +model_id = ? AND withdrawn_at IS NULL AND {}"
)
_BY_ADDED = "articles CROSS JOIN story_members ON article_key = articles.key"
_BY_STORY = "story_members CROSS JOIN articles ON articles.key = article_key"
_FULL = Extent.FULL.value
_TOLD = "('waiting', 'claimed', 'sending', 'sent', 'in doubt', 'merged')"


class Digests(Part):
    """`DigestStorage` over ``digests`` and what stories are made of."""

    def digest_candidates(self, model: str, since: datetime, until: datetime) -> list[Candidate]:
        """Return articles in stories added at or after ``since`` and before ``until``."""
        return self._candidates(
            model,
            _CANDIDATES.format(_BY_ADDED, "added_at >= ? AND added_at < ?"),
            (to_micros(since), to_micros(until)),
        )

    def story_candidates(self, model: str, story_ids: Iterable[int]) -> list[Candidate]:
        """Return all articles of stories, whenever added, by article key."""
        return self._candidates(
            model,
            _CANDIDATES.format(_BY_STORY, "story_id IN (SELECT value FROM json_each(?))"),
            (json.dumps([int(each) for each in story_ids]),),
        )

    def _candidates(self, model: str, question: str, values: Sequence[Any]) -> list[Candidate]:
        with self._connections.read() as db:
            known = self._current_state(db).model(model)
            rows = db.execute(question, (known.id if known else -1, *values)).fetchall()
        if not rows:
            return []
        rows.sort(key=itemgetter(0))  # SQLite would copy every vector to sort them
        vectors = from_blobs([row[-1] for row in rows]).reshape(len(rows), -1)
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))  # no copy, as norm() makes
        vectors /= np.maximum(lengths, 1e-12)[:, None]
        origins = json.loads(f"[{','.join([row[9] for row in rows])}]")  # all in one go
        return [
            Candidate(
                article_id=identity,
                story_id=story,
                source=source,
                language=language,
                seen_at=_time(seen_at),
                added_at=_time(added_at),
                length=length,
                full=extent == _FULL,
                origins=tuple(origin),
                vector=vector,
            )
            for (
                (_, identity, story, source, language, seen_at, added_at, length, extent, _, _),
                origin,
                vector,
            ) in zip(rows, origins, vectors, strict=True)
        ]

    def write_digest(self, key: str, digest: Digest) -> int:
        """Keep a digest under a key; return the id, of the one kept if the key is known."""
        with self._connections.write() as db:
            db.execute(
                "INSERT OR IGNORE INTO digests (key, made_at, content) VALUES (?, ?, ?)",
                (key, to_micros(digest.until), _to_json(digest)),
            )
            (identity,) = db.execute("SELECT id FROM digests WHERE key = ?", (key,)).fetchone()
        return int(identity)

    def digest_with_key(self, key: str) -> int | None:
        """Return the id of the digest kept under a key."""
        with self._connections.read() as db:
            row = db.execute("SELECT id FROM digests WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def get_digests(self, ids: Iterable[int]) -> dict[int, Digest]:
        """Return digests with quotes and articles as they are stored now."""
        with self._connections.read() as db:
            contents = _contents(db, ids)
            wanted = sorted(
                {
                    identity
                    for content in contents.values()
                    for story in content["stories"]
                    for identity in story["articles"]
                }
            )
            rows = db.execute(
                f"SELECT {ARTICLE_COLUMNS} FROM articles "  # noqa: S608
                "WHERE id IN (SELECT value FROM json_each(?)) AND withdrawn_at IS NULL",
                (json.dumps(wanted),),
            ).fetchall()
        articles = {article.id: article for article in map(to_article, rows)}
        return {
            identity: _to_digest(identity, content, articles)
            for identity, content in contents.items()
        }

    def told_digests(self, chat_ids: Sequence[int], since: datetime) -> dict[int, tuple[int, ...]]:
        """Return for each chat the ids of digests that it was told, or may have been."""
        told: dict[int, tuple[int, ...]] = dict.fromkeys(chat_ids, ())
        with self._connections.read() as db:
            rows = db.execute(
                "SELECT DISTINCT chat_id, digest_id FROM deliveries "  # noqa: S608
                "WHERE chat_id IN (SELECT value FROM json_each(?)) "
                "AND local_date >= ? AND due_at >= ? "
                f"AND digest_id IS NOT NULL AND state IN {_TOLD} ORDER BY chat_id, digest_id",
                (json.dumps(list(chat_ids)), (since - _ZONES).date().isoformat(), to_micros(since)),
            ).fetchall()
        for chat_id, digest_id in rows:
            told[chat_id] = (*told[chat_id], digest_id)
        return told

    def told_stories(self, model: str, digest_ids: Iterable[int]) -> list[ToldStory]:
        """Return the stories of digests, by digest id and rank."""
        with self._connections.read() as db:
            known = self._current_state(db).model(model)
            contents = _contents(db, digest_ids)
            wanted = {
                identity
                for content in contents.values()
                for story in content["stories"]
                for identity in story["articles"]
            }
            rows = db.execute(
                "SELECT articles.id, vector FROM articles "
                "JOIN story_members ON article_key = articles.key "
                "WHERE +model_id = ? AND articles.id IN (SELECT value FROM json_each(?))",
                (known.id if known else -1, json.dumps(sorted(wanted))),
            ).fetchall()
        vectors = {}
        if rows:
            matrix = from_blobs([blob for _, blob in rows]).reshape(len(rows), -1)
            vectors = {identity: matrix[row] for row, (identity, _) in enumerate(rows)}
        stories = []
        for identity in sorted(contents):
            content = contents[identity]
            for story in content["stories"]:
                known_vectors = [vectors[each] for each in story["articles"] if each in vectors]
                vector = None
                if known_vectors:
                    mean = np.mean(known_vectors, axis=0)
                    vector = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
                stories.append(
                    ToldStory(
                        story_id=story["story"],
                        article_ids=frozenset(story["articles"]),
                        told_at=_time(content["until"]),
                        vector=vector,
                    )
                )
        return stories


def _contents(db: Database, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    rows = db.execute(
        "SELECT id, content FROM digests WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([int(each) for each in ids]),),
    ).fetchall()
    return {identity: json.loads(content) for identity, content in rows}


def _to_json(digest: Digest) -> str:
    return json.dumps(
        {
            "since": to_micros(digest.since),
            "until": to_micros(digest.until),
            "considered": digest.considered,
            "already_sent": digest.already_sent,
            "left_out": digest.left_out,
            "stories": [
                {
                    "story": story.story_id,
                    "headline": _hash(story.headline),
                    "quote": _quote_to_json(story.quote),
                    "articles": [article.id for article in story.articles],
                    "sources": story.independent_sources,
                    "score": story.score,
                    "topic": story.topic,
                    "update": story.update,
                }
                for story in digest.stories
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _quote_to_json(quote: Quote | None) -> list[object] | None:
    if quote is None:
        return None
    return [quote.article.id, quote.start, quote.end, quote.score, _hash(quote.text)]


def _to_digest(
    identity: int, content: Mapping[str, Any], articles: Mapping[str, Article]
) -> Digest:
    stories = []
    for story in content["stories"]:
        present = tuple(articles[each] for each in story["articles"] if each in articles)
        if not present:
            continue
        stories.append(
            DigestStory(
                story_id=story["story"],
                headline=_headline(story["headline"], present),
                quote=_to_quote(story["quote"], articles),
                articles=present,
                independent_sources=story["sources"],
                score=story["score"],
                topic=story["topic"],
                update=story["update"],
            )
        )
    return Digest(
        stories=tuple(stories),
        since=_time(content["since"]),
        until=_time(content["until"]),
        considered=content["considered"],
        already_sent=content["already_sent"],
        left_out=content["left_out"],
        id=identity,
    )


def _headline(chosen: str, articles: Sequence[Article]) -> str:
    """Return the title that was chosen; where it was corrected away, the first article's."""
    titles = [article.title for article in articles]
    return next((title for title in titles if _hash(title) == chosen), titles[0])


def _to_quote(quote: Sequence[Any] | None, articles: Mapping[str, Article]) -> Quote | None:
    if quote is None:
        return None
    identity, start, end, score, words = quote
    article = articles.get(identity)
    if article is None or _hash(article.text[start:end]) != words:
        return None
    return Quote(article, start, end, score)


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _time(micros: int) -> datetime:
    time = from_micros(micros)
    assert time is not None  # noqa: S101  the columns are never empty
    return time
