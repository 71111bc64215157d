"""The push: from the outbox over real HTTP, once to everybody, whatever goes wrong."""

from __future__ import annotations

import asyncio
import itertools
import random
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.application import Assembly, build_application
from bot.playground.faults import Fault
from bot.playground.local import LocalBotApi
from retrieval.errors import StorageError
from retrieval.kabar import Kabar, open_kabar
from retrieval.records import DeliveryKind, DeliveryState
from retrieval.settings import RetrievalSettings
from retrieval.storage.base import Storage
from tests.bot.conftest import settings_for
from tests.bot.outbox import Worker, fill, fill_update, heard, states


@contextmanager
def outbox(tmp_path: Path, chats: list[int], *kinds: str) -> Iterator[Storage]:
    storage = fill(tmp_path, chats, kinds or (DeliveryKind.DAILY,))
    yield storage
    storage.close()


def push(tmp_path: Path, api: LocalBotApi, ahead: int = 0, per_second: str = "inf") -> float:
    worker = Worker(tmp_path, api, str(ahead), per_second)
    worker.go()
    return worker.seconds()


def test_everybody_gets_it_once_with_quote_and_buttons(tmp_path: Path, api: LocalBotApi) -> None:
    chats = [api.person().id for _ in range(60)]
    with outbox(tmp_path, chats) as storage:
        push(tmp_path, api)
        assert heard(api) == dict.fromkeys(chats, 1)
        assert states(storage) == {DeliveryState.SENT: 60}
        message = api.written()[0]
        quoted = [each for each in message["entities"] if each["type"] == "blockquote"]
        assert len(quoted) == 1
        assert message["reply_markup"]["inline_keyboard"]
        sent = storage.delivery_of_message(message["chat"]["id"], message["message_id"])
        assert sent is not None
        push(tmp_path, api)
        assert heard(api) == dict.fromkeys(chats, 1)


def test_a_picture_comes_before_its_digest_and_is_uploaded_once(
    tmp_path: Path, api: LocalBotApi
) -> None:
    chats = [api.person().id for _ in range(12)]
    with outbox(tmp_path, chats, DeliveryKind.PICTURE, DeliveryKind.DAILY) as storage:
        push(tmp_path, api)
        assert states(storage) == {DeliveryState.SENT: 24}
    for chat_id in chats:
        first, second = (one for one in api.written() if one["chat"]["id"] == chat_id)
        assert "photo" in first
        assert first["caption"]
        assert "text" in second
    uploads = [call for call in api.calls("sendPhoto") if isinstance(call.params["photo"], bytes)]
    assert 1 <= len(uploads) <= 8  # those that were begun before the first was answered


def test_who_blocked_the_bot_is_paused_and_others_are_not(tmp_path: Path, api: LocalBotApi) -> None:
    people = [api.person() for _ in range(9)]
    people[3].blocks_the_bot()
    with outbox(tmp_path, [each.id for each in people]) as storage:
        push(tmp_path, api)
        assert states(storage) == {DeliveryState.SENT: 8, DeliveryState.REFUSED: 1}
        paused = storage.get_subscriber(people[3].id)
        assert paused is not None
        assert paused.paused_because is not None
        assert "blocked" in paused.paused_because


def test_a_group_that_became_a_supergroup_is_followed(tmp_path: Path, api: LocalBotApi) -> None:
    old, new = api.group("old"), api.group("new")
    api.faults.fail(
        "sendMessage",
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=new.id,
        chat_id=old.id,
    )
    with outbox(tmp_path, [old.id]) as storage:
        push(tmp_path, api)
        assert heard(api) == {new.id: 1}
        assert storage.get_subscriber(old.id) is None
        assert storage.get_subscriber(new.id) is not None
        (sent,) = storage.deliveries_of(new.id, 9)
        assert sent.state is DeliveryState.SENT


def test_what_may_have_arrived_is_not_sent_again_and_is_counted(
    tmp_path: Path, api: LocalBotApi
) -> None:
    chats = [api.person().id for _ in range(40)]
    api.faults.fail("sendMessage", 502, "Bad Gateway", chat_id=chats[3])
    api.faults.add(Fault(drop="after"), "sendMessage", chat_id=chats[5])
    api.faults.add(Fault(drop="before"), "sendMessage", chat_id=chats[7])
    with outbox(tmp_path, chats) as storage:
        push(tmp_path, api)
        push(tmp_path, api, ahead=10)
        assert states(storage) == {DeliveryState.SENT: 37, DeliveryState.IN_DOUBT: 3}
        assert sum(each.doubts for each in storage.digest_days(storage_day(storage, chats))) == 3
    assert max(heard(api).values()) == 1


def storage_day(storage: Storage, chats: list[int]) -> date:
    return storage.deliveries_of(chats[0], 1)[0].local_date


