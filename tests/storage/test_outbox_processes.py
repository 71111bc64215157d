"""Several processes on one outbox, killed at any moment: nothing is sent twice or forgotten."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from retrieval.records import Delivery, DeliveryState, InDoubt
from retrieval.storage.sqlite.engine import SqliteStorage
from tests.storage.outbox_worker import IN_FLIGHT, LEASE, NOW

ROOT = Path(__file__).parents[2]
CHATS = 1_200
KILLS = 5


def fill(folder: Path, chats: int) -> SqliteStorage:
    storage = SqliteStorage(folder, busy_timeout=60)
    (folder / "ledger").touch()
    storage.plan_deliveries(
        [
            Delivery(
                chat_id=chat,
                local_date=NOW.date(),
                kind="daily",
                digest_id=None,
                language="en",
                due_at=NOW,
                release_at=NOW,
                expires_at=NOW + timedelta(hours=6),
            )
            for chat in range(chats)
        ],
        {},
        {},
    )
    return storage


def start(folder: Path, owner: str, turn: int) -> subprocess.Popen[str]:
    arguments = [str(folder), owner, str(folder / "ledger"), str(turn)]
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.outbox_worker", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def go(worker: subprocess.Popen[str]) -> None:
    assert worker.stdin is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()


def sent(folder: Path) -> Counter[int]:
    return Counter(map(int, (folder / "ledger").read_text().split()))


def test_two_processes_send_each_delivery_once(tmp_path: Path) -> None:
    storage = fill(tmp_path, 400)
    workers = [start(tmp_path, owner, 0) for owner in ("one", "two")]
    for worker in workers:
        go(worker)
    assert [worker.wait(60) for worker in workers] == [0, 0]
    for worker in workers:
        worker.communicate()
    assert sent(tmp_path) == Counter(range(400))
    (today,) = storage.digest_days(NOW.date())
    assert today.states == {DeliveryState.SENT: 400}
    storage.close()


def test_a_kill_loses_nothing_and_sends_nothing_twice(tmp_path: Path) -> None:
    storage = fill(tmp_path, CHATS)
    chance = random.Random(7)
    doubted: set[int] = set()
    for turn in range(KILLS):
        worker = start(tmp_path, f"worker {turn}", turn)
        before = (tmp_path / "ledger").stat().st_size
        go(worker)
        while (tmp_path / "ledger").stat().st_size == before:  # its first message is out
            assert worker.poll() is None
        time.sleep(chance.random() * 0.1)
        worker.kill()
        worker.communicate(timeout=30)
        resolved = storage.resolve_doubts(NOW + (turn + 1) * LEASE, InDoubt.SKIP)
        assert len(resolved) <= IN_FLIGHT
        doubted |= {each.chat_id for each in resolved}
    last = start(tmp_path, "last", KILLS)
    go(last)
    assert last.wait(60) == 0
    last.communicate()
    once = sent(tmp_path)
    assert max(once.values()) == 1
    assert set(range(CHATS)) - set(once) <= doubted
    (today,) = storage.digest_days(NOW.date())
    assert today.doubts == len(doubted) == today.states.get(DeliveryState.IN_DOUBT, 0)
    assert today.states[DeliveryState.SENT] == CHATS - len(doubted)
    storage.close()
