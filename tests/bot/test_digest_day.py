"""A day with the digest: asked for, due, sent once over real HTTP, told why there is no other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.playground.local import LocalBotApi
from retrieval.kabar import Kabar, open_kabar
from retrieval.records import DeliveryState, Preferences, WhenEmpty
from retrieval.settings import RetrievalSettings
from tests.bot.conftest import RunningBot, settings_for, wait_until

ROOT = Path(__file__).parents[2]


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
def kabar(tmp_path: Path, clock: Clock) -> Iterator[Kabar]:
    """A library of its own with the seed article, by a clock that the test moves."""
    settings = RetrievalSettings(
        _env_file=None,  # type: ignore[call-arg]  # no setting, but pydantic's own
        KABAR_DATA_DIR=tmp_path,
        KABAR_MODEL_DIR=ROOT / "data" / "models",
    )
    with open_kabar(settings, clock) as kabar:
        kabar.ingest(sorted((ROOT / "seeds").glob("*.txt")))
        kabar.index_pending()
        yield kabar


def test_it_comes_on_its_day_once_and_the_next_day_it_is_told_why_not(
    api: LocalBotApi, kabar: Kabar, clock: Clock
) -> None:
    ana = api.person("Ana")
    settings = settings_for(api)
    bot = RunningBot(settings, kabar)
    bot.wait_until_ready()
    due = (clock.now + timedelta(hours=2)).replace(second=0, microsecond=0)
    shown = api.wait_for_reply(ana.says(f"/digest {due:%H:%M} UTC"))
    assert f"{due:%H:%M}" in shown["text"]
    assert kabar.digests.subscriber(ana.id).next_due == due
    bot.stop()
    before = len(ana.hears())

    clock.now = due + timedelta(seconds=1)
    bot = RunningBot(settings, kabar)
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
    bot = RunningBot(settings, kabar)
    wait_until(lambda: (kabar.digests.subscriber(ana.id).next_due or due) > clock.now, 30)
    why = api.wait_for_reply(ana.says("/why"), 30)
    assert why["text"].startswith("No digest came because")
    bot.stop()
    assert len(ana.hears()) == told + 1  # the answer to /why alone
    days = kabar.digests.status().days
    assert [day.states for day in days] == [{DeliveryState.EMPTY: 1}, {DeliveryState.SENT: 1}]


def test_a_day_asleep_gives_one_digest_and_none_that_is_late(
    api: LocalBotApi, kabar: Kabar, clock: Clock
) -> None:
    ana, ben = api.person("Ana"), api.person("Ben")
    at = (clock.now + timedelta(hours=1)).time().replace(second=0, microsecond=0)
    kabar.digests.subscribe(ana.id, Preferences(at=at, when_empty=WhenEmpty.LINE))
    late = (clock.now - timedelta(hours=9)).time().replace(second=0, microsecond=0)
    kabar.digests.subscribe(ben.id, Preferences(at=late, when_empty=WhenEmpty.LINE))
    clock.now += timedelta(days=3, hours=1, minutes=30)
    began = time.monotonic()
    bot = RunningBot(settings_for(api), kabar)
    api.wait_for(ana.hears, 30, "the digest")
    wait_until(lambda: (kabar.digests.subscriber(ben.id).next_due or clock.now) > clock.now, 30)
    bot.stop()
    assert time.monotonic() - began < 60
    assert len(ana.hears()) == 1
    assert ben.hears() == []
    assert kabar.digests.why(ben.id).delivery.state is DeliveryState.LATE  # type: ignore[union-attr]
