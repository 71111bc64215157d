"""Rendered answers, read back with the parser of the local Bot API."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import Action, unpack
from bot.playground.markup import parse_html
from bot.render import wording
from bot.render.answers import answer_keyboard, answer_page, context_message, quotes_page
from bot.render.buttons import Share
from bot.render.html import text_message
from bot.render.readers import ENGLISH, Reader
from bot.render.splitting import MAX_BYTES, MAX_UNITS, Message, utf16_units
from bot.render.translation import LANGUAGES, translator
from retrieval.errors import QuoteError
from retrieval.records import Answer, Context, Period, Quote, Span
from tests.bot import words
from tests.bot.records import PUBLISHED, article, found, not_found, whole

NASTY = st.text(
    st.one_of(
        st.sampled_from("<>&\"'/;#=\n\t\0\x1b\u202e\u2066\u2069\u200f😀👩\u200d👧é ابمع今天。. "),
        st.characters(exclude_categories=["Cs"]),
    ),
    min_size=1,
    max_size=200,
)
WORDS = NASTY.filter(lambda text: text.strip() == text)


def messages_of(answer: Answer, note: str | None = None) -> list[Message]:
    return answer_page(answer, ENGLISH, note).messages


def all_messages_of(answer: Answer) -> list[Message]:
    """The messages of every page."""
    pages = [answer_page(answer, ENGLISH)]
    while pages[-1].end < len(answer.quotes):
        pages.append(quotes_page(answer.quotes, pages[-1].end, ENGLISH))
    return [message for page in pages for message in page.messages]


def quoted(messages: list[Message]) -> str:
    """The text of all blockquotes, put together."""
    return "".join(quoted_each(messages))


def quoted_each(messages: list[Message]) -> list[str]:
    """The text of each blockquote."""
    quotes = []
    for message in messages:
        text, entities = parse_html(message.html)
        units = text.encode("utf-16-le")
        for entity in entities:
            if entity["type"] in ("blockquote", "expandable_blockquote"):
                begin, end = entity["offset"], entity["offset"] + entity["length"]
                quotes.append(units[2 * begin : 2 * end].decode("utf-16-le"))
    return quotes


def check(messages: list[Message]) -> None:
    assert messages
    for message in messages:
        text, _ = parse_html(message.html)
        assert text == message.plain
        assert text.strip()
        assert utf16_units(text) <= MAX_UNITS
        assert len(message.html.encode()) <= MAX_BYTES


@given(
    st.lists(
        st.tuples(WORDS, NASTY, st.none() | NASTY, st.none() | NASTY, st.integers(1, 60)),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_was_written_a_quote_is_shown_as_it_was(
    pieces: list[tuple[str, str, str | None, str | None, int]],
) -> None:
    articles = [
        article(text * times, id=title, title=title, source=source, url=url and f"https://{url}")
        for text, title, source, url, times in pieces
    ]
    messages = all_messages_of(found(*map(whole, articles)))
    check(messages)
    shown = quoted_each(messages)
    for one, quote in zip(articles, shown, strict=True):
        assert quote == one.text or (len(quote) > 1_000 and one.text.startswith(quote))


@given(st.lists(st.tuples(NASTY, st.none() | NASTY), max_size=5))
def test_a_refusal_never_quotes(pieces: list[tuple[str, str | None]]) -> None:
    nearest = [article(title=title, source=source, url=source) for title, source in pieces]
    messages = messages_of(not_found(*nearest))
    check(messages)
    assert quoted(messages) == ""
    assert messages[0].plain.startswith(words.NOT_FOUND)


def test_an_answer_shows_quote_headline_source_and_date() -> None:
    (message,) = messages_of(found(whole(article("Putin <called> Erdogan."))))
    assert message.html == (
        "<blockquote>Putin &lt;called&gt; Erdogan.</blockquote>\n"
        '<a href="https://news.example/a?b=1&amp;c=2#:~:text=Putin%20%3Ccalled%3E%20Erdogan.">'
        "A call</a>\n"
        "Example News · 3 Jan 2022"
    )
    assert message.link == "https://news.example/a?b=1&c=2"


def test_quotes_of_one_article_share_its_headline_and_each_has_its_own_link() -> None:
    one, two = article("One. Two."), article("Three.", id="b", title="Other", url=None)
    quotes = [
        dataclasses.replace(whole(one), end=4),
        dataclasses.replace(whole(one), start=5),
        whole(two),
    ]
    (message,) = messages_of(found(*quotes))
    assert message.plain == (
        "One.\nat this sentence\n\nTwo.\nA call\nExample News · 3 Jan 2022\n\n"
        "Three.\nOther\nExample News · 3 Jan 2022"
    )
    assert '#:~:text=One."' in message.html
    assert '#:~:text=Two."' in message.html
    assert quoted([message]) == "One.Two.Three."


def test_only_the_quoted_slice_is_shown() -> None:
    quote = dataclasses.replace(whole(article("One. Two. Three.")), start=5, end=9)
    (message,) = messages_of(found(quote))
    assert message.html.startswith("<blockquote>Two.</blockquote>\n")


@pytest.mark.parametrize(
    "url",
    [
        None,
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "ftp://e.org",
        "https://e.org/a b",
    ],
)
def test_a_headline_without_a_web_address_is_not_linked(url: str | None) -> None:
    (message,) = messages_of(found(whole(article(url=url, source=None))))
    assert message.html.endswith("</blockquote>\n<b>A call</b>\n3 Jan 2022")
    assert message.link is None


def test_nothing_known_about_an_article_leaves_its_headline() -> None:
    bare = article(url=None, source=None, published_at=None, title="")
    (message,) = messages_of(found(whole(bare)))
    assert message.plain.endswith(f"\n{words.UNTITLED}")


def test_nearest_headlines_are_marked_as_such_and_linked() -> None:
    other = article(title="Weather & more", url=None, source=None)
    (message,) = messages_of(not_found(article(), other))
    assert message.html == (
        "Nothing in the news that Kabar has read answers this.\n\n"
        "The closest headlines, which do not answer it:\n"
        '• <a href="https://news.example/a?b=1&amp;c=2">A call</a> – Example News · 3 Jan 2022\n'
        "• Weather &amp; more – 3 Jan 2022\n\n"
        "Kabar has read 2 articles, the newest of 3 Jan 2022."
    )
    assert message.link is None


def test_an_empty_library_is_said() -> None:
    (message,) = messages_of(not_found(articles=0, newest=None))
    assert message.plain == words.EMPTY_LIBRARY


def test_of_a_quote_longer_than_a_message_its_beginning_is_shown_and_that_is_said() -> None:
    long = article("Many <words> & more. " * 600 + "End.")
    (message,) = messages_of(found(whole(long)), note="That was long.")
    check([message])
    assert long.text.startswith(quoted([message]))
    assert quoted([message]).endswith("& more.")
    assert "</blockquote>\n<i>[…] Shortened to fit into one message.</i>\n" in message.html
    assert message.plain.endswith("3 Jan 2022\n\nThat was long.")


def test_long_quotes_have_pages_of_their_own() -> None:
    quotes = [whole(article(f"{letter * 3000}.", id=letter)) for letter in "abc"]
    messages = all_messages_of(found(*quotes))
    check(messages)
    assert all("<blockquote expandable>" in message.html for message in messages)
    assert [message.plain[0] for message in messages] == ["a", "b", "c"]


def test_an_answer_tells_what_was_searched_for_and_when() -> None:
    period = Period("yesterday", PUBLISHED, PUBLISHED + timedelta(days=1))
    answer = dataclasses.replace(
        found(whole(article())), searched="who <did> Putin call?", period=period
    )
    (message,) = messages_of(answer)
    assert message.html.endswith(
        "\n\n<i>Searched: who &lt;did&gt; Putin call?\nPublished: 3 Jan 2022 to 4 Jan 2022</i>"
    )


def test_quotes_of_another_time_are_said_to_be_of_one_before_they_are_read() -> None:
    period = Period("yesterday", PUBLISHED + timedelta(days=1), PUBLISHED + timedelta(days=2))
    answer = dataclasses.replace(found(whole(article())), period=period)
    (message,) = messages_of(answer)
    assert message.html.startswith(
        "Nothing from that time (4 Jan 2022 to 5 Jan 2022) answers this. From other days:\n\n"
        "<blockquote>"
    )
    assert "Published:" not in message.plain


def test_the_answer_is_bold_inside_its_quote_alone() -> None:
    quote = whole(article("Putin called Erdogan."))
    (message,) = messages_of(found(dataclasses.replace(quote, answer=Span(13, 20))))
    assert message.html.startswith("<blockquote>Putin called <b>Erdogan</b>.</blockquote>")
    elsewhere = found(dataclasses.replace(quote, answer=Span(13, 99)))
    assert "<b>" not in messages_of(elsewhere)[0].html


def test_fresh_news_is_hours_old_and_days_are_the_readers() -> None:
    late = PUBLISHED.replace(hour=20)
    piece = article(published_at=late)
    soon = Reader(ENGLISH.t, ZoneInfo("Asia/Jakarta"), late + timedelta(hours=2, minutes=5))
    assert answer_page(found(whole(piece)), soon).messages[0].plain.endswith("2 hours ago")
    later = dataclasses.replace(soon, now=late + timedelta(days=2))
    assert answer_page(found(whole(piece)), later).messages[0].plain.endswith("4 Jan 2022")


def test_a_context_too_long_for_a_message_loses_its_outer_sentences_and_that_is_said() -> None:
    around = "So it goes on and on. " * 150
    text = f"{around}Putin called. {around}"
    quote = Quote(article(text), len(around), len(around) + len("Putin called."), 0.5)
    message = context_message(Context(quote, Span(0, len(text))), ENGLISH)
    check([message])
    shown = quoted([message])
    assert shown in text
    assert shown.startswith("So it goes on")
    assert "on. Putin called. So it" in shown
    assert "<b>Putin called.</b>" in message.html
    assert "[…] Shortened to fit into one message." in message.plain


def test_a_context_has_the_quote_in_bold_among_its_neighbours() -> None:
    quote = dataclasses.replace(whole(article("One <1>. Two. Three.")), start=9, end=13)
    message = context_message(Context(quote, Span(0, 20)), ENGLISH)
    assert message.html.startswith("<blockquote>One &lt;1&gt;. <b>Two.</b> Three.</blockquote>")
    check([message])


def test_buttons_say_what_they_are_for_within_their_bytes() -> None:
    quotes = [whole(article(id=str(number))) for number in range(7)]
    first = quotes_page(quotes, 0, ENGLISH)
    keyboard = answer_keyboard(2**62, ENGLISH, first, len(quotes), "who?")
    presses = [unpack(one[1]) for row in keyboard for one in row if not isinstance(one, Share)]
    assert [press.action for press in presses if press] == [
        Action.ANSWER,
        Action.CONTEXT,
        Action.SOURCES,
        Action.FOLLOW,
        Action.GOOD,
        Action.BAD,
    ]
    last = quotes_page(quotes, 6, ENGLISH)
    button = answer_keyboard(1, ENGLISH, last, 7, "?")[0][0]
    assert button == ("« First quotes", "1|answer|1|0")


@pytest.mark.parametrize("offsets", [(-3, 5), (5, 5), (0, 999), (9, 4)])
def test_what_is_no_slice_is_never_shown(offsets: tuple[int, int]) -> None:
    quote = dataclasses.replace(whole(article()), start=offsets[0], end=offsets[1])
    with pytest.raises(QuoteError):
        messages_of(found(quote))


def test_direction_marks_in_headlines_do_not_reach_what_stands_beside_them() -> None:
    piece = article(title="\u202egnp\u2066.exe\0\n x", source="S\u202e")
    (message,) = messages_of(found(whole(piece)))
    assert message.plain.endswith("gnp.exe x\nS · 3 Jan 2022")


SENTENCES: dict[str, Any] = {name: value for name, value in vars(words).items() if name.isupper()}


def test_every_sentence_of_its_own_is_sent_as_it_is() -> None:
    for sentence in (one for one in SENTENCES.values() if isinstance(one, str)):
        message = text_message(sentence)
        assert parse_html(message.html) == (sentence, [])


def test_one_article_is_counted_as_one() -> None:
    assert wording.library_line(ENGLISH, 1, None) == "Kabar has read one article."
    assert wording.library_line(ENGLISH, 1234, PUBLISHED) == (
        "Kabar has read 1,234 articles, the newest of 3 Jan 2022."
    )


# -- other outlets -------------------------------------------------------------------------


def outlet(name: str, text: str = "Five died.", **fields: Any) -> Quote:
    """A quote of an outlet of that name."""
    url = f"https://{len(name)}.example/{name[:1]}"
    return whole(article(text, **({"id": name, "source": name, "url": url} | fields)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_says_the_same_is_named_and_linked_at_the_sentence(language: str) -> None:
    quote = dataclasses.replace(outlet("Kompas"), also=(outlet("<Antara>"), outlet("Tempo")))
    reader = Reader(translator(language))
    (message,) = answer_page(found(quote), reader).messages
    check([message])
    last = message.plain.split("\n")[-1]
    assert last == f"{translator(language)('Also told by:')} <Antara>, Tempo"
    links = [each["url"] for each in parse_html(message.html)[1] if each["type"] == "text_link"]
    assert links[1:] == [
        "https://8.example/<#:~:text=Five%20died.",
        "https://5.example/T#:~:text=Five%20died.",
    ]


def test_of_many_outlets_some_are_named() -> None:
    also = tuple(outlet(f"Paper {number}") for number in range(7))
    (message,) = answer_page(found(dataclasses.replace(outlet("A"), also=also)), ENGLISH).messages
    assert message.plain.endswith("Paper 0, Paper 1, Paper 2, Paper 3 and 3 more")


def test_an_outlet_without_a_name_is_its_site_and_without_a_site_its_headline() -> None:
    also = (outlet("x", source=None), outlet("y", source=None, url=None, title="Five die"))
    (message,) = answer_page(found(dataclasses.replace(outlet("A"), also=also)), ENGLISH).messages
    assert message.plain.endswith("Also told by: 1.example, Five die")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_told_differently_stands_under_the_quote_and_says_so(language: str) -> None:
    t = translator(language)
    other = dataclasses.replace(outlet("Tempo", "Nine died."), differs=True)
    quotes = [outlet("Kompas"), other]
    reader = Reader(t)
    (message,) = answer_page(found(*quotes), reader).messages
    check([message])
    assert f"\n\n{t('Told differently:')}\nNine died.\n" in message.plain
    assert quoted([message]) == "Five died.Nine died."
    (alone,) = quotes_page(quotes, 1, reader).messages  # the other is on the page before
    named = t("Told differently than by {source}:", source="Kompas")
    assert alone.plain.startswith(f"{named}\nNine died.")


def test_a_long_quote_has_its_mark_and_its_outlets() -> None:
    long = dataclasses.replace(
        outlet("Tempo", "Nine died. " * 500), differs=True, also=(outlet("Antara"),)
    )
    messages = quotes_page([outlet("Kompas"), long], 1, ENGLISH).messages
    check(messages)
    assert messages[0].plain.startswith("Told differently than by Kompas:")
    assert messages[-1].plain.endswith("Also told by: Antara")
