"""What an operator does from Telegram, and what others who try are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from retrieval.kabar import Kabar
from tests.bot import words
from tests.bot.conftest import QUESTION, BotStarter, wait_until
from tests.cli.articles import FERRY_QUESTION, FERRY_SENTENCE, bridge, corrected, ferry
from tests.conftest import LibraryOpener, SettingsFactory
from tests.news_site import NewsSite, front_page

TITLE = "The Kalumpang Post"


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite() as server:
        yield server


@pytest.fixture(scope="module")
def library(settings: SettingsFactory, open_library: LibraryOpener) -> Iterator[Kabar]:
    made = settings(KABAR_ALLOW_PRIVATE=True, KABAR_FETCH_PAUSE_SECONDS=0)
    with open_library(made) as opened:
        opened.warm_up()  # beside the bot's start it may take longer than that is waited for
        yield opened


@pytest.fixture(scope="module")
def api() -> Iterator[LocalBotApi]:
    with LocalBotApi() as server:
        yield server


@pytest.fixture(scope="module")
def admin(api: LocalBotApi, library: Kabar) -> Iterator[Person]:
    """Return an operator of a bot that runs; another has never written to it."""
    person = api.person("Operator")
    starter = BotStarter(api, library)
    starter(KABAR_ADMIN_IDS=f"{person.id},4711")
    yield person
    starter.stop()


@pytest.fixture
def stranger(api: LocalBotApi) -> Person:
    return api.person("Somebody")


def told(api: LocalBotApi, person: Person, text: str) -> str:
    return str(api.wait_for_reply(person.says(text), 60)["text"])


def test_feeds_are_added_listed_and_removed(
    api: LocalBotApi, admin: Person, site: NewsSite, library: Kabar
) -> None:
    assert told(api, admin, "/feeds") == words.NO_FEEDS
    feed = site.publish([bridge()])
    other = site.publish([bridge()], feed="/other.xml")
    assert told(api, admin, f"/addfeed {feed}") == f"Added: {TITLE}\n{feed}"
    assert told(api, admin, f"/addfeed {feed}") == f"Known already: {TITLE}\n{feed}"
    page = site.put("/", front_page([], [("application/rss+xml", "Other", "/other.xml")]))
    assert told(api, admin, f"/addfeed {page}") == f"Added: {TITLE}\n{other}"
    first, second = told(api, admin, "/feeds").split("\n\n")
    assert first.startswith(f"1. {TITLE}\n{feed}\n")
    assert second.startswith(f"2. {TITLE}\n{other}\n")
    assert " in a day · next visit " in second
    assert told(api, admin, "/removefeed 2") == f"Removed: {TITLE}\n{other}\nIts articles stay."
    assert [status.feed.url for status in library.newsroom.feeds()] == [feed]
    assert told(api, admin, "/removefeed 2").startswith("There is no feed 2; /feeds shows 1")
    assert told(api, admin, f"/removefeed {feed}").startswith("Removed: ")


def test_a_command_without_its_address_is_explained(api: LocalBotApi, admin: Person) -> None:
    assert told(api, admin, "/addfeed") == words.ADD_FEED_USAGE
    assert told(api, admin, "/removefeed  ") == words.REMOVE_FEED_USAGE


def test_what_is_no_feed_is_told_with_the_reason(
    api: LocalBotApi, admin: Person, site: NewsSite
) -> None:
    page = site.put("/about.html", "<h1>About</h1>")
    assert told(api, admin, f"/addfeed {page}").startswith(f"{page} is no feed")
    assert "is no web address" in told(api, admin, "/addfeed ftp://example.org/x")
    assert "is no address" in told(api, admin, "/addfeed two words")


def test_a_link_is_read_and_can_be_asked_about(
    api: LocalBotApi, admin: Person, site: NewsSite
) -> None:
    site.publish([ferry()])
    link = site.url + ferry().path
    answer = told(api, admin, link)
    assert answer.startswith("Read: Ferry runs aground off Tarumbek (The Kalumpang Post, ")
    assert FERRY_SENTENCE in told(api, admin, FERRY_QUESTION)
    assert told(api, admin, link).startswith("Read before, and unchanged: Ferry runs aground")
    site.publish([corrected(ferry(), "214", "241")])
    forwarded = admin.forwards(f"Have you seen this? {link}")
    reply = api.wait_for_reply(forwarded, 60)
    assert reply["text"].startswith("Read again, as it has changed: Ferry runs aground")
    assert "241 passengers" in told(api, admin, FERRY_QUESTION)


def test_a_link_that_cannot_be_read_is_told_with_the_reason(
    api: LocalBotApi, admin: Person, site: NewsSite
) -> None:
    link = f"{site.url}/nowhere.html"
    assert told(api, admin, link).startswith(f"{link}: ")
    reply = api.wait_for_reply(admin.says(f"{link} {site.url}/no.html"), 60)
    assert len(reply["text"].split("\n\n")) == 2


def test_a_slow_site_holds_up_no_answer(api: LocalBotApi, admin: Person, site: NewsSite) -> None:
    slow = site.put("/slow.html", "too late", delay=4)
    reading = admin.says(slow)
    site.wait_for(lambda: site.requests_to("/slow.html"))
    told(api, api.person(), "/help")
    told(api, api.person(), QUESTION)
    assert not api.replies(reading)
    api.wait_for_reply(reading, 30)


@pytest.mark.parametrize("command", ["/feeds", "/addfeed https://example.org", "/removefeed 1"])
def test_to_others_an_operators_command_does_not_exist(
    api: LocalBotApi, admin: Person, stranger: Person, library: Kabar, command: str
) -> None:
    assert told(api, stranger, command) == words.UNKNOWN_COMMAND
    assert told(api, stranger, "/help") == words.HELP
    assert library.newsroom.feeds() == []


def test_in_a_group_nobody_is_an_operator(api: LocalBotApi, admin: Person, site: NewsSite) -> None:
    group = api.group(privacy_mode=False)
    ignored = [
        admin.says("/feeds", group=group),
        admin.says(f"/addfeed {site.url}/feed.xml", group=group),
        admin.says(f"{site.url}/group.html", group=group),
    ]
    api.wait_for_reply(admin.says("/help", group=group))
    assert not any(api.replies(message) for message in ignored)
    assert site.requests_to("/group.html") == []


def test_a_strangers_link_is_a_question(
    api: LocalBotApi, admin: Person, stranger: Person, site: NewsSite
) -> None:
    answer = told(api, stranger, f"{site.url}/stranger.html")
    assert not answer.startswith("Read")
    assert site.requests_to("/stranger.html") == []


def test_an_operators_question_with_a_link_in_it_is_a_question(
    api: LocalBotApi, admin: Person, site: NewsSite
) -> None:
    told(api, admin, f"What does {site.url}/asked.html say?")
    assert site.requests_to("/asked.html") == []


def test_the_menu_has_the_operators_commands_for_operators_alone(
    api: LocalBotApi, admin: Person
) -> None:
    wait_until(lambda: (f"chat:{admin.id}", "") in api.world.commands)
    own = [one["command"] for one in api.world.commands[f"chat:{admin.id}", ""]]
    everybodys = [one["command"] for one in api.world.commands["default", ""]]
    assert own == [*words.COMMANDS, *words.ADMIN_COMMANDS]
    assert everybodys == list(words.COMMANDS)
    assert words.ADMIN_HELP in told(api, admin, "/help")


def test_many_feeds_are_listed_in_as_many_messages_as_they_need(
    api: LocalBotApi, admin: Person, library: Kabar
) -> None:
    outlines = "".join(
        f'<outline type="rss" text="Feed {number} &lt;b&gt;" '
        f'xmlUrl="https://example.org/{number}/{"x" * 40}"/>'
        for number in range(60)
    )
    library.newsroom.import_opml(f"<opml version='2.0'><body>{outlines}</body></opml>".encode())
    try:
        before = len(admin.hears())
        told(api, admin, "/feeds")
        wait_until(lambda: "60. Feed 59 <b>" in admin.hears()[-1]["text"])
        assert len(admin.hears()) - before > 1
    finally:
        for status in library.newsroom.feeds():
            library.newsroom.remove_feed(status.feed.url)
