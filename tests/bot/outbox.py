"""A library whose outbox is full, and a worker that empties it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.playground.local import LocalBotApi
from retrieval.records import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    DigestStory,
    Follow,
    FollowUpdate,
    Preferences,
    Quote,
    Subscriber,
    Turn,
)
from retrieval.storage.base import Storage
from retrieval.storage.engines import open_storage
from tests.storage.builders import make_article

ROOT = Path(__file__).parents[2]
HOURS = timedelta(hours=1)


def fill(
    folder: Path, chats: Sequence[int], kinds: Iterable[str] = (DeliveryKind.DAILY,)
) -> Storage:
    """Make a library in which a digest waits for each of these chats."""
    storage = open_storage(folder)
    storage.write_articles([make_article("a", url="https://example.org/a", source="Example")])
    article = storage.get_articles(["a"])["a"]
    now = datetime.now(UTC)
    story = DigestStory(1, article.title, Quote(article, 0, 13, 1.0), (article,), 1, 1.0)
    digest_id = storage.write_digest("k", Digest((story,), now - 24 * HOURS, now))
    for chat_id in chats:
        if len(chats) < 1_000:
            storage.write_subscriber(Subscriber(chat_id, Preferences(), active=True))
    storage.plan_deliveries(
        [
            Delivery(
                chat_id=chat_id,
                local_date=now.date(),
                kind=kind,
                digest_id=digest_id,
                language="en",
                due_at=now,
                release_at=now,
                expires_at=now + 6 * HOURS,
            )
            for chat_id in chats
            for kind in kinds
        ],
        {},
        {},
    )
    return storage


def fill_update(folder: Path, chat_id: int) -> Storage:
    """Make a library in which an update of a followed question waits for a chat."""
    storage = open_storage(folder)
    storage.write_articles([make_article("a", url="https://example.org/a", source="Example")])
    article = storage.get_articles(["a"])["a"]
    now = datetime.now(UTC)
    _, follow = storage.add_follow(Follow(chat_id, chat_id, "who?", now, now, now), 1)
    assert follow is not None
    assert follow.id is not None
    storage.plan_update(
        FollowUpdate(follow.id, (Quote(article, 0, 13, 1.0).key,), now, now + HOURS),
        Delivery(chat_id, now.date(), "update", None, "en", now, now, now + 48 * HOURS),
        Turn(chat_id, chat_id, "who?", now, "who?", answered=True),
    )
    return storage


def states(storage: Storage) -> dict[DeliveryState, int]:
    """Return how many deliveries stand how."""
    found: Counter[DeliveryState] = Counter()
    for day in storage.digest_days(date.min):
        found.update(day.states)
    return dict(found)


def heard(api: LocalBotApi) -> Counter[int]:
    """Return how many messages of the bot each chat has."""
    return Counter(int(message["chat"]["id"]) for message in api.written())


class Worker:
    """Another process that pushes; see `tests.bot.push_worker`."""

    def __init__(
        self, folder: Path, api: LocalBotApi, ahead: str = "0", per_second: str = "inf"
    ) -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.bot.push_worker"),
                *(str(folder), api.base_url, api.token, ahead, per_second),
            ],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def go(self, chats: Sequence[int] = ()) -> None:
        """Let it begin."""
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join(map(str, chats)) + "\n")
        self.process.stdin.flush()

    def seconds(self) -> float:
        """Wait until everything is sent; return how long that took."""
        assert self.process.stdout is not None
        took = float(self.process.stdout.readline())
        assert self.process.wait(30) == 0
        self.close()
        return took

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()
        self.close()

    def close(self) -> None:
        """Close the pipes."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
