"""What every storage engine promises of letting go: old articles, receipts, notices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from retrieval.records import Extent, Feed, Notice, Page, Receipt, Written
from retrieval.storage.base import Storage
from tests.storage.builders import MODEL, OTHER, day, make_article, put, toward
from tests.storage.contract_base import Contract


class RetentionContract(Contract):
    """Every promise of letting go, and of what the operator is told."""

    def test_image_and_extent_are_metadata(self, storage: Storage) -> None:
        passage = put(storage, "a", image_url="https://example.org/1.jpg", extent=Extent.SUMMARY)
        stored = storage.get_articles(["a"])["a"]
        assert (stored.image_url, stored.extent) == ("https://example.org/1.jpg", Extent.SUMMARY)
        for article in (
            make_article("a", image_url="https://example.org/2.jpg", extent=Extent.SUMMARY),
            make_article("a", image_url="https://example.org/2.jpg"),
        ):
            assert storage.write_articles([article]) == [Written.UPDATED]
            assert storage.write_articles([article]) == [Written.UNCHANGED]
        assert storage.get_articles(["a"])["a"].extent is Extent.FULL
        assert [each.id for each in storage.get_passages([passage])] == [passage]

    def test_the_same_words_of_one_source_are_known(self, storage: Storage) -> None:
        first = make_article("a", title="T", source="x")
        storage.write_articles(
            [first, make_article("b", title="T", source="x"), make_article("c", title="T")]
        )
        assert storage.article_with_content(first.content_hash, "x") == "a"
        assert storage.article_with_content(first.content_hash, None) == "c"
        assert storage.article_with_content(first.content_hash, "y") is None
        assert storage.article_with_content("other", "x") is None
        storage.delete_articles(["a"])
        assert storage.article_with_content(first.content_hash, "x") == "b"

    def test_older_articles_go_oldest_first_with_all_that_is_theirs(
        self, storage: Storage, other: Storage
    ) -> None:
        for number in (3, 1, 4, 2):
            put(storage, f"d{number}", published_at=day(number), text_terms=["word"])
        put(storage, "d1", model=OTHER, published_at=day(1), text_terms=["word"])
        put(storage, "undated", text_terms=["word"])  # added now
        assert len(other.search_vectors(toward(0), 9, model=MODEL)) == 5
        assert storage.delete_older_articles(day(1), 9) == 0
        assert storage.delete_older_articles(day(4), 0) == 0
        assert storage.delete_older_articles(day(4), 2) == 2
        assert set(storage.get_articles(["d1", "d2", "d3", "d4"])) == {"d3", "d4"}
        assert storage.delete_older_articles(day(4), 2) == 1
        assert storage.delete_older_articles(day(4), 2) == 0
        for each in (storage, other):
            assert set(each.get_articles(["d3", "d4", "undated"])) == {"d4", "undated"}
            assert len(each.search_vectors(toward(0), 9, model=MODEL)) == 2
            assert each.search_vectors(toward(0), 9, model=OTHER) == []
            assert each.document_frequencies(["word"]) == {"word": 2}
        later = datetime.now(UTC) + timedelta(minutes=1)
        assert storage.delete_older_articles(later, 9) == 2
        self.check_clean(storage)

    def test_what_no_feed_brought_counts_from_when_it_was_added(self, storage: Storage) -> None:
        feed = Feed("https://example.org/feed")
        storage.add_feed(feed)
        for name in ("given", "found"):
            put(storage, name, published_at=day(1))
        page = Page("https://example.org/1", feed.url, found_at=day(1), article_id="found")
        storage.record_visit(feed, [page])
        assert storage.delete_older_articles(day(2), 9, spare_given=True) == 1
        assert set(storage.get_articles(["given", "found"])) == {"given"}
        later = datetime.now(UTC) + timedelta(minutes=1)
        assert storage.delete_older_articles(later, 9, spare_given=True) == 1

    def test_shrinking_keeps_everything_that_is_there(
        self, storage: Storage, other: Storage
    ) -> None:
        for number in range(1, 21):
            put(storage, f"d{number}", published_at=day(number), text="Words. " * 2_000)
        put(storage, "kept", text_terms=["word"])
        before = storage.statistics(MODEL).bytes_on_disk
        while storage.delete_older_articles(day(21), 8):
            continue
        freed = storage.shrink()
        assert freed > 100_000
        assert storage.statistics(MODEL).bytes_on_disk <= before - freed
        assert storage.shrink() == 0
        for each in (storage, other):
            assert len(each.search_vectors(toward(0), 9, model=MODEL)) == 1
            assert len(each.search_text(["word"], 9, model=MODEL)) == 1
        put(other, "new", text_terms=["word"])
        assert len(storage.search_text(["word"], 9, model=MODEL)) == 2
        self.check_clean(storage)

    def test_old_receipts_are_forgotten(self, storage: Storage) -> None:
        ids = [
            storage.write_receipt(Receipt("q", True, 0.5, MODEL, {}, day(number)))
            for number in (1, 2, 3)
        ]
        assert storage.forget_receipts(day(1)) == 0
        assert storage.forget_receipts(day(3)) == 2
        assert [storage.get_receipt(each) is None for each in ids] == [True, True, False]
        assert storage.write_receipt(Receipt("q", True, 0.5, MODEL, {}, day(9))) > ids[-1]

    # ------------------------------------------------------------------ notices

    def test_a_matter_is_told_once_while_it_lasts(self, storage: Storage, other: Storage) -> None:
        assert storage.add_notice(Notice("dead a", "A is dead.", day(2)))
        assert not other.add_notice(Notice("dead a", "A is still dead.", day(3)))
        assert other.add_notice(Notice("dead b", "B is dead.", day(1)))
        first, second = other.pending_notices()
        assert (first.key, first.text, first.created_at) == ("dead b", "B is dead.", day(1))
        assert second.text == "A is dead."
        for notice in (first, second):
            assert notice.id is not None
            storage.finish_notice(notice.id)
        storage.finish_notice(10**9)
        assert other.pending_notices() == []
        assert not storage.add_notice(Notice("dead a", "A is dead.", day(4)))
        storage.clear_notice("dead a")
        storage.clear_notice("unknown")
        assert storage.add_notice(Notice("dead a", "A is dead again.", day(5)))
        assert [each.text for each in other.pending_notices()] == ["A is dead again."]

    def test_a_matter_that_is_over_before_it_was_told_is_not_told(self, storage: Storage) -> None:
        storage.add_notice(Notice("dead a", "A is dead.", day(2)))
        storage.clear_notice("dead a")
        assert storage.pending_notices() == []
