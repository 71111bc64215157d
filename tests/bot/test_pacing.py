"""The send gate: how fast, how many, and who waits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.pacing import GROUP_BURST, Priority, SendGate


class Telegram:
    """Notes when each request was made; refuses the first few with a pause."""

    def __init__(self, *pauses: float, seconds: float = 0.0) -> None:
        self.at: list[float] = []
        self.at_once = self.most_at_once = 0
        self._pauses = list(pauses)
        self._seconds = seconds

    async def __call__(self) -> bool:
        self.at.append(asyncio.get_running_loop().time())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self._seconds)
        self.at_once -= 1
        if self._pauses:
            raise RetryAfter(self._pauses.pop(0))
        return True


async def request(
    gate: SendGate, telegram: Telegram, chat_id: int, endpoint: str = "sendMessage"
) -> Any:
    return await gate.process_request(telegram, (), {}, endpoint, {"chat_id": chat_id}, None)


def test_messages_are_spread_over_the_second() -> None:
    async def main() -> None:
        gate, telegram = SendGate(8, per_second=100), Telegram()
        await asyncio.gather(*(request(gate, telegram, chat) for chat in range(1, 31)))
        assert telegram.at[-1] - telegram.at[0] >= 0.26  # less what a late loop may catch up

    asyncio.run(main())


def test_no_more_are_under_way_than_allowed() -> None:
    async def main() -> None:
        gate, telegram = SendGate(3, per_second=1000), Telegram(seconds=0.02)
        await asyncio.gather(*(request(gate, telegram, chat) for chat in range(1, 21)))
        assert telegram.most_at_once == 3

    asyncio.run(main())


def test_a_pause_holds_for_everybody_and_the_refused_one_comes_again() -> None:
    async def main() -> None:
        gate, telegram = SendGate(4, per_second=1000), Telegram(1)
        await asyncio.gather(
            *(request(gate, telegram, chat) for chat in range(1, 6)),
            request(gate, telegram, 9, "answerCallbackQuery"),
        )
        assert len(telegram.at) == 7
        late = [moment for moment in telegram.at if moment - telegram.at[0] > 0.5]
        assert min(late) - telegram.at[0] >= 1
        # Those under way when the pause began cannot be called back; the rest waited.
        assert len(telegram.at) - len(late) <= 5

    asyncio.run(main())


def test_typing_is_not_worth_a_second_try() -> None:
    async def main() -> None:
        with pytest.raises(RetryAfter):
            await request(SendGate(), Telegram(1), 1, "sendChatAction")

    asyncio.run(main())


def test_a_group_gets_a_burst_and_then_waits_but_nobody_else_does() -> None:
    async def main() -> None:
        gate, telegram, other = SendGate(8, per_second=1000), Telegram(), Telegram()
        tasks = [asyncio.create_task(request(gate, telegram, -5)) for _ in range(GROUP_BURST + 1)]
        await asyncio.sleep(0.1)
        assert len(telegram.at) == GROUP_BURST
        await request(gate, other, 7)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(main())


def test_what_nobody_asked_for_waits_until_no_answer_does() -> None:
    order: list[str] = []

    async def send(gate: SendGate, name: str, chat_id: int, priority: Priority) -> None:
        async def call() -> bool:
            order.append(name)
            await asyncio.sleep(0.01)
            return True

        data = {"chat_id": chat_id}
        await gate.process_request(call, (), {}, "sendMessage", data, priority)

    async def main() -> None:
        gate = SendGate(1, per_second=200)
        first = asyncio.create_task(send(gate, "answer", 1, Priority.ANSWER))
        await asyncio.sleep(0)
        pushes = [asyncio.create_task(send(gate, "push", n, Priority.PUSH)) for n in range(2, 7)]
        await asyncio.sleep(0)
        late = [asyncio.create_task(send(gate, "answer", n, Priority.ANSWER)) for n in range(7, 12)]
        await asyncio.gather(first, *pushes, *late)

    asyncio.run(main())
    assert order == ["answer"] * 6 + ["push"] * 5


def test_pushes_are_sent_when_nobody_asks() -> None:
    async def main() -> None:
        gate, telegram = SendGate(2, per_second=1000), Telegram(seconds=0.01)
        pushes = (
            gate.process_request(telegram, (), {}, "sendMessage", {"chat_id": chat}, Priority.PUSH)
            for chat in range(1, 9)
        )
        await asyncio.gather(*pushes)
        assert len(telegram.at) == 8
        assert telegram.most_at_once == 2

    asyncio.run(main())
