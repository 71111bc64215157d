"""Libraries beside the seeds', opened with the model that is open already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from retrieval.kabar import Kabar, open_kabar
from retrieval.records import Article
from retrieval.storage.base import Storage
from retrieval.storage.engines import open_storage
from tests.answering.news import invented_articles
from tests.conftest import SettingsFactory

LibraryMaker = Callable[[Sequence[Article]], tuple[Kabar, Storage]]


def _opened(
    settings: SettingsFactory, kabar: Kabar, articles: Sequence[Article]
) -> tuple[Kabar, Storage]:
    """A library with these articles, and a second connection to it as another process has one."""
    chosen = settings()
    library = open_kabar(chosen)
    # What it would open at its first question; once is enough for all libraries of a run.
    vars(library)["_embedder"] = kabar.embedder
    storage = open_storage(chosen.data_dir)
    storage.write_articles(articles)
    library.index_pending()
    return library, storage


@pytest.fixture
def make_library(settings: SettingsFactory, kabar: Kabar) -> Iterator[LibraryMaker]:
    """Make a library with some articles; returned with a second connection to write through."""
    opened: list[tuple[Kabar, Storage]] = []

    def make(articles: Sequence[Article]) -> tuple[Kabar, Storage]:
        opened.append(_opened(settings, kabar, articles))
        return opened[-1]

    yield make
    for library, storage in opened:
        storage.close()
        library.close()


@pytest.fixture(scope="session")
def mixed(settings: SettingsFactory, kabar: Kabar) -> Iterator[Kabar]:
    """A library of a dozen short articles in six languages."""
    library, storage = _opened(settings, kabar, invented_articles())
    storage.close()
    with library:
        yield library
