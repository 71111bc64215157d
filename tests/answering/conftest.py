"""Libraries beside the seeds'."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from retrieval.kabar import Kabar
from retrieval.records import Article
from retrieval.storage.base import Storage
from retrieval.storage.engines import open_storage
from tests.answering.news import invented_articles
from tests.conftest import LibraryOpener, SettingsFactory

LibraryMaker = Callable[[Sequence[Article]], tuple[Kabar, Storage]]


def opened(
    settings: SettingsFactory, open_library: LibraryOpener, articles: Sequence[Article]
) -> tuple[Kabar, Storage]:
    """A library with these articles, and a second connection to it as another process has one."""
    chosen = settings()
    library = open_library(chosen)
    storage = open_storage(chosen.data_dir)
    storage.write_articles(articles)
    library.index_pending()
    return library, storage


@pytest.fixture
def make_library(settings: SettingsFactory, open_library: LibraryOpener) -> Iterator[LibraryMaker]:
    """Make a library with some articles; returned with a second connection to write through."""
    made: list[tuple[Kabar, Storage]] = []

    def make(articles: Sequence[Article]) -> tuple[Kabar, Storage]:
        made.append(opened(settings, open_library, articles))
        return made[-1]

    yield make
    for library, storage in made:
        storage.close()
        library.close()


@pytest.fixture(scope="session")
def mixed(settings: SettingsFactory, open_library: LibraryOpener) -> Iterator[Kabar]:
    """A library of a dozen short articles in six languages."""
    library, storage = opened(settings, open_library, invented_articles())
    storage.close()
    with library:
        yield library


@pytest.fixture(scope="session")
def dated(settings: SettingsFactory, open_library: LibraryOpener) -> Iterator[Kabar]:
    """The same articles, published a day apart; that of the night library is the oldest."""
    ordered = sorted(invented_articles(), key=lambda each: "Halden" not in each.title)
    days = [
        replace(article, published_at=datetime(2022, 1, 3 + number, 9, tzinfo=UTC))
        for number, article in enumerate(ordered)
    ]
    library, storage = opened(settings, open_library, days)
    storage.close()
    with library:
        yield library
