"""Breaking stories come between digests: twice a day at most, and never at night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from retrieval.digest.zones import zone_of
from retrieval.records import DeliveryState
from tests.digest.library import MORNING, Library, stories_of
from tests.digest.planning import CHAT, HOUR, MINUTE, World, zone_where_it_is

OUTLETS = tuple("ABCDEF")
RECENTLY = (datetime.now(UTC) - timedelta(minutes=20) - MORNING) / HOUR


@pytest.fixture
def world(news: Library) -> World:
    return World(news.storage, datetime.now(UTC) + MINUTE)


def test_what_breaks_is_told_at_once_to_those_who_want_it(news: Library, world: World) -> None:
    _subscribe(world, 1, breaking=True)
    _subscribe(world, 2, breaking=False)
    _break(news, 1)
    report = world.desk.plan()
    (sent,) = world.push()
    assert (sent.chat_id, sent.kind, _told(world, sent.digest_id)) == (1, "breaking 1", [1])
    assert (report.breaking, report.planned) == (1, 1)


def test_what_was_told_is_not_told_again_though_it_goes_on(news: Library, world: World) -> None:
    _subscribe(world)
    _break(news, 1)
    world.desk.plan()
    assert len(world.push()) == 1
    news.add(1, "G", "H", hours=11.6, text="Two hundred were rescued by Sunday. Ships searched on.")
    world.desk.plan()
    assert world.push() == []


def test_there_are_two_a_day_at_most(news: Library, world: World) -> None:
    _subscribe(world)
    for story in (1, 2, 3):
        _break(news, story)
        world.desk.plan()
        world.push()
    assert [kind for _, kind, _ in world.rows()] == ["breaking 1", "breaking 2"]


def test_what_a_digest_told_breaks_no_more(news: Library, world: World) -> None:
    _subscribe(world, 1, at_clock=13)
    _subscribe(world, 2, at_clock=20)
    _break(news, 1)
    world.now += HOUR
    world.desk.plan()
    assert [(each.chat_id, each.kind) for each in world.push()] == [(1, "daily"), (2, "breaking 1")]


@pytest.mark.parametrize("clock", [22, 23, 0, 3, 6])
def test_at_night_it_waits_for_the_morning_all_in_one_message(
    news: Library, world: World, clock: int
) -> None:
    zone = zone_where_it_is(clock, world.now)
    _subscribe(world, timezone=zone, at_clock=20)
    _break(news, 1)
    world.desk.plan()
    assert world.push() == []
    _break(news, 2)
    world.desk.plan()
    world.now += MINUTE
    assert world.push() == []
    world.now += (7 - clock) % 24 * HOUR
    (sent,) = world.push()
    assert sorted(_told(world, sent.digest_id)) == [1, 2]
    assert sent.release_at.astimezone(zone_of(zone)).time() == time(7)
    assert [state for _, _, state in world.rows()] == [DeliveryState.MERGED, DeliveryState.SENT]


def test_in_quiet_hours_by_day_it_waits_for_their_end(news: Library, world: World) -> None:
    zone = zone_where_it_is(12, world.now)
    _subscribe(world, timezone=zone, quiet=(time(9), time(15)), at_clock=20)
    _break(news, 1)
    world.desk.plan()
    assert world.push() == []
    world.now += 3 * HOUR
    (sent,) = world.push()
    assert sent.release_at.astimezone(zone_of(zone)).time() == time(15)


def test_where_the_digest_comes_by_then_it_is_left_to_the_digest(
    news: Library, world: World
) -> None:
    zone = zone_where_it_is(2, world.now)
    _subscribe(world, timezone=zone, at_clock=7)
    _break(news, 1)
    world.desk.plan()
    assert world.rows() == []
    world.now += 6 * HOUR
    world.desk.plan()
    (sent,) = world.push()
    assert (sent.kind, _told(world, sent.digest_id)) == ("daily", [1])


def _subscribe(
    world: World,
    chat_id: int = CHAT,
    *,
    at_clock: int | None = None,
    timezone: str = "",
    **preferences: object,
) -> None:
    """Subscribe a chat where it is noon, with a digest hours later, unless told otherwise."""
    zone = timezone or zone_where_it_is(12, world.now)
    at = time(20 if at_clock is None else at_clock)
    world.subscribe(chat_id, at=at, timezone=zone, **{"breaking": True, **preferences})


def _break(news: Library, story: int) -> None:
    news.add(story, *OUTLETS, hours=RECENTLY, text=f"Story {story} happened on Saturday. It did.")


def _told(world: World, digest_id: int | None) -> list[int]:
    assert digest_id is not None
    return stories_of(world.desk.digests([digest_id])[digest_id])
