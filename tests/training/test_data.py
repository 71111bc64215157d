"""Training material: where answers stand, what is a duplicate, how passages are cut."""

from __future__ import annotations

import random

from training.data import assign_folds, locate, near_duplicates, window

TEXT = "Menteri Pertahanan mengumumkan pembelian lima kapal perang baru di Surabaya hari Senin"
EDITED = TEXT.replace("hari Senin", "kemarin siang")
OTHER = "Harga beras di pasar induk turun dua ratus rupiah setelah panen raya di Karawang"


def test_of_several_places_the_answer_is_the_one_amid_the_questions_words() -> None:
    text = "Pada 2004 ia lahir. " + "Lama sesudah itu tidak ada yang terjadi padanya. " * 3
    text += "Gempa besar terjadi di Aceh pada 2004."
    assert locate("2004", text, "Kapan gempa terjadi di Aceh?") == text.rindex("2004")


def test_a_part_of_a_longer_number_is_no_answer() -> None:
    assert locate("5", "Tahun 1954 ada 5 orang.", "Berapa?") == 15


def test_an_answer_that_is_not_there_is_not_found() -> None:
    assert locate("Erdogan", "Putin sendiri.", "Siapa?") == -1


def test_near_duplicates_are_of_one_cluster_and_of_one_fold() -> None:
    clusters = near_duplicates({"a": TEXT, "b": OTHER, "c": EDITED})
    assert clusters["a"] == clusters["c"] != clusters["b"]
    folds = assign_folds(clusters, 2, seed=1)
    assert folds["a"] == folds["c"]


def test_folds_hold_about_as_much_each_and_are_the_same_again() -> None:
    clusters = {str(number): str(number) for number in range(100)}
    folds = assign_folds(clusters, 5, seed=1)
    assert [list(folds.values()).count(fold) for fold in range(5)] == [20] * 5
    assert folds == assign_folds(clusters, 5, seed=1)


def test_a_window_holds_its_sentence_and_no_more_than_the_budget() -> None:
    spans = [(number * 10, number * 10 + 9) for number in range(30)]
    for seed in range(20):
        start, end = window("", spans, [10] * 9, 4, budget=35, draw=random.Random(seed))
        assert start <= 40
        assert end >= 49
        assert end - start == 29  # three sentences


def test_a_sentence_beyond_the_budget_stands_alone() -> None:
    assert window("", [(0, 9), (10, 19)], [99, 1], 0, budget=35, draw=random.Random(0)) == (0, 9)
