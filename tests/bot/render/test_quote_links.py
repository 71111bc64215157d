"""Links that open a page at a quote."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.quote_links import MAX_DIRECTIVE
from bot.render.quote_links import quote_link as link_to
from retrieval.records import Span

PAGE = "https://news.example/a?b=1"


def quote_link(url: str, quote: str, before: str = "", after: str = "") -> str:
    return link_to(url, f"{before}{quote}{after}", Span(len(before), len(before) + len(quote)))


@pytest.mark.parametrize(
    ("quote", "directive"),
    [
        ("Putin called.", "Putin%20called."),
        ("Putin, who called", "Putin%2C%20who%20called"),
        ("well-known & loved", "well%2Dknown%20%26%20loved"),
        ("a  b\tc", "a%20b%20c"),
        ("Presiden é", "Presiden%20%C3%A9"),
    ],
)
def test_what_has_a_meaning_in_a_directive_is_encoded(quote: str, directive: str) -> None:
    assert quote_link(PAGE, quote) == f"{PAGE}#:~:text={directive}"


def test_a_long_quote_is_named_by_its_beginning_and_its_end() -> None:
    quote = " ".join(f"w{number}" for number in range(200))
    assert quote_link(PAGE, quote).endswith(
        "#:~:text=w0%20w1%20w2%20w3%20w4,w195%20w196%20w197%20w198%20w199"
    )


def test_a_quote_of_two_paragraphs_is_a_range() -> None:
    assert quote_link(PAGE, "One two.\nThree four.").endswith("text=One%20two.,Three%20four.")


def test_a_script_without_spaces_is_cut_at_punctuation() -> None:
    link = quote_link(PAGE, "普京" * 20 + "，" + "土耳其" * 20 + "。")
    assert unquote(link).endswith(f"text={'普京' * 20}，,{'土耳其' * 20}。")


def test_without_punctuation_it_is_named_whole_or_not_at_all() -> None:
    assert unquote(quote_link(PAGE, "普京" * 40)).endswith(f"text={'普京' * 40}")
    assert quote_link(PAGE, "普京" * 80) == PAGE


def test_words_that_stand_before_are_told_apart_by_what_precedes_them() -> None:
    before = "Nobody was hurt. The fire was out at nine. "
    assert quote_link(PAGE, "Nobody was hurt.", before).endswith(
        "text=out%20at%20nine.-,Nobody%20was%20hurt."
    )
    # What comes after is no other place for a browser, which takes the first.
    assert quote_link(PAGE, "Nobody was hurt.", "", f" {before}").endswith(
        "#:~:text=Nobody%20was%20hurt."
    )


def test_a_beginning_that_another_sentence_has_is_named_further() -> None:
    quote = " ".join(["one", "two", "three", "four", "five", "six", *"abcdefghij" * 9])
    assert "text=one%20two%20three%20four%20five%20six%20a," in quote_link(
        PAGE, quote, "One two three four five six. "
    )


def test_a_name_in_another_script_does_not_make_words_run_together() -> None:
    quote = " ".join(f"w{number}" for number in range(200)) + " 普京 said so today."
    assert quote_link(PAGE, quote).endswith(
        "#:~:text=w0%20w1%20w2%20w3%20w4,w199%20%E6%99%AE%E4%BA%AC%20said%20so%20today."
    )


def test_what_is_one_endless_word_is_opened_at_the_top() -> None:
    assert quote_link(PAGE, "\u1781" * 3_000) == PAGE


def test_an_anchor_that_a_page_has_stays() -> None:
    assert quote_link(f"{PAGE}#part", "One.") == f"{PAGE}#part:~:text=One."
    own = f"{PAGE}#:~:text=theirs"
    assert quote_link(own, "One.") == own


@pytest.mark.parametrize("url", ["https://e.org/a.pdf", "https://e.org/A.PDF?x=1", "ftp://e.org/"])
def test_what_is_no_web_page_is_opened_as_it_is(url: str) -> None:
    assert quote_link(url, "One.") == url


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=600))
def test_whatever_is_quoted_the_link_is_one_address_of_its_words(quote: str) -> None:
    if not quote.strip():
        return
    link = quote_link(PAGE, quote)
    assert link.isascii()
    assert not set(link) & set(" \n\t<>\"'")
    assert len(link) <= len(PAGE) + len("#:~:text=") + MAX_DIRECTIVE
    directive = urlsplit(link).fragment.removeprefix(":~:text=")
    assert "-" not in directive
    spaceless = "".join(quote.split())
    for words in directive.split(","):
        assert "".join(unquote(words).split()) in spaceless
