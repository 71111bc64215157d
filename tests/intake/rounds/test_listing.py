"""Which pages a feed's entries ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from retrieval.intake.rounds.listing import has_a_page, pages_to_read
from retrieval.records import Feed, FeedEntry

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = Feed("https://example.org/feed.xml")


def entry(key: str, url: str | None = "", days: float | None = None, text: str = "") -> FeedEntry:
    url = f"https://example.org/news/{key}" if url == "" else url
    published = None if days is None else NOW - days * DAY
    return FeedEntry(key, url, f"Title of {key}", text, published_at=published)


def test_each_entry_asks_for_its_page_at_once() -> None:
    pages = pages_to_read(FEED, [entry("a", days=1), entry("b")], NOW)
    assert [page.url for page in pages] == [
        "https://example.org/news/a",
        "https://example.org/news/b",
    ]
    assert {(page.feed_url, page.due_at, page.found_at) for page in pages} == {(FEED.url, NOW, NOW)}
    assert all(has_a_page(page) for page in pages)


def test_what_is_known_to_be_too_old_is_left_out_and_the_undated_is_not() -> None:
    entries = [entry("old", days=400), entry("new", days=1), entry("undated")]
    pages = pages_to_read(FEED, entries, NOW, oldest=NOW - 365 * DAY)
    assert [page.url[-3:] for page in pages] == ["new", "ted"]
    assert pages[1].entry is not None
    assert pages[1].entry.published_at is None


def test_of_a_long_list_the_newest_are_read() -> None:
    entries = [entry(str(n), days=100 - n) for n in range(100)] + [entry("undated")]
    pages = pages_to_read(FEED, entries, NOW, most=3)
    assert [page.url.rpartition("/")[2] for page in pages] == ["99", "98", "97"]


def test_an_address_that_is_listed_twice_is_read_once() -> None:
    tracked = entry("b", url="https://example.org/news/a?utm_source=rss")
    assert len(pages_to_read(FEED, [entry("a"), tracked], NOW)) == 1


def test_an_entry_without_a_page_is_kept_for_its_words() -> None:
    without = [
        entry("a", url=None, text="All of it."),
        entry("b", url="https://example.org/", text="All of another."),
        entry("c", url="mailto:news@example.org", text="All of a third."),
    ]
    pages = pages_to_read(FEED, without, NOW)
    assert len({page.url for page in pages}) == 3
    assert not any(has_a_page(page) for page in pages)
    assert pages == pages_to_read(FEED, without, NOW)
    assert pages_to_read(FEED, [entry("d", url=None)], NOW) == []  # a headline and nothing else
