"""A question and a passage as one row of tokens, with the real tokenizer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from retrieval.answering.pairs import (
    MAX_ANSWER_TOKENS,
    MAX_QUESTION_TOKENS,
    MAX_TOKENS,
    Pair,
    PairEncoder,
    best_span,
)
from retrieval.indexing.bundled_model import bundled_model_folder


@pytest.fixture(scope="module")
def tokenizer(models_folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(bundled_model_folder(models_folder) / "tokenizer.json"))


@pytest.fixture(scope="module")
def encoder(tokenizer: Tokenizer) -> PairEncoder:
    return PairEncoder(tokenizer)


def test_a_row_is_question_and_passage_each_with_its_prompt(
    encoder: PairEncoder, tokenizer: Tokenizer
) -> None:
    (pair,) = encoder.encode("Siapa?", ["Putin menelepon Erdogan."])
    alone = [
        tokenizer.encode(text).ids
        for text in ("query: Siapa?", "passage: Putin menelepon Erdogan.")
    ]
    assert list(pair.ids) == [*alone[0], alone[0][-1], *alone[1][1:]]


@pytest.mark.parametrize(
    "passage",
    [
        "Putin menelepon Erdogan.",
        "普京给埃尔多安打了电话。",
        "Путин позвонил Эрдогану 2 раза",
        "0 1 2",
    ],
)
def test_the_passages_tokens_are_all_of_its_characters(encoder: PairEncoder, passage: str) -> None:
    (pair,) = encoder.encode("Siapa?", [passage])
    assert pair.offsets[0, 0] == 0
    assert pair.offsets[-1, 1] == len(passage)
    assert len(pair.ids) == pair.first + len(pair.offsets) + 1


def test_a_long_question_leaves_room_for_the_passage(encoder: PairEncoder) -> None:
    (pair,) = encoder.encode("siapa " * 900, ["Putin menelepon Erdogan."])
    assert pair.first < MAX_QUESTION_TOKENS + 10
    assert pair.offsets[-1, 1] == len("Putin menelepon Erdogan.")


def test_a_long_passage_is_read_as_far_as_the_trunk_can(encoder: PairEncoder) -> None:
    for passage in ("kata " * 2_000, "字" * 4_000, "a" * 20_000):
        (pair,) = encoder.encode("Siapa?", [passage])
        assert len(pair.ids) == MAX_TOKENS
        assert 0 < pair.offsets[-1, 1] <= len(passage)


@pytest.mark.parametrize("passage", ["", " ", "\n\t"])
def test_a_passage_without_words_has_no_tokens_of_its_own(
    encoder: PairEncoder, passage: str
) -> None:
    (pair,) = encoder.encode("Siapa?", [passage])
    assert not len(pair.offsets) or not passage[slice(*pair.offsets[0])].strip()


def row(tokens: int) -> Pair:
    offsets = np.array([[i, i + 1] for i in range(tokens)], np.int32).reshape(-1, 2)
    return Pair(tuple(range(tokens + 3)), 2, offsets)


def test_the_best_span_begins_before_it_ends() -> None:
    starts, ends = np.zeros(8, np.float32), np.zeros(8, np.float32)
    starts[6], ends[2] = 5, 5  # together the highest, but backwards
    starts[3], ends[4] = 3, 3
    first, last, score = best_span(starts, ends, row(5))
    assert (first, last, score) == (1, 2, 6)


def test_a_span_is_no_longer_than_an_answer_is() -> None:
    starts, ends = np.zeros(103, np.float32), np.zeros(103, np.float32)
    starts[2], ends[101] = 5, 5
    first, last, _ = best_span(starts, ends, row(100))
    assert last - first < MAX_ANSWER_TOKENS


def test_the_question_and_the_marks_around_are_never_the_answer() -> None:
    starts, ends = np.zeros(8, np.float32), np.zeros(8, np.float32)
    starts[0] = ends[1] = starts[7] = ends[7] = 9
    _, _, score = best_span(starts, ends, row(5))
    assert score == 0
