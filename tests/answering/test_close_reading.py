"""Reading the first hits: what it changes of their order, and what it never does."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from retrieval.answering.close_reading import READ_HITS, CloseReading
from retrieval.answering.confidence import Regression
from retrieval.answering.reader import Reader
from retrieval.answering.reading_calibration import ReadingCalibration
from retrieval.answering.search import Found
from retrieval.records import Hit, Reading, Span
from tests.answering.builders import hit, make_article, question

NEVER = Regression(0.0, {})


class Told:
    """A reader that says of each text what it was told to."""

    def __init__(self, relevance: dict[str, float]) -> None:
        self.relevance = relevance
        self.read_texts: list[str] = []

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        self.read_texts += passages
        return [Reading(Span(0, 4), self.relevance[text[:4]], 0.0) for text in passages]


class Broken:
    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        raise RuntimeError("out of memory")


def close_reading(reader: Reader, order: dict[str, dict[str, float]]) -> CloseReading:
    return CloseReading(
        reader,
        ReadingCalibration(
            order=order,
            refuses=frozenset(),
            same_language=NEVER,
            other_language=NEVER,
            threshold=0.5,
            mark_from=0.0,
        ),
        count_tokens=lambda texts: [len(text.split()) for text in texts],
        detect_language=lambda _: "id",
    )


def hits(*scores: float, language: str = "id") -> tuple[Hit, ...]:
    made = []
    for number, score in enumerate(scores):
        text = f"Say{number} satu."
        article = make_article(f"a{number}", text, language=language)
        made.append(hit(article, [text], [0.9], score=score, identity=number))
    return tuple(made)


def order_of(found: Found) -> list[str]:
    return [each.article.id for each in found.hits]


WEIGHTED = {
    "id-id": {"relevance": 0.1, "margin": 0.0, "hits": READ_HITS, "lead": 0.3},
    "*": {"relevance": 0.0, "margin": 0.0, "hits": READ_HITS, "lead": 0.0},
}


def test_what_reads_better_comes_first() -> None:
    reading = close_reading(Told({"Say0": -2, "Say1": 2}), WEIGHTED)
    found = reading.apply("siapa?", Found(question(), hits(0.9, 0.8)))
    assert order_of(found) == ["a1", "a0"]
    assert found.hits[0].reading == Reading(Span(0, 4), 2, 0.0)


def test_where_a_pair_of_languages_gained_nothing_the_order_stays() -> None:
    reading = close_reading(Told({"Say0": -2, "Say1": 2}), WEIGHTED)
    found = reading.apply("siapa?", Found(question(), hits(0.9, 0.8, language="zh")))
    assert order_of(found) == ["a0", "a1"]
    assert [each.score for each in found.hits] == [0.9, 0.8]


def test_a_hit_that_could_not_come_first_any_more_is_not_read() -> None:
    reading = close_reading(reader := Told({"Say0": 3, "Say1": 2}), WEIGHTED)
    found = reading.apply("siapa?", Found(question(), hits(0.9, 0.89, 0.5)))
    assert reader.read_texts == ["Say0 satu."]
    assert [each.score for each in found.hits] == pytest.approx([1.2, 1.19, 0.8])


def test_it_reads_on_until_one_is_good_enough() -> None:
    reading = close_reading(reader := Told({"Say0": -3, "Say1": 3, "Say2": 0}), WEIGHTED)
    found = reading.apply("siapa?", Found(question(), hits(0.9, 0.89, 0.88)))
    assert reader.read_texts == ["Say0 satu.", "Say1 satu."]
    assert order_of(found) == ["a1", "a0", "a2"]


def test_no_more_are_read_than_help_for_that_pair_of_languages() -> None:
    reading = close_reading(
        reader := Told({"Say0": -3, "Say1": -3, "Say2": 3}),
        {**WEIGHTED, "id-id": {**WEIGHTED["id-id"], "hits": 2}},
    )
    reading.apply("siapa?", Found(question(), hits(0.9, 0.89, 0.88)))
    assert reader.read_texts == ["Say0 satu.", "Say1 satu."]


def reprints(*texts: str) -> tuple[Hit, ...]:
    """Hits whose second sentence is the same and was found best."""
    made = []
    for number, text in enumerate(texts):
        article = make_article(f"a{number}", f"{text} Say0 satu.", language="id")
        made.append(hit(article, [text, "Say0 satu."], [0.1, 0.9], score=0.9, identity=number))
    return tuple(made)


def test_the_same_sentence_of_several_outlets_is_read_once() -> None:
    class OfTheSecond(Told):
        def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
            self.read_texts += passages
            start = passages[0].index("Say0")
            return [Reading(Span(start, start + 4), -1, 0.0)]

    reading = close_reading(reader := OfTheSecond({}), WEIGHTED)
    found = reading.apply("siapa?", Found(question(), reprints("Satu.", "Dua puluh.")))
    assert len(reader.read_texts) == 1
    for each in found.hits:
        assert each.reading is not None
        assert each.reading.span is not None
        assert each.article.text[slice(*each.reading.span)] == "Say0"


def test_what_was_marked_beside_the_same_sentence_is_not_marked_where_it_does_not_stand() -> None:
    reading = close_reading(Told({"Satu": -1.0}), WEIGHTED)
    first, second = reading.apply("siapa?", Found(question(), reprints("Satu.", "Tiga."))).hits
    assert first.reading == Reading(Span(0, 4), -1.0, 0.0)
    assert second.reading == Reading(None, -1.0, 0.0)


def test_only_the_first_hits_are_read_and_the_others_stay_behind_in_order() -> None:
    relevance = {f"Say{number}": -12.0 for number in range(READ_HITS)}
    reading = close_reading(reader := Told(relevance), WEIGHTED)
    many = hits(*(0.9 - number / 100 for number in range(READ_HITS + 3)))
    found = reading.apply("siapa?", Found(question(), many))
    assert len(reader.read_texts) == READ_HITS
    assert order_of(found) == order_of(Found(question(), many))
    scores = [each.score for each in found.hits]
    assert scores == sorted(scores, reverse=True)


def test_a_long_passage_is_read_around_its_best_sentence() -> None:
    sentences = [f"Say{number} " + "kata " * 50 + "." for number in range(5)]
    article = make_article("a", " ".join(sentences), language="id")
    long = hit(article, sentences, [0.1, 0.2, 0.3, 0.9, 0.4])
    reading = close_reading(reader := Told({"Say3": 0.0, "Say2": 0.0}), WEIGHTED)
    (read,) = reading.read("siapa?", [long])
    assert reader.read_texts == [" ".join(sentences[3:5])]
    assert read.reading is not None
    assert read.reading.span is not None
    assert article.text[slice(*read.reading.span)] == "Say3"


def test_a_reader_that_fails_leaves_the_search_alone_with_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    given = Found(question(), hits(0.9, 0.8))
    with caplog.at_level(logging.WARNING):
        assert close_reading(Broken(), WEIGHTED).apply("siapa?", given) == given
    assert len(caplog.records) == 1


def test_nothing_found_is_nothing_read() -> None:
    found = close_reading(Broken(), WEIGHTED).apply("siapa?", Found(question(), ()))
    assert found.hits == ()
