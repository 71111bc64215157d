"""Answers for the terminal."""

from __future__ import annotations

import dataclasses
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.render.readers import ENGLISH
from bot.render.terminal import answer_text
from retrieval.terminal.rendering import visible
from tests.bot import words
from tests.bot.records import article, found, not_found, whole


def test_an_answer_shows_quote_headline_source_date_and_address() -> None:
    assert answer_text(found(whole(article("One.\nTwo."))), ENGLISH).plain == (
        "▌ One.\n▌ Two.\nA call\nExample News · 3 Jan 2022 · https://news.example/a?b=1&c=2"
    )


def test_quotes_of_one_article_stay_apart_and_share_its_headline() -> None:
    piece = article("One. Two.", url=None)
    quotes = [dataclasses.replace(whole(piece), end=4), dataclasses.replace(whole(piece), start=5)]
    expected = "▌ One.\n\n▌ Two.\nA call\nExample News · 3 Jan 2022"
    assert answer_text(found(*quotes), ENGLISH).plain == expected


def test_a_refusal_is_worded_as_on_telegram() -> None:
    text = answer_text(not_found(article(url=None)), ENGLISH).plain
    assert text.startswith(f"{words.NOT_FOUND}\n\n{words.NEAREST}\n• A call – Example News")
    assert text.endswith("Kabar has read 2 articles, the newest of 3 Jan 2022.")
    assert answer_text(not_found(articles=0), ENGLISH).plain == words.EMPTY_LIBRARY


def test_control_characters_are_shown_not_sent() -> None:
    piece = article("a\x1b[2J\x07b\u202ec", title="t\x1b]0;x", source="\x9bs")
    text = answer_text(found(whole(piece)), ENGLISH).plain
    assert text.startswith(r"▌ a\x1b[2J\x07b\u202ec")


@given(st.text())
def test_nothing_steers_the_terminal(text: str) -> None:
    shown = visible(text).replace("\n", "")
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}


def test_who_says_the_same_is_named_and_what_differs_is_marked() -> None:
    others = [article("Five.", id=name, source=name, url=None) for name in ("Kompas", "A\x1bB")]
    first = dataclasses.replace(whole(article("It was five.")), also=tuple(map(whole, others)))
    second = dataclasses.replace(whole(article("Nine.", id="c", source="C")), differs=True)
    lines = answer_text(found(first, second), ENGLISH).plain.split("\n")
    assert lines[3] == "Also told by: Kompas, A B"
    assert lines[5:7] == ["Told differently:", "▌ Nine."]
