"""Quotes: whole sentences, verbatim, few, never the same words twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.quotes import MOST_QUOTES, check_quote, choose_quotes
from retrieval.answering.scoring import Question
from retrieval.errors import QuoteError
from retrieval.indexing.analyzer import analyze
from retrieval.indexing.sentences import split_sentences
from retrieval.records import Article, Hit, Passage, Quote, Reading, Span
from tests.answering.builders import QUESTION, hit, make_article, question

LONGEST_PAIR = 500


def texts(hits: Sequence[Hit], asked: Question | None = None) -> list[str]:
    return [quote.text for quote in choose_quotes(asked or question(), hits, analyze)]


def one(
    *scored: tuple[str, float],
    score: float = 0.9,
    identity: str = "a",
    asked: Question | None = None,
) -> list[str]:
    """The quotes of one hit, given as sentences with their cosines."""
    return texts([passage(*scored, score=score, identity=identity)], asked)


def passage(
    *scored: tuple[str, float], score: float = 0.9, identity: str = "a", between: str = " "
) -> Hit:
    sentences = [sentence for sentence, _ in scored]
    article = make_article(identity, between.join(sentences))
    return hit(article, sentences, [value for _, value in scored], score=score)


# -- which sentence ------------------------------------------------------------------------


def test_the_sentence_that_is_nearest_in_meaning_is_quoted_wherever_it_stands() -> None:
    assert one(("Satu.", 0.5), ("Dua.", 0.6), ("Tiga.", 0.9)) == ["Tiga."]
    assert one(("Satu.", 0.9), ("Dua.", 0.5), ("Tiga.", 0.6)) == ["Satu."]


def test_a_neighbour_in_another_paragraph_never_comes_along() -> None:
    near = [("Satu.", 0.90), ("Dua.", 0.89)]
    assert texts([passage(*near)]) == ["Satu. Dua."]
    assert texts([passage(*near, between="\n")]) == ["Satu."]


def test_of_sentences_as_near_the_one_with_the_questions_terms_is_quoted() -> None:
    scored = [("Harga naik.", 0.80), ("Cuaca cerah.", 0.5), ("Beras mahal.", 0.80)]
    assert one(*scored, asked=question(beras=2.0)) == ["Beras mahal."]
    assert one(*scored, asked=question(harga=2.0)) == ["Harga naik."]


def test_a_clearly_nearer_sentence_wins_over_one_with_the_terms() -> None:
    scored = [("Harga naik.", 0.95), ("Cuaca cerah.", 0.4), ("Beras mahal.", 0.6)]
    assert one(*scored, asked=question(beras=2.0)) == ["Harga naik."]


def test_a_neighbour_that_is_nearly_as_near_comes_along_in_the_order_of_the_text() -> None:
    assert one(("Satu.", 0.81), ("Dua.", 0.82), ("Tiga.", 0.5)) == ["Satu. Dua."]
    assert one(("Satu.", 0.5), ("Dua.", 0.82), ("Tiga.", 0.81)) == ["Dua. Tiga."]
    assert one(("Satu.", 0.80), ("Dua.", 0.82), ("Tiga.", 0.81)) == ["Dua. Tiga."]


def test_a_sentence_that_is_not_a_neighbour_never_comes_along() -> None:
    assert one(("Satu.", 0.82), ("Dua.", 0.4), ("Tiga.", 0.82)) == ["Satu."]


def test_what_stands_between_two_sentences_is_quoted_as_it_is() -> None:
    found = passage(("Satu.", 0.81), ("Dua.", 0.82), between="  ")
    assert texts([found]) == ["Satu.  Dua."]


def test_two_sentences_that_are_too_long_together_are_quoted_as_one() -> None:
    longer = "a" * (LONGEST_PAIR - 10) + "."
    assert one((longer, 0.82), ("Sembilan.", 0.815)) == [longer]
    assert one((longer, 0.82), ("Enam.", 0.815)) == [f"{longer} Enam."]


def test_a_single_sentence_is_quoted_whole_however_long_it_is() -> None:
    endless = "a" * 3 * LONGEST_PAIR + "."
    assert one((endless, 0.9), ("Ya.", 0.89)) == [endless]


# -- which articles ------------------------------------------------------------------------


def many(*rows: tuple[str, str, float]) -> list[Hit]:
    """Hits of one sentence each, given as article, sentence and score, best first."""
    articles: dict[str, list[str]] = {}
    for identity, sentence, _ in rows:
        articles.setdefault(identity, []).append(sentence)
    whole = {identity: make_article(identity, " ".join(s)) for identity, s in articles.items()}
    return [
        hit(whole[identity], [sentence], [0.8], score=score, identity=number)
        for number, (identity, sentence, score) in enumerate(rows, start=1)
    ]


def test_nothing_found_is_nothing_quoted() -> None:
    assert choose_quotes(question(), [], analyze) == ()


def test_the_first_quote_is_of_the_best_hit_and_there_are_at_most_nine() -> None:
    hits = many(*((f"a{i}", f"Kalimat {chr(97 + i)}.", 0.9 - i / 1000) for i in range(15)))
    assert texts(hits) == [f"Kalimat {chr(97 + number)}." for number in range(9)]


def test_of_equally_good_hits_those_of_new_articles_go_first() -> None:
    hits = many(
        ("a", "Satu.", 0.900), ("a", "Dua.", 0.899), ("a", "Tiga.", 0.898), ("b", "Empat.", 0.897)
    )
    assert texts(hits) == ["Satu.", "Empat.", "Dua.", "Tiga."]


def test_a_clearly_better_hit_goes_first_though_its_article_was_quoted() -> None:
    hits = many(("a", "Satu.", 0.90), ("a", "Dua.", 0.89), ("b", "Tiga.", 0.78))
    assert texts(hits)[:2] == ["Satu.", "Dua."]


def test_what_is_far_behind_the_best_is_not_quoted_beside_it() -> None:
    assert texts(many(("a", "Satu.", 0.9), ("b", "Dua.", 0.3))) == ["Satu."]


def test_passages_that_overlap_do_not_quote_a_sentence_twice() -> None:
    article = make_article("a", "Satu. Dua. Tiga.")
    first = hit(article, ["Satu.", "Dua."], [0.5, 0.9], score=0.9, identity=1)
    second = hit(article, ["Dua.", "Tiga."], [0.9, 0.5], score=0.89, identity=2)
    third = hit(article, ["Tiga."], [0.6], score=0.88, identity=3)
    assert texts([first, second, third]) == ["Dua.", "Tiga."]


@pytest.mark.parametrize(
    "same", ["Putin menelepon Erdogan.", "PUTIN menelepon Erdogan", "“Putin menelepon Erdogan.”"]
)
def test_the_same_words_in_two_articles_are_quoted_once(same: str) -> None:
    hits = many(("a", "Putin menelepon Erdogan.", 0.9), ("b", same, 0.899), ("c", "Lain.", 0.898))
    assert texts(hits) == ["Putin menelepon Erdogan.", "Lain."]


def test_a_sentence_that_its_article_repeats_is_quoted_once() -> None:
    article = make_article("a", "Jembatan dibuka. Biayanya mahal. Jembatan dibuka.")
    first = hit(article, ["Jembatan dibuka."], [0.9], score=0.9, identity=1)
    again = hit(article, ["Biayanya mahal.", "Jembatan dibuka."], [0.3, 0.9], score=0.9, identity=2)
    assert again.text[-16:] == "Jembatan dibuka."
    assert texts([first, again]) == ["Jembatan dibuka."]


def test_a_quote_that_lies_within_another_articles_quote_is_left_out() -> None:
    longer = passage(("Jembatan dibuka.", 0.9), ("Biayanya mahal.", 0.89), identity="a", score=0.9)
    shorter = passage(("Biayanya mahal.", 0.9), identity="b", score=0.9)
    assert texts([longer, shorter]) == ["Jembatan dibuka. Biayanya mahal."]


# -- any library ---------------------------------------------------------------------------

SENTENCES = st.sampled_from(
    [
        "Satu dua.",
        "Harga naik 1,5 persen!",
        "“Ya,” katanya.",
        "他昨天到达。",
        "มาแล้ว",
        "🔥?",
        "A" * 300 + ".",
    ]
)


@st.composite
def libraries(draw: st.DrawFn) -> list[Hit]:
    hits = []
    for number in range(draw(st.integers(0, 6))):
        lines = draw(st.lists(st.lists(SENTENCES, min_size=1, max_size=4), min_size=1, max_size=3))
        article = make_article(
            draw(st.sampled_from(["a", "b", "c"])) + str(number % 4),
            "\n".join(map(" ".join, lines)),
        )
        spans = split_sentences(article.text, None)
        first = draw(st.integers(0, len(spans) - 1))
        last = draw(st.integers(first, len(spans) - 1))
        chosen = tuple(spans[first : last + 1])
        scores = draw(st.lists(st.floats(-1, 1), min_size=len(chosen), max_size=len(chosen)))
        hits.append(
            Hit(
                passage_id=number,
                article=article,
                passage=Passage(article.id, 0, chosen[0].start, chosen[-1].end, chosen),
                score=draw(st.floats(-1, 2)),
                dense=None,
                dense_rank=None,
                lexical=None,
                lexical_rank=None,
                sentence_scores=tuple(scores),
            )
        )
    return sorted(hits, key=lambda found: -found.score)


@given(libraries(), st.dictionaries(st.sampled_from(["satu", "harga", "昨天"]), st.floats(0.1, 9)))
def test_every_quote_of_any_library_is_a_slice_of_whole_sentences(
    hits: list[Hit], weights: dict[str, float]
) -> None:
    quotes = choose_quotes(Question(QUESTION, weights), hits, analyze)
    assert len(quotes) <= MOST_QUOTES
    assert bool(quotes) == bool(hits)
    sentences = {
        (found.article, span.start): (span, found.passage.sentences)
        for found in hits
        for span in found.passage.sentences
    }
    for number, quote in enumerate(quotes):
        assert quote.text == quote.article.text[quote.start : quote.end]
        spans = split_sentences(quote.article.text, None)
        inside = [span for span in spans if quote.start <= span.start and span.end <= quote.end]
        assert (quote.article, quote.start) in sentences
        assert (inside[0].start, inside[-1].end) == (quote.start, quote.end)
        assert len(inside) <= 2
        assert len(inside) == 1 or len(quote.text) <= LONGEST_PAIR
        check_quote(quote, quote.article)
        for other in quotes[:number]:
            assert quote.text != other.text
            apart = quote.end <= other.start or other.end <= quote.start
            assert apart or quote.article.id != other.article.id


# -- the check before it is sent -----------------------------------------------------------

ARTICLE = make_article("a", "Putin menelepon Erdogan. Mereka sepakat.")
QUOTE = Quote(ARTICLE, 0, 24, 0.9)


def test_a_quote_that_the_article_still_says_is_let_through() -> None:
    check_quote(QUOTE, ARTICLE)
    check_quote(QUOTE, replace(ARTICLE, title="Judul baru", text=ARTICLE.text + " Lagi."))


@pytest.mark.parametrize(
    "current",
    [
        None,
        make_article("a", ""),
        make_article("a", "Putin menelepon"),
        make_article("a", "Putin menelepon Erdogan, Mereka sepakat."),
        make_article("a", " Putin menelepon Erdogan. Mereka sepakat."),
        replace(ARTICLE, withdrawn_at=datetime(2026, 3, 2, tzinfo=UTC)),
    ],
    ids=["gone", "empty", "shorter", "one mark changed", "moved", "withdrawn"],
)
def test_a_quote_that_the_article_does_not_say_any_more_is_refused(current: Article | None) -> None:
    with pytest.raises(QuoteError):
        check_quote(QUOTE, current)


@pytest.mark.parametrize(("start", "end"), [(-5, 5), (5, 5), (9, 3), (0, 1_000), (24, 25)])
def test_a_slice_that_is_no_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(QuoteError):
        check_quote(Quote(ARTICLE, start, end, 0.9), ARTICLE)


# -- a marked answer -----------------------------------------------------------------------


def read(given: Hit, words: str, margin: float) -> Hit:
    start = given.article.text.index(words)
    span = Span(start, start + len(words))
    return replace(given, reading=Reading(span, relevance=0.0, margin=margin))


def test_the_sentence_that_holds_a_marked_answer_is_quoted_with_it() -> None:
    scored = [("Satu.", 0.9), ("Dua.", 0.3), ("Tiga kali.", 0.4)]
    (quote,) = choose_quotes(question(), [read(passage(*scored), "Tiga", 2.0)], analyze, 1.0)
    assert quote.text == "Tiga kali."
    assert quote.answer is not None
    assert quote.article.text[slice(*quote.answer)] == "Tiga"


def test_an_answer_that_the_reader_is_not_sure_of_changes_nothing() -> None:
    scored = [("Satu.", 0.9), ("Dua.", 0.5), ("Tiga kali.", 0.4)]
    (quote,) = choose_quotes(question(), [read(passage(*scored), "Tiga", 0.5)], analyze, 1.0)
    assert (quote.text, quote.answer) == ("Satu.", None)


def test_an_answer_that_is_not_whole_in_its_quote_is_not_marked() -> None:
    scored = [("Satu.", 0.9), ("Dua.", 0.5)]
    given = read(passage(*scored, between="\n"), "tu.\nDua", 2.0)
    (quote,) = choose_quotes(question(), [given], analyze, 1.0)
    assert quote.answer is None


@pytest.mark.parametrize(
    ("further", "marked"),
    [
        ("15 orang", True),
        ("orang", True),
        ("15 orang tewas", True),
        ("5", False),
        ("Jakarta", False),
    ],
)
def test_a_further_quote_is_marked_where_it_has_the_first_ones_answer(
    further: str, marked: bool
) -> None:
    first = read(passage(("Gempa menewaskan 15 orang.", 0.9)), "15 orang", 2.0)
    other = passage((f"Warga melihat {further} di sana.", 0.9), score=0.85, identity="b")
    quotes = choose_quotes(question(), [first, read(other, further, 9.0)], analyze, 1.0)
    assert [bool(quote.answer) for quote in quotes] == [True, marked]


def test_where_the_first_quote_is_not_marked_none_is() -> None:
    first = read(passage(("Gempa menewaskan 15 orang.", 0.9)), "15 orang", 0.5)
    other = passage(("Polisi menyebut 15 orang.", 0.9), score=0.85, identity="b")
    quotes = choose_quotes(question(), [first, read(other, "15 orang", 9.0)], analyze, 1.0)
    assert [quote.answer for quote in quotes] == [None, None]
