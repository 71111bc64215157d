"""Stories: which articles tell of one event.

Always true: a member hangs on the entry of ``indexings`` that its vector was made from, so what
takes an article's passages away takes it out of its story, and vectors of two models are never
compared. A story's dates are those of its members, and a story without members is gone; triggers
see to all three.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sqlite_utils import Database

from retrieval.records import Article, Story, StoryMember, StoryPlace
from retrieval.records.independence import count_independent
from retrieval.storage.sqlite.articles import ARTICLE_COLUMNS, to_article
from retrieval.storage.sqlite.codec import from_blobs, from_micros, to_blobs, to_micros
from retrieval.storage.sqlite.part import Part

if TYPE_CHECKING:
    from retrieval.records import Vector, Vectors

_PENDING = (
    "SELECT articles.key FROM indexings JOIN articles ON articles.key = indexings.article_key "
    "WHERE indexings.model_id = ? "
    "AND NOT EXISTS (SELECT 1 FROM story_members WHERE article_key = indexings.article_key) "
    "AND EXISTS (SELECT 1 FROM passages WHERE passages.article_key = indexings.article_key "
    "  AND passages.model_id = indexings.model_id) "
    "ORDER BY coalesce(published_at, added_at), articles.key LIMIT ?"
)
_UPSERT = (
    "INSERT INTO story_members "
    "(article_key, model_id, story_id, seen_at, names, origins, fingerprint, vector) "
    "SELECT articles.key, ?, ?, coalesce(published_at, added_at), ?, ?, ?, ? "
    "FROM articles JOIN indexings ON article_key = articles.key AND model_id = ? "
    "WHERE articles.id = ? "
    "ON CONFLICT (article_key) DO UPDATE SET model_id = excluded.model_id, "
    "story_id = excluded.story_id, seen_at = excluded.seen_at, names = excluded.names, "
    "origins = excluded.origins, fingerprint = excluded.fingerprint, vector = excluded.vector"
)
_STORIES = (
    "SELECT stories.id, headline.title, first_seen, last_seen, articles.id, articles.source, "
    "  origins "
    "FROM stories JOIN story_members ON story_id = stories.id "
    "JOIN articles ON articles.key = article_key "
    "JOIN articles AS headline ON headline.key = headline_key "
    "WHERE stories.id IN (SELECT value FROM json_each(?)) "
    "ORDER BY stories.id, seen_at, article_key"
)


class _Telling(NamedTuple):
    """What of a member's row says whether it is a source of its own."""

    article_id: str
    source: str | None
    origins: tuple[str, ...]


