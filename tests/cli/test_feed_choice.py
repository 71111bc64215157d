"""Which feed a person means by what they type, and what they are told of times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from retrieval.errors import UsageError
from retrieval.records import Feed, FeedStatus
from retrieval.terminal.feed_choice import choose_feed, full_address
from retrieval.terminal.feed_words import ago, ahead, name_of

NOW = datetime(2026, 1, 3, 12, 0, tzinfo=UTC)

FEEDS = [
    FeedStatus(Feed(url, title), 0, None, 0)
    for url, title in (
        ("https://www.example.org/feed.xml", "The Kalumpang Post"),
        ("https://example.com/world/rss", "World – Example"),
        ("https://example.com/sport/rss", None),
        ("http://example.com/sport/rss", "Old sport"),
        ("https://example.test/2", "Two"),
    )
]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("https://www.example.org/feed.xml", 1),
        ("example.org/feed.xml/", 1),
        ("HTTPS://Example.org/feed.xml", 1),
        ("1", 1),
        ("kalumpang", 1),
        ("world", 2),
        ("https://example.com/sport/rss", 3),
        ("http://example.com/sport/rss", 4),
        (" 2 ", 2),
        ("test/2", 5),
    ],
)
def test_a_feed_is_named_by_address_number_or_a_part_of_either(typed: str, number: int) -> None:
    assert choose_feed(FEEDS, typed) is FEEDS[number - 1].feed


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("example.com/sport/rss", "may be any of https://example.com/sport/rss, http://example"),
        ("example", "and 1 more; give the whole address or the number"),
        ("nowhere", "No feed is called 'nowhere'; /feeds names"),
        ("0", "There is no feed 0; /feeds shows 5"),
        ("6", "There is no feed 6"),
        ("  ", "No feed is called"),
        ("²", "No feed is called"),
    ],
)
def test_what_may_mean_two_feeds_or_none_is_told(typed: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose_feed(FEEDS, typed, "/feeds")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("example.org", "https://example.org"),
        (" example.org/a?b=c ", "https://example.org/a?b=c"),
        ("127.0.0.1:8000/feed.xml", "https://127.0.0.1:8000/feed.xml"),
        ("http://example.org", "http://example.org"),
        ("feed://example.org/x", "https://example.org/x"),
        ("feed:http://example.org/x", "http://example.org/x"),
        ("ftp://example.org", "ftp://example.org"),
    ],
)
def test_an_address_without_a_scheme_is_taken_as_a_browser_takes_it(
    typed: str, address: str
) -> None:
    assert full_address(typed) == address


@pytest.mark.parametrize("typed", ["", "  ", "two words", "https://a b"])
def test_what_is_no_address_is_told(typed: str) -> None:
    with pytest.raises(UsageError):
        full_address(typed)


@pytest.mark.parametrize(
    ("minutes", "before", "after"),
    [
        (0, "just now", "now"),
        (0.5, "just now", "in 1 min"),
        (12, "12 min ago", "in 12 min"),
        (59.9, "59 min ago", "in 59 min"),
        (60, "1 h ago", "in 1 h"),
        (47.9 * 60, "47 h ago", "in 47 h"),
        (49 * 60, "2 days ago", "in 2 days"),
    ],
)
def test_times_are_told_as_people_tell_them(minutes: float, before: str, after: str) -> None:
    assert ago(NOW - timedelta(minutes=minutes), NOW) == before
    assert ahead(NOW + timedelta(minutes=minutes), NOW) == after


def test_what_never_was_and_what_is_late() -> None:
    assert ago(None, NOW) == "never"
    assert ahead(None, NOW) == "now"
    assert ahead(NOW - timedelta(days=3), NOW) == "now"


def test_a_feed_without_a_title_is_called_by_its_host() -> None:
    assert name_of(FEEDS[2].feed) == "example.com"
    assert name_of(Feed("https://www.example.org/x", " \n")) == "example.org"
