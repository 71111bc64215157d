"""What is due becomes one row for each person and day, whatever clocks and machines do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from retrieval.digest.compositions import Compositions
from retrieval.digest.planner import Planner
from retrieval.records import DeliveryState, Preferences, Subscriber, WhenEmpty
from retrieval.storage.base import Storage
from retrieval.storage.engines import open_storage
from tests.digest.library import Library, stories_of
from tests.digest.planning import CHAT, DAY, HOUR, MINUTE, World, utc

SENT, LATE, EMPTY = DeliveryState.SENT, DeliveryState.LATE, DeliveryState.EMPTY


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    with closing(open_storage(tmp_path)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("zone", "at", "begin", "end"),
    [
        ("Asia/Jakarta", "07:00", "2026-03-01", "2026-03-05"),
        ("Asia/Kathmandu", "00:00", "2026-03-01", "2026-03-05"),
        ("America/New_York", "02:30", "2026-03-06", "2026-03-11"),
        ("America/New_York", "01:30", "2026-10-30", "2026-11-04"),
        ("America/New_York", "23:15", "2026-10-30", "2026-11-04"),
        ("Europe/Dublin", "01:30", "2026-03-27", "2026-03-31"),
        ("Europe/Dublin", "01:30", "2026-10-23", "2026-10-27"),
    ],
)
def test_every_local_day_has_one_at_its_time(
    storage: Storage, zone: str, at: str, begin: str, end: str
) -> None:
    local = ZoneInfo(zone)
    first = datetime.fromisoformat(begin).replace(tzinfo=local)
    world = World(storage, first.astimezone(UTC) - MINUTE)
    world.subscribe(at=time.fromisoformat(at), timezone=zone)
    until = datetime.fromisoformat(end).replace(tzinfo=local).astimezone(UTC)
    sent = world.live(until - MINUTE, 30 * MINUTE)
    dates = [each.local_date for _, each in sent]
    span = (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).days
    assert dates == [first.date() + number * DAY for number in range(span)]
    for moment, delivery in sent:
        assert timedelta() <= moment - delivery.due_at < 30 * MINUTE
        clock = delivery.due_at.astimezone(local)
        gap = clock.utcoffset() != (clock - 2 * HOUR).utcoffset()
        assert clock.time() == time.fromisoformat(at) or gap


def test_a_day_that_a_zone_leaves_out_has_none(storage: Storage) -> None:
    world = World(storage, utc("2011-12-28T20:00"))
    world.subscribe(timezone="Pacific/Apia")
    world.live(utc("2012-01-01T12:00"), HOUR)
    assert [day for day, _, _ in world.rows()] == ["2011-12-29", "2011-12-31", "2012-01-01"]


def test_a_clock_that_is_set_back_brings_nothing_twice(storage: Storage) -> None:
    world = World(storage, utc("2026-03-01T06:00"))
    world.subscribe()
    assert len(world.live(utc("2026-03-02T08:00"), HOUR)) == 2
    world.now = utc("2026-03-01T06:30")
    assert world.live(utc("2026-03-02T23:00"), HOUR) == []
    # Even if the settings are written meanwhile, by a clock that is wrong.
    world.now = utc("2026-03-02T05:00")
    world.subscribe(at=time(6))
    assert [each.local_date.day for _, each in world.live(utc("2026-03-04T05:00"), HOUR)] == [3]


@pytest.mark.parametrize(
    ("woke", "rows"),
    [
        ("2026-03-02T12:00", [("2026-03-01", LATE), ("2026-03-02", SENT)]),
        ("2026-03-01T12:59", [("2026-03-01", SENT)]),
        ("2026-03-01T13:00", [("2026-03-01", LATE)]),
        ("2026-03-10T23:00", [("2026-03-01", LATE), ("2026-03-10", LATE)]),
    ],
)
def test_after_a_sleep_there_is_one_at_most_and_none_six_hours_late(
    storage: Storage, woke: str, rows: list[tuple[str, DeliveryState]]
) -> None:
    world = World(storage, utc("2026-03-01T06:59"))
    world.subscribe()
    world.now = utc(woke)
    world.desk.plan()
    world.push()
    world.desk.plan()
    world.push()
    assert [(day, state) for day, _, state in world.rows()] == rows
    following = world.desk.subscriber(CHAT).next_due
    assert following is not None
    assert timedelta() < following - world.now <= DAY


def test_what_was_planned_and_not_sent_in_time_is_not_sent(storage: Storage) -> None:
    world = World(storage, utc("2026-03-01T06:59"), KABAR_DIGEST_MAX_DELAY_HOURS=2)
    world.subscribe()
    world.now = utc("2026-03-01T07:01")
    world.desk.plan()
    world.now = utc("2026-03-01T09:00")
    assert world.push() == []
    assert [state for _, _, state in world.rows()] == [LATE]


def test_what_falls_due_in_quiet_hours_comes_once_when_they_end(storage: Storage) -> None:
    world = World(storage, utc("2026-03-01T12:00"))
    world.subscribe(at=time(23), quiet=(time(22), time(7)), timezone="Asia/Jakarta")
    sent = world.live(utc("2026-03-04T12:00"), 30 * MINUTE)
    zone = ZoneInfo("Asia/Jakarta")
    told = [
        (moment.astimezone(zone).isoformat()[:16], each.local_date.day) for moment, each in sent
    ]
    assert told == [("2026-03-02T07:00", 1), ("2026-03-03T07:00", 2), ("2026-03-04T07:00", 3)]


def test_only_the_chosen_days_have_one(storage: Storage) -> None:
    world = World(storage, utc("2026-03-01T00:00"))
    world.subscribe(days=(0, 3))
    world.live(utc("2026-03-08T23:00"), HOUR)
    assert [day for day, _, _ in world.rows()] == ["2026-03-02", "2026-03-05"]


def test_two_who_plan_at_once_plan_nothing_twice(storage: Storage) -> None:
    world = World(storage, utc("2026-03-01T06:00"))
    for chat_id in range(1, 61):
        world.subscribe(chat_id)
    world.now = utc("2026-03-01T07:00")
    desks = [world.another() for _ in range(3)]
    threads = [Thread(target=desk.plan) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.chat_id for each in world.push()) == list(range(1, 61))


def test_a_zone_that_is_not_known_any_more_holds_up_nobody(storage: Storage) -> None:
    now = utc("2026-03-01T07:00")
    strange = Preferences(timezone="Mars/Olympus")
    storage.write_subscriber(Subscriber(1, strange, active=True, next_due=now))
    world = World(storage, now - HOUR)
    world.subscribe(2)
    world.now = now
    world.desk.plan()
    assert [each.chat_id for each in world.push()] == [2]
    assert "Mars/Olympus" in (world.desk.subscriber(1).paused_because or "")


# -- what is told --------------------------------------------------------------------------


def test_what_was_told_yesterday_is_not_told_today(news: Library) -> None:
    world, at = _world(news)
    world.subscribe(at=at, when_empty=WhenEmpty.SILENCE)
    news.add(1, "A", "B")
    (first,) = world.live(world.now + 10 * MINUTE, MINUTE)
    assert _told(world, first[1].digest_id) == [1]
    world.now += DAY - HOUR
    assert world.live(world.now + 2 * HOUR) == []
    assert [state for _, _, state in world.rows()] == [SENT, EMPTY]


def test_whoever_wants_a_line_on_an_empty_day_gets_one(news: Library) -> None:
    world, at = _world(news)
    world.subscribe(1, at=at, when_empty=WhenEmpty.LINE, picture=True)
    world.subscribe(2, at=at, when_empty=WhenEmpty.SILENCE, picture=True)
    sent = world.live(world.now + 10 * MINUTE, MINUTE)
    assert [(each.chat_id, each.kind) for _, each in sent] == [(1, "daily")]
    assert [state for _, _, state in world.rows(2)] == [EMPTY]


def test_a_picture_goes_before_its_digest(news: Library) -> None:
    world, at = _world(news)
    news.add(1, "A", "B")
    world.subscribe(at=at, picture=True)
    sent = world.live(world.now + 10 * MINUTE, MINUTE)
    assert [each.kind for _, each in sent] == ["picture", "daily"]
    assert len({each.digest_id for _, each in sent}) == 1


def test_equal_settings_are_composed_once_and_planned_by_the_page(news: Library) -> None:
    world, at = _world(news)
    for story in range(1, 9):
        news.add(story, "A", "B")
    due = world.now + 5 * MINUTE
    many, distinct = 1_000, 20
    later = ((due + 6 * HOUR).time(), (due + 7 * HOUR).time())
    for chat_id in range(1, many + 1):
        # Quiet hours decide on no story.
        quiet = later if chat_id % 3 else None
        wanted = Preferences(at=at, topics=(str(chat_id % distinct),), quiet=quiet)
        news.storage.write_subscriber(Subscriber(chat_id, wanted, active=True, next_due=due))
    compositions = Compositions(news.storage, lambda: world.composer)
    report = Planner(news.storage, compositions, 6 * HOUR, page=300).plan(due)
    assert (report.subscribers, report.planned) == (many, many)
    assert world.composer.compositions == report.composed == distinct
    world.now = due
    assert len({each.digest_id for each in world.push()}) == distinct


def test_what_another_process_composed_is_not_composed_again(news: Library) -> None:
    world, at = _world(news)
    news.add(1, "A", "B")
    for chat_id in (1, 2):
        world.subscribe(chat_id, at=at)
    due = world.desk.subscriber(1).next_due
    assert due is not None
    world.now = due
    second = world.desk.subscriber(2)
    news.storage.write_subscriber(replace(second, active=False))
    world.desk.plan()
    news.storage.write_subscriber(second)
    assert (world.another().plan().composed, world.composer.compositions) == (0, 1)
    assert [each.chat_id for each in world.push()] == [1, 2]


def test_what_comes_in_late_is_told_the_next_day(news: Library) -> None:
    world, at = _world(news)
    world.subscribe(at=at)
    news.add(1, "A", "B")
    world.live(world.now + 10 * MINUTE, MINUTE)
    covered = world.desk.subscriber(CHAT).covered_until
    assert covered is not None
    # Added a little before, and in no story until after: it would fall between two digests.
    news.add(2, "A", "B")
    world.now += DAY - HOUR
    (second,) = world.live(world.now + 2 * HOUR)
    assert _told(world, second[1].digest_id) == [2]


def test_a_digest_for_which_nothing_was_written_is_made_again(news: Library) -> None:
    world, at = _world(news)
    world.subscribe(at=at)
    before = world.desk.subscriber(CHAT)
    news.add(1, "A", "B")
    (first,) = world.live(world.now + 10 * MINUTE, MINUTE)
    # As if a slower process wrote back what it had read before the plan.
    news.storage.write_subscriber(replace(before, created_at=None))
    assert world.live(world.now + HOUR) == []
    assert [each[2] for each in world.rows()] == [SENT]
    following = world.desk.subscriber(CHAT).next_due
    assert following == first[1].due_at + DAY


def _world(news: Library) -> tuple[World, time]:
    """Return a world in which it is a little before a time, and that time; UTC."""
    now = datetime.now(UTC).replace(second=0, microsecond=0) + 3 * MINUTE
    return World(news.storage, now), (now + 5 * MINUTE).time()


def _told(world: World, digest_id: int | None) -> list[int]:
    assert digest_id is not None
    return stories_of(world.desk.digests([digest_id])[digest_id])
