"""What every storage engine promises of feeds."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from retrieval.records import Feed
from retrieval.storage.base import Storage
from tests.storage.builders import FEED, day, make_page, url
from tests.storage.contract_base import Contract

LEASE = timedelta(minutes=5)


def feed(name: str, **fields: object) -> Feed:
    return replace(Feed(url(name)), **fields)  # type: ignore[arg-type]


class FeedContract(Contract):
    """Every promise of `FeedStorage`, but for what a visit finds."""

    def test_a_feed_comes_back_as_it_was_written(self, storage: Storage, other: Storage) -> None:
        full = Feed(
            url=FEED,
            title="Berita 新闻",
            site_url="https://example.org/",
            added_at=day(1),
            etag='W/"a"',
            last_modified="Wed, 01 Jan 2025 12:00:00 GMT",
            interval=timedelta(minutes=47, microseconds=3),
            next_visit_at=day(9),
            visited_at=day(8),
            succeeded_at=day(7),
            changed_at=day(6),
            failing_since=day(5),
            failures=3,
            error="It is down.",
            paused_because="an operator paused it",
        )
        assert storage.add_feed(full)
        assert other.get_feed(FEED) == full
        assert [status.feed for status in other.feeds()] == [full]

    def test_a_known_feed_is_not_added_again(self, storage: Storage) -> None:
        assert storage.add_feed(feed("a", title="first"))
        assert not storage.add_feed(feed("a", title="second"))
        assert [(each.feed.url, each.feed.title) for each in storage.feeds()] == [
            (url("a"), "first")
        ]

    def test_a_feed_is_stamped_when_it_is_added(self, storage: Storage) -> None:
        before = datetime.now(UTC)
        storage.add_feed(feed("a"))
        stored = storage.get_feed(url("a"))
        assert stored is not None
        assert stored.added_at is not None
        assert before - timedelta(seconds=1) <= stored.added_at <= datetime.now(UTC)

    def test_feeds_are_listed_by_the_time_they_were_added(self, storage: Storage) -> None:
        for number in (3, 1, 2):
            storage.add_feed(feed(f"f{number}", added_at=day(number)))
        assert [each.feed.url for each in storage.feeds()] == [url("f1"), url("f2"), url("f3")]

    def test_what_is_no_feed_is_told(self, storage: Storage) -> None:
        assert storage.get_feed(FEED) is None
        assert not storage.remove_feed(FEED)
        assert not storage.pause_feed(FEED, "x")
        assert not storage.pause_feed(FEED, None)
        assert storage.record_visit(Feed(FEED), [make_page("a", due=day(1))]) == 0
        assert storage.feeds() == []
        assert storage.get_page(url("a")) is None

    def test_the_longest_due_is_claimed_first(self, storage: Storage) -> None:
        storage.add_feed(feed("later", next_visit_at=day(4)))
        storage.add_feed(feed("long", next_visit_at=day(2)))
        storage.add_feed(feed("never"))
        storage.add_feed(feed("not-yet", next_visit_at=day(6)))
        storage.add_feed(feed("paused", next_visit_at=day(1), paused_because="x"))
        first = storage.claim_feeds(day(5), 2, lease=LEASE)
        assert [each.url for each in first] == [url("never"), url("long")]
        assert storage.claim_feeds(day(5), 0, lease=LEASE) == []
        assert [each.url for each in storage.claim_feeds(day(5), 9, lease=LEASE)] == [url("later")]
        assert storage.claim_feeds(day(5), 9, lease=LEASE) == []

    def test_a_claim_returns_the_feed_as_it_was_and_sets_its_next_visit(
        self, storage: Storage, other: Storage
    ) -> None:
        given = feed("a", added_at=day(1), next_visit_at=day(2), interval=timedelta(hours=3))
        storage.add_feed(given)
        assert storage.claim_feeds(day(5), 1, lease=LEASE) == [given]
        stored = other.get_feed(url("a"))
        assert stored == replace(given, next_visit_at=day(5) + timedelta(hours=3))

    def test_a_claim_that_nobody_ends_is_not_taken_up_within_the_interval(
        self, storage: Storage, other: Storage
    ) -> None:
        storage.add_feed(feed("a", interval=timedelta(hours=1)))
        assert storage.claim_feeds(day(5), 1, lease=LEASE)  # and the process dies
        assert other.claim_feeds(day(5) + timedelta(minutes=59), 1, lease=LEASE) == []
        assert other.claim_feeds(day(5) + timedelta(hours=1), 1, lease=LEASE)

    def test_without_regard_to_what_is_due_the_rest_counts(
        self, storage: Storage, other: Storage
    ) -> None:
        storage.add_feed(feed("a", next_visit_at=day(9)))
        storage.add_feed(feed("b", next_visit_at=day(8)))
        storage.add_feed(feed("paused", paused_because="x"))
        assert storage.claim_feeds(day(1), 9, lease=LEASE) == []
        claimed = storage.claim_feeds(day(1), 9, lease=LEASE, due_only=False)
        assert [each.url for each in claimed] == [url("b"), url("a")]
        soon = day(1) + LEASE - timedelta(microseconds=1)
        assert other.claim_feeds(soon, 9, lease=LEASE, due_only=False) == []
        assert len(other.claim_feeds(day(1) + LEASE, 9, lease=LEASE, due_only=False)) == 2

    def test_two_never_claim_the_same_feed(self, storage: Storage, other: Storage) -> None:
        names = {url(f"f{number}") for number in range(60)}
        for number in range(60):
            storage.add_feed(feed(f"f{number}"))
        claimed: list[str] = []
        barrier = threading.Barrier(4)

        def take(library: Storage) -> None:
            barrier.wait(10)
            while got := library.claim_feeds(day(5), 3, lease=LEASE):
                claimed.extend(each.url for each in got)

        threads = [threading.Thread(target=take, args=(each,)) for each in (storage, other) * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(claimed) == 60
        assert set(claimed) == names

    def test_recording_a_visit_keeps_the_state_and_ends_the_claim(
        self, storage: Storage, other: Storage
    ) -> None:
        storage.add_feed(feed("a", added_at=day(1)))
        (claimed,) = storage.claim_feeds(day(5), 1, lease=timedelta(days=9))
        visited = replace(
            claimed,
            title="A title",
            etag="e",
            interval=timedelta(minutes=30),
            visited_at=day(5),
            succeeded_at=day(5),
            next_visit_at=day(5) + timedelta(minutes=30),
        )
        assert storage.record_visit(visited) == 0
        assert other.get_feed(url("a")) == visited
        assert other.claim_feeds(day(5), 1, lease=LEASE) == []
        assert other.claim_feeds(day(6), 1, lease=LEASE) == [visited]

    def test_a_visit_pauses_and_never_takes_up_again(self, storage: Storage) -> None:
        storage.add_feed(feed("a"))
        (claimed,) = storage.claim_feeds(day(5), 1, lease=LEASE)
        storage.pause_feed(url("a"), "an operator paused it")
        storage.record_visit(replace(claimed, paused_because=None))
        storage.add_feed(feed("b"))
        storage.record_visit(feed("b", paused_because="it is gone"))
        assert {each.feed.paused_because for each in storage.feeds()} == {
            "an operator paused it",
            "it is gone",
        }
        storage.record_visit(feed("a", paused_because="it is gone"))
        stored = storage.get_feed(url("a"))
        assert stored is not None
        assert stored.paused_because == "an operator paused it"

    def test_a_feed_taken_up_again_is_due_at_once_and_forgiven(self, storage: Storage) -> None:
        storage.add_feed(
            feed(
                "a",
                next_visit_at=datetime.now(UTC) + timedelta(days=1),
                failing_since=day(1),
                failures=9,
                error="down",
                succeeded_at=day(1),
            )
        )
        assert storage.pause_feed(url("a"), "too much sport")
        assert storage.claim_feeds(day(30), 1, lease=LEASE, due_only=False) == []
        assert storage.pause_feed(url("a"), None)
        (claimed,) = storage.claim_feeds(datetime.now(UTC), 1, lease=LEASE)
        assert (claimed.failures, claimed.failing_since, claimed.error) == (0, None, None)
        assert claimed.paused_because is None
        assert claimed.succeeded_at == day(1)

    def test_a_feed_removed_during_its_visit_stays_removed(
        self, storage: Storage, other: Storage
    ) -> None:
        storage.add_feed(feed("a"))
        (claimed,) = storage.claim_feeds(day(5), 1, lease=LEASE)
        assert other.remove_feed(url("a"))
        assert storage.record_visit(claimed, [make_page("p", feed=url("a"), due=day(5))]) == 0
        assert storage.get_feed(url("a")) is None
        assert storage.get_page(url("p")) is None
        self.check_clean(storage)
