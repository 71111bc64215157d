"""What Telegram was told we have, we have: across repeats, ends and crashes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from bot import inbox as inbox_module
from bot.application import build_application
from bot.inbox import Inbox
from bot.playground.faults import Fault
from bot.playground.local import LocalBotApi
from retrieval.errors import StorageFullError
from retrieval.records import PendingUpdate
from tests.bot.conftest import QUESTION, BotStarter, settings_for


def test_an_update_is_acknowledged_only_once_it_is_kept(
    api: LocalBotApi, start_bot: BotStarter, kabar: Any
) -> None:
    start_bot()
    asked = api.person().says(QUESTION)
    (update,) = api.wait_for(lambda: list(api.world.updates))
    api.wait_for(lambda: api.world.confirmed)
    polls = [call.params.get("offset") for call in api.calls("getUpdates")]
    assert str(update["update_id"] + 1) in polls
    again = PendingUpdate(update["update_id"], "{}")
    assert kabar.inbox.accept_updates([again]) == []  # it was known by then
    api.wait_for_reply(asked)


def test_an_update_that_comes_again_is_handled_once(
    api: LocalBotApi, start_bot: BotStarter
) -> None:
    ana = api.person()
    asked = ana.says(QUESTION)
    (update,) = api.world.updates
    api.faults.add(Fault(drop="after"), "getUpdates")  # delivered, and not heard
    start_bot()
    api.wait_for_reply(asked)
    with api.world.change():
        api.world.updates.append(update)  # Telegram forgot that it was confirmed
    api.wait_for_reply(ana.says("/help"))
    assert len(api.replies(asked)) == 1


def test_what_a_bot_that_ended_left_behind_is_taken_up_by_the_next(
    api: LocalBotApi, start_bot: BotStarter, kabar: Any
) -> None:
    asked = api.person().says(QUESTION)
    (update,) = api.world.updates
    kabar.inbox.accept_updates([PendingUpdate(update["update_id"], json.dumps(update))])
    api.world.updates.clear()  # acknowledged before the crash
    start_bot()
    api.wait_for_reply(asked)


def test_a_bot_that_ends_leaves_what_it_cannot_finish_in_the_inbox(
    api: LocalBotApi, start_bot: BotStarter, kabar: Any
) -> None:
    api.faults.fail("sendMessage", 429, "Too Many Requests", retry_after=60, times=None)
    ana, ben = api.person("Ana"), api.person("Ben")
    asked = [ana.says(QUESTION), ana.says("/help"), ben.says(QUESTION)]
    bot = start_bot(KABAR_SHUTDOWN_SECONDS=0.2)
    api.wait_for(lambda: api.calls("sendMessage"))
    api.wait_for(lambda: api.world.confirmed == 3)
    assert bot.stop() == 0
    assert len(kabar.inbox.pending_updates()) == 3
    api.faults.clear()
    start_bot()
    api.wait_for_replies(asked)
    assert len(api.written()) == 3


def test_answers_for_which_the_token_was_revoked_wait_for_a_new_one(
    api: LocalBotApi, start_bot: BotStarter, kabar: Any
) -> None:
    api.faults.fail("sendMessage", 401, "Unauthorized", times=None)
    asked = api.person().says(QUESTION)
    bot = start_bot()
    api.wait_for(lambda: api.calls("sendMessage"))
    api.revoke_token()
    assert bot.join() == 1
    assert len(kabar.inbox.pending_updates()) == 1
    api.faults.clear()
    api.api.token = api.token
    start_bot()
    api.wait_for_reply(asked)


class _FullDisk:
    """An inbox on a disk without space for the first writes, or the first marks."""

    def __init__(self, failures: int, failing_marks: int = 0) -> None:
        self.failures = failures
        self.failing_marks = failing_marks
        self.kept: list[int] = []
        self.finished: list[int] = []
        self.marks: list[list[int]] = []
        self.inbox = self.conversations = self

    def accept_updates(self, updates: list[PendingUpdate]) -> list[int]:
        self._write()
        self.kept += [update.update_id for update in updates]
        return self.kept

    def finish(self, updates: dict[int, None]) -> None:
        self.failures += self.failing_marks
        self.failing_marks = 0
        self._write()
        self.finished += updates
        self.marks.append(list(updates))

    def _write(self) -> None:
        if self.failures:
            self.failures -= 1
            raise StorageFullError("There is no space left.")


def test_while_the_store_cannot_be_written_nothing_is_acknowledged(
    api: LocalBotApi, kabar: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(inbox_module, "RETRY_EVERY", 0.05)
    disk: Any = _FullDisk(failures=2)

    async def accept() -> None:
        assembly = build_application(settings_for(api), kabar)
        async with assembly.application:
            inbox = Inbox(assembly.application, disk, assembly.offload, at_once=2, waiting=2)
            accepting = asyncio.create_task(inbox.accept([{"update_id": 1}]))
            await asyncio.sleep(0.03)
            assert not accepting.done()
            await accepting
            while not disk.finished:
                await asyncio.sleep(0.01)
            await inbox.close(1)
        assembly.offload.close()

    asyncio.run(accept())
    assert disk.kept == disk.finished == [1]


def test_marks_that_fall_due_together_are_written_together(
    api: LocalBotApi, kabar: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(inbox_module, "RETRY_EVERY", 0.2)
    disk: Any = _FullDisk(failures=0, failing_marks=1)  # behind which the others gather
    # Nothing to answer: messages without words, of groups.
    updates = [
        {
            "update_id": number,
            "message": {"message_id": 1, "date": 1, "chat": {"id": -number, "type": "group"}},
        }
        for number in range(1, 9)
    ]

    async def accept() -> None:
        assembly = build_application(settings_for(api), kabar)
        async with assembly.application:
            inbox = Inbox(assembly.application, disk, assembly.offload, at_once=8, waiting=8)
            await inbox.accept(updates)
            while len(disk.finished) < len(updates):
                await asyncio.sleep(0.01)
            await inbox.close(1)
        assembly.offload.close()

    asyncio.run(accept())
    assert sorted(disk.finished) == [each["update_id"] for each in updates]
    assert len(disk.marks) < len(updates)


def test_a_bot_that_ends_does_not_forget_what_it_has_answered(
    api: LocalBotApi, start_bot: BotStarter, kabar: Any
) -> None:
    asked = [api.person(f"P{number}").says("/help") for number in range(12)]
    bot = start_bot()
    api.wait_for_replies(asked)
    assert bot.stop() == 0
    assert kabar.inbox.pending_updates() == []
