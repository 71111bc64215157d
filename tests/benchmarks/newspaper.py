"""The news sites that the benchmarks read: fictional articles, served by a process of its own.

The process is another, so that neither its time nor its memory is taken for Kabar's.
"""

from __future__ import annotations

import json
import multiprocessing
import random
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from multiprocessing.connection import Connection
from types import TracebackType
from typing import NamedTuple, Self

from tests.news_site import NewsArticle, NewsSite, invented

LANGUAGES = ("id", "en", "es", "de", "ru", "ar", "hi", "zh", "ja", "vi")

_SENTENCES = 17
"""Of an article: about 2,000 characters or 300 words, five passages."""

_SENTENCES_OF_A_PARAGRAPH = 3


class Asked(NamedTuple):
    """One request that was answered."""

    path: str
    status: int
    body_bytes: int


class Newspaper:
    """Hosts with one feed each, at loopback addresses of their own.

    Args:
        hosts: How many.
    """

    def __init__(self, hosts: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, hosts), daemon=True)
        self.feeds: list[str] = []

    @property
    def process_id(self) -> int:
        """The process that serves the hosts."""
        return self._process.pid or 0

    def publish(self, articles: Sequence[Sequence[NewsArticle]]) -> None:
        """Put articles on the hosts, a list for each, in the place of what their feeds listed."""
        self._connection.send(articles)
        self.feeds = self._connection.recv()

    def asked(self) -> list[Asked]:
        """Return what was asked of the hosts since this was last called."""
        self._connection.send(None)
        requests: list[Asked] = self._connection.recv()
        return requests

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        self._process.join(10)
        self._process.kill()


def long_articles(count: int, seed: int) -> list[NewsArticle]:
    """Make up articles of a usual length, in ten languages by turns; others for another seed."""
    resource = files("retrieval.answering").joinpath("background.json")
    sentences: dict[str, list[str]] = json.loads(resource.read_text(encoding="utf-8"))
    chance = random.Random(seed)
    articles = []
    for number, skeleton in enumerate(invented(count, seed=seed)):
        language = LANGUAGES[number % len(LANGUAGES)]
        between = "" if language in ("zh", "ja") else " "
        drawn = chance.sample(sentences[language], _SENTENCES)
        cut = range(0, len(drawn), _SENTENCES_OF_A_PARAGRAPH)
        articles.append(
            replace(
                skeleton,
                title=f"{drawn[0].rstrip('.。।')} ({seed}/{number})",
                paragraphs=tuple(
                    between.join(drawn[at : at + _SENTENCES_OF_A_PARAGRAPH]) for at in cut
                ),
                language=language,
            )
        )
    return articles


def short_articles(count: int, seed: int) -> list[NewsArticle]:
    """Make up articles of about 50 words, one passage; others for another seed."""
    return invented(count, seed=seed, paragraphs=1)


def _serve(connection: Connection, hosts: int) -> None:
    """Do what the other process asks, until it closes the connection."""
    with NewsSite(hosts=hosts) as site:
        known = 0
        while True:
            try:
                articles = connection.recv()
            except EOFError:
                return
            if articles is None:
                requests = site.all_requests
                connection.send(
                    [Asked(each.path, each.status, each.body_bytes) for each in requests[known:]]
                )
                known = len(requests)
            else:
                pairs = zip(site.hosts, articles, strict=True)
                connection.send([host.publish(each) for host, each in pairs])
