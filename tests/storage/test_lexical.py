"""Which words are searched for in a library where not all can be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.records import Filters
from retrieval.storage.sqlite import lexical
from retrieval.storage.sqlite.engine import SqliteStorage
from tests.storage.builders import MODEL, OTHER, index, make_article, make_passage, put


@pytest.mark.parametrize(
    ("counts", "budget", "chosen"),
    [
        ([1, 2, 3], 100, 3),
        ([1, 2, 90_000], 100, 2),
        ([10, 60, 60], 100, 2),
        ([90_000, 90_000], 100, 1),  # whatever it costs, one is searched for
        ([1, lexical.MOST_POSTINGS], 100, 2),  # a second one too, within reason
        ([1, lexical.MOST_POSTINGS + 1], 100, 1),
        ([90_000] * 5, None, 5),
        ([], 100, 0),
    ],
)
def test_the_rarest_words_are_searched_for_within_a_budget(
    counts: list[int], budget: int | None, chosen: int
) -> None:
    ranked = [(count, f"w{place}") for place, count in enumerate(counts)]
    assert lexical._within(ranked, budget) == [token for _, token in ranked[:chosen]]


PASSAGES = lexical.SMALL_LIBRARY + 500


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqliteStorage]:
    """A library in which "common" is in every passage and "often" in every one but ten."""
    storage = SqliteStorage(tmp_path)
    article = make_article("many", source="big")
    storage.write_articles([article])
    passages = [make_passage(article, n, text_terms=["common", "often"]) for n in range(PASSAGES)]
    storage.write_passages(MODEL, [index(article, *passages)])
    yield storage
    storage.close()


def test_common_words_are_left_out_where_rare_ones_remain(storage: SqliteStorage) -> None:
    rare = put(storage, "rare", text_terms=["rare", "seldom", "common"], source="small")
    found = storage.search_text(["common", "rare", "seldom"], 9, model=MODEL)
    assert [match.passage_id for match in found] == [rare]
    assert len(storage.search_text(["common"], 9, model=MODEL)) == 9


def test_a_filter_that_leaves_nothing_of_the_rare_words_asks_for_others(
    storage: SqliteStorage,
) -> None:
    put(storage, "rare", text_terms=["rare", "seldom", "common"], source="small")
    only_big = Filters(sources=frozenset({"big"}))
    found = storage.search_text(["common", "rare", "seldom"], 9, only_big, model=MODEL)
    assert len(found) == 9
    assert all(match.passage_id <= PASSAGES for match in found)


def test_other_models_do_not_take_places(storage: SqliteStorage) -> None:
    theirs = [put(storage, f"t{n}", model=OTHER, text_terms=["rare"]) for n in range(5)]
    ours = put(storage, "ours", text_terms=["rare"] + ["filler"] * 50)
    found = storage.search_text(["rare"], 3, model=MODEL)
    assert [match.passage_id for match in found] == [ours]
    found = storage.search_text(["rare"], 3, model=OTHER)
    assert [match.passage_id for match in found] == theirs[:3]


def test_counts_are_never_more_than_a_hundredth_behind(storage: SqliteStorage) -> None:
    assert storage.document_frequencies(["common"]) == {"common": PASSAGES}
    for number in range(60):
        put(storage, f"a{number}", text_terms=["common", f"only{number}"])
        counted = storage.document_frequencies(["common", f"only{number}"])
        assert abs(counted["common"] - (PASSAGES + number + 1)) <= 0.01 * PASSAGES
        assert counted[f"only{number}"] == 1


def test_space_is_given_back_when_a_model_goes(storage: SqliteStorage) -> None:
    before = storage.statistics(MODEL).bytes_on_disk
    storage.delete_other_models(OTHER)
    storage._connections.current().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert storage.statistics(MODEL).bytes_on_disk < before / 2
    assert storage.statistics(MODEL).passages == 0
    assert [finding for finding in storage.verify(MODEL) if not finding.ok] == []
