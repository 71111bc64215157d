"""The labelled articles, all invented, and how well stories agree with their labels."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path

from retrieval.intake.articles import hash_of
from retrieval.records import Article

DATA = Path(__file__).parent / "data"
PARTS = ("development", "held-back")


@dataclass(frozen=True)
class Labelled:
    """One part of the labelled articles, in order of their dates."""

    articles: tuple[Article, ...]
    stories: Mapping[str, str]
    """Article id to the label of its story."""

    def shuffled_within_days(self, seed: int) -> list[Article]:
        """Return the articles by day, those of a day in an order of chance."""
        chance = random.Random(seed)
        return sorted(
            self.articles, key=lambda article: (_published(article).date(), chance.random())
        )

    def shuffled(self, seed: int) -> list[Article]:
        """Return the articles as they would come from feeds that are read for the first time."""
        articles = list(self.articles)
        random.Random(seed).shuffle(articles)
        return articles


@dataclass(frozen=True)
class Agreement:
    """Pairs of articles: in one story by the labels, by Kabar, and by both."""

    labelled: int
    found: int
    both: int

    @property
    def precision(self) -> float:
        return self.both / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.both / self.labelled if self.labelled else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.both / (self.labelled + self.found) if self.found else 0.0


def read_labelled(part: str) -> Labelled:
    """Read ``development`` or ``held-back``."""
    lines = (DATA / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return Labelled(
        articles=tuple(
            Article(
                id=row["id"],
                title=row["title"],
                text=row["text"],
                content_hash=hash_of(row["title"], row["text"]),
                source=row["source"],
                language=row["language"],
                published_at=datetime.fromisoformat(row["published_at"]),
            )
            for row in rows
        ),
        stories={row["id"]: row["story"] for row in rows},
    )


def compare(
    labelled: Labelled, found: Mapping[str, int], languages: Sequence[str] | None = None
) -> Agreement:
    """Count pairs.

    Args:
        labelled: The articles and their labels.
        found: Article id to the story that it was put into.
        languages: Count only pairs between these two.
    """
    counts: Counter[str] = Counter()
    for one, other in combinations(labelled.articles, 2):
        if languages and sorted((one.language or "", other.language or "")) != sorted(languages):
            continue
        label = labelled.stories[one.id] == labelled.stories[other.id]
        same = found[one.id] == found[other.id]
        counts.update(labelled=label, found=same, both=label and same)
    return Agreement(counts["labelled"], counts["found"], counts["both"])


def _published(article: Article) -> datetime:
    assert article.published_at is not None
    return article.published_at
