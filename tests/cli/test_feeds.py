"""`kabar feeds …`: what an operator does with feeds, against a real site on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.articles import bridge, ferry
from tests.cli.conftest import Command, Outcome
from tests.conftest import SEEDS
from tests.news_site import NewsSite, front_page

TITLE = "The Kalumpang Post"
FEED_KEYS = [
    "number", "url", "title", "site_url", "state", "verdict", "error", "paused_because",
    "articles_24h", "newest_article", "pending_pages", "interval_seconds", "added_at",
    "last_visit", "last_success", "failing_since", "failures", "next_visit",
]  # fmt: skip


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite() as server:
        yield server


@pytest.fixture
def feed(site: NewsSite) -> str:
    return site.publish([ferry(), bridge()])


@pytest.fixture
def feeds(reader: Command) -> Command:
    """Run `kabar feeds …` on an empty library."""

    def call(*args: str | Path, stdin: bytes = b"") -> Outcome:
        return reader("feeds", *args, stdin=stdin)

    return call


def test_a_feed_is_added_and_listed(feeds: Command, feed: str) -> None:
    assert feeds("list").out.startswith("No feed is read yet.")
    outcome = feeds("add", feed)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == f"Added: {TITLE} – {feed}\n"
    assert feeds("add", feed).out == f"Known already: {TITLE} – {feed}\n"
    heading, line = feeds("list").out.splitlines()
    assert heading.split() == ["#", "feed", "state", "last", "success", "24", "h", "next", "visit"]
    assert line.startswith(f"1  {TITLE}  {feed} ")
    (content,) = feeds("list", "--json").json["feeds"]
    assert list(content) == FEED_KEYS
    assert (content["number"], content["url"], content["title"]) == (1, feed, TITLE)


def test_a_front_page_leads_to_its_feeds(feeds: Command, feed: str, site: NewsSite) -> None:
    announced = [("application/rss+xml", TITLE, "/feed.xml")]
    page = site.put("/front.html", front_page([ferry()], announced))
    content = feeds("add", page, "--json").json
    assert content == {"added": [{"url": feed, "title": TITLE}], "known": [], "problems": []}


def test_what_is_no_feed_is_told_and_the_others_are_added(
    feeds: Command, feed: str, site: NewsSite
) -> None:
    page = site.put("/about.html", "<h1>About us</h1><p>We are a newspaper.</p>")
    assert feeds("add", page).failed_with_one_sentence(1)
    assert feeds("add", "two words").failed_with_one_sentence(2)
    outcome = feeds("add", page, feed, site.url + "/nowhere.xml")
    assert outcome.status == 3
    assert outcome.out == f"Added: {TITLE} – {feed}\n"
    assert len(outcome.err.splitlines()) == 2
    assert feeds("list").out.count(TITLE) == 1


def test_an_address_of_this_machine_is_refused_unless_that_is_allowed(
    command: Command, feed: str, site: NewsSite, tmp_path: Path
) -> None:
    asked = len(site.all_requests)
    outcome = command("feeds", "add", feed, "--data-dir", tmp_path)
    assert outcome.failed_with_one_sentence(1)
    assert feed in outcome.err
    assert len(site.all_requests) == asked


def test_feeds_are_paused_resumed_and_removed_by_number_or_a_part_of_the_name(
    feeds: Command, feed: str, site: NewsSite
) -> None:
    other = site.publish([bridge()], feed="/other.xml")
    feeds("add", feed, other)
    assert feeds("pause", "2").out == f"Paused: {TITLE} – {other}\n"
    states = [each["state"] for each in feeds("list", "--json").json["feeds"]]
    assert states[1] == "paused"
    assert feeds("resume", "other", "--json").json == {
        "resumed": [{"url": other, "title": TITLE}], "problems": [],
    }  # fmt: skip
    assert "paused" not in feeds("list").out
    assert feeds("pause", "kalumpang").failed_with_one_sentence(2)
    outcome = feeds("remove", "1", "nowhere")
    assert (outcome.status, outcome.out) == (3, f"Removed: {TITLE} – {feed}\n")
    assert "No feed is called 'nowhere'" in outcome.err
    assert [each["url"] for each in feeds("list", "--json").json["feeds"]] == [other]
    assert feeds("remove", feed).failed_with_one_sentence(2)


def test_a_check_names_what_is_dead_and_what_has_gone_quiet(
    feeds: Command, feed: str, site: NewsSite
) -> None:
    quiet = site.publish([], feed="/quiet.xml")
    dead = site.publish([ferry()], feed="/dead.xml")
    feeds("add", feed, quiet, dead)
    assert feeds("check", "--json").status == 0
    site.fail("/dead.xml", 404)
    outcome = feeds("check")
    assert outcome.status == 3
    assert "dead: It failed" in outcome.out
    content = feeds("check", "--json")
    assert content.status == 3
    states = {each["url"]: each["state"] for each in content.json["feeds"]}
    assert states == {feed: "ok", quiet: "stale", dead: "dead"}
    assert "dead: " in feeds("list").out.splitlines()[3]
    assert feeds("list").status == 0


def test_lists_of_feeds_come_and_go_as_opml(feeds: Command, feed: str, tmp_path: Path) -> None:
    assert feeds("import", SEEDS / "feeds.opml").out == "26 new, 0 known already\n"
    feeds("add", feed)
    file = tmp_path / "mine.opml"
    assert feeds("export", file).out == f"{file}: 27 feeds\n"
    assert feeds("export", file).failed_with_one_sentence(2)
    assert feed in feeds("export").out
    everything = [str(number) for number in range(1, 28)]
    assert feeds("remove", *everything).status == 0
    assert feeds("import", "-", "--json", stdin=file.read_bytes()).json == {"new": 27, "known": 0}
    assert feeds("import", file).out == "0 new, 27 known already\n"


@pytest.mark.parametrize("content", [b"", b"no list", b"<opml", b"\x00\xff" * 50])
def test_what_is_no_list_of_feeds_is_told(feeds: Command, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.opml"
    file.write_bytes(content)
    assert feeds("import", file).failed_with_one_sentence(1)
    assert feeds("import", tmp_path / "nowhere.opml").failed_with_one_sentence(2)


def test_the_starter_list_is_of_addresses_that_can_be_visited(feeds: Command) -> None:
    feeds("import", SEEDS / "feeds.opml")
    listed = feeds("list", "--json").json["feeds"]
    assert len({each["url"] for each in listed}) == 26
    assert all(each["url"].startswith("https://") and each["title"] for each in listed)
    assert {each["state"] for each in listed} == {"never visited"}


def test_a_feeds_title_cannot_drive_the_terminal(feeds: Command, site: NewsSite) -> None:
    text = "<rss version='2.0'><channel><title>Bad \u202e news</title></channel></rss>"
    address = site.put("/bad.xml", text)
    outcome = feeds("add", address)
    assert outcome.status == 0
    assert "\u202e" not in outcome.out + feeds("list").out
