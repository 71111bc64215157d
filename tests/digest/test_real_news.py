"""Digests of labelled articles in many languages, in a real library with the real model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from retrieval.digest.standing import stands_alone
from retrieval.kabar import Kabar
from retrieval.records import Digest, Preferences
from tests.benchmarks.digest import DigestBench, Novelty, tell_day_by_day
from tests.stories.labelled import Labelled, read_labelled

LANGUAGES = ("en", "de", "es", "id")
ARTICLES = 36
"""The first ones of the held-back part in these languages: of 18 days."""


class Told:
    """A library that somebody was told of day by day, and may be asked about as a whole."""

    def __init__(self, bench: DigestBench, labelled: Labelled) -> None:
        self.labelled = labelled
        self.arrivals = bench.arrivals(labelled.articles)
        self.composer = bench.composer(self.arrivals.storage)
        self.novelty: Novelty = tell_day_by_day(self.arrivals, self.composer, labelled)

    def digest(self, **preferences: Any) -> Digest:
        now = datetime.now(UTC)
        return self.composer.compose(Preferences(**preferences), now - timedelta(days=1), now)

    def labels(self, digest: Digest) -> list[set[str]]:
        """Return what each story of a digest is about, by the labels."""
        stories = self.labelled.stories
        return [{stories[article.id] for article in each.articles} for each in digest.stories]


@pytest.fixture(scope="module")
def told(
    kabar: Kabar, models_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    everything = read_labelled("held-back")
    known = tuple(each for each in everything.articles if each.language in LANGUAGES)
    labelled = replace(everything, articles=known[:ARTICLES])
    bench = DigestBench(tmp_path_factory.mktemp("digests"), models_folder, kabar.embedder)
    told = Told(bench, labelled)
    with closing(told.arrivals):
        yield told


def test_no_story_is_told_twice_but_as_an_update(told: Told) -> None:
    """Measured: 22 stories, 5 of them updates, and 1 follow-up that is not marked."""
    assert told.novelty.repeated == 0
    assert told.novelty.told > told.novelty.updates > 0
    assert told.novelty.unmarked <= 1
    assert told.novelty.neighbours <= 1


@pytest.mark.parametrize("language", ["en", "de", "id"])
def test_every_quote_is_a_slice_that_stands_on_its_own_in_the_persons_language(
    told: Told, language: str
) -> None:
    digest = told.digest(language=language, stories=10)
    assert len(digest.stories) == 10
    for story in digest.stories:
        languages = {article.language for article in story.articles}
        assert story.quote is not None
        assert story.quote.article == story.articles[0]
        assert stands_alone(story.quote.text, story.quote.article.language)
        if language in languages:
            assert story.quote.article.language == language


@pytest.mark.parametrize(
    ("topic", "labels"),
    [
        ("inflasi", {"uk-inflation", "eurozone-inflation"}),
        ("fútbol", {"naples-transfer"}),
        ("kebakaran", {"iraq-mall-fire", "haze-riau"}),
        ("Irak", {"iraq-mall-fire", "iraq-blackout"}),
        ("bus accident", {"medan-tourist-bus"}),
    ],
)
def test_a_topic_in_one_language_brings_stories_in_others_first(
    told: Told, topic: str, labels: set[str]
) -> None:
    digest = told.digest(topics=(topic,), stories=3)
    assert digest.stories[0].topic == topic
    assert told.labels(digest)[0] <= labels


def test_a_topic_that_nothing_is_about_brings_nothing_forward(told: Told) -> None:
    digest = told.digest(topics=("celebrity gossip", "horoscope", "golf"), stories=10)
    assert [story.topic for story in digest.stories] == [None] * 10


def test_what_is_left_out_is_not_told_in_any_language(told: Told) -> None:
    digest = told.digest(left_out=("inflasi",), stories=10)
    labels = {label for each in told.labels(digest) for label in each}
    assert digest.left_out >= 1
    assert labels.isdisjoint({"uk-inflation", "eurozone-inflation"})
