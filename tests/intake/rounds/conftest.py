"""A sandbox and a site that are shared, and a library of each test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from retrieval.intake.sandbox.sandbox import Sandbox
from retrieval.records import Article, IndexedArticle
from tests.conftest import SettingsFactory
from tests.intake.rounds.reading import Reading
from tests.news_site import NewsSite
from tests.storage.builders import index, make_passage

ReadingFactory = Callable[..., Reading]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(hosts=2) as opened:
        yield opened


def index_articles(articles: Sequence[Article]) -> list[IndexedArticle]:
    """One passage an article, toward nowhere in particular: rounds do not look into them."""
    return [index(article, make_passage(article)) for article in articles]


@pytest.fixture
def make_reading(settings: SettingsFactory, sandbox: Sandbox) -> Iterator[ReadingFactory]:
    """Make libraries that are read into; they are closed when the test ends."""
    opened: list[Reading] = []

    def make(**values: Any) -> Reading:
        given = {"KABAR_ALLOW_PRIVATE": True, "KABAR_FETCH_PAUSE_SECONDS": 0, **values}
        opened.append(Reading(settings(**given), sandbox, index_articles))
        return opened[-1]

    yield make
    for reading in opened:
        reading.close()


@pytest.fixture
def reading(make_reading: ReadingFactory) -> Reading:
    return make_reading()