class Stories(Part):
    """`StoryStorage` over ``stories`` and ``story_members``."""

    def articles_without_story(self, model: str, limit: int) -> list[Article]:
        """Return indexed articles that are in no story, oldest first."""
        with self._connections.read() as db:
            known = self._current_state(db).model(model)
            keys = db.execute(_PENDING, (known.id if known else -1, max(0, limit))).fetchall()
            rows = db.execute(
                f"SELECT {ARTICLE_COLUMNS} FROM articles "  # noqa: S608
                "WHERE key IN (SELECT value FROM json_each(?)) "
                "ORDER BY coalesce(published_at, added_at), key",
                (json.dumps([key for (key,) in keys]),),
            ).fetchall()
        return [to_article(row) for row in rows]

    def article_vectors(self, model: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of each article's passages, in order; of those that have any."""
        with self._connections.read() as db:
            known = self._current_state(db).model(model)
            rows = db.execute(
                "SELECT articles.id, vector FROM articles "
                "JOIN passages ON passages.article_key = articles.key AND model_id = ? "
                "WHERE articles.id IN (SELECT value FROM json_each(?)) "
                "ORDER BY articles.key, ordinal",
                (known.id if known else -1, json.dumps(list(ids))),
            ).fetchall()
        if not rows:
            return {}
        vectors = from_blobs([blob for _, blob in rows]).reshape(len(rows), -1)
        places: dict[str, list[int]] = {}
        for place, (identity, _) in enumerate(rows):
            places.setdefault(identity, []).append(place)
        return {identity: vectors[chosen] for identity, chosen in places.items()}

    def story_members(self, model: str, since: datetime, until: datetime) -> list[StoryMember]:
        """Return what was seen at or after ``since`` and before ``until``, oldest first."""
        with self._connections.read() as db:
            known = self._current_state(db).model(model)
            rows = db.execute(
                "SELECT articles.id, story_id, seen_at, source, language, names, origins, "
                "  fingerprint, vector "
                "FROM story_members JOIN articles ON articles.key = article_key "
                "WHERE model_id = ? AND seen_at >= ? AND seen_at < ? "
                "ORDER BY seen_at, article_key",
                (known.id if known else -1, to_micros(since), to_micros(until)),
            ).fetchall()
        return [
            StoryMember(
                article_id=identity,
                story_id=story,
                seen_at=_time(seen_at),
                source=source,
                language=language,
                vector=vector,
                names=tuple(json.loads(names)),
                fingerprint=fingerprint,
                origins=tuple(json.loads(origins)),
            )
            for (
                (identity, story, seen_at, source, language, names, origins, fingerprint, _),
                vector,
            ) in zip(rows, _to_vectors([row[-1] for row in rows]), strict=True)
        ]

    def latest_story_vectors(self, model: str, limit: int) -> list[tuple[str | None, Vector]]:
        """Return the language and the vector of the members seen last, newest first."""
        with self._connections.read() as db:
            known = self._current_state(db).model(model)
            rows = db.execute(
                "SELECT language, vector FROM story_members "
                "JOIN articles ON articles.key = article_key WHERE model_id = ? "
                "ORDER BY seen_at DESC, article_key DESC LIMIT ?",
                (known.id if known else -1, max(0, limit)),
            ).fetchall()
        return list(
            zip([row[0] for row in rows], _to_vectors([row[1] for row in rows]), strict=True)
        )

    def write_story_members(
        self,
        model: str,
        members: Sequence[StoryMember],
        *,
        version: int,
        headlines: Mapping[int, str],
        moved: Mapping[str, int],
    ) -> int | None:
        """Put articles into stories; see `StoryStorage.write_story_members`."""
        with self._connections.write() as db:
            (current,) = db.execute("SELECT version FROM story_state").fetchone()
            if current != version:
                return None
            row = db.execute("SELECT id FROM models WHERE name = ?", (model,)).fetchone()
            model_id = row[0] if row else -1
            _move(db, moved)
            _put(db, model_id, members)
            _delete_empty(db, {*moved.values(), *(each.story_id for each in members)})
            _put_headlines(db, headlines)
            db.execute("UPDATE story_state SET version = version + 1")
            (current,) = db.execute("SELECT version FROM story_state").fetchone()
        return int(current)

    def stories_version(self) -> int:
        """Return a number that grows with every change of a member."""
        with self._connections.read() as db:
            return int(db.execute("SELECT version FROM story_state").fetchone()[0])

    def new_story_ids(self, count: int) -> list[int]:
        """Return ids that no story had before and none will be given again."""
        if count <= 0:
            return []
        with self._connections.write() as db:
            (last,) = db.execute("SELECT last_id FROM story_state").fetchone()
            db.execute("UPDATE story_state SET last_id = ?", (last + count,))
        return list(range(last + 1, last + count + 1))

    def get_stories(self, ids: Iterable[int]) -> dict[int, Story]:
        """Return the stories that exist, by id."""
        with self._connections.read() as db:
            return _read_stories(db, list(ids))

    def story_of(self, article_ids: Iterable[str]) -> dict[str, int]:
        """Return the story of each article that is in one."""
        with self._connections.read() as db:
            rows = db.execute(
                "SELECT articles.id, story_id FROM articles "
                "JOIN story_members ON article_key = articles.key "
                "WHERE articles.id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(article_ids)),),
            ).fetchall()
        return dict(rows)

    def story_places(self, article_ids: Iterable[str]) -> dict[str, StoryPlace]:
        """Return the story, the outlet and the origins of each article that is in a story."""
        with self._connections.read() as db:
            rows = db.execute(
                "SELECT articles.id, story_id, source, origins "
                "FROM articles JOIN story_members ON article_key = articles.key "
                "WHERE articles.id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(article_ids)),),
            ).fetchall()
        return {
            identity: StoryPlace(identity, story, source, tuple(json.loads(origins)))
            for identity, story, source, origins in rows
        }

    def latest_stories(self, limit: int, since: datetime | None = None) -> list[Story]:
        """Return stories by when they were last seen, newest first."""
        with self._connections.read() as db:
            rows = db.execute(
                "SELECT id FROM stories WHERE ? IS NULL OR last_seen >= ? "
                "ORDER BY last_seen DESC, id DESC LIMIT ?",
                (to_micros(since), to_micros(since), max(0, limit)),
            ).fetchall()
            stories = _read_stories(db, [identity for (identity,) in rows])
        return [stories[identity] for (identity,) in rows]

    def forget_stories(self) -> None:
        """Delete all stories; their ids are not given again."""
        with self._connections.write() as db:
            db.execute("DELETE FROM story_members")


def _move(db: Database, moved: Mapping[str, int]) -> None:
    for article, story in moved.items():
        # Each time anew: a move may have taken the last article out of it.
        db.execute("INSERT OR IGNORE INTO stories (id) VALUES (?)", (story,))
        db.execute(
            "UPDATE story_members SET story_id = ? "
            "WHERE article_key = (SELECT key FROM articles WHERE id = ?)",
            (story, article),
        )


def _put(db: Database, model_id: int, members: Sequence[StoryMember]) -> None:
    if not members:
        return
    stories = [(identity,) for identity in sorted({member.story_id for member in members})]
    db.conn.executemany("INSERT OR IGNORE INTO stories (id) VALUES (?)", stories)
    blobs = to_blobs(np.stack([each.vector for each in members]))
    db.conn.executemany(
        _UPSERT,
        [
            (
                model_id,
                member.story_id,
                _to_json(member.names),
                _to_json(member.origins),
                member.fingerprint,
                blob,
                model_id,
                member.article_id,
            )
            for member, blob in zip(members, blobs, strict=True)
        ],
    )


def _delete_empty(db: Database, stories: Iterable[int]) -> None:
    """Delete stories whose only articles were gone by now: they never had a member to lose."""
    db.conn.executemany(
        "DELETE FROM stories WHERE id = ? "
        "AND NOT EXISTS (SELECT 1 FROM story_members WHERE story_id = stories.id)",
        [(identity,) for identity in stories],
    )


def _put_headlines(db: Database, headlines: Mapping[int, str]) -> None:
    db.conn.executemany(
        "UPDATE stories SET headline_key = member.key FROM ("
        "  SELECT key, story_id FROM articles JOIN story_members ON article_key = key"
        "  WHERE articles.id = ?) AS member "
        "WHERE stories.id = ? AND member.story_id = stories.id",
        [(article, identity) for identity, article in headlines.items()],
    )


def _to_vectors(blobs: Sequence[bytes]) -> Sequence[Vector]:
    """Return the vectors of float16 blobs, which have taken a little of their unit length."""
    if not blobs:
        return []
    vectors = from_blobs(blobs).reshape(len(blobs), -1)
    return list(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))


def _read_stories(db: Database, ids: Sequence[int]) -> dict[int, Story]:
    rows = db.execute(
        _STORIES,
        (json.dumps([int(each) for each in ids]),),
    ).fetchall()
    by_story: dict[int, list[Sequence[Any]]] = {}
    for row in rows:
        by_story.setdefault(row[0], []).append(row)
    return {identity: _to_story(group) for identity, group in by_story.items()}


def _to_story(rows: Sequence[Sequence[Any]]) -> Story:
    """Return the story that its members' rows stand for."""
    identity, headline, first_seen, last_seen = rows[0][:4]
    sources = dict.fromkeys(source for *_, source, _ in rows if source is not None)
    return Story(
        id=identity,
        headline=headline,
        articles=tuple(row[4] for row in rows),
        sources=tuple(sources),
        independent_sources=count_independent(
            _Telling(row[4], row[5], tuple(json.loads(row[6]))) for row in rows
        ),
        first_seen=_time(first_seen),
        last_seen=_time(last_seen),
    )


def _to_json(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def _time(micros: int) -> datetime:
    time = from_micros(micros)
    assert time is not None  # noqa: S101  the columns are never empty
    return time
