"""What the tests of several processes run in the others: ``python -m tests.storage.worker``."""

from __future__ import annotations

import sys
from pathlib import Path

from retrieval.records import PendingUpdate
from retrieval.storage.sqlite.engine import SqliteStorage
from tests.storage.builders import MODEL, index, make_article, make_passage, toward


def write(folder: Path, prefix: str, count: int) -> None:
    """Write articles, passages and updates; tell each id once it is committed.

    Every third article is written again with other words, every fifth deleted: what is told
    is what must be there afterwards.
    """
    storage = SqliteStorage(folder, busy_timeout=60)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # all start together
    for number in range(count):
        article = make_article(f"{prefix}{number}")
        storage.write_articles([article])
        if number % 3 == 0:
            article = make_article(f"{prefix}{number}", text="Written again. With other words.")
            storage.write_articles([article])
        passages = [make_passage(article, n, vector=toward(n), text_terms=["w"]) for n in range(3)]
        storage.write_passages(MODEL, [index(article, *passages)])
        storage.accept_updates([PendingUpdate(hash_of(prefix) + number, "{}")])
        if number % 5 == 4:
            storage.delete_articles([article.id])
        else:
            sys.stdout.write(f"{article.id}\n")
            sys.stdout.flush()
    storage.close()


def hash_of(prefix: str) -> int:
    return sum(map(ord, prefix)) * 1_000_000


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
