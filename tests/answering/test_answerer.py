"""Questions to the seeds and to invented news, with the real model, from end to end."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from retrieval.errors import QuestionError
from retrieval.kabar import Kabar
from retrieval.records import Answer, Article, Filters
from tests.answering.builders import make_article
from tests.answering.conftest import LibraryMaker
from tests.answering.news import NEWS, invented_articles
from tests.conftest import SEEDS

PUTIN = {
    "en": "who did Putin call?",
    "id": "siapa yang ditelepon Putin?",
    "es": "¿a quién llamó Putin?",
    "ru": "кому позвонил Путин?",
    "tr": "Putin kimi aradı?",
    "ar": "بمن اتصل بوتين؟",
    "zh": "普京给谁打了电话？",
}
WEATHER = {
    "en": "What is the weather in Tokyo?",
    "id": "Bagaimana cuaca di Tokyo?",
    "es": "¿Qué tiempo hace en Tokio?",
    "ru": "Какая погода в Токио?",
    "tr": "Tokyo'da hava nasıl?",
    "ar": "كيف الطقس في طوكيو؟",
    "zh": "东京的天气怎么样？",
}
CALL = "menelepon koleganya Presiden Turki Recep Tayyip Erdogan"
TITLE = "Presiden Putin Telepon Presiden Erdogan"


# -- the seeds -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", PUTIN)
def test_who_putin_called_is_answered_in_the_outlets_words(kabar: Kabar, language: str) -> None:
    answer = kabar.ask(PUTIN[language])
    assert answer.answered, answer.confidence
    assert 1 <= len(answer.quotes) <= 3
    assert answer.nearest == ()
    assert any(CALL in quote.text for quote in answer.quotes)
    for quote in answer.quotes:
        assert quote.article.title.startswith(TITLE)
        assert quote.text == quote.article.text[quote.start : quote.end]


@pytest.mark.parametrize("language", sorted(PUTIN.keys() - {"ar", "tr"}))
def test_whom_putin_called_is_marked(kabar: Kabar, language: str) -> None:
    answer = kabar.ask(PUTIN[language])
    assert answer.answer
    told = answer.quotes[0].article.text[slice(*answer.answer)]
    assert told.endswith("Erdogan"), told


# The Chinese question comes as close to another paragraph, on the presidents keeping in touch.
@pytest.mark.parametrize("language", sorted(PUTIN.keys() - {"zh"}))
def test_the_first_quote_says_whom(kabar: Kabar, language: str) -> None:
    assert CALL in kabar.ask(PUTIN[language]).quotes[0].text


@pytest.mark.parametrize("language", WEATHER)
def test_the_weather_is_refused_and_what_is_nearest_is_named(kabar: Kabar, language: str) -> None:
    answer = kabar.ask(WEATHER[language])
    assert not answer.answered, answer.confidence
    assert answer.quotes == ()
    assert answer.answer is None
    assert [near.article.title[: len(TITLE)] for near in answer.nearest] == [TITLE]
    assert answer.library_articles == 1
    assert answer.library_newest is None


EVERYDAY = [
    "Siapa namamu?",
    "hello, how are you",
    "Resep nasi goreng enak",
    "What is 2 + 2?",
    "Quién ganó el Mundial de 2010",
    "2010年世界杯冠军是谁",
]


@pytest.mark.parametrize("question", EVERYDAY)
def test_what_is_no_question_about_the_news_is_refused(kabar: Kabar, question: str) -> None:
    answer = kabar.ask(question)
    assert not answer.answered, (answer.confidence, [quote.text for quote in answer.quotes])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Rudal apa yang dibeli Turki dari Rusia?", "S-400"),
        ("What did Turkey buy from Russia in 2019?", "S-400"),
        ("Apa yang dikritik Turki pada tahun 2014?", "Krimea"),
        ("Who criticised the annexation of Crimea?", "Krimea"),
    ],
)
def test_other_sentences_of_the_article_answer_too(kabar: Kabar, question: str, said: str) -> None:
    answer = kabar.ask(question)
    assert answer.answered, answer.confidence
    assert any(said in quote.text for quote in answer.quotes)


@pytest.mark.parametrize(
    "headline", ["Gading Gajah", "Hong Kong larang penjualan gading gajah", "Abdalla Hamdok Sudan"]
)
def test_related_headlines_are_never_found_by_words_nor_quoted(kabar: Kabar, headline: str) -> None:
    for hit in kabar.search(headline).hits:
        assert "Gading" not in hit.text
        assert "Sudan" not in hit.text
        assert hit.lexical_rank is None
    for quote in kabar.ask(headline).quotes:
        assert "Gading" not in quote.text
        assert "Sudan" not in quote.text


def test_the_article_keeps_its_related_headlines_beside_its_text(kabar: Kabar) -> None:
    (article,) = kabar.latest(5)
    assert len(article.related) == 4
    assert any("Gading Gajah" in headline for headline in article.related)
    assert "Baca juga" not in article.text
    (seed,) = SEEDS.glob("*.txt")
    lines = seed.read_text(encoding="utf-8").splitlines()
    assert set(article.text.splitlines()) - {""} <= {line.strip() for line in lines}


# -- a library of many languages -----------------------------------------------------------


def test_what_is_quoted_answers_whatever_the_languages(mixed: Kabar) -> None:
    asked = [(news, question) for news in NEWS.values() for question in news.questions.values()]
    answers = mixed.ask_many([question for _, question in asked])
    right = wrong = 0
    for (news, _), answer in zip(asked, answers, strict=True):
        assert isinstance(answer, Answer)
        if answer.answered:
            is_right = any(news.answers in quote.text for quote in answer.quotes)
            right, wrong = right + is_right, wrong + (not is_right)
    assert wrong <= 0.05 * (right + wrong), (right, wrong)
    assert right >= 0.6 * len(asked), (right, wrong)


def test_a_question_in_an_articles_own_language_is_answered_from_it(mixed: Kabar) -> None:
    missed = []
    for identity, news in NEWS.items():
        answer = mixed.ask(news.questions[news.language])
        if not answer.answered or news.answers not in answer.quotes[0].text:
            missed.append((identity, answer.confidence))
    assert missed == []


@pytest.mark.parametrize("language", WEATHER)
def test_many_articles_do_not_make_the_weather_known(mixed: Kabar, language: str) -> None:
    answer = mixed.ask(WEATHER[language])
    assert not answer.answered, answer.confidence
    assert 1 <= len(answer.nearest) <= 3
    assert len({near.article.id for near in answer.nearest}) == len(answer.nearest)
    assert answer.library_articles == len(NEWS)


def test_a_filter_leaves_only_what_it_lets_through(mixed: Kabar) -> None:
    question = NEWS["chess"].questions["es"]
    assert mixed.ask(question).quotes[0].article.id == "chess"
    answer = mixed.ask(question, Filters(languages=frozenset({"ru"})))
    assert not answer.answered
    assert {near.article.language for near in answer.nearest} == {"ru"}


# -- how it is asked -----------------------------------------------------------------------


def test_questions_asked_together_are_answered_in_order_with_errors_in_their_place(
    kabar: Kabar,
) -> None:
    questions = [PUTIN["en"], "", WEATHER["en"], "🔥", "a" * 10_000, PUTIN["zh"]]
    outcomes = kabar.ask_many(questions)
    assert [type(outcome) for outcome in outcomes] == [
        Answer, QuestionError, Answer, QuestionError, QuestionError, Answer,
    ]  # fmt: skip
    answers = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
    assert [answer.question for answer in answers] == [questions[0], questions[2], questions[5]]
    assert [answer.answered for answer in answers] == [True, False, True]
    for answer in answers:
        alone = kabar.ask(answer.question)
        assert alone.quotes == answer.quotes
        assert alone.confidence == pytest.approx(answer.confidence, abs=0.02)


def test_nothing_asked_is_nothing_answered(kabar: Kabar) -> None:
    assert kabar.ask_many([]) == []
    assert isinstance(kabar.ask_many(["?"])[0], QuestionError)


def test_a_question_that_is_none_raises_alone(kabar: Kabar) -> None:
    with pytest.raises(QuestionError, match="no words"):
        kabar.ask("🔥")


@pytest.mark.parametrize(
    "asked",
    [
        "  who did\0Putin\n\ncall?? ",
        "<b>who did Putin call?</b>",
        "WHO DID PUTIN CALL",
        "\u202ewho did Putin call?\u202c",
        "who did Putin call? 🤔",
        '"who did Putin call" AND (NEAR',
    ],
)
def test_how_a_question_is_dressed_does_not_change_the_answer(kabar: Kabar, asked: str) -> None:
    answer = kabar.ask(asked)
    assert answer.question == asked
    assert answer.answered, answer.confidence
    assert any(CALL in quote.text for quote in answer.quotes)


def test_threads_that_ask_at_once_get_the_answers_they_get_alone(kabar: Kabar) -> None:
    questions = [*PUTIN.values(), *WEATHER.values()]
    alone = {question: kabar.ask(question) for question in questions}
    with ThreadPoolExecutor(4) as pool:
        for question, answer in zip(questions, pool.map(kabar.ask, questions), strict=True):
            assert answer.quotes == alone[question].quotes
            assert answer.confidence == pytest.approx(alone[question].confidence, abs=1e-4)
            assert answer.receipt_id != alone[question].receipt_id


def test_the_language_of_the_question_is_told(kabar: Kabar) -> None:
    for language in ("en", "es", "ru", "ar", "zh"):
        assert kabar.ask(PUTIN[language]).language == language


# -- receipts ------------------------------------------------------------------------------


def test_a_receipt_explains_an_answer(kabar: Kabar) -> None:
    answer = kabar.ask(PUTIN["en"])
    assert answer.receipt_id is not None
    receipt = kabar.explain(answer.receipt_id)
    assert receipt is not None
    assert (receipt.question, receipt.answered) == (PUTIN["en"], True)
    assert receipt.confidence == pytest.approx(answer.confidence)
    assert receipt.model == kabar.model
    details = receipt.details
    assert json.loads(json.dumps(details)) == details
    assert details["searched"] == PUTIN["en"]
    assert details["language"] == "en"
    assert details["signals"]
    assert [(quote["start"], quote["end"]) for quote in details["quotes"]] == [
        (quote.start, quote.end) for quote in answer.quotes
    ]
    (article,) = kabar.latest(1)
    for row in (*details["quotes"], *details["hits"]):
        assert (row["article"], row["version"]) == (article.id, article.content_hash)
        assert article.text[row["start"] : row["end"]].strip()
    best = details["hits"][0]
    assert best["features"]
    assert best["dense_rank"] or best["lexical_rank"]


def test_a_receipt_explains_a_refusal(kabar: Kabar) -> None:
    answer = kabar.ask(WEATHER["en"])
    assert answer.receipt_id is not None
    receipt = kabar.explain(answer.receipt_id)
    assert receipt is not None
    assert not receipt.answered
    assert receipt.details["quotes"] == []
    assert receipt.details["signals"]
    assert receipt.details["hits"]


def test_there_is_no_receipt_of_what_was_never_asked(kabar: Kabar) -> None:
    assert kabar.explain(10**9) is None


# -- a library that changes ----------------------------------------------------------------


def english_articles() -> list[Article]:
    """Two articles, the library of Halden the first of them."""
    return [article for article in invented_articles() if article.language == "en"]


def test_an_empty_library_refuses_and_says_that_it_is_empty(make_library: LibraryMaker) -> None:
    library, _ = make_library([])
    answer = library.ask(PUTIN["en"])
    assert (answer.answered, answer.confidence, answer.nearest) == (False, 0.0, ())
    assert answer.library_articles == 0


def test_an_article_that_was_deleted_is_not_quoted_any_more(make_library: LibraryMaker) -> None:
    library, storage = make_library(english_articles())
    question = NEWS["library"].questions["en"]
    assert library.ask(question).quotes[0].article.id == "library"
    storage.delete_articles(["library"])
    answer = library.ask(question)
    assert not answer.answered
    assert "library" not in {near.article.id for near in answer.nearest}


def test_an_article_that_changed_is_quoted_as_it_is_now(make_library: LibraryMaker) -> None:
    library, storage = make_library(english_articles())
    question = NEWS["library"].questions["en"]
    before = english_articles()[0]
    assert "Margaret Osei" in library.ask(question).quotes[0].text
    text = before.text.replace("Margaret Osei", "Agnes Brandt")
    storage.write_articles([replace(before, text=text, content_hash="another")])
    # Until it is indexed anew it is not found at all: never the words it had.
    assert not any("Osei" in quote.text for quote in library.ask(question).quotes)
    library.index_pending()
    answer = library.ask(question)
    assert "Agnes Brandt" in answer.quotes[0].text
    assert not any("Osei" in quote.text for quote in answer.quotes)


def test_an_article_that_changes_while_it_is_being_quoted_is_not_quoted(
    make_library: LibraryMaker,
) -> None:
    library, storage = make_library(english_articles())
    before = english_articles()[0]
    find = library.searcher.find

    def find_and_lose(*arguments: object, **named: object) -> object:
        found = find(*arguments, **named)  # type: ignore[arg-type]
        storage.write_articles([replace(before, text="Nothing.", content_hash="another")])
        return found

    library.searcher.find = find_and_lose  # type: ignore[method-assign,assignment]
    answer = library.ask(NEWS["library"].questions["en"])
    assert "library" not in {quote.article.id for quote in answer.quotes}


def test_the_same_news_of_two_outlets_is_quoted_once(make_library: LibraryMaker) -> None:
    news = NEWS["library"]
    library, _ = make_library(
        [make_article(identity, news.text, news.title, language="en") for identity in ("a", "b")]
    )
    answer = library.ask(news.questions["en"])
    texts = [quote.text for quote in answer.quotes]
    assert len(set(texts)) == len(texts) >= 1
    assert sum(news.answers in text for text in texts) == 1
