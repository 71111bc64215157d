"""What every storage engine promises, as one class that each engine's tests inherit.

The modules beside this one hold its promises of feeds, visits, pages,
stories, retention, subscribers, deliveries and digests.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.errors import StorageError
from retrieval.records import Filters, PendingUpdate, Receipt, Written
from retrieval.storage.base import Storage
from tests.storage.builders import (
    DIMENSION,
    MODEL,
    OTHER,
    day,
    index,
    leaning,
    make_article,
    make_passage,
    newest_passage,
    put,
    toward,
    units,
)
from tests.storage.contract_conversations import ConversationContract
from tests.storage.contract_digests import DigestContract
from tests.storage.contract_feeds import FeedContract
from tests.storage.contract_follows import FollowContract
from tests.storage.contract_outbox import OutboxContract, SubscriberContract
from tests.storage.contract_pages import PageContract
from tests.storage.contract_retention import RetentionContract
from tests.storage.contract_stories import StoryContract
from tests.storage.contract_visits import VisitContract

HOSTILE_TERMS = [
    "AND",
    "and",
    "OR",
    "NOT",
    "NEAR(",
    "NEAR(a b)",
    '"',
    '""',
    "'",
    "a'b",
    "a\0b",
    "\0",
    "",
    " ",
    "two words",
    "*",
    "a*",
    "^a",
    "title:x",
    "{title}: x",
    "-a",
    "+",
    "_",
    "__",
    "_2a",
    "()",
    "😀",
    "新闻",
    "闻报",
    "ไทย",
    "كتاب",
    "İstanbul",
    "i̇stanbul",
    "straße",
    "STRASSE",
    "résumé",
    "resume",
    "Résumé",
    "\ud800",
    "\U0010ffff",
    "\x7f",
    "\x80",
    "a" * 40_000,
    "a" * 40_001,
    "; DROP TABLE articles; --",
]


class StorageContract(
    FeedContract,
    VisitContract,
    PageContract,
    RetentionContract,
    StoryContract,
    SubscriberContract,
    OutboxContract,
    FollowContract,
    DigestContract,
    ConversationContract,
):
    """Every promise of `retrieval.storage.base`: articles, passages and search here."""

    # ------------------------------------------------------------------ articles

    def test_an_article_comes_back_as_it_was_written(self, storage: Storage) -> None:
        article = make_article(
            "a",
            text="Zwölf Boxkämpfer… 新闻 😀\0 end",
            url="https://example.org/a?b=c",
            author="A. Writer",
            source="Example",
            language="de",
            published_at=datetime(2025, 3, 1, 12, 0, 0, 123456, tzinfo=UTC),
            related=("Read also: this", "und das"),
        )
        before = datetime.now(UTC)
        assert storage.write_articles([article]) == [Written.NEW]
        stored = storage.get_articles(["a", "unknown"])["a"]
        assert replace(stored, added_at=None, updated_at=None) == article
        assert stored.added_at is not None
        assert stored.added_at == stored.updated_at
        assert before - timedelta(seconds=5) <= stored.added_at <= datetime.now(UTC)

    def test_unknown_articles_are_left_out(self, storage: Storage) -> None:
        assert storage.get_articles(["nobody"]) == {}
        assert storage.get_articles([]) == {}
        assert storage.delete_articles(["nobody"]) == 0
        assert storage.write_articles([]) == []

    def test_a_time_of_another_zone_is_kept_as_the_same_moment(self, storage: Storage) -> None:
        jakarta = datetime(2025, 1, 1, 6, tzinfo=timezone(timedelta(hours=7)))
        storage.write_articles([make_article("a", published_at=jakarta)])
        published = storage.get_articles(["a"])["a"].published_at
        assert published == jakarta
        assert published is not None
        assert published.utcoffset() == timedelta(0)

    def test_writing_tells_new_updated_and_unchanged(self, storage: Storage) -> None:
        article = make_article("a", source="x")
        assert storage.write_articles([article, make_article("b")]) == [Written.NEW, Written.NEW]
        assert storage.write_articles([article]) == [Written.UNCHANGED]
        stamped = replace(article, added_at=day(1), updated_at=day(1))
        assert storage.write_articles([stamped]) == [Written.UNCHANGED]
        for changed in (
            replace(article, source="y"),
            replace(article, source="y", related=("r",)),
            make_article("a", text="Other words.", source="y", related=("r",)),
        ):
            assert storage.write_articles([changed]) == [Written.UPDATED]
            assert storage.write_articles([changed]) == [Written.UNCHANGED]

    def test_one_batch_may_name_an_article_twice(self, storage: Storage) -> None:
        article = make_article("a")
        later = replace(article, source="later")
        assert storage.write_articles([article, article, later]) == [
            Written.NEW,
            Written.UNCHANGED,
            Written.UPDATED,
        ]
        assert storage.get_articles(["a"])["a"].source == "later"

    def test_an_update_keeps_added_at_and_moves_updated_at(self, storage: Storage) -> None:
        storage.write_articles([make_article("a")])
        first = storage.get_articles(["a"])["a"]
        storage.write_articles([make_article("a", source="x")])
        second = storage.get_articles(["a"])["a"]
        assert second.added_at == first.added_at
        assert second.updated_at is not None
        assert first.updated_at is not None
        assert second.updated_at >= first.updated_at

    @pytest.mark.parametrize("changed", [{"text": "Other words."}, {"title": "Other title"}])
    def test_other_words_take_everything_derived_away(
        self, storage: Storage, changed: dict[str, str]
    ) -> None:
        passage = put(storage, "a", text_terms=["old"])
        storage.write_articles([make_article("a", **changed)])
        assert storage.get_passages([passage]) == []
        assert storage.search_vectors(toward(0), 5, model=MODEL) == []
        assert storage.search_text(["old"], 5, model=MODEL) == []
        assert storage.document_frequencies(["old"]) == {"old": 0}
        assert storage.count_passages(MODEL) == 0
        assert [a.id for a in storage.unindexed_articles(MODEL, 10)] == ["a"]

    def test_other_metadata_keep_the_passages(self, storage: Storage) -> None:
        passage = put(storage, "a", source="x")
        storage.write_articles([make_article("a", source="y", language="id")])
        assert [each.id for each in storage.get_passages([passage])] == [passage]
        assert storage.get_passages([passage])[0].article.source == "y"
        by_new_source = Filters(sources=frozenset({"y"}))
        found = storage.search_vectors(toward(0), 5, by_new_source, model=MODEL)
        assert [match.passage_id for match in found] == [passage]
        assert storage.unindexed_articles(MODEL, 10) == []

    def test_deleting_leaves_nothing(self, storage: Storage, other: Storage) -> None:
        kept = put(storage, "kept", text_terms=["both"])
        gone = put(storage, "gone", text_terms=["both", "only"])
        put(storage, "gone", model=OTHER, text_terms=["theirs"])
        for each in (storage, other):
            assert len(each.search_vectors(toward(0), 5, model=MODEL)) == 2
        assert storage.delete_articles(["gone", "gone", "unknown"]) == 1
        for each in (storage, other):
            assert each.get_articles(["gone"]) == {}
            assert each.get_passages([gone]) == []
            found = each.search_vectors(toward(0), 5, model=MODEL)
            assert [match.passage_id for match in found] == [kept]
            assert each.search_vectors(toward(0), 5, model=OTHER) == []
            assert each.document_frequencies(["both", "only", "theirs"]) == {
                "both": 1,
                "only": 0,
                "theirs": 0,
            }
            assert [identity for identity, _ in each.iterate_vectors(MODEL)] == [kept]
        self.check_clean(storage)

    def test_the_newest_articles_come_first(self, storage: Storage) -> None:
        storage.write_articles(
            [
                make_article("old", published_at=day(1)),
                make_article("new", published_at=day(9)),
                make_article("undated"),  # added now, and that is after January 2025
                make_article("middle", published_at=day(5)),
            ]
        )
        assert [a.id for a in storage.latest_articles(3)] == ["undated", "new", "middle"]
        assert storage.latest_articles(0) == []

    def test_a_batch_is_written_whole_or_not_at_all(self, storage: Storage) -> None:
        with pytest.raises(StorageError):
            storage.write_articles([make_article("a"), replace(make_article("b"), text="\ud800")])
        assert storage.get_articles(["a", "b"]) == {}
        storage.write_articles([make_article("a")])  # and the library goes on working

    def test_a_time_without_a_zone_is_refused(self, storage: Storage) -> None:
        naive = datetime(2025, 1, 1)
        with pytest.raises(ValueError, match="time zone"):
            storage.write_articles([make_article("a", published_at=naive)])

    # ------------------------------------------------------------------ passages

    def test_a_passage_comes_back_as_it_was_written(self, storage: Storage) -> None:
        article = make_article("a", text="Erster Satz. Zweiter Satz 😀.")
        vector = units(1)[0]
        storage.write_articles([article])
        written = make_passage(
            article, 0, vector=vector, title_terms=["title"], text_terms=["satz", "satz", "AND"]
        )
        storage.write_passages(MODEL, [index(article, written)])
        (stored,) = storage.get_passages([newest_passage(storage)])
        assert stored.passage == written.passage
        assert stored.article == storage.get_articles(["a"])["a"]
        assert stored.text == article.text
        assert stored.title_terms == ("title",)
        assert stored.text_terms == ("satz", "satz", "AND")
        assert stored.vector.dtype == np.float32
        assert stored.sentence_vectors.shape == (2, DIMENSION)
        np.testing.assert_allclose(stored.vector, vector, atol=1e-3)
        np.testing.assert_allclose(np.linalg.norm(stored.sentence_vectors, axis=1), 1, atol=1e-3)

    def test_passages_come_in_the_order_asked_for(self, storage: Storage) -> None:
        ids = [put(storage, f"a{number}") for number in range(3)]
        asked = [ids[2], 10**12, ids[0], ids[1], -5]
        assert [each.id for each in storage.get_passages(asked)] == [ids[2], ids[0], ids[1]]
        assert storage.get_passages([]) == []
        many = list(range(10**6, 10**6 + 5_000))
        assert [each.id for each in storage.get_passages([*many, ids[1]])] == [ids[1]]

    def test_passages_of_two_models_come_together(self, storage: Storage) -> None:
        first = put(storage, "a")
        second = put(storage, "b", model=OTHER, vector=toward(0, 2 * DIMENSION))
        stored = storage.get_passages([second, first])
        assert [len(each.vector) for each in stored] == [2 * DIMENSION, DIMENSION]

    def test_the_first_passages_of_articles_come_in_order(self, storage: Storage) -> None:
        first, second = make_article("b"), make_article("a")
        storage.write_articles([first, second])
        for article in (second, first):
            passages = [make_passage(article, ordinal) for ordinal in (0, 1, 2)]
            storage.write_passages(MODEL, [index(article, *passages)])
        put(storage, "c", model=OTHER)
        found = storage.article_passages(MODEL, ["a", "c", "b", "nobody"], 2)
        places = [(each.article.id, each.passage.ordinal) for each in found]
        assert places == [("b", 0), ("b", 1), ("a", 0), ("a", 1)]
        assert storage.article_passages(MODEL, [], 2) == []
        assert storage.article_passages("unknown", ["a"], 2) == []

    def test_unindexed_articles_are_asked_for_until_written(self, storage: Storage) -> None:
        articles = [make_article(f"a{number}") for number in range(5)]
        storage.write_articles(articles)
        assert len(storage.unindexed_articles(MODEL, 2)) == 2
        assert len(storage.unindexed_articles(MODEL, 100)) == 5
        storage.write_passages(MODEL, [index(articles[0], make_passage(articles[0]))])
        left = storage.unindexed_articles(MODEL, 100)
        assert {each.id for each in left} == {"a1", "a2", "a3", "a4"}
        assert len(storage.unindexed_articles(OTHER, 100)) == 5
        assert storage.unindexed_articles(MODEL, 0) == []

    def test_an_article_without_passages_is_not_asked_for_again(self, storage: Storage) -> None:
        article = make_article("empty", text="…")
        storage.write_articles([article])
        assert storage.write_passages(MODEL, [index(article)]) == 1
        assert storage.unindexed_articles(MODEL, 10) == []
        storage.write_articles([make_article("empty", text="A sentence now.")])
        assert [each.id for each in storage.unindexed_articles(MODEL, 10)] == ["empty"]

    def test_passages_of_another_version_or_of_nobody_are_left_out(self, storage: Storage) -> None:
        old = make_article("a", text="Old words here.")
        storage.write_articles([old])
        storage.write_articles([make_article("a", text="New words here.")])
        nobody = make_article("nobody")
        entries = [index(old, make_passage(old)), index(nobody, make_passage(nobody))]
        assert storage.write_passages(MODEL, entries) == 0
        assert storage.count_passages(MODEL) == 0
        assert storage.write_passages(MODEL, []) == 0

    def test_writing_passages_again_replaces_them(self, storage: Storage, other: Storage) -> None:
        article = make_article("a")
        storage.write_articles([article])
        first = index(article, *(make_passage(article, n, text_terms=["old"]) for n in range(3)))
        storage.write_passages(MODEL, [first])
        assert len(other.search_vectors(toward(0), 10, model=MODEL)) == 3
        second = index(article, make_passage(article, vector=toward(1), text_terms=["new"]))
        assert storage.write_passages(MODEL, [first, second]) == 1  # the later entry counts
        for each in (storage, other):
            assert each.count_passages(MODEL) == 1
            (match,) = each.search_vectors(toward(1), 10, model=MODEL)
            assert match.score == pytest.approx(1, abs=1e-3)
            assert each.document_frequencies(["old", "new"]) == {"old": 0, "new": 1}
        self.check_clean(storage)

    def test_ids_are_never_used_twice(self, storage: Storage) -> None:
        first = put(storage, "a")
        storage.delete_articles(["a"])
        assert put(storage, "a") > first

    @pytest.mark.parametrize(
        "vector", [np.full(DIMENSION, np.nan), toward(0) * 2, np.zeros(DIMENSION)]
    )
    def test_a_vector_that_is_no_unit_vector_is_refused(
        self, storage: Storage, vector: np.ndarray[tuple[int], np.dtype[np.float32]]
    ) -> None:
        article = make_article("a")
        storage.write_articles([article])
        with pytest.raises(StorageError, match="unit length"):
            storage.write_passages(MODEL, [index(article, make_passage(article, vector=vector))])
        with pytest.raises(StorageError, match="unit length"):
            storage.search_vectors(vector, 3, model=MODEL)
        assert storage.count_passages(MODEL) == 0

    def test_a_vector_of_another_dimension_is_refused(self, storage: Storage) -> None:
        put(storage, "a")
        article = make_article("b")
        storage.write_articles([article])
        wide = make_passage(article, vector=toward(0, 2 * DIMENSION))
        with pytest.raises(StorageError, match="numbers"):
            storage.write_passages(MODEL, [index(article, wide)])
        with pytest.raises(StorageError, match="numbers"):
            storage.search_vectors(toward(0, 2 * DIMENSION), 3, model=MODEL)
        mixed = replace(make_passage(article), sentence_vectors=wide.sentence_vectors)
        with pytest.raises(StorageError, match="dimension"):
            storage.write_passages(MODEL, [index(article, mixed)])

    def test_vectors_are_iterated_in_one_moment(self, storage: Storage) -> None:
        ids = [put(storage, f"a{number}", vector=toward(number)) for number in range(4)]
        put(storage, "theirs", model=OTHER)
        iterator = storage.iterate_vectors(MODEL)
        first = next(iterator)
        storage.delete_articles(["a2"])
        put(storage, "late")
        rest = list(iterator)
        assert [identity for identity, _ in [first, *rest]] == ids
        assert [int(np.argmax(vector)) for _, vector in [first, *rest]] == [0, 1, 2, 3]
        assert list(storage.iterate_vectors("unknown")) == []

    # ------------------------------------------------------------------ models

    def test_models_do_not_see_each_other(self, storage: Storage) -> None:
        ours = put(storage, "a", text_terms=["word"])
        theirs = put(storage, "a", model=OTHER, text_terms=["word"])
        for model, passage in ((MODEL, ours), (OTHER, theirs)):
            by_vector = storage.search_vectors(toward(0), 5, model=model)
            by_word = storage.search_text(["word"], 5, model=model)
            assert [match.passage_id for match in by_vector] == [passage]
            assert [match.passage_id for match in by_word] == [passage]
            assert storage.count_passages(model) == 1
        assert storage.search_vectors(toward(0), 5, model="unknown") == []
        assert storage.search_text(["word"], 5, model="unknown") == []
        assert storage.count_passages("unknown") == 0
        assert storage.document_frequencies(["word"]) == {"word": 2}

    def test_a_change_of_model_is_resumable_while_the_old_still_answers(
        self, storage: Storage, other: Storage
    ) -> None:
        for number in range(6):
            put(storage, f"a{number}", text_terms=["word"])
        rounds = 0
        while batch := storage.unindexed_articles(OTHER, 2):
            storage.write_passages(
                OTHER, [index(each, make_passage(each, text_terms=["word"])) for each in batch]
            )
            rounds += 1
            assert len(other.search_vectors(toward(0), 10, model=MODEL)) == 6
            assert len(other.search_text(["word"], 10, model=MODEL)) == 6
            assert len(other.search_vectors(toward(0), 10, model=OTHER)) == 2 * rounds
        assert rounds == 3
        assert storage.delete_other_models(OTHER) == 6
        assert storage.delete_other_models(OTHER) == 0
        for each in (storage, other):
            assert each.count_passages(MODEL) == 0
            assert each.search_vectors(toward(0), 10, model=MODEL) == []
            assert len(each.search_vectors(toward(0), 10, model=OTHER)) == 6
        assert len(storage.unindexed_articles(MODEL, 10)) == 6
        self.check_clean(storage, OTHER)

    # ------------------------------------------------------------------ search by vectors

    def test_the_nearest_come_first_with_their_cosines(self, storage: Storage) -> None:
        cosines = [0.2, 0.9, -0.5, 0.6]
        ids = [
            put(storage, f"a{number}", vector=leaning(cosine))
            for number, cosine in enumerate(cosines)
        ]
        found = storage.search_vectors(toward(0), 3, model=MODEL)
        assert [match.passage_id for match in found] == [ids[1], ids[3], ids[0]]
        assert [match.score for match in found] == pytest.approx([0.9, 0.6, 0.2], abs=1e-3)
        assert len(storage.search_vectors(toward(0), 100, model=MODEL)) == 4
        assert storage.search_vectors(toward(0), 0, model=MODEL) == []
        assert all(-1 <= match.score <= 1 for match in found)

    def test_ties_go_by_passage_id(self, storage: Storage) -> None:
        ids = [put(storage, f"a{number}", text_terms=["same"]) for number in range(60)]
        by_vector = storage.search_vectors(toward(0), 7, model=MODEL)
        by_word = storage.search_text(["same"], 7, model=MODEL)
        assert [match.passage_id for match in by_vector] == ids[:7]
        assert [match.passage_id for match in by_word] == ids[:7]

    def test_filters_narrow_before_k_is_counted(self, storage: Storage) -> None:
        expected = {}
        for number in range(40):
            fields: dict[str, Any] = {
                "source": f"s{number % 4}",
                "language": ("id", "en", None)[number % 3],
                "published_at": day(number % 20 + 1) if number % 5 else None,
            }
            # The further back, the nearer and the likelier: filters must reach the far end.
            identity = put(
                storage,
                f"a{number}",
                vector=leaning(0.9 - number / 100),
                text_terms=["word"] * (41 - number),
                **fields,
            )
            expected[identity] = fields
        for filters in (
            Filters(sources=frozenset({"s3"})),
            Filters(sources=frozenset({"s1", "s2", "unknown"})),
            Filters(languages=frozenset({"en"})),
            Filters(published_from=day(18)),
            Filters(published_before=day(3)),
            Filters(published_from=day(4), published_before=day(5)),
            Filters(sources=frozenset({"s0"}), languages=frozenset({"id"}), published_from=day(2)),
            Filters(sources=frozenset({"unknown"})),
            Filters(),
        ):
            passing = [i for i, fields in expected.items() if passes(filters, fields)]
            k = 4
            by_vector = storage.search_vectors(toward(0), k, filters, model=MODEL)
            by_word = storage.search_text(["word"], k, filters, model=MODEL)
            assert [match.passage_id for match in by_vector] == passing[:k]
            assert {match.passage_id for match in by_word} <= set(passing)
            assert len(by_word) == min(k, len(passing))

    def test_a_date_equal_to_the_bound_is_from_and_not_before(self, storage: Storage) -> None:
        passage = put(storage, "a", published_at=day(5), text_terms=["word"])
        at = [(Filters(published_from=day(5)), [passage]), (Filters(published_before=day(5)), [])]
        for filters, ids in at:
            for found in (
                storage.search_vectors(toward(0), 3, filters, model=MODEL),
                storage.search_text(["word"], 3, filters, model=MODEL),
            ):
                assert [match.passage_id for match in found] == ids

    def test_new_metadata_move_an_article_between_filters(
        self, storage: Storage, other: Storage
    ) -> None:
        passage = put(storage, "a", language="id", published_at=day(1))
        in_id, in_en = Filters(languages=frozenset({"id"})), Filters(languages=frozenset({"en"}))
        assert len(other.search_vectors(toward(0), 3, in_id, model=MODEL)) == 1
        storage.write_articles([make_article("a", language="en", published_at=day(9))])
        for each in (storage, other):
            assert each.search_vectors(toward(0), 3, in_id, model=MODEL) == []
            (match,) = each.search_vectors(toward(0), 3, in_en, model=MODEL)
            assert match.passage_id == passage
            late = Filters(published_from=day(8))
            assert len(each.search_vectors(toward(0), 3, late, model=MODEL)) == 1

    def test_anothers_writes_are_seen_by_the_next_search(
        self, storage: Storage, other: Storage
    ) -> None:
        first = put(storage, "a", vector=leaning(0.5))
        assert len(other.search_vectors(toward(0), 9, model=MODEL)) == 1
        second = put(storage, "b", vector=leaning(0.7), text_terms=["late"])
        found = other.search_vectors(toward(0), 9, model=MODEL)
        assert [match.passage_id for match in found] == [second, first]
        assert len(other.search_text(["late"], 9, model=MODEL)) == 1
        assert other.count_passages(MODEL) == 2
        other.delete_articles(["a"])
        found = storage.search_vectors(toward(0), 9, model=MODEL)
        assert [match.passage_id for match in found] == [second]

    # ------------------------------------------------------------------ search by words

    def test_the_rarer_word_and_the_title_count_more(self, storage: Storage) -> None:
        for number in range(20):
            put(storage, f"common{number}", text_terms=["common", f"x{number}"])
        rare = put(storage, "rare", text_terms=["rare", "other"])
        titled = put(storage, "titled", title_terms=["topic"], text_terms=["other"])
        told = put(storage, "told", title_terms=["other"], text_terms=["topic"])
        found = storage.search_text(["common", "rare"], 3, model=MODEL)
        assert found[0].passage_id == rare
        assert found[0].score > found[1].score
        found = storage.search_text(["topic"], 3, model=MODEL)
        assert [match.passage_id for match in found] == [titled, told]

    def test_no_word_means_nothing_found(self, storage: Storage) -> None:
        put(storage, "a", text_terms=["word"])
        assert storage.search_text([], 3, model=MODEL) == []
        assert storage.search_text(["unknown"], 3, model=MODEL) == []
        assert storage.search_text(["word"], 0, model=MODEL) == []
        assert storage.document_frequencies([]) == {}

    def test_hundreds_of_words_are_searched_for_without_an_error(self, storage: Storage) -> None:
        passage = put(storage, "a", text_terms=["word", "w1", "w2"])
        terms = [f"w{number}" for number in range(500)] + ["word"] * 500
        assert [m.passage_id for m in storage.search_text(terms, 3, model=MODEL)] == [passage]

    def test_any_string_is_a_term_and_matches_itself_alone(self, storage: Storage) -> None:
        ids = {
            term: put(storage, f"a{number}", text_terms=[term])
            for number, term in enumerate(HOSTILE_TERMS)
        }
        assert storage.document_frequencies(HOSTILE_TERMS) == dict.fromkeys(HOSTILE_TERMS, 1)
        for term, passage in ids.items():
            found = storage.search_text([term], 5, model=MODEL)
            assert [match.passage_id for match in found] == [passage], repr(term)
        everything = storage.search_text(HOSTILE_TERMS, 100, model=MODEL)
        assert {match.passage_id for match in everything} <= set(ids.values())
        self.check_clean(storage)

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,  # one library for all examples is wanted
            HealthCheck.differing_executors,  # each engine's class inherits this test
        ],
        database=None,
    )
    @given(
        terms=st.lists(st.text(st.characters(), max_size=6), min_size=1, max_size=6, unique=True)
    )
    def test_terms_survive_unchanged(self, storage: Storage, terms: list[str]) -> None:
        passage = put(storage, "a", title_terms=terms[:1], text_terms=terms)
        storage.write_articles([make_article("a", source=str(passage))])
        (stored,) = storage.get_passages([passage])
        assert stored.title_terms == tuple(terms[:1])
        assert stored.text_terms == tuple(terms)
        assert storage.document_frequencies(terms) == dict.fromkeys(terms, 1)
        for term in terms:
            assert [m.passage_id for m in storage.search_text([term], 3, model=MODEL)] == [passage]

    def test_document_frequencies_count_passages_not_occurrences(self, storage: Storage) -> None:
        put(storage, "a", title_terms=["word"], text_terms=["word", "word"])
        put(storage, "b", text_terms=["word"])
        assert storage.document_frequencies(["word", "none", "word"]) == {"word": 2, "none": 0}
        storage.delete_articles(["a"])
        assert storage.document_frequencies(["word"]) == {"word": 1}

    # ------------------------------------------------------------------ receipts and inbox

    def test_what_is_written_together_is_kept_whole_or_not_at_all(
        self, storage: Storage, other: Storage
    ) -> None:
        receipt = Receipt("why?", True, 0.5, MODEL, {}, day(1))

        def write() -> int:
            storage.accept_updates([PendingUpdate(1, "a")])
            kept = storage.write_receipt(receipt)
            assert other.get_receipt(kept) is None
            return kept

        with pytest.raises(ZeroDivisionError), storage.together():
            write() / 0
        assert storage.pending_updates() == []
        with storage.together(flushed=False):
            kept = write()
            with storage.together():
                storage.finish_update(1)
        assert other.get_receipt(kept) == replace(receipt, id=kept)
        assert other.pending_updates() == []
        storage.write_receipt(receipt)  # nothing holds the library any more
        assert other.accept_updates([PendingUpdate(1, "a")]) == []

    def test_a_receipt_comes_back_as_it_was_written(self, storage: Storage) -> None:
        receipt = Receipt(
            question="Apa kabar? 😀",
            answered=True,
            confidence=0.75,
            model=MODEL,
            details={"hits": [{"id": 1, "score": 0.5}], "none": None},
            asked_at=day(3),
        )
        first = storage.write_receipt(receipt)
        second = storage.write_receipt(replace(receipt, answered=False))
        assert first != second
        assert storage.get_receipt(first) == replace(receipt, id=first)
        assert storage.get_receipt(10**9) is None

    def test_an_update_is_accepted_once(self, storage: Storage, other: Storage) -> None:
        updates = [PendingUpdate(7, '{"a": 1}'), PendingUpdate(3, "{}"), PendingUpdate(7, "again")]
        assert storage.accept_updates(updates) == [7, 3]
        assert other.accept_updates([PendingUpdate(3, "x"), PendingUpdate(9, "y")]) == [9]
        assert storage.accept_updates([]) == []
        assert storage.pending_updates() == [
            PendingUpdate(3, "{}"),
            PendingUpdate(7, '{"a": 1}'),
            PendingUpdate(9, "y"),
        ]

    def test_a_finished_update_is_not_pending_and_not_accepted_again(
        self, storage: Storage
    ) -> None:
        storage.accept_updates([PendingUpdate(1, "a"), PendingUpdate(2, "b")])
        storage.finish_update(1)
        storage.finish_update(1)
        storage.finish_update(99)
        assert storage.pending_updates() == [PendingUpdate(2, "b")]
        assert storage.accept_updates([PendingUpdate(1, "a")]) == []
        assert storage.pending_updates() == [PendingUpdate(2, "b")]

    def test_only_handled_updates_are_forgotten(self, storage: Storage) -> None:
        storage.accept_updates([PendingUpdate(1, "a"), PendingUpdate(2, "b")])
        storage.finish_update(1)
        later = datetime.now(UTC) + timedelta(minutes=1)
        assert storage.forget_updates(later - timedelta(days=1)) == 0
        assert storage.forget_updates(later) == 1
        assert storage.pending_updates() == [PendingUpdate(2, "b")]
        assert storage.accept_updates([PendingUpdate(1, "a")]) == [1]

    def test_the_inbox_outlives_the_process(self, folder: Path, storage: Storage) -> None:
        storage.accept_updates([PendingUpdate(1, "a")])
        storage.close()
        again = self.open(folder)
        assert again.pending_updates() == [PendingUpdate(1, "a")]
        again.close()

    # ------------------------------------------------------------------ the whole

    def test_a_new_library_is_empty_and_well(self, storage: Storage) -> None:
        assert storage.latest_articles(5) == []
        assert storage.unindexed_articles(MODEL, 5) == []
        assert storage.delete_other_models(MODEL) == 0
        assert storage.pending_updates() == []
        counted = storage.statistics(MODEL)
        assert (counted.articles, counted.passages, counted.receipts) == (0, 0, 0)
        assert counted.oldest is counted.newest is counted.last_added is None
        self.check_clean(storage)

    def test_statistics_count_what_is_there(self, storage: Storage, other: Storage) -> None:
        put(storage, "a", source="x", language="id", published_at=day(2))
        put(storage, "b", source="x", language="en", published_at=day(7))
        put(storage, "c", model=OTHER)
        storage.write_articles([make_article("d", source="y", language="id")])
        storage.write_receipt(Receipt("q", False, 0.1, MODEL, {}, day(1)))
        for each in (storage, other):
            counted = each.statistics(MODEL)
            assert counted.articles == 4
            assert counted.passages == 2
            assert counted.unindexed_articles == 2
            assert counted.sources == {"x": 2, "y": 1}
            assert counted.languages == {"id": 2, "en": 1}
            assert (counted.oldest, counted.newest) == (day(2), day(7))
            assert counted.last_added == storage.get_articles(["d"])["d"].added_at
            assert counted.receipts == 1
            assert counted.bytes_on_disk > 0
        storage.delete_articles(["a"])
        assert storage.statistics(MODEL).sources == {"x": 1, "y": 1}
        assert other.statistics(MODEL).articles == 3

    def test_details_name_the_engine(self, storage: Storage) -> None:
        put(storage, "a")
        details = storage.details()
        assert details["engine"]
        assert all(isinstance(value, str) for value in details.values())

    def test_a_backup_is_a_library(self, storage: Storage, tmp_path: Path) -> None:
        passage = put(storage, "a", text_terms=["word"])
        storage.accept_updates([PendingUpdate(1, "a")])
        target = tmp_path / "kept" / "kabar.db"
        target.parent.mkdir()
        storage.backup(target)
        put(storage, "later")
        copy = self.open(target.parent)
        assert set(copy.get_articles(["a", "later"])) == {"a"}
        assert [m.passage_id for m in copy.search_text(["word"], 3, model=MODEL)] == [passage]
        assert copy.pending_updates() == [PendingUpdate(1, "a")]
        self.check_clean(copy)
        copy.close()

    def test_a_backup_never_writes_over_a_file(self, storage: Storage, tmp_path: Path) -> None:
        target = tmp_path / "precious"
        target.write_text("mine")
        with pytest.raises(StorageError, match="exists already"):
            storage.backup(target)
        assert target.read_text() == "mine"
        with pytest.raises(StorageError):
            storage.backup(tmp_path / "no such folder" / "b.db")
        assert sorted(each.name for each in tmp_path.iterdir()) == ["data", "precious"]

    def test_any_thread_may_call_any_method(self, storage: Storage) -> None:
        put(storage, "first", text_terms=["word"])
        wrong: list[str] = []
        stop = threading.Event()

        def search() -> None:
            while not stop.is_set():
                ids = [m.passage_id for m in storage.search_vectors(toward(0), 50, model=MODEL)]
                words = [m.passage_id for m in storage.search_text(["word"], 50, model=MODEL)]
                for found in (ids, words):
                    if len(found) != len(set(found)) or found != sorted(found):
                        wrong.append(f"ties out of order, or found twice: {found}")
                for stored in storage.get_passages(ids):
                    if stored.text != stored.article.text:
                        wrong.append("a passage of other words")

        def write(thread: int) -> None:
            for number in range(8):
                article = make_article(f"t{thread}-{number}")
                storage.write_articles([article])
                passage = make_passage(article, text_terms=["word"])
                storage.write_passages(MODEL, [index(article, passage)])
                if number % 3 == 2:
                    storage.delete_articles([article.id])
                storage.accept_updates([PendingUpdate(thread * 100 + number, "{}")])
                storage.finish_update(thread * 100 + number)

        with ThreadPoolExecutor(6) as pool:
            searching = [pool.submit(search) for _ in range(3)]
            writing = [pool.submit(write, number) for number in range(3)]
            for future in writing:
                future.result()
            stop.set()
            for future in searching:
                future.result()
        assert wrong == []
        assert storage.count_passages(MODEL) == 1 + 3 * 6
        assert len(storage.search_vectors(toward(0), 100, model=MODEL)) == 19
        self.check_clean(storage)

    def test_a_closed_library_says_so(self, folder: Path, storage: Storage) -> None:
        again = self.open(folder)
        again.close()
        again.close()
        calls: list[Callable[[], object]] = [
            lambda: again.count_passages(MODEL),
            lambda: again.write_articles([make_article("a")]),
        ]
        for call in calls:
            with pytest.raises(StorageError, match="closed"):
                call()


def passes(filters: Filters, fields: dict[str, Any]) -> bool:
    """Say what `Filters` promises, in the plainest way."""
    published = fields["published_at"]
    if filters.sources and fields["source"] not in filters.sources:
        return False
    if filters.languages and fields["language"] not in filters.languages:
        return False
    if filters.published_from or filters.published_before:
        if not isinstance(published, datetime):
            return False
        if filters.published_from and published < filters.published_from:
            return False
        if filters.published_before and published >= filters.published_before:
            return False
    return True
