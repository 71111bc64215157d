"""Reads invented news until it is killed: ``python -m tests.storage.reading_worker``.

Each step of a round is told on a line once it is committed, so that the test knows what must be
there. Time is a counter of minutes, that the next worker goes on with.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from retrieval.records import Article, Page, PageOutcome
from retrieval.storage.base import Storage
from retrieval.storage.sqlite.engine import SqliteStorage
from tests.storage.builders import MODEL, day, index, make_article, make_page, make_passage, toward

LEASE = timedelta(minutes=5)
KEPT = timedelta(minutes=60)
PASSAGES = 2


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def outcome(page: Page, article: Article, minute: int) -> PageOutcome:
    """Return an article with its passages, and its page to be looked at again."""
    now = day(1) + timedelta(minutes=minute)
    passages = [make_passage(article, n, vector=toward(n)) for n in range(PASSAGES)]
    looked = page.read_at is not None
    state = replace(page, entry=None, read_at=now, due_at=None if looked else now + LEASE)
    return PageOutcome(state, article, index(article, *passages))


def read_pages(storage: Storage, minute: int) -> int:
    """Read what is due; one seen before has other words now, and every seventh is withdrawn."""
    now = day(1) + timedelta(minutes=minute)
    pages = storage.claim_pages(now, 6, lease=LEASE)
    outcomes = []
    for page in pages:
        name = page.url.rsplit("/", 1)[1]
        if page.read_at and name.endswith("7"):
            outcomes.append(PageOutcome(replace(page, due_at=None), withdrawn=True))
        else:
            words = f"Version {minute} of {name}. Words follow."
            article = make_article(f"article-{name}", text=words, published_at=page.found_at)
            outcomes.append(outcome(page, article, minute))
    storage.record_pages(outcomes, model=MODEL)
    return len(pages)


def work(folder: Path, minute: int) -> None:
    storage = SqliteStorage(folder, busy_timeout=60)
    while True:
        minute += 1
        now = day(1) + timedelta(minutes=minute)
        for feed in storage.claim_feeds(now, 2, lease=LEASE):
            tell("visiting", feed.url, minute)
            number = feed.url.removesuffix(".xml")[-1]
            pages = [
                make_page(f"{number}-{minute}-{n}", host=f"h{n}.test", feed=feed.url, due=now)
                for n in range(12)
            ]
            due = now + feed.interval
            storage.record_visit(replace(feed, visited_at=now, next_visit_at=due), pages)
            tell("listed", *(page.url for page in pages))
        tell("read", read_pages(storage, minute))
        storage.delete_older_articles(now - KEPT, 10)


if __name__ == "__main__":
    work(Path(sys.argv[1]), int(sys.argv[2]))
