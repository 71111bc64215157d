"""A day with the digest: asked for, due, sent once over real HTTP, told why there is no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.playground.local import LocalBotApi
from retrieval.kabar import Kabar
from retrieval.records import DeliveryState, Preferences, WhenEmpty
from tests.bot.conftest import BotStarter, wait_until
from tests.conftest import LibraryOpener, SettingsFactory


class Clock:
    """Shows what the test says."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kabar(
    library: Path, settings: SettingsFactory, open_library: LibraryOpener, clock: Clock
) -> Iterator[Kabar]:
    """A library of its own with the seed article, by a clock that the test moves."""
    with open_library(settings(KABAR_DATA_DIR=library), clock) as opened:
        yield opened


def test_it_comes_on_its_day_once_and_the_next_day_it_is_told_why_not(
    api: LocalBotApi, kabar: Kabar, clock: Clock, start_bot: BotStarter
) -> None:
    ana = api.person("Ana")
    bot = start_bot()
    due = (clock.now + timedelta(hours=2)).replace(second=0, microsecond=0)
    shown = api.wait_for_reply(ana.says(f"/digest {due:%H:%M} UTC"))
    assert f"{due:%H:%M}" in shown["text"]
    assert kabar.digests.subscriber(ana.id).next_due == due
    bot.stop()
    before = len(ana.hears())

    clock.now = due + timedelta(seconds=1)
    bot = start_bot(wait=False)
    api.wait_for(lambda: len(ana.hears()) > before, 30, "the digest")
    digest = ana.hears()[-1]
    assert "Putin" in digest["text"]
    assert [each for each in digest["entities"] if each["type"] == "blockquote"]
    wait_until(lambda: kabar.digests.delivery_of(ana.id, digest["message_id"]))
    more = api.wait_for_reply(ana.says("tell me more about 1", reply_to=digest), 30)
    assert "Erdogan" in more["text"]
    bot.stop()
    told = len(ana.hears())

    clock.now = due + timedelta(days=1, seconds=1)
    bot = start_bot(wait=False)
    wait_until(lambda: (kabar.digests.subscriber(ana.id).next_due or due) > clock.now, 30)
    why = api.wait_for_reply(ana.says("/why"), 30)
    assert why["text"].startswith("No digest came because")
    bot.stop()
    assert len(ana.hears()) == told + 1  # the answer to /why alone
    days = kabar.digests.status().days
    assert [day.states for day in days] == [{DeliveryState.EMPTY: 1}, {DeliveryState.SENT: 1}]


def test_a_day_asleep_gives_one_digest_and_none_that_is_late(
    api: LocalBotApi, kabar: Kabar, clock: Clock, start_bot: BotStarter
) -> None:
    ana, ben = api.person("Ana"), api.person("Ben")
    at = (clock.now + timedelta(hours=1)).time().replace(second=0, microsecond=0)
    kabar.digests.subscribe(ana.id, Preferences(at=at, when_empty=WhenEmpty.LINE))
    late = (clock.now - timedelta(hours=9)).time().replace(second=0, microsecond=0)
    kabar.digests.subscribe(ben.id, Preferences(at=late, when_empty=WhenEmpty.LINE))
    clock.now += timedelta(days=3, hours=1, minutes=30)
    bot = start_bot(wait=False)
    api.wait_for(ana.hears, 30, "the digest")
    wait_until(lambda: (kabar.digests.subscriber(ben.id).next_due or clock.now) > clock.now, 30)
    bot.stop()
    assert len(ana.hears()) == 1
    assert ben.hears() == []
    assert kabar.digests.why(ben.id).delivery.state is DeliveryState.LATE  # type: ignore[union-attr]
