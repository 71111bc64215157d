"""What every storage engine promises of the pages that a visit finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from retrieval.records import Feed, FeedStatus, Page, PageOutcome
from retrieval.storage.base import Storage
from tests.storage.builders import FEED, MODEL, day, make_article, make_page, url
from tests.storage.contract_base import Contract

OTHER_FEED = "https://example.org/sport.xml"
LEASE = timedelta(minutes=5)
_VISITED, _READ = day(5), day(6)


def visit(storage: Storage, *pages: Page, feed: str = FEED, at: datetime = _VISITED) -> int:
    return storage.record_visit(Feed(feed, visited_at=at), pages)


def read(storage: Storage, name: str, at: datetime = _READ, **fields: object) -> None:
    """Read a page: its article is written, its entry dropped, and it is not due again."""
    page = storage.get_page(url(name))
    assert page is not None
    state = replace(page, entry=None, read_at=at, due_at=None)
    article = make_article(f"article-{name}", **fields)
    storage.record_pages([PageOutcome(state, article)], model=MODEL)


def known(storage: Storage, name: str) -> Page:
    page = storage.get_page(url(name))
    assert page is not None
    return page


class VisitContract(Contract):
    """Every promise of `FeedStorage.record_visit` and of what is told of feeds."""

    @pytest.fixture
    def visited(self, storage: Storage) -> Iterator[Storage]:
        """A library with two feeds."""
        storage.add_feed(Feed(FEED, added_at=day(1)))
        storage.add_feed(Feed(OTHER_FEED, added_at=day(2)))
        yield storage
        self.check_clean(storage)

    def status(self, storage: Storage, feed: str = FEED) -> FeedStatus:
        return next(each for each in storage.feeds() if each.feed.url == feed)

    def test_pages_are_kept_as_the_feed_lists_them(self, visited: Storage) -> None:
        page = make_page(
            "a",
            due=day(5),
            author="A. Writer",
            language="id",
            published_at=day(3),
            updated_at=day(4),
            image_url="https://example.org/a.jpg",
            text="Zwölf 新闻 \0 😀",
        )
        bare = Page(url("b"), FEED, found_at=day(4), due_at=None)
        assert visit(visited, page, bare) == 2
        assert known(visited, "a") == page
        assert known(visited, "b") == bare

    def test_a_page_listed_again_is_not_new(self, visited: Storage, other: Storage) -> None:
        first, second = make_page("a", due=day(5)), make_page("b", due=day(5))
        assert visit(visited, first) == 1
        assert visit(other, first, second, at=day(6)) == 1
        assert visit(visited, first, second, first) == 0
        assert visit(visited, first, feed=OTHER_FEED) == 0
        assert known(visited, "a") == first

    def test_a_page_is_found_when_it_was_listed_first(self, visited: Storage) -> None:
        visit(visited, replace(make_page("a", due=day(5)), found_at=None), at=day(5))
        visit(visited, replace(make_page("a", due=day(7)), found_at=day(7)), at=day(7))
        assert known(visited, "a").found_at == day(5)
        assert known(visited, "a").due_at == day(5)

    def test_other_words_make_a_page_that_was_read_due_at_once(self, visited: Storage) -> None:
        visit(visited, make_page("a", due=day(5)))
        read(visited, "a")
        assert visit(visited, make_page("a", due=day(5)), at=day(7)) == 0
        assert known(visited, "a").due_at is None
        for number, changed in enumerate(
            ({"title": "Other"}, {"text": "Other."}, {"updated_at": day(7)}), start=10
        ):
            page = make_page("a", due=day(5), **changed)
            visit(visited, page, at=day(number))
            assert known(visited, "a").due_at == day(number)
            assert known(visited, "a").entry == page.entry
            assert known(visited, "a").article_id == "article-a"
            read(visited, "a")
            visit(visited, page, at=day(number + 1))
            assert known(visited, "a").due_at is None

    def test_an_image_that_is_signed_anew_is_no_change(self, visited: Storage) -> None:
        visit(visited, make_page("a", due=day(5), image_url="https://example.org/i?sig=1"))
        read(visited, "a")
        visit(visited, make_page("a", due=day(5), image_url="https://example.org/i?sig=2"))
        assert known(visited, "a").due_at is None

    def test_a_page_not_read_yet_takes_the_new_words_and_waits_on(self, visited: Storage) -> None:
        visit(visited, make_page("a", due=day(5)))
        failed = replace(known(visited, "a"), due_at=day(9), attempts=1, error="down")
        visited.record_pages([PageOutcome(failed)], model=MODEL)
        page = make_page("a", due=day(5), title="Better")
        visit(visited, page, at=day(6))
        assert known(visited, "a") == replace(failed, entry=page.entry)

    def test_a_page_given_up_is_tried_again_when_its_feed_says_something_new(
        self, visited: Storage
    ) -> None:
        visit(visited, make_page("a", due=day(5)))
        given_up = replace(known(visited, "a"), due_at=None, attempts=4, error="gone")
        visited.record_pages([PageOutcome(given_up)], model=MODEL)
        visit(visited, make_page("a", due=day(5)), at=day(6))
        assert known(visited, "a").due_at is None
        visit(visited, make_page("a", due=day(5), title="It is back"), at=day(7))
        assert known(visited, "a").due_at == day(7)

    def test_a_change_while_a_page_is_being_read_is_found_by_the_next_visit(
        self, visited: Storage
    ) -> None:
        visit(visited, make_page("a", due=day(5)), at=day(5))
        visited.claim_pages(day(6), 1, lease=LEASE)
        changed = make_page("a", due=day(5), text="Corrected.")
        visit(visited, changed, at=day(6))
        read(visited, "a")  # perhaps it was asked for before the correction
        visit(visited, changed, at=day(7))
        assert known(visited, "a").due_at == day(7)

    def test_each_feed_is_compared_with_its_own_words(self, visited: Storage) -> None:
        ours = make_page("a", due=day(5), text="A summary.")
        theirs = make_page("a", due=day(5), text="Another summary.", key="their-key")
        visit(visited, ours)
        read(visited, "a")
        for number in (7, 8, 9):
            visit(visited, ours, at=day(number))
            visit(visited, theirs, feed=OTHER_FEED, at=day(number))
        assert known(visited, "a").due_at is None

    def test_a_known_key_moves_its_page_to_the_new_address(self, visited: Storage) -> None:
        visit(visited, make_page("old", due=day(5), key="k"))
        read(visited, "old")
        moved = make_page("new", host="www.example.com", due=day(7), key="k")
        assert visit(visited, moved, at=day(7)) == 0
        assert visited.get_page(url("old")) is None
        page = visited.get_page(moved.url)
        assert page is not None
        assert (page.due_at, page.article_id, page.entry) == (day(7), "article-old", moved.entry)
        (claimed,) = visited.claim_pages(day(7), 5, lease=LEASE)
        assert claimed.url == moved.url

    def test_a_key_of_another_feed_says_nothing(self, visited: Storage) -> None:
        visit(visited, make_page("a", due=day(5), key="1"))
        assert visit(visited, make_page("b", due=day(5), key="1"), feed=OTHER_FEED) == 1
        assert known(visited, "a").feed_url == FEED
        assert known(visited, "b").feed_url == OTHER_FEED

    def test_a_known_address_counts_more_than_a_known_key(self, visited: Storage) -> None:
        visit(visited, make_page("a", due=day(5), key="1"), make_page("b", due=day(5), key="2"))
        assert visit(visited, make_page("b", due=day(5), key="1"), at=day(6)) == 0
        assert known(visited, "a").due_at == day(5)
        assert known(visited, "b").due_at == day(5)

    def test_a_key_for_two_addresses_is_not_believed(self, visited: Storage) -> None:
        names = ["a", "b", "c"]
        pages = [make_page(name, due=day(5), key="the same") for name in names]
        assert visit(visited, *pages) == 3
        assert visit(visited, *pages, at=day(6)) == 0
        assert [known(visited, name).url for name in names] == [url(name) for name in names]
        assert visit(visited, make_page("d", due=day(5), key="the same"), at=day(7)) == 1
        assert known(visited, "c")

    def test_a_removed_feed_takes_its_unread_pages_along(self, visited: Storage) -> None:
        visit(visited, *(make_page(name, due=day(5)) for name in ("read", "unread", "shared")))
        visit(visited, make_page("shared", due=day(5)), feed=OTHER_FEED)
        read(visited, "read")
        assert visited.remove_feed(FEED)
        assert visited.get_page(url("unread")) is None
        assert known(visited, "read").feed_url is None
        assert known(visited, "shared").feed_url == OTHER_FEED
        assert set(visited.get_articles(["article-read"])) == {"article-read"}
        visited.add_feed(Feed(FEED))
        assert visit(visited, make_page("read", due=day(7)), make_page("unread", due=day(7))) == 1
        assert known(visited, "read").feed_url == FEED

    def test_a_feed_tells_what_came_of_it(self, visited: Storage) -> None:
        now = datetime.now(UTC)
        names = [f"p{number}" for number in range(6)]
        visit(visited, *(make_page(name, due=day(5)) for name in names))
        visit(visited, make_page("p0", due=day(5)), feed=OTHER_FEED)
        for number, name in enumerate(names[:5]):
            read(visited, name, published_at=now - timedelta(days=9, hours=3 * number))
        status = self.status(visited)
        assert (status.articles_24h, status.pending_pages) == (5, 1)
        assert status.newest_article == now - timedelta(days=9)
        assert status.usual_gap == timedelta(hours=3)
        shared = self.status(visited, OTHER_FEED)
        assert (shared.articles_24h, shared.pending_pages) == (1, 0)
        assert shared.newest_article == now - timedelta(days=9)
        assert shared.usual_gap is None

    def test_of_articles_without_a_date_a_feed_has_no_rhythm(self, visited: Storage) -> None:
        names = [f"p{number}" for number in range(6)]
        visit(visited, *(make_page(name, due=day(5)) for name in names))
        assert self.status(visited).newest_article is None
        for name in names:
            read(visited, name)
        status = self.status(visited)
        assert status.usual_gap is None
        assert status.newest_article == visited.get_articles(["article-p5"])["article-p5"].added_at
