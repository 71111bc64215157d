"""The digest desk: what subscribers and operators do, over a real library and a moved clock."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from retrieval.digest_desk import LEASE, zone_of
from retrieval.errors import KabarError, UsageError
from retrieval.records import (
    DeliveryState,
    Feed,
    InDoubt,
    Preferences,
    Settled,
    WhenEmpty,
    WhyReason,
)
from tests.digest.library import Library, stories_of
from tests.digest.planning import CHAT, DAY, HOUR, MINUTE, World, zone_where_it_is

SILENCE = WhenEmpty.SILENCE


@pytest.fixture
def news(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path)
    with closing(library.storage):
        yield library


@pytest.fixture
def world(news: Library) -> World:
    """Return a world in which it is some minutes from now, on the minute."""
    return World(news.storage, datetime.now(UTC).replace(second=0, microsecond=0) + 3 * MINUTE)


def soon(world: World) -> time:
    return (world.now + 5 * MINUTE).time()


# -- subscribers ---------------------------------------------------------------------------


def test_whoever_is_unknown_has_the_settings_of_the_operator(news: Library) -> None:
    world = World(
        news.storage, datetime.now(UTC), KABAR_TIMEZONE="Asia/Jakarta", KABAR_DIGEST_TIME="06:30"
    )
    unknown = world.desk.subscriber(CHAT)
    assert (unknown.preferences.at, unknown.preferences.timezone) == (time(6, 30), "Asia/Jakarta")
    assert (unknown.active, unknown.created_at) == (False, None)
    assert news.storage.get_subscriber(CHAT) is None


def test_a_digest_is_turned_off_and_on_with_its_settings(world: World) -> None:
    assert world.subscribe(stories=3).next_due is not None
    off = world.desk.unsubscribe(CHAT)
    assert (off.active, off.next_due, off.preferences.stories) == (False, None, 3)
    assert world.desk.change(CHAT, replace(off.preferences, stories=10)).next_due is None
    on = world.desk.subscribe(CHAT, world.desk.subscriber(CHAT).preferences, thread_id=5)
    assert (on.active, on.preferences.stories, on.thread_id) == (True, 10, 5)
    assert on.next_due is not None


def test_what_waits_is_not_sent_after_it_is_turned_off(news: Library, world: World) -> None:
    world.subscribe(at=soon(world))
    world.now += 5 * MINUTE
    assert world.desk.plan().planned == 1
    world.desk.unsubscribe(CHAT)
    assert world.push() == []


def test_another_time_moves_the_next_digest(world: World) -> None:
    world.subscribe(at=soon(world))
    later = (world.now + 2 * HOUR).time()
    moved = world.desk.change(CHAT, replace(world.desk.subscriber(CHAT).preferences, at=later))
    assert moved.next_due == world.now + 2 * HOUR


def test_what_fell_due_is_not_lost_over_a_change_before_the_tick(
    news: Library, world: World
) -> None:
    news.add(1, "A", "B")
    world.subscribe(at=soon(world))
    world.now += 5 * MINUTE + timedelta(seconds=10)
    world.desk.change(CHAT, replace(world.desk.subscriber(CHAT).preferences, stories=3))
    world.desk.plan()
    assert len(world.push()) == 1


def test_who_blocked_the_bot_gets_nothing_until_it_may_write_again(world: World) -> None:
    world.subscribe(at=soon(world))
    world.now += 5 * MINUTE
    world.desk.plan()
    assert world.desk.pause(CHAT, "bot was blocked by the user") == 1
    assert world.live(world.now + DAY, HOUR) == []
    assert world.desk.why(CHAT).reason is WhyReason.PAUSED
    assert world.desk.status().paused == 1
    resumed = world.desk.resume(CHAT)
    assert resumed.paused_because is None
    assert resumed.next_due is not None
    assert resumed.next_due > world.now
    assert world.desk.resume(99).created_at is None


def test_a_group_keeps_its_digest_when_it_becomes_a_supergroup(world: World) -> None:
    world.subscribe(-1, stories=10, at=soon(world))
    world.now += 5 * MINUTE
    world.desk.plan()
    world.desk.moved(-1, -1001)
    assert world.desk.subscriber(-1001).preferences.stories == 10
    assert [each.chat_id for each in world.push()] == [-1001]
    assert world.desk.forget(-1001)
    assert world.desk.subscriber(-1001).created_at is None


@pytest.mark.parametrize(
    "nonsense",
    [
        Preferences(timezone="Europe/Nowhere"),
        Preferences(timezone="UTC+99:00"),
        Preferences(stories=0),
        Preferences(stories=21),
        Preferences(days=(0, 7)),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence_and_not_kept(
    world: World, nonsense: Preferences
) -> None:
    with pytest.raises(UsageError) as refused:
        world.desk.subscribe(CHAT, nonsense)
    assert str(refused.value).endswith(".")
    assert world.desk.subscriber(CHAT).created_at is None


def test_less_like_this_is_remembered_once(news: Library, world: World) -> None:
    news.add(1, "A", "B")
    world.subscribe()
    digest = world.desk.digest_now(CHAT)
    assert digest.id is not None
    due = world.desk.subscriber(CHAT).next_due
    assert world.desk.dislike(CHAT, digest.id, 1)
    assert world.desk.dislike(CHAT, digest.id, 1)
    assert not world.desk.dislike(CHAT, digest.id, 2)
    assert not world.desk.dislike(CHAT, 999, 1)
    kept = world.desk.subscriber(CHAT)
    assert kept.preferences.disliked == (digest.stories[0].articles[0].id,)
    assert kept.next_due == due


# -- now -----------------------------------------------------------------------------------


def test_todays_digest_is_shown_as_it_was_delivered(news: Library, world: World) -> None:
    news.add(1, "A", "B")
    zone = zone_where_it_is(12, world.now)  # midnight is far
    at = (world.now + 5 * MINUTE).astimezone(zone_of(zone)).time()
    world.subscribe(at=at, timezone=zone)
    (sent,) = world.live(world.now + 6 * MINUTE, MINUTE)
    news.add(2, "A", "B", "C")
    assert world.desk.digest_now(CHAT).id == sent[1].digest_id


def test_what_was_shown_on_demand_is_told_with_that(news: Library, world: World) -> None:
    news.add(1, "A", "B")
    world.subscribe(at=soon(world), when_empty=SILENCE)
    digest = world.desk.digest_now(CHAT)
    assert stories_of(digest) == [1]
    assert world.desk.record_now(CHAT, digest, 51, 900)
    assert not world.desk.record_now(CHAT, digest, 51, 901)
    delivery = world.desk.delivery_of(CHAT, 900)
    assert delivery is not None
    assert delivery.digest_id == digest.id
    assert world.live(world.now + 6 * MINUTE, MINUTE) == []
    assert world.desk.why(CHAT).reason is WhyReason.ALREADY_SENT


def test_a_preview_writes_nothing(news: Library, world: World) -> None:
    news.add(1, "A", "B")
    world.subscribe()
    assert stories_of(world.desk.preview(CHAT)) == [1]
    assert stories_of(world.desk.preview(Preferences(left_out=("1",)))) == []
    assert world.rows() == []
    assert news.storage.get_digests(range(10)) == {}


def test_an_operator_sends_one_now(news: Library, world: World) -> None:
    news.add(1, "A", "B")
    with pytest.raises(UsageError, match="/digest"):
        world.desk.send_one(CHAT)
    world.subscribe(when_empty=SILENCE)
    assert world.desk.send_one(CHAT).state is DeliveryState.WAITING
    (sent,) = world.push()
    assert stories_of(world.desk.digests([sent.digest_id or 0])[sent.digest_id or 0]) == [1]
    world.now += MINUTE
    assert world.desk.send_one(CHAT).state is DeliveryState.EMPTY
    world.desk.pause(CHAT, "bot was blocked by the user")
    with pytest.raises(KabarError, match="blocked"):
        world.desk.send_one(CHAT)


# -- why -----------------------------------------------------------------------------------


def test_why_nothing_came_is_known(news: Library, world: World) -> None:
    assert world.desk.why(CHAT).reason is WhyReason.NOT_SUBSCRIBED
    world.subscribe(at=soon(world), when_empty=SILENCE)
    assert world.desk.why(CHAT).reason is WhyReason.NOT_YET
    world.live(world.now + 6 * MINUTE, MINUTE)
    assert world.desk.why(CHAT).reason is WhyReason.SOURCES_DOWN


def test_why_it_came_is_known_with_what_it_told(news: Library, world: World) -> None:
    news.add(1, "A", "B")
    world.subscribe(at=soon(world))
    world.now += 5 * MINUTE
    world.desk.plan()
    assert world.desk.why(CHAT).reason is WhyReason.WAITING
    world.push()
    why = world.desk.why(CHAT)
    assert why.reason is WhyReason.SENT
    assert why.digest is not None
    assert (stories_of(why.digest), why.digest.considered) == ([1], 2)


def test_quiet_hours_that_are_set_later_hold_back_nothing_that_came(
    news: Library, world: World
) -> None:
    news.add(1, "A", "B")
    at = soon(world)
    world.subscribe(at=at)
    world.live(world.now + 6 * MINUTE, MINUTE)
    begin, end = (each.time() for each in (world.now - HOUR, world.now + HOUR))
    world.subscribe(at=at, quiet=(begin, end))
    assert world.desk.why(CHAT).reason is WhyReason.SENT


def test_quiet_hours_are_a_reason_with_their_end(world: World) -> None:
    begin, end = world.now.time(), (world.now + 2 * HOUR).time()
    world.subscribe(at=soon(world), quiet=(begin, end))
    world.now += HOUR
    world.desk.plan()
    why = world.desk.why(CHAT)
    assert (why.reason, why.quiet_until) == (WhyReason.QUIET, world.now + HOUR)
    assert world.push() == []


def test_feeds_that_fail_are_counted(news: Library, world: World) -> None:
    world.subscribe()
    news.storage.add_feed(Feed("https://example.org/feed", added_at=world.now))
    news.storage.add_feed(Feed("https://example.com/feed", added_at=world.now))
    news.storage.pause_feed("https://example.com/feed", "gone")
    why = world.desk.why(CHAT)
    assert (why.feeds, why.feeds_failing) == (2, 1)


# -- for the operator ----------------------------------------------------------------------


@pytest.mark.parametrize("policy", list(InDoubt))
def test_a_process_that_dies_while_sending_leaves_doubts_that_are_told(
    news: Library, policy: InDoubt
) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0) + 3 * MINUTE
    world = World(news.storage, now, KABAR_IN_DOUBT=policy.value)
    for chat_id in (1, 2, 3):
        world.subscribe(chat_id, at=soon(world))
    world.now += 5 * MINUTE
    world.desk.plan()
    claimed = world.desk.claim("dies", 2)
    world.desk.turn_over("dies", [], [claimed[0].id or 0])
    world.now += LEASE + MINUTE
    assert [each.chat_id for each in world.desk.resolve_doubts()] == [claimed[0].chat_id]
    others = {each.chat_id for each in world.push()}
    everybody = {1, 2, 3}
    assert others == (everybody if policy is InDoubt.RESEND else everybody - {claimed[0].chat_id})
    (notice,) = news.storage.pending_notices()
    assert "1 may or may not have arrived" in notice.text
    assert sum(day.doubts for day in world.desk.status().days) == 1
    world.now += HOUR
    world.desk.plan()
    assert len(news.storage.pending_notices()) == 1


def test_an_answer_that_never_came_is_told_as_well(news: Library, world: World) -> None:
    world.subscribe(at=soon(world))
    world.now += 5 * MINUTE
    world.desk.plan()
    (claimed,) = world.desk.claim("sends", 1)
    assert claimed.id is not None
    world.desk.turn_over("sends", [], [claimed.id])
    doubtful = Settled(claimed.id, DeliveryState.IN_DOUBT, detail="timed out", doubted=True)
    world.desk.turn_over("sends", [doubtful], [])
    world.now += 20 * MINUTE
    world.desk.plan()
    assert len(news.storage.pending_notices()) == 1
    assert world.desk.why(CHAT).reason is WhyReason.IN_DOUBT


def test_each_day_has_a_line_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    # Far from midnight: by hourly ticks what is due just before it is sent after the day's line.
    world.subscribe(at=time(12))
    with caplog.at_level(logging.INFO, "retrieval.digest.upkeep"):
        world.live(world.now + 3 * DAY, HOUR)
    days = [text for text in caplog.messages if " 1 sent," in text]
    assert len(days) >= 2
    assert "0 in doubt; 1 active subscribers, 0 paused" in days[0]


def test_deliveries_are_forgotten_after_two_months(world: World) -> None:
    world.subscribe(at=soon(world))
    world.live(world.now + 3 * DAY, HOUR)
    first = world.rows()[0][0]
    world.desk.unsubscribe(CHAT)
    world.now += 60 * DAY
    world.desk.plan()
    assert first not in [day for day, _, _ in world.rows()]