def test_a_pause_is_kept_and_nobody_is_forgotten(tmp_path: Path, api: LocalBotApi) -> None:
    chats = [api.person().id for _ in range(40)]
    api.faults.fail("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1, times=2)
    with outbox(tmp_path, chats) as storage:
        push(tmp_path, api)
        push(tmp_path, api, ahead=10)
        assert states(storage) == {DeliveryState.SENT: 40}
    assert heard(api) == dict.fromkeys(chats, 1)
    calls = api.calls("sendMessage")
    refused = [call for call in calls if call.status == 429]
    # Those that were under way with it cannot be called back; all others wait.
    later = [call for call in calls if 0.2 < call.at - refused[-1].at < 1]
    assert later == []


def in_process(
    tmp_path: Path, api: LocalBotApi, act: Callable[[Assembly, Kabar], Awaitable[None]]
) -> None:
    """Act with a pusher of this process, whose outbox and rendering can be made to fail."""

    async def run(kabar: Kabar) -> None:
        assembly = build_application(settings_for(api), kabar, per_second=float("inf"))
        await assembly.application.bot.initialize()
        try:
            await act(assembly, kabar)
        finally:
            await assembly.pusher.close(1)
            await assembly.application.bot.shutdown()
            assembly.offload.close()

    library = RetrievalSettings(_env_file=None, KABAR_DATA_DIR=tmp_path)
    with open_kabar(library) as kabar:
        asyncio.run(run(kabar))


def test_where_the_outbox_cannot_be_written_for_a_moment_nobody_is_left_out(
    tmp_path: Path, api: LocalBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = [api.person().id for _ in range(20)]

    async def act(assembly: Assembly, kabar: Kabar) -> None:
        turn_over, failures = kabar.digests.turn_over, [1, 3]
        calls = itertools.count(1)

        def failing(*given: Any) -> list[int]:
            if next(calls) in failures:
                raise StorageError("There is no space left.")
            return turn_over(*given)

        monkeypatch.setattr(kabar.digests, "turn_over", failing)
        for _ in failures:
            with pytest.raises(StorageError):
                await assembly.pusher.push()
        await assembly.pusher.push()

    with outbox(tmp_path, chats) as storage:
        in_process(tmp_path, api, act)
        assert states(storage) == {DeliveryState.SENT: 20}
    assert heard(api) == dict.fromkeys(chats, 1)


def test_what_cannot_be_composed_is_refused_and_holds_nobody_up(
    tmp_path: Path, api: LocalBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = [api.person().id for _ in range(5)]

    async def act(assembly: Assembly, _: Kabar) -> None:
        def no_chart(*_: object) -> bytes:
            raise ValueError("a story without a name")

        monkeypatch.setattr("bot.parcels.digest_picture", no_chart)
        await assembly.pusher.push()

    with outbox(tmp_path, chats, DeliveryKind.PICTURE, DeliveryKind.DAILY) as storage:
        in_process(tmp_path, api, act)
        assert states(storage) == {DeliveryState.SENT: 5, DeliveryState.REFUSED: 5}


def test_ended_while_deliveries_are_begun_they_wait(
    tmp_path: Path, api: LocalBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = [api.person().id for _ in range(5)]

    async def act(assembly: Assembly, kabar: Kabar) -> None:
        turn_over, entered = kabar.digests.turn_over, threading.Event()

        def slow(*given: Any) -> list[int]:
            entered.set()
            time.sleep(0.2)
            return turn_over(*given)

        monkeypatch.setattr(kabar.digests, "turn_over", slow)
        pushing = asyncio.create_task(assembly.pusher.push())
        await asyncio.to_thread(entered.wait, 5)
        pushing.cancel()
        await asyncio.gather(pushing, return_exceptions=True)

    with outbox(tmp_path, chats) as storage:
        in_process(tmp_path, api, act)
        assert states(storage) == {DeliveryState.WAITING: 5}
        assert heard(api) == {}
        push(tmp_path, api, ahead=10)
        assert heard(api) == dict.fromkeys(chats, 1)


def test_the_limits_are_kept_and_used(tmp_path: Path, api: LocalBotApi) -> None:
    chats = [api.person().id for _ in range(75)]
    with outbox(tmp_path, chats):
        seconds = push(tmp_path, api, per_second="30")
    assert api.world.rates.peak <= 30
    assert not api.world.rates.oversteps
    assert seconds < 5


@pytest.mark.parametrize("seed", [1])
def test_killed_at_random_it_loses_nothing_and_repeats_nothing(
    tmp_path: Path, api: LocalBotApi, seed: int
) -> None:
    chats = [api.person().id for _ in range(400)]
    moments = random.Random(seed)
    with outbox(tmp_path, chats) as storage:
        kills = 0
        while kills < 4:
            worker = Worker(tmp_path, api, str(10 * kills))
            worker.go()
            time.sleep(moments.uniform(0.02, 0.2))
            worker.kill()
            kills += 1
        push(tmp_path, api, ahead=10 * kills)
        stand = states(storage)
        in_doubt = stand.pop(DeliveryState.IN_DOUBT, 0)
        assert stand == {DeliveryState.SENT: 400 - in_doubt}
        assert in_doubt <= 8 * kills
        times = heard(api)
        assert max(times.values()) == 1
        silent = [chat_id for chat_id in chats if not times[chat_id]]
        open_to_doubt = [
            chat_id
            for chat_id in chats
            if storage.deliveries_of(chat_id, 1)[0].state is DeliveryState.IN_DOUBT
        ]
        assert set(silent) <= set(open_to_doubt)
        assert len(open_to_doubt) == in_doubt


def test_an_update_whose_process_was_killed_while_it_was_sent_is_not_sent_again(
    tmp_path: Path, api: LocalBotApi
) -> None:
    ana = api.person()
    api.faults.add(Fault(delay=60), "sendMessage", chat_id=ana.id)
    storage = fill_update(tmp_path, ana.id)

    def stands(state: DeliveryState) -> bool:
        days = storage.digest_days(date.min, updates=True)
        return [day.states for day in days] == [{state: 1}]

    worker = Worker(tmp_path, api)
    worker.go()
    api.wait_for(lambda: stands(DeliveryState.SENDING))
    worker.kill()
    push(tmp_path, api, ahead=10)
    assert stands(DeliveryState.IN_DOUBT)
    assert max(heard(api).values(), default=0) <= 1
    (follow,) = storage.follows_of(ana.id)
    assert follow.told_at is not None  # the hour runs from when it was begun
    storage.close()
