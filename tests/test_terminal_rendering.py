"""Answers as the command line prints them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from retrieval.records import Period, Span
from retrieval.terminal.rendering import answer_text
from retrieval.terminal.shapes import answer_to_json
from tests.bot.records import article, found, not_found, whole

JANUARY = Period("in January", datetime(2022, 1, 1, tzinfo=UTC), datetime(2022, 2, 1, tzinfo=UTC))


def test_an_answer_from_a_time_says_which() -> None:
    answer = dataclasses.replace(found(whole(article("One."))), period=JANUARY)
    assert answer_text(answer).plain.endswith("Published: 2022-01-01 to 2022-01-31 (“in January”)")


def test_who_says_the_same_is_named_and_what_differs_is_marked() -> None:
    other = article("Five died.", id="b", source="Kompas", url=None, published_at=None)
    first = dataclasses.replace(whole(article("It killed five.")), also=(whole(other),))
    second = dataclasses.replace(whole(article("Nine died.", id="c")), differs=True)
    text = answer_text(found(first, second)).plain
    assert text == (
        "▌ It killed five.\nA call\nExample News · 2022-01-03 · https://news.example/a?b=1&c=2\n"
        "Also told by: A call – Kompas\n\n"
        "Told differently:\n▌ Nine died.\n"
        "A call\nExample News · 2022-01-03 · https://news.example/a?b=1&c=2"
    )


def test_scripts_are_told_of_other_outlets_where_there_are_any() -> None:
    other = article("Five died.", id="b", source="Kompas")
    first = dataclasses.replace(whole(article("It killed five.")), also=(whole(other),))
    second = dataclasses.replace(whole(article("Nine died.", id="c")), differs=True)
    one, two = answer_to_json(found(first, second))["quotes"]
    assert [each["article"]["source"] for each in one["also"]] == ["Kompas"]
    assert one["also"][0]["text"] == "Five died."
    assert "differs" not in one
    assert two["differs"] is True
    assert "also" not in two


def test_a_refusal_says_which_time_was_looked_in() -> None:
    since = dataclasses.replace(JANUARY, words="since January", published_before=None)
    text = answer_text(dataclasses.replace(not_found(article()), period=since)).plain
    assert "Looked at what was published: since 2022-01-01 (“since January”)." in text


def test_a_marked_answer_alone_is_bold_in_its_quote() -> None:
    first = dataclasses.replace(whole(article("He called Erdogan.\nTwice.")), answer=Span(10, 17))
    text = answer_text(found(first, whole(article("Once.", id="b"))))
    assert text.plain.startswith("▌ He called Erdogan.\n▌ Twice.\n")
    bold = [text.plain[span.start : span.end] for span in text.spans if span.style == "bold"]
    assert bold == ["Erdogan", "Once."]


def test_without_a_marked_answer_a_quote_is_bold_as_a_whole() -> None:
    text = answer_text(found(whole(article("He called Erdogan.\nTwice."))))
    bold = [text.plain[span.start : span.end] for span in text.spans if span.style == "bold"]
    assert bold == ["He called Erdogan.", "Twice."]
