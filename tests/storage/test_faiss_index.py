"""The index of vectors, against the plainest search there is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.storage.sqlite.faiss_index import Halves, Ids, Mask, VectorIndex
from tests.storage.builders import Floats, units


def plain(
    ids: Ids, halves: Halves, query: Floats, k: int, allowed: Mask | None = None
) -> list[int]:
    """Return the ids of the true nearest, ties by id."""
    scores = np.einsum("ij,j->i", halves.astype(np.float32), query)
    keep = np.ones(len(ids), np.bool_) if allowed is None else allowed
    order = np.lexsort((ids[keep], -scores[keep]))[:k]
    return [int(each) for each in ids[keep][order]]


def clustered(count: int, seed: int = 0, dimension: int = 64) -> Halves:
    random = np.random.default_rng(seed)
    centres = random.standard_normal((count // 40, dimension))
    rows = centres[random.integers(0, len(centres), count)]
    rows = rows + 0.6 * random.standard_normal((count, dimension)) + 1.5
    halves: Halves = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)
    return halves


def near(halves: Halves, count: int, seed: int = 1) -> Iterator[Floats]:
    """Yield questions: stored vectors moved away from their places."""
    random = np.random.default_rng(seed)
    for row in random.integers(0, len(halves), count):
        query = halves[row].astype(np.float32)
        query = query + 0.05 * random.standard_normal(len(query)).astype(np.float32)
        yield (query / np.linalg.norm(query)).astype(np.float32)


def evens(count: int) -> NDArray[np.int64]:
    return np.arange(count, dtype=np.int64) * 2


def test_an_exact_index_finds_what_the_plain_search_finds() -> None:
    halves = clustered(1_000)
    index = VectorIndex(evens(1_000), halves)
    random = np.random.default_rng(3)
    for query in near(halves, 30):
        allowed = random.random(1_000) < random.choice([0.001, 0.1, 0.5, 0.99])
        found, scores = index.search(query, 10)
        assert found.tolist() == plain(index.ids, halves, query, 10)
        assert np.all(np.diff(scores) <= 0)
        narrowed = index.search(query, 10, allowed)[0]
        assert narrowed.tolist() == plain(index.ids, halves, query, 10, allowed)


def test_an_approximate_index_finds_nearly_all_and_scores_them_exactly() -> None:
    halves = clustered(6_000)
    index = VectorIndex(evens(6_000), halves, approximate_from=1)
    assert "RaBitQ" in index.kind
    exact = VectorIndex(evens(6_000), halves, approximate_from=10_000)
    hits = wanted = 0
    for query in near(halves, 100):
        found, scores = index.search(query, 10)
        truth, true_scores = exact.search(query, 10)
        assert len(set(found.tolist())) == 10
        hits += len(set(found.tolist()) & set(truth.tolist()))
        wanted += 10
        np.testing.assert_allclose(scores[0], true_scores[0], atol=1e-6)
    assert hits / wanted >= 0.98


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.3, 0.6, 0.95])
def test_an_approximate_index_narrows_before_it_counts(share: float) -> None:
    halves = clustered(5_000)
    index = VectorIndex(evens(5_000), halves, approximate_from=1)
    allowed = np.random.default_rng(5).random(5_000) < share
    hits = wanted = 0
    for query in near(halves, 20):
        found = index.search(query, 10, allowed)[0].tolist()
        truth = plain(index.ids, halves, query, 10, allowed)
        assert len(found) == len(truth) == min(10, int(allowed.sum()))
        assert all(allowed[each // 2] for each in found)
        hits += len(set(found) & set(truth))
        wanted += len(truth)
    assert hits >= 0.98 * wanted


def test_a_filter_far_from_the_question_still_finds_its_nearest() -> None:
    # Two languages far apart, a question in one of them, a filter for the other.
    random = np.random.default_rng(0)
    side = np.repeat([[1.0], [-1.0]], 2_500, axis=0)
    rows = np.hstack([side * 4, random.standard_normal((5_000, 63))])
    halves = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)
    index = VectorIndex(evens(5_000), halves, approximate_from=1)
    allowed = side[:, 0] < 0
    query = halves[0].astype(np.float32)
    assert index.search(query, 10, allowed)[0].tolist() == plain(
        index.ids, halves, query, 10, allowed
    )


@pytest.mark.parametrize("approximate_from", [1, 10**9])
def test_removed_vectors_are_never_found_and_new_ones_at_once(approximate_from: int) -> None:
    halves = clustered(4_000)
    index = VectorIndex(evens(4_000), halves, approximate_from=approximate_from)
    random = np.random.default_rng(7)
    alive = dict(zip(evens(4_000).tolist(), halves, strict=True))
    highest = 8_000
    for turn in range(12):
        gone = random.choice(list(alive), 150, replace=False)
        index.remove(np.concatenate([gone, [1, 3, -7, 10**12]]))  # and some that never were
        for each in gone.tolist():
            del alive[each]
        fresh = clustered(100, seed=turn + 20)
        ids = highest + evens(100)
        highest += 200
        index.add(ids, fresh)
        alive |= dict(zip(ids.tolist(), fresh, strict=True))
        if index.wasteful:
            index, kept = index.compacted()
            assert np.count_nonzero(kept) == len(alive)
        assert index.ids.tolist() == sorted(alive)
        assert len(index) == len(alive)
        for query in near(fresh, 5, seed=turn):
            found = index.search(query, 20)[0].tolist()
            assert set(found) <= set(alive)
            assert len(set(found)) == 20
        new = index.search(fresh[3].astype(np.float32), 1)[0].tolist()
        assert new == [ids[3]]
    assert index.rows < 4_000 + 12 * 100  # it was made compact at least once
    everything = np.stack([alive[each] for each in sorted(alive)])
    assert np.array_equal(index.current_halves(), everything)


def test_many_ties_go_by_id_however_many_there_are() -> None:
    row = units(1)[0]
    halves = np.repeat(row[None], 500, axis=0).astype(np.float16)
    index = VectorIndex(evens(500), halves)
    index.remove(np.array([0, 4], np.int64))
    assert index.search(row, 5)[0].tolist() == [2, 6, 8, 10, 12]


def test_an_id_is_never_taken_twice() -> None:
    halves = clustered(100)
    index = VectorIndex(evens(100), halves)
    for ids in ([198], [5], [300, 300], [302, 301]):
        with pytest.raises(ValueError, match="grow"):
            index.add(np.array(ids, np.int64), halves[: len(ids)])
    assert len(index) == 100


def test_the_mean_is_taken_anew_when_the_index_has_doubled() -> None:
    halves = clustered(3_000)
    index = VectorIndex(evens(1_000), halves[:1_000], approximate_from=1)
    assert not index.wasteful
    index.add(2_000 + evens(2_000), halves[1_000:])
    assert index.wasteful
    index, _ = index.compacted()
    assert not index.wasteful


def test_an_empty_index_finds_nothing() -> None:
    index = VectorIndex(np.empty(0, np.int64), np.empty((0, 64), np.float16))
    index.remove(np.array([1], np.int64))
    assert index.search(units(1, 64)[0], 5)[0].tolist() == []
    assert len(index.current_halves()) == 0


@settings(max_examples=40, deadline=None, database=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=25), st.integers(1, 12))
def test_any_order_of_adds_and_removes_ends_the_same(steps: list[tuple[bool, int]], k: int) -> None:
    pool = units(1_100, 8, seed=4).astype(np.float16)
    index = VectorIndex(np.empty(0, np.int64), np.empty((0, 8), np.float16))
    alive: list[int] = []
    following = 0
    for adds, number in steps:
        if adds:
            ids = np.arange(following, following + number, dtype=np.int64)
            index.add(ids, pool[ids])
            alive += ids.tolist()
            following += number
        else:
            gone = alive[::2][:number]
            index.remove(np.array(gone, np.int64))
            alive = [each for each in alive if each not in gone]
    query = units(1, 8, seed=9)[0]
    ids = np.array(alive, np.int64)
    assert index.search(query, k)[0].tolist() == plain(ids, pool[ids], query, k)
