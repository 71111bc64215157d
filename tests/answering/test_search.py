"""Search: by meaning and by words together, over libraries in one language and in many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from retrieval.errors import QuestionError
from retrieval.kabar import Kabar
from retrieval.records import Filters
from tests.answering.builders import make_article
from tests.answering.conftest import LibraryMaker
from tests.answering.news import NEWS


def test_hits_come_best_first_with_their_scores_and_ranks(mixed: Kabar) -> None:
    found = mixed.search("Berapa harga tiket feri ke Pulau Sarena?", k=5)
    assert found.query == "Berapa harga tiket feri ke Pulau Sarena?"
    assert found.took_ms > 0
    assert len(found.hits) == 5
    best = found.hits[0]
    assert best.article.id == "ferry"
    assert "45 ribu" in best.text
    assert best.lexical_rank == 1
    assert [hit.score for hit in found.hits] == sorted(
        (hit.score for hit in found.hits), reverse=True
    )
    for hit in found.hits:
        assert (hit.dense is None) == (hit.dense_rank is None)
        assert (hit.lexical is None) == (hit.lexical_rank is None)
        assert hit.dense_rank or hit.lexical_rank
        assert hit.dense is None or -1 <= hit.dense <= 1
        assert len(hit.sentence_scores) == len(hit.passage.sentences)
        assert hit.text == hit.article.text[hit.passage.start : hit.passage.end]


@pytest.mark.parametrize("k", [1, 3, 100])
def test_there_are_at_most_k_hits(mixed: Kabar, k: int) -> None:
    assert len(mixed.search("feri", k).hits) == min(k, len(NEWS))


def test_the_same_search_twice_gives_the_same(mixed: Kabar) -> None:
    one, other = mixed.search("metro", 12), mixed.search("metro", 12)
    assert [hit.passage_id for hit in one.hits] == [hit.passage_id for hit in other.hits]


@pytest.mark.parametrize(
    "name", ["Osei", "Kelimara", "Orbaneja", "小月", "周文博", "Лисовская", "سلمى"]
)
def test_a_name_finds_its_article_in_any_script(mixed: Kabar, name: str) -> None:
    (hit,) = [hit for hit in mixed.search(name, 12).hits if hit.lexical_rank]
    assert name in hit.text


def test_filters_narrow_before_hits_are_counted(mixed: Kabar) -> None:
    filters = Filters(languages=frozenset({"ru"}))
    found = mixed.search("How much is a ticket for the ferry?", 2, filters).hits
    assert {hit.article.id for hit in found} == {"telescope", "bees"}
    assert mixed.search("feri", 5, Filters(sources=frozenset({"Lain"}))).hits == ()


HOSTILE = [
    '"who\'s" AND (NEAR',
    "title:feri OR *",
    "a' --",
    "%s {0} \\",
    "NOT",
    "<b>feri</b>",
    "^feri*",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_no_query_is_syntax(mixed: Kabar, query: str) -> None:
    assert mixed.search(query, 3).hits


@pytest.mark.parametrize("query", ["", "\0", "🔥", "?!"])
def test_what_has_no_words_is_a_question_error(mixed: Kabar, query: str) -> None:
    with pytest.raises(QuestionError):
        mixed.search(query)


def test_an_empty_library_finds_nothing(make_library: LibraryMaker) -> None:
    library, _ = make_library([])
    assert library.search("feri").hits == ()


def test_of_two_equal_reports_the_newer_comes_first(make_library: LibraryMaker) -> None:
    text = "Harga beras naik di pasar Balumi."
    library, _ = make_library(
        [
            make_article("old", text, published_at=datetime(2020, 1, 1, tzinfo=UTC)),
            make_article("new", text, published_at=datetime.now(UTC)),
            make_article("undated", text),
        ]
    )
    hits = library.search("harga beras", 3).hits
    assert hits[0].article.id == "new"
    assert {hit.article.id for hit in hits} == {"old", "new", "undated"}


# -- across languages ----------------------------------------------------------------------


def ranks(library: Kabar, questions: Sequence[tuple[str, str]]) -> list[int]:
    """For each pair of article and question, the place of that article among the hits."""
    return [
        [hit.article.id for hit in library.search(question, len(NEWS)).hits].index(identity)
        for identity, question in questions
    ]


@pytest.mark.parametrize("language", ["id", "en", "es", "zh", "ar", "ru"])
def test_questions_in_any_language_find_articles_in_any_language(
    mixed: Kabar, language: str
) -> None:
    found = ranks(mixed, [(identity, news.questions[language]) for identity, news in NEWS.items()])
    assert sum(rank < 3 for rank in found) >= len(found) - 1, found


def test_the_right_article_is_mostly_the_first_whatever_the_languages(mixed: Kabar) -> None:
    found = ranks(
        mixed, [(identity, q) for identity, news in NEWS.items() for q in news.questions.values()]
    )
    assert sum(rank == 0 for rank in found) >= 0.75 * len(found), found


def test_a_question_in_an_articles_own_language_finds_it_first(mixed: Kabar) -> None:
    own = [(identity, news.questions[news.language]) for identity, news in NEWS.items()]
    assert ranks(mixed, own) == [0] * len(own)
