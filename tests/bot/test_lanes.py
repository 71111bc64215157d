"""One lane per chat: order inside, side by side outside, bounded in all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.lanes import Lanes

Item = tuple[str, int]


def run(main: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(main(), 5))  # type: ignore[arg-type]


def test_order_is_kept_in_a_lane_and_lanes_move_side_by_side() -> None:
    async def main() -> None:
        done: list[Item] = []
        moving: set[str] = set()
        most = 0

        async def handle(item: Item) -> None:
            nonlocal most
            lane, number = item
            assert lane not in moving
            moving.add(lane)
            most = max(most, len(moving))
            await asyncio.sleep(0.001 * (3 - number))
            moving.discard(lane)
            done.append(item)

        lanes = Lanes(handle, at_once=2, waiting=100)
        for number in range(3):
            for lane in "abc":
                await lanes.put(lane, (lane, number))
        while len(done) < 9:
            await asyncio.sleep(0.001)
        for lane in "abc":
            assert [number for name, number in done if name == lane] == [0, 1, 2]
        assert most == 2
        await lanes.close(1)

    run(main)


def test_who_brings_too_much_waits() -> None:
    async def main() -> None:
        gate = asyncio.Event()

        async def handle(item: Item) -> None:
            await gate.wait()

        lanes = Lanes(handle, at_once=1, waiting=2)
        await lanes.put("a", ("a", 0))
        await lanes.put("a", ("a", 1))
        third = asyncio.create_task(lanes.put("b", ("b", 0)))
        await asyncio.sleep(0.02)
        assert not third.done()
        gate.set()
        await third
        await lanes.close(1)

    run(main)


def test_an_item_that_fails_does_not_stop_its_lane() -> None:
    async def main() -> None:
        done: list[int] = []

        async def handle(item: Item) -> None:
            if item[1] == 0:
                raise ValueError("no")
            done.append(item[1])

        lanes = Lanes(handle, at_once=1, waiting=2)
        for number in range(4):
            await lanes.put("a", ("a", number))
        while len(done) < 3:
            await asyncio.sleep(0.001)
        assert done == [1, 2, 3]
        await lanes.close(1)

    run(main)


def test_closing_finishes_what_is_under_way_and_begins_nothing() -> None:
    async def main() -> None:
        begun: list[Item] = []
        done: list[Item] = []

        async def handle(item: Item) -> None:
            begun.append(item)
            await asyncio.sleep(0.05 if item[0] == "quick" else 60)
            done.append(item)

        lanes = Lanes(handle, at_once=2, waiting=10)
        for item in [("quick", 0), ("slow", 0), ("quick", 1), ("other", 0)]:
            await lanes.put(item[0], item)
        await asyncio.sleep(0.01)
        await lanes.close(0.2)
        assert begun == [("quick", 0), ("slow", 0)]
        assert done == [("quick", 0)]

    run(main)
