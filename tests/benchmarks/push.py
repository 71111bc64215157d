"""The push: how fast, within which limits, and what kills and storms do to it.

The local Bot API runs in this process and the push in another, as on two machines. A ratio is of
two runs one after the other, of which the first warms nothing for the second.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bot.playground.faults import Fault
from bot.playground.local import LocalBotApi
from retrieval.kabar import open_kabar
from retrieval.records import DeliveryState
from retrieval.settings import RetrievalSettings
from retrieval.storage.base import Storage
from tests.benchmarks.table import Row
from tests.bot.conftest import RunningBot, settings_for
from tests.bot.outbox import Worker, fill, heard, states
from tests.bot.push_worker import IN_FLIGHT

SUBSCRIBERS = 20_000
LIMITED = 1_500
KILLS = 50
KILLED = 2_000
STORM = 1_000
QUESTIONS = ("who did Putin call?", "siapa yang ditelepon Putin?", "¿A quién llamó Putin?")


class Push:
    """The rows of the push.

    Args:
        work: A folder to work in.
        models: Where the embedding model is unpacked.
    """

    def __init__(self, work: Path, models: Path) -> None:
        self._work = work / "push"
        self._models = models
        self._numbers = count()

    def rows(self) -> Iterator[Row]:
        """Measure, row by row."""
        yield from self._throughput()
        yield from self._limits()
        yield from self._kills()
        yield from self._storm()

    def _folder(self) -> Path:
        folder = self._work / str(next(self._numbers))
        folder.mkdir(parents=True)
        return folder

    def _throughput(self) -> Iterator[Row]:
        rates = {}
        for mode in ("bare", "0", "bare", "0"):
            with LocalBotApi() as api:
                chats = [api.person().id for _ in range(SUBSCRIBERS)]
                folder = self._folder()
                fill(folder, chats if mode == "0" else []).close()
                worker = Worker(folder, api, mode)
                worker.go(chats if mode == "bare" else [])
                rate = SUBSCRIBERS / worker.seconds()
                assert set(heard(api).values()) == {1}
                rates.setdefault(mode, []).append(rate)
        bare, ours = (sum(rates[mode]) / len(rates[mode]) for mode in ("bare", "0"))
        yield Row(
            f"push to {SUBSCRIBERS:,}: messages a second, a bare loop's", (ours, bare), digits=0
        )
        yield Row("push: over the bare loop", (ours / bare,), (0.9,), digits=2)

    def _limits(self) -> Iterator[Row]:
        folder = self._folder()
        made = RetrievalSettings(
            _env_file=None,
            KABAR_DATA_DIR=folder,
            KABAR_MODEL_DIR=self._models,  # type: ignore[call-arg]
        )
        with LocalBotApi() as api, open_kabar(made) as kabar:
            kabar.ingest(sorted((Path(__file__).parents[2] / "seeds").glob("*.txt")))
            kabar.index_pending()
            kabar.warm_up()
            fill(folder, [api.person().id for _ in range(LIMITED)]).close()
            ana = api.person()
            bot = RunningBot(settings_for(api), kabar)
            bot.wait_until_ready()
            took = []
            while len(heard(api)) < LIMITED:
                time.sleep(0.7)
                began = time.monotonic()
                api.wait_for_reply(ana.says(QUESTIONS[len(took) % 3]), 60)
                took.append(time.monotonic() - began)
            bot.stop()
            calls = sorted(call.at for call in api.calls("sendMessage"))
            rates = api.world.rates
        took.sort()
        # Answers take their share of the limit as well.
        used = (len(calls) - 1) / (calls[-1] - calls[0]) / 30
        yield Row(f"push to {LIMITED:,} within the limits: share of 30 a second", (used,), (0.95,))
        oversteps = {name: number for name, number in rates.oversteps.items() if name != "chat"}
        yield Row(
            "the worst second; limits overstepped",
            (rates.peak, sum(oversteps.values())),
            (30, 0),
            lower=True,
            digits=0,
        )
        p95 = took[int(len(took) * 0.95)]
        yield Row(
            f"answers meanwhile ({len(took)}), p95, seconds", (p95,), (1,), lower=True, digits=2
        )

    def _kills(self) -> Iterator[Row]:
        moments = random.Random(4)
        folder = self._folder()
        with LocalBotApi() as api:
            chats = [api.person().id for _ in range(KILLED)]
            storage = fill(folder, chats)
            for number in range(KILLS):
                worker = Worker(folder, api, str(2 * number))
                worker.go()
                time.sleep(moments.uniform(0.05, 0.4))
                worker.kill()
            before = len(heard(api))
            worker = Worker(folder, api, str(2 * KILLS))
            worker.go()
            worker.seconds()
            lost, twice, doubts = _outcome(storage, api, chats)
            storage.close()
        yield Row(
            f"{KILLS} kills in a push to {KILLED:,} ({before} sent by then): lost, twice, in doubt a kill",
            (lost, twice, doubts / KILLS),
            (0, 0, IN_FLIGHT),
            lower=True,
            digits=1,
        )

    def _storm(self) -> Iterator[Row]:
        chances = random.Random(5)
        folder = self._folder()
        with LocalBotApi() as api:
            chats = [api.person().id for _ in range(STORM)]
            storage = fill(folder, chats)
            for chat_id in chats:
                if chances.random() < 0.2:
                    _trouble(api, chat_id, chances)
            for ahead in (0, 10, 20, 30):
                worker = Worker(folder, api, str(ahead))
                worker.go()
                worker.seconds()
            lost, twice, doubts = _outcome(storage, api, chats)
            storage.close()
            begun = _begun_inside(api)
        yield Row(
            f"a fifth of {STORM:,} calls in trouble: lost, twice, begun inside a retry_after",
            (lost, twice, begun),
            (0, 0, 0),
            lower=True,
            digits=0,
        )
        yield Row("of them in doubt, each counted", (doubts,), digits=0)


def _trouble(api: LocalBotApi, chat_id: int, chances: random.Random) -> None:
    kind = chances.choice(["429", "502", "before", "after"])
    if kind == "429":
        # A second for all: a storm of some fifty of them.
        api.faults.fail(
            "sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1, chat_id=chat_id
        )
    elif kind == "502":
        api.faults.fail("sendMessage", 502, "Bad Gateway", chat_id=chat_id)
    else:
        api.faults.add(Fault(drop=kind), "sendMessage", chat_id=chat_id)


def _outcome(store: Storage, api: LocalBotApi, chats: list[int]) -> tuple[int, int, int]:
    """Return how many were lost and sent twice, in-doubt rows aside, and how many are in doubt."""
    told = heard(api)
    stand = states(store)
    in_doubt = {
        chat_id
        for chat_id in chats
        if store.deliveries_of(chat_id, 1)[0].state is DeliveryState.IN_DOUBT
    }
    assert len(in_doubt) == stand.get(DeliveryState.IN_DOUBT, 0)
    lost = sum(1 for chat_id in chats if not told[chat_id] and chat_id not in in_doubt)
    return lost, sum(1 for number in told.values() if number > 1), len(in_doubt)


def _begun_inside(api: LocalBotApi) -> int:
    """Count requests that arrived inside a pause, but for those under way when it was asked for."""
    calls = sorted(api.calls("sendMessage"), key=lambda call: call.at)
    until, since, inside = 0.0, 0.0, 0
    for call in calls:
        if since + 0.1 < call.at < until:
            inside += 1
        if call.status == 429:
            since, until = call.at, max(until, call.at + 1.0)
    return inside
