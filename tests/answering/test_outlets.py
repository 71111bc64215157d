"""Quotes by what outlets tell: made by hand, and asked of a library of a few outlets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from retrieval.answering.outlets import Outlets
from retrieval.answering.quotes import MAX_QUOTES, check_quote
from retrieval.indexing.analyzer import analyze
from retrieval.records import Answer, Article, Quote, StoryPlace, told_together
from tests.answering.builders import Floats, hit, leaning, make_article
from tests.answering.conftest import LibraryMaker, opened
from tests.conftest import LibraryOpener, SettingsFactory

MORNING = datetime(2025, 3, 3, 6, tzinfo=UTC)
FIVE = "Five people died when the ferry sank off Buton."
FIVE_TOO = "The ferry sank off Buton and five people died, police said."
NINE = "Nine people died when the ferry sank off Buton."
ELEVEN = "The sinking of the ferry off Buton killed eleven people."


class Telling:
    """Quotes of articles that are all near to one another, given as outlets and sentences."""

    def __init__(self) -> None:
        self.places: dict[str, StoryPlace] = {}

    def article(
        self, identity: str, text: str, *, story: int = 1, origin: str = "", **fields: object
    ) -> Article:
        made = make_article(
            identity,
            text,
            **({"source": identity, "language": "en", "published_at": MORNING} | fields),
        )
        if story:
            origins = (origin,) if origin else ()
            self.places[identity] = StoryPlace(identity, story, made.source, origins)
        return made

    def told(self, *articles: Article) -> list[Quote]:
        hits = [
            hit(article, [article.text], [0.9], identity=number)
            for number, article in enumerate(articles)
        ]
        quotes = [Quote(article, 0, len(article.text), 0.9) for article in articles]
        vectors = {each.passage_id: leaning(0.95)[np.newaxis] for each in hits}
        outlets = Outlets(_nothing, lambda _: self.places, analyze, together=MAX_QUOTES)
        return list(outlets.arrange(quotes, hits, vectors))


def _nothing(_: str | None) -> Floats:
    return np.zeros((2, 4), np.float32)


@pytest.fixture
def telling() -> Telling:
    return Telling()


def names(quotes: Sequence[Quote]) -> list[str]:
    return [quote.article.id for quote in quotes]


def also(quote: Quote) -> list[str]:
    return names(quote.also)


def test_who_says_the_same_is_named_with_the_best(telling: Telling) -> None:
    (quote,) = telling.told(telling.article("a", FIVE), telling.article("b", FIVE_TOO))
    assert quote.article.id == "a"
    assert also(quote) == ["b"]
    assert not quote.differs
    assert quote.also[0].text == FIVE_TOO


def test_who_tells_it_differently_is_quoted_next_to_it(telling: Telling) -> None:
    other = telling.article("x", "The captain had been warned of the storm at noon.")
    told = telling.told(telling.article("a", FIVE), other, telling.article("b", NINE))
    assert names(told) == ["a", "b", "x"]
    assert [quote.differs for quote in told] == [False, True, False]


def test_who_says_the_same_as_the_one_that_differs_is_named_there(telling: Telling) -> None:
    nine = FIVE_TOO.replace("five", "nine")
    told = telling.told(
        telling.article("a", FIVE), telling.article("b", NINE), telling.article("c", nine)
    )
    assert names(told) == ["a", "b"]
    assert also(told[0]) == []
    assert also(told[1]) == ["c"]


def test_a_reprint_is_neither_quoted_nor_named(telling: Telling) -> None:
    copy = telling.article("b", f"BUTON (AP) - {FIVE}")
    told = telling.told(telling.article("a", FIVE), copy, telling.article("c", FIVE_TOO))
    assert names(told) == ["a"]
    assert also(told[0]) == ["c"]


def test_reports_of_one_agency_count_once(telling: Telling) -> None:
    told = telling.told(
        telling.article("a", FIVE),
        telling.article("b", FIVE_TOO, origin="agency:antara"),
        telling.article("c", FIVE_TOO.replace("police", "officers"), origin="agency:antara"),
    )
    assert names(told) == ["a"]
    assert also(told[0]) == ["b"]


def test_what_was_printed_with_another_number_is_told_though_it_is_of_one_origin(
    telling: Telling,
) -> None:
    told = telling.told(
        telling.article("a", FIVE, origin="agency:ap"),
        telling.article("b", NINE, origin="agency:ap"),
    )
    assert [quote.differs for quote in told] == [False, True]


def test_an_outlet_does_not_confirm_itself(telling: Telling) -> None:
    first = telling.article("a", FIVE, source="The Ledger")
    second = telling.article("b", FIVE_TOO, source="The Ledger")
    third = telling.article("c", NINE, source="The Ledger")
    told = telling.told(first, second, third)
    assert names(told) == ["a", "b", "c"]
    assert not any(quote.also or quote.differs for quote in told)


def test_what_is_told_of_another_event_is_no_difference(telling: Telling) -> None:
    last_year = telling.article("b", NINE, story=2)
    assert not telling.told(telling.article("a", FIVE), last_year)[1].differs


@pytest.mark.parametrize(("days", "differs"), [(1, True), (40, False)])
def test_without_a_story_dates_say_whether_it_is_one_event(
    telling: Telling, days: int, differs: bool
) -> None:
    later = telling.article("b", NINE, story=0, published_at=MORNING + timedelta(days=days))
    assert telling.told(telling.article("a", FIVE), later)[1].differs is differs


def test_a_page_has_those_that_differ_together(telling: Telling) -> None:
    lone = [
        telling.article(f"x{number}", f"The {word} was closed on Monday morning, it was said.")
        for number, word in enumerate(("market", "school"))
    ]
    told = telling.told(*lone, telling.article("a", FIVE), telling.article("b", NINE))
    assert names(told) == ["x0", "a", "b", "x1"]


def test_no_more_differ_than_a_page_has(telling: Telling) -> None:
    sentences = (FIVE, NINE, ELEVEN, ELEVEN.replace("eleven", "twenty"))
    told = telling.told(*(telling.article(str(n), text) for n, text in enumerate(sentences)))
    assert [quote.differs for quote in told] == [False, True, True, False]


def test_a_quote_alone_stays_as_it_is(telling: Telling) -> None:
    article = telling.article("a", FIVE)
    assert telling.told(article) == [Quote(article, 0, len(FIVE), 0.9)]


# -- with the real model -------------------------------------------------------------------

REPORTS = (
    ("Suara Timur", "id", "Feri tenggelam di Selat Buton, lima tewas",
     "Sedikitnya lima orang tewas setelah feri Cahaya Murni tenggelam di Selat Buton pada Minggu "
     "malam. Puluhan penumpang lain selamat dan dibawa ke Baubau."),
    ("Pacific Ledger", "en", "Ferry sinks off Buton",
     "At least five people died when the ferry Cahaya Murni sank in the Buton Strait on Sunday "
     "night. Dozens of others were rescued and taken to Baubau."),
    ("Harian Bahari", "id", "Korban feri Cahaya Murni",
     "Feri Cahaya Murni tenggelam di Selat Buton pada Minggu malam dan menewaskan sembilan orang. "
     "Kapal itu berlayar dari Raha."),
    ("Kabar Pasar", "id", "Harga beras naik",
     "Harga beras medium naik menjadi Rp14.500 per kilogram di pasar induk Cipinang."),
)  # fmt: skip


@pytest.fixture(scope="module")
def ferry(settings: SettingsFactory, open_library: LibraryOpener) -> Iterator[Answer]:
    """What is answered by a library of a few outlets in two languages."""
    articles = [
        make_article(f"r{number}", text, title, source=source, language=language,
                     published_at=MORNING + timedelta(hours=number))
        for number, (source, language, title, text) in enumerate(REPORTS)
    ]  # fmt: skip
    library, storage = opened(settings, open_library, articles)
    storage.close()
    with library:
        library.assign_stories()
        yield library.ask("berapa orang tewas saat feri Cahaya Murni tenggelam?")


def test_an_outlet_in_another_language_is_named_and_the_other_number_quoted(ferry: Answer) -> None:
    told = told_together((*ferry.quotes, *ferry.more))[0]
    sources = {quote.article.source for quote in told}
    confirmed = [other for quote in told for other in quote.also]
    assert {"Harian Bahari"} < sources | {other.article.source for other in confirmed}
    assert [quote.differs for quote in told] == [False, True]
    assert {*sources, *(other.article.source for other in confirmed)} == {
        "Suara Timur", "Pacific Ledger", "Harian Bahari",
    }  # fmt: skip
    for quote in (*told, *confirmed):
        check_quote(quote, quote.article)


def test_a_quote_of_something_else_is_left_alone(ferry: Answer) -> None:
    for quote in (*ferry.quotes, *ferry.more):
        if quote.article.source == "Kabar Pasar":
            assert not quote.also
            assert not quote.differs


def test_a_refusal_and_an_empty_library_still_answer(make_library: LibraryMaker) -> None:
    library, _ = make_library([])
    assert library.ask("siapa yang tewas?").quotes == ()
