"""What every storage engine promises of pages, and of what reading them came to."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from retrieval.errors import StorageError
from retrieval.records import Feed, Page, PageOutcome, Written
from retrieval.storage.base import Storage
from tests.storage.builders import (
    FEED,
    MODEL,
    OTHER,
    day,
    index,
    make_article,
    make_page,
    make_passage,
    put,
    toward,
    url,
)
from tests.storage.contract_base import Contract

LEASE = timedelta(minutes=5)


def add(storage: Storage, *pages: Page) -> None:
    storage.add_feed(Feed(FEED))
    assert storage.record_visit(Feed(FEED, visited_at=day(5)), pages) == len(pages)


def names(pages: list[Page]) -> list[str]:
    return [page.url.rsplit("/", 1)[1] for page in pages]


class PageContract(Contract):
    """Every promise of `PageStorage`."""

    def test_the_newest_entries_are_claimed_first(self, storage: Storage) -> None:
        add(
            storage,
            make_page("old", due=day(5), published_at=day(1)),
            make_page("undated", due=day(5)),
            make_page("new", due=day(5), published_at=day(4)),
            make_page("not-yet", due=day(9), published_at=day(5)),
            replace(make_page("done", due=day(5)), due_at=None),
        )
        assert storage.count_due_pages(day(6)) == 3
        assert storage.claim_pages(day(6), 0, lease=LEASE) == []
        claimed = storage.claim_pages(day(6), 2, lease=LEASE)
        assert names(claimed) == ["undated", "new"]
        assert claimed[1] == storage.get_page(url("new"))
        assert storage.count_due_pages(day(6)) == 1
        assert names(storage.claim_pages(day(6), 9, lease=LEASE)) == ["old"]
        assert storage.claim_pages(day(6), 9, lease=LEASE) == []
        assert len(storage.claim_pages(day(10), 9, lease=LEASE)) == 4

    def test_a_date_in_the_future_does_not_go_first(self, storage: Storage) -> None:
        add(
            storage,
            make_page("future", due=day(4), published_at=day(30)),
            make_page("present", due=day(5)),
        )
        assert names(storage.claim_pages(day(6), 9, lease=LEASE)) == ["present", "future"]

    def test_a_claim_lasts_as_long_as_its_lease(self, storage: Storage, other: Storage) -> None:
        add(storage, make_page("a", due=day(5)))
        assert storage.claim_pages(day(5), 1, lease=LEASE)
        soon = day(5) + LEASE - timedelta(microseconds=1)
        assert other.claim_pages(soon, 1, lease=LEASE) == []
        assert other.count_due_pages(soon) == 0
        assert other.claim_pages(day(5) + LEASE, 1, lease=LEASE)

    def test_one_host_does_not_keep_the_others_waiting(self, storage: Storage) -> None:
        pages = [
            make_page(f"a{number}", host="a.test", due=day(5), published_at=day(4))
            for number in range(40)
        ]
        pages += [
            make_page(f"{host}{number}", host=f"{host}.test", due=day(5), published_at=day(1))
            for host in "bc"
            for number in range(3)
        ]
        add(storage, *pages)
        first = Counter(name[0] for name in names(storage.claim_pages(day(6), 6, lease=LEASE)))
        assert first == {"a": 2, "b": 2, "c": 2}
        second = Counter(name[0] for name in names(storage.claim_pages(day(6), 20, lease=LEASE)))
        assert second == {"a": 18, "b": 1, "c": 1}
        assert len(storage.claim_pages(day(6), 100, lease=LEASE)) == 20

    def test_an_address_without_a_host_is_a_page_like_others(self, storage: Storage) -> None:
        odd = [Page(name, FEED, found_at=day(5), due_at=day(5)) for name in ("", "http://[::x/a")]
        add(storage, *odd)
        assert sorted(page.url for page in storage.claim_pages(day(6), 9, lease=LEASE)) == [
            "",
            "http://[::x/a",
        ]

    def test_two_never_claim_the_same_page(self, storage: Storage, other: Storage) -> None:
        add(storage, *(make_page(f"p{n}", host=f"h{n % 7}.test", due=day(5)) for n in range(120)))
        claimed: list[str] = []
        barrier = threading.Barrier(4)

        def take(library: Storage) -> None:
            barrier.wait(10)
            while got := library.claim_pages(day(6), 5, lease=LEASE):
                claimed.extend(page.url for page in got)

        threads = [threading.Thread(target=take, args=(each,)) for each in (storage, other) * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(claimed) == len(set(claimed)) == 120

    # ------------------------------------------------------------------ what reading came to

    def test_a_page_that_was_read_is_kept_with_its_article(
        self, storage: Storage, other: Storage
    ) -> None:
        add(storage, make_page("a", due=day(5)), make_page("b", due=day(5)))
        first, second = storage.claim_pages(day(6), 2, lease=timedelta(days=9))
        state = replace(
            first, entry=None, read_at=day(6), due_at=day(7), etag="e", last_modified="m"
        )
        failed = replace(second, due_at=day(8), attempts=2, error="It is down.")
        article = make_article("x", image_url="https://example.org/i.jpg")
        outcomes = [PageOutcome(state, article), PageOutcome(failed)]
        assert storage.record_pages(outcomes, model=MODEL) == [Written.NEW, None]
        assert other.get_page(state.url) == replace(state, article_id="x")
        assert other.get_page(failed.url) == failed
        assert [each.id for each in other.unindexed_articles(MODEL, 9)] == ["x"]
        assert storage.record_pages(outcomes, model=MODEL) == [Written.UNCHANGED, None]
        assert len(other.claim_pages(day(9), 9, lease=LEASE)) == 2  # the claims have ended
        assert storage.record_pages([], model=MODEL) == []

    def test_a_page_that_was_not_known_is_added(self, storage: Storage) -> None:
        storage.add_feed(Feed(FEED))
        for name, feed in (("a", None), ("b", FEED), ("c", "https://example.org/removed")):
            page = Page(url(name), feed, read_at=day(6), found_at=day(6))
            storage.record_pages([PageOutcome(page, make_article(name))], model=MODEL)
            expected = FEED if feed == FEED else None
            assert storage.get_page(url(name)) == replace(page, article_id=name, feed_url=expected)
        assert storage.record_visit(Feed(FEED), [make_page("a", due=day(7))]) == 0
        page_now = storage.get_page(url("a"))
        assert page_now is not None
        assert (page_now.feed_url, page_now.due_at) == (FEED, None)

    def test_a_changed_article_and_its_passages_are_written_together(
        self, storage: Storage, other: Storage
    ) -> None:
        old = put(storage, "a", text_terms=["old"])
        put(storage, "a", model=OTHER, text_terms=["old"])
        changed = make_article("a", text="Corrected words. And more.")
        passage = make_passage(changed, vector=toward(1), text_terms=["new"])
        outcome = PageOutcome(Page(url("a"), read_at=day(6)), changed, index(changed, passage))
        assert storage.record_pages([outcome], model=MODEL) == [Written.UPDATED]
        for each in (storage, other):
            assert each.get_passages([old]) == []
            assert each.document_frequencies(["old", "new"]) == {"old": 0, "new": 1}
            (match,) = each.search_vectors(toward(1), 9, model=MODEL)
            assert each.get_passages([match.passage_id])[0].article.text == changed.text
            assert each.unindexed_articles(MODEL, 9) == []
            assert [a.id for a in each.unindexed_articles(OTHER, 9)] == ["a"]
        self.check_clean(storage)

    def test_a_reader_never_meets_the_article_without_its_passages(
        self, storage: Storage, other: Storage
    ) -> None:
        put(storage, "a", vector=toward(0), text_terms=["word"])
        stop = threading.Event()
        wrong: list[str] = []
        looks = 0

        def look() -> None:
            nonlocal looks
            while not stop.is_set():
                looks += 1
                ids = [m.passage_id for m in other.search_vectors(toward(0), 5, model=MODEL)]
                words = [m.passage_id for m in other.search_text(["word"], 5, model=MODEL)]
                if len(ids) != 1 or len(words) != 1:
                    wrong.append(f"found {ids} by vector and {words} by word")
                if other.count_passages(MODEL) != 1 or other.unindexed_articles(MODEL, 1):
                    wrong.append("an article without its passages")
                # Replaced since the search: gone then, and never of other words.
                for stored in other.get_passages([*ids, *words]):
                    if stored.passage.end != len(stored.article.text):
                        wrong.append("a passage of other words")

        reader = threading.Thread(target=look)
        reader.start()
        for number in range(60):
            article = make_article("a", text=f"Version {number}." + " Words." * number)
            entry = index(article, make_passage(article, text_terms=["word"]))
            page = Page(url("a"), read_at=day(6))
            storage.record_pages([PageOutcome(page, article, entry)], model=MODEL)
        stop.set()
        reader.join()
        assert wrong == []
        assert looks > 5

    def test_passages_of_other_words_than_the_articles_are_left_out(self, storage: Storage) -> None:
        old, new = make_article("a", text="Old words."), make_article("a", text="New words.")
        outcome = PageOutcome(Page(url("a")), new, index(old, make_passage(old)))
        assert storage.record_pages([outcome], model=MODEL) == [Written.NEW]
        assert storage.count_passages(MODEL) == 0
        assert [each.id for each in storage.unindexed_articles(MODEL, 9)] == ["a"]

    def test_outcomes_are_kept_all_or_none(self, storage: Storage) -> None:
        add(storage, make_page("a", due=day(5)))
        (page,) = storage.claim_pages(day(6), 1, lease=LEASE)
        good, bad = make_article("good"), make_article("bad")
        broken = index(bad, make_passage(bad, vector=toward(0) * 2))
        with pytest.raises(StorageError, match="unit length"):
            storage.record_pages(
                [PageOutcome(page, good), PageOutcome(Page(url("b")), bad, broken)], model=MODEL
            )
        put(storage, "wide")
        wide = index(bad, make_passage(bad, vector=toward(0, 99)))
        with pytest.raises(StorageError, match="numbers"):
            storage.record_pages(
                [PageOutcome(page, good), PageOutcome(Page(url("b")), bad, wide)], model=MODEL
            )
        assert storage.get_articles(["good", "bad"]) == {}
        assert storage.get_page(url("b")) is None
        assert storage.get_page(url("a")) == page
        assert storage.claim_pages(day(6), 9, lease=LEASE) == []

    # ------------------------------------------------------------------ withdrawn articles

    def withdraw(self, storage: Storage, identity: str) -> None:
        page = Page(url(identity), article_id=identity, read_at=day(6))
        assert storage.record_pages([PageOutcome(page, withdrawn=True)], model=MODEL) == [None]

    def test_a_withdrawn_article_is_kept_and_never_found(
        self, storage: Storage, other: Storage
    ) -> None:
        kept = put(storage, "kept", source="x", language="id", text_terms=["word"])
        gone = put(storage, "gone", source="y", language="en", text_terms=["word"])
        put(storage, "gone", model=OTHER, text_terms=["word"])
        assert len(other.search_vectors(toward(0), 9, model=MODEL)) == 2
        assert other.statistics(MODEL).articles == 2
        self.withdraw(storage, "gone")
        self.withdraw(storage, "unknown")
        for each in (storage, other):
            assert each.get_articles(["gone"])["gone"].withdrawn_at is not None
            assert (each.statistics(MODEL).articles, each.statistics(MODEL).withdrawn) == (1, 1)
            assert each.get_articles(["kept"])["kept"].withdrawn_at is None
            found = each.search_vectors(toward(0), 9, model=MODEL)
            assert [match.passage_id for match in found] == [kept]
            assert each.get_passages([gone]) == []
            assert each.search_vectors(toward(0), 9, model=OTHER) == []
            assert each.document_frequencies(["word"]) == {"word": 1}
            assert [a.id for a in each.latest_articles(9)] == ["kept"]
            assert each.unindexed_articles(MODEL, 9) == []
            assert [a.id for a in each.unindexed_articles(OTHER, 9)] == ["kept"]
            counted = each.statistics(MODEL)
            assert (counted.articles, counted.unindexed_articles) == (1, 0)
            assert (counted.sources, counted.languages) == ({"x": 1}, {"id": 1})
        article = make_article("gone", source="y", language="en")
        assert storage.write_passages(MODEL, [index(article, make_passage(article))]) == 0
        self.check_clean(storage)

    def test_a_withdrawal_is_dated_once(self, storage: Storage) -> None:
        put(storage, "a")
        self.withdraw(storage, "a")
        first = storage.get_articles(["a"])["a"].withdrawn_at
        self.withdraw(storage, "a")
        assert storage.get_articles(["a"])["a"].withdrawn_at == first

    def test_a_withdrawn_article_written_anew_is_there_again(self, storage: Storage) -> None:
        article = make_article("a", published_at=day(3))
        writers = (
            lambda: storage.record_pages([PageOutcome(Page(url("a")), article)], model=MODEL),
            lambda: storage.write_articles([replace(article, withdrawn_at=day(1))]),
        )
        storage.write_articles([article])
        for write in writers:
            self.withdraw(storage, "a")
            assert storage.statistics(MODEL).newest is None
            assert write() == [Written.UPDATED]
            assert write() == [Written.UNCHANGED]
            assert storage.get_articles(["a"])["a"].withdrawn_at is None
            assert [each.id for each in storage.unindexed_articles(MODEL, 9)] == ["a"]
            assert [each.id for each in storage.latest_articles(9)] == ["a"]
            assert storage.statistics(MODEL).newest == day(3)

    # ------------------------------------------------------------------ the rest

    def test_pages_are_forgotten_when_nothing_is_left_to_do(self, storage: Storage) -> None:
        done = [replace(make_page(name, due=day(2)), due_at=None) for name in ("old", "listed")]
        add(storage, *done, make_page("due", due=day(2)))
        storage.record_visit(Feed(FEED, visited_at=day(8)), done[1:])
        assert storage.forget_pages(day(1)) == 0
        assert storage.forget_pages(day(7)) == 1
        assert storage.get_page(url("old")) is None
        assert storage.get_page(url("listed")) is not None
        assert storage.get_page(url("due")) is not None
        assert storage.forget_pages(day(9)) == 1
        assert storage.record_visit(Feed(FEED, visited_at=day(9)), done) == 2
        self.check_clean(storage)

    def test_a_backup_carries_feeds_pages_and_notices(
        self, storage: Storage, tmp_path: Path
    ) -> None:
        add(storage, make_page("a", due=day(5)), make_page("b", due=day(5)))
        put(storage, "gone")
        self.withdraw(storage, "gone")
        target = tmp_path / "kept" / "kabar.db"
        target.parent.mkdir()
        storage.backup(target)
        copy = self.open(target.parent)
        assert copy.feeds() == storage.feeds()
        assert copy.get_page(url("a")) == storage.get_page(url("a"))
        assert copy.get_articles(["gone"])["gone"].withdrawn_at is not None
        assert copy.count_due_pages(day(6)) == 2
        assert copy.record_visit(Feed(FEED), [make_page("a", due=day(7))]) == 0
        self.check_clean(copy)
        copy.close()
