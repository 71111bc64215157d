"""How long it takes to compose a digest, and how well stories are told once.

Composing is timed over the articles of one day: copies of the labelled ones with noise in their
vectors, each copy of a story a story of its own. Novelty is measured over the labelled articles as
they are, told day by day to one person, against their labels.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from retrieval.digest.composer import Composer
from retrieval.records import IndexedArticle, Preferences, StoryMember
from tests.benchmarks.stories import Stories
from tests.benchmarks.table import Row
from tests.stories.arrivals import MODEL
from tests.stories.labelled import PARTS, Labelled, read_labelled

if TYPE_CHECKING:
    from retrieval.indexing.embedder import Embedder
    from retrieval.records import Article
    from retrieval.storage.base import Storage
    from tests.stories.arrivals import Arrivals

_ARTICLES = 5_000
_MILLISECONDS = 300
_SETTINGS = 300
_NOISE = 0.3
_TOPICS = ("energy", "Turkey", "badminton", "gempa bumi", "央行利率", "fútbol", "health", "space")


@dataclass(frozen=True)
class Novelty:
    """What somebody was told day by day.

    ``repeated`` holds stories that share an article with an earlier one and are no update;
    ``unmarked`` those that have only the event in common; ``neighbours`` updates of another event.
    """

    told: int
    updates: int
    repeated: int
    unmarked: int
    neighbours: int
    unquoted: int


class DigestBench:
    """Measures over the labelled articles.

    Args:
        work: An empty folder to work in.
        models: Where the bundled model is unpacked.
        embedder: The model, where it is open already.
    """

    def __init__(self, work: Path, models: Path, embedder: Embedder | None = None) -> None:
        self._stories = Stories(work, models, embedder)

    def arrivals(self, articles: tuple[Article, ...]) -> Arrivals:
        """Return an empty library to which articles can be delivered."""
        return self._stories.arrivals(articles)

    def composer(self, storage: Storage) -> Composer:
        """Return what composes over a library."""
        return Composer(
            storage,
            MODEL,
            embed_topics=self._stories.embed_queries,
            unrelated=self._stories.unrelated,
        )

    def rows(self) -> Iterator[Row]:
        """Measure everything, a row at a time."""
        yield from self._speed(read_labelled("development"))
        for part in PARTS:
            labelled = read_labelled(part)
            with closing(self._stories.arrivals(labelled.articles)) as arrivals:
                found = tell_day_by_day(arrivals, self.composer(arrivals.storage), labelled)
            yield Row(
                f"digest, {part}: an article's story told again and not marked as an update",
                [found.repeated],
                [0],
                lower=True,
                digits=0,
            )
            yield Row(
                f"digest, {part}: told / updates / follow-ups unmarked / of a neighbour / no quote",
                [found.told, found.updates, found.unmarked, found.neighbours, found.unquoted],
                digits=0,
            )

    def _speed(self, labelled: Labelled) -> Iterator[Row]:
        with closing(self._stories.arrivals(labelled.articles)) as arrivals:
            until = fill(arrivals, labelled, _ARTICLES)
            storage = arrivals.storage
            since = until - timedelta(days=1)
            first = self.composer(storage).compose(Preferences(), since, until)
            told = [storage.write_digest("first", first)]
            composer = self.composer(storage)
            preferences = Preferences(topics=_TOPICS[:3], left_out=("crypto",))
            took = []
            for number in range(21):
                # Another span each time: nothing is known of its articles.
                start = since - timedelta(seconds=number)
                began = time.perf_counter()
                digest = composer.compose(preferences, start, until, told)
                took.append(1000 * (time.perf_counter() - began))
                assert digest.considered == _ARTICLES
                assert len(digest.stories) == 5
            yield Row(
                f"digest: ms to compose one over {_ARTICLES} articles not looked at before, p50 / first",
                [median(took), took[0]],
                [_MILLISECONDS],
                lower=True,
                digits=1,
            )
            composer = self.composer(storage)
            began = time.perf_counter()
            for number in range(_SETTINGS):
                chosen = tuple(each for at, each in enumerate(_TOPICS) if number >> at & 1)
                composer.compose(Preferences(topics=chosen), since, until, told)
            yield Row(
                f"digest: seconds for {_SETTINGS} different settings over the same articles",
                [time.perf_counter() - began],
                digits=1,
            )


def fill(arrivals: Arrivals, labelled: Labelled, count: int) -> datetime:
    """Put copies of labelled articles into a library, with noise in their vectors; return when."""
    storage = arrivals.storage
    originals = arrivals.indexed
    chance = np.random.default_rng(0)
    numbers = {label: at for at, label in enumerate(sorted(set(labelled.stories.values())))}
    now = datetime.now(UTC)
    for first in range(0, count, len(labelled.articles)):
        storage.new_story_ids(len(numbers))
        articles: list[Article] = []
        indexed: list[IndexedArticle] = []
        members: list[StoryMember] = []
        for at, original in enumerate(labelled.articles[: count - first]):
            article = replace(
                original,
                id=f"copy-{first + at}",
                published_at=now - timedelta(minutes=float(chance.integers(1, 1440))),
            )
            entry = _noisy(originals[original.id], article, chance)
            vectors = np.stack([each.vector for each in entry.passages[:3]]).mean(axis=0)
            articles.append(article)
            indexed.append(entry)
            members.append(
                StoryMember(
                    article_id=article.id,
                    story_id=1 + first + numbers[labelled.stories[original.id]],
                    seen_at=article.published_at or now,
                    source=article.source,
                    language=article.language,
                    vector=vectors / np.linalg.norm(vectors),
                    names=(),
                    fingerprint=b"",
                    origins=(f"text:{article.id}",),
                )
            )
        storage.write_articles(articles)
        storage.write_passages(MODEL, indexed)
        storage.write_story_members(
            MODEL, members, version=storage.stories_version(), headlines={}, moved={}
        )
    return datetime.now(UTC) + timedelta(seconds=1)


def tell_day_by_day(arrivals: Arrivals, composer: Composer, labelled: Labelled) -> Novelty:
    """Tell one person of the labelled articles, a digest of five for each day, as they arrive."""
    since = datetime.now(UTC)
    past: list[int] = []
    events: set[str] = set()
    articles: set[str] = set()
    counts: Counter[str] = Counter()
    for day, group in groupby(labelled.articles, key=_digest_day):
        arrivals.arrive([list(group)])
        until = datetime.now(UTC)
        digest = composer.compose(Preferences(), since, until, past[-14:])
        since = until
        past.append(arrivals.storage.write_digest(day, digest))
        for story in digest.stories:
            ids = {article.id for article in story.articles}
            new = {labelled.stories[each] for each in ids - articles}
            counts["told"] += 1
            counts["updates"] += story.update
            counts["unquoted"] += story.quote is None
            if not story.update and ids & articles:
                counts["repeated"] += 1
            elif not story.update and new & events:
                counts["unmarked"] += 1
            elif story.update and not new & events:
                counts["neighbours"] += 1
        for story in digest.stories:
            articles |= {article.id for article in story.articles}
            events |= {labelled.stories[article.id] for article in story.articles}
    names = ("told", "updates", "repeated", "unmarked", "neighbours", "unquoted")
    return Novelty(**{name: counts[name] for name in names})


def _digest_day(article: Article) -> str:
    assert article.published_at is not None
    return (article.published_at - timedelta(hours=7)).date().isoformat()


def _noisy(
    original: IndexedArticle, article: Article, chance: np.random.Generator
) -> IndexedArticle:
    passages = []
    for passage in original.passages:
        noise = chance.standard_normal(passage.vector.shape).astype(np.float32)
        vector = passage.vector + _NOISE * noise / np.linalg.norm(noise)
        span = replace(passage.passage, article_id=article.id)
        passages.append(replace(passage, passage=span, vector=vector / np.linalg.norm(vector)))
    return IndexedArticle(article.id, article.content_hash, tuple(passages))
