"""Reading beside the bot, and what the operator is told of it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bot.application import build_application
from bot.notices import Notices
from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from bot.reading import Reading
from retrieval.kabar import Kabar
from tests.bot import words
from tests.bot.conftest import BotStarter, settings_for, wait_until
from tests.cli.articles import FERRY_QUESTION, FERRY_SENTENCE, ferry
from tests.conftest import LibraryOpener, SettingsFactory
from tests.news_site import NewsSite


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite() as server:
        yield server


@pytest.fixture(scope="module")
def library(settings: SettingsFactory, open_library: LibraryOpener) -> Iterator[Kabar]:
    made = settings(KABAR_ALLOW_PRIVATE=True, KABAR_FETCH_PAUSE_SECONDS=0)
    with open_library(made) as opened:
        opened.warm_up()  # beside the bot's start it may take longer than that is waited for
        yield opened


@pytest.fixture
def start(api: LocalBotApi, library: Kabar) -> Iterator[BotStarter]:
    starter = BotStarter(api, library)
    yield starter
    starter.stop()
    for status in library.newsroom.feeds():
        library.newsroom.remove_feed(status.feed.url)
    library.delete(article.id for article in library.latest(100))


def pending(library: Kabar) -> list[str]:
    return [notice.text for notice in library.newsroom.notices()]


def heard(person: Person) -> list[str]:
    return [str(message["text"]) for message in person.hears()]


def test_a_bot_visits_a_feed_by_itself_and_answers_from_it(
    api: LocalBotApi, start: BotStarter, library: Kabar, site: NewsSite
) -> None:
    library.newsroom.add_feed(site.publish([ferry()]))
    start()
    site.wait_for(lambda: site.requests_to(ferry().path), 30)
    wait_until(lambda: library.statistics().passages, 30)
    assert FERRY_SENTENCE in api.wait_for_reply(api.person().says(FERRY_QUESTION), 60)["text"]


def test_each_matter_is_told_to_every_operator_once_also_over_a_restart(
    api: LocalBotApi, start: BotStarter, library: Kabar, site: NewsSite
) -> None:
    admins = [api.person(name) for name in ("Ana", "Budi")]
    ids = ",".join(str(admin.id) for admin in admins)
    feed = site.publish([ferry()])
    library.newsroom.add_feed(feed)
    site.fail("/feed.xml", 410)
    library.newsroom.fetch()  # gone for good: it is paused
    (matter,) = pending(library)
    admins[1].blocks_the_bot()
    first = start(KABAR_ADMIN_IDS=ids)
    api.wait_for(admins[0].hears, 10, "a notice")
    wait_until(lambda: not pending(library))
    assert matter in heard(admins[0])[0]
    assert feed in matter
    first.stop()
    start(KABAR_ADMIN_IDS=ids)
    api.wait_for_reply(admins[0].says("/help"))
    assert len(heard(admins[0])) == 2
    assert heard(admins[1]) == []


def test_what_reaches_nobody_is_kept_and_told_later(
    api: LocalBotApi, start: BotStarter, library: Kabar, site: NewsSite
) -> None:
    admin = api.person()
    library.newsroom.add_feed(site.publish([ferry()]))
    site.fail("/feed.xml", 410)
    library.newsroom.fetch()
    admin.blocks_the_bot()
    first = start(KABAR_ADMIN_IDS=str(admin.id))
    api.wait_for(lambda: [call for call in api.calls("sendMessage") if call.status == 403])
    first.stop()
    assert len(pending(library)) == 1
    admin.chat.refusal = None
    start(KABAR_ADMIN_IDS=str(admin.id))
    api.wait_for(admin.hears, 10, "a notice")


def test_without_operators_notices_stay_and_nothing_is_sent(
    api: LocalBotApi, start: BotStarter, library: Kabar, site: NewsSite
) -> None:
    library.newsroom.add_feed(site.publish([ferry()]))
    site.fail("/feed.xml", 410)
    library.newsroom.fetch()
    start()
    api.wait_for_reply(api.person().says("/help"))
    assert len(pending(library)) == 1
    assert len(api.written()) == 1


def test_a_bot_that_waits_for_a_slow_page_ends_in_time(
    api: LocalBotApi, start: BotStarter, library: Kabar, site: NewsSite
) -> None:
    library.newsroom.add_feed(site.publish([ferry()]))
    site.put(ferry().path, "too late", delay=30)
    bot = start()
    site.wait_for(lambda: site.requests_to(ferry().path), 30)
    began = time.monotonic()
    assert bot.stop() == 0
    assert time.monotonic() - began < 5


def test_a_matter_that_arises_is_told_at_the_next_tick_and_once(
    api: LocalBotApi, library: Kabar, site: NewsSite
) -> None:
    admin = api.person()
    feed = library.newsroom.add_feed(site.publish([ferry()]))[0].url

    async def main() -> None:
        assembly = build_application(settings_for(api), library)
        await assembly.application.initialize()
        notices = Notices(library, assembly.offload, assembly.delivery, [admin.id], every=0.05)
        telling = asyncio.create_task(notices.run())
        site.fail("/feed.xml", 410)
        await asyncio.to_thread(library.newsroom.fetch)
        await asyncio.to_thread(api.wait_for, admin.hears, 10, "a notice")
        await asyncio.sleep(0.3)  # some ticks more
        telling.cancel()
        await assembly.application.shutdown()
        assembly.offload.close()

    asyncio.run(main())
    library.newsroom.remove_feed(feed)
    (text,) = heard(admin)
    assert text.startswith(f"{words.NOTICE}\n• ")
    assert pending(library) == []


class Newsroom:
    """Stands for a newsroom whose reading fails, in tests of the thread alone."""

    def __init__(self, failures: int) -> None:
        self.runs = 0
        self._failures = failures

    def run(self, stop: threading.Event) -> None:
        self.runs += 1
        if self.runs <= self._failures:
            raise ValueError("no")
        stop.wait(10)


class Library:
    def __init__(self, failures: int) -> None:
        self.newsroom = Newsroom(failures)


def test_reading_goes_on_after_an_error_that_nobody_expected(
    caplog: pytest.LogCaptureFixture,
) -> None:
    library: Any = Library(2)
    reading = Reading(library, again_after=0.01)
    reading.start()
    wait_until(lambda: library.newsroom.runs == 3)
    reading.stop()
    assert reading.wait(5)
    assert caplog.text.count("Reading the news met an error") == 2


def test_reading_that_was_never_begun_has_ended() -> None:
    library: Any = Library(0)
    reading = Reading(library)
    reading.stop()
    assert reading.wait(0)
