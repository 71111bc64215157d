"""A site has one visitor of ours at a time, who rests between two visits."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest

from retrieval.intake.web.allowance import Allowance
from retrieval.intake.web.keyed_locks import KeyedLocks
from retrieval.intake.web.politeness import Turns

PAUSE = 0.05


async def visit(turns: Turns, site: str, visits: list[tuple[float, float]], **how: float) -> None:
    async with turns.turn(site, **how):
        begun = time.monotonic()
        await asyncio.sleep(0.01)
        visits.append((begun, time.monotonic()))


def gaps(visits: list[tuple[float, float]]) -> list[float]:
    return [later[0] - earlier[1] for earlier, later in pairwise(visits)]


def test_visits_to_a_site_come_one_after_another_with_a_pause() -> None:
    visits: list[tuple[float, float]] = []

    async def run() -> None:
        turns = Turns(PAUSE)
        await asyncio.gather(*(visit(turns, "a", visits) for _ in range(4)))

    asyncio.run(run())
    assert len(visits) == 4
    assert min(gaps(visits)) >= PAUSE * 0.99


def test_visits_to_two_sites_do_not_wait_for_each_other() -> None:
    async def run() -> None:
        turns = Turns(60)
        async with turns.turn("a"), asyncio.timeout(1), turns.turn("b"):
            pass

    asyncio.run(run())


def test_the_longer_pause_counts_but_none_above_a_minute() -> None:
    visits: list[tuple[float, float]] = []

    async def run() -> None:
        turns = Turns(0)
        for _ in range(3):
            await visit(turns, "a", visits, pause=PAUSE)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(PAUSE), turns.turn("a", 1e9):
                pass
        turns._ended_at["a"] -= 60
        async with asyncio.timeout(1), turns.turn("a", 1e9):
            pass

    asyncio.run(run())
    assert min(gaps(visits)) >= PAUSE * 0.99


def test_a_visit_that_fails_or_is_broken_off_frees_its_turn() -> None:
    async def run() -> None:
        turns = Turns(0)
        with pytest.raises(ValueError, match="x"):
            async with turns.turn("a"):
                raise ValueError("x")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), turns.turn("a"):
                await asyncio.sleep(10)
        async with asyncio.timeout(1), turns.turn("a"):
            pass

    asyncio.run(run())


def test_a_site_whose_pause_is_over_is_forgotten() -> None:
    async def run() -> int:
        turns = Turns(0)
        for n in range(100):
            async with turns.turn(f"site {n}"):
                pass
            turns._ended_at[f"site {n}"] -= 61
        return len(turns)

    assert asyncio.run(run()) <= 1


def test_turns_outlive_the_loop_that_they_were_taken_in() -> None:
    turns = Turns(PAUSE)
    visits: list[tuple[float, float]] = []
    for _ in range(2):
        asyncio.run(visit(turns, "a", visits))
    assert min(gaps(visits)) >= PAUSE * 0.99


def test_a_lock_exists_for_as_long_as_somebody_wants_it() -> None:
    async def run() -> list[str]:
        locks, order = KeyedLocks(), []

        async def hold(name: str) -> None:
            async with locks.hold("key"):
                order.append(name)
                await asyncio.sleep(0)

        holders = [asyncio.create_task(hold(name)) for name in "abcd"]
        await asyncio.sleep(0)
        assert len(locks) == 1
        holders[2].cancel()
        await asyncio.gather(*holders, return_exceptions=True)
        assert len(locks) == 0
        return order

    assert asyncio.run(run()) == ["a", "b", "d"]


def test_an_allowance_is_spent_over_several_blocks_and_not_between_them() -> None:
    async def run() -> None:
        allowance = Allowance(0.3)
        async with allowance.spend():
            await asyncio.sleep(0.25)
        await asyncio.sleep(0.3)
        async with allowance.spend():
            await asyncio.sleep(0)
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            async with allowance.spend():
                await asyncio.sleep(10)
        assert time.monotonic() - begun < 0.3  # less than the whole of it
        with pytest.raises(TimeoutError):
            async with allowance.spend():
                await asyncio.sleep(10)

    asyncio.run(run())
