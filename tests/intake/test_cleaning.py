"""Cleaning: one form for every text, and nothing that a reader sees is lost."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.intake.cleaning import clean_line, clean_text, normalise

# What navigation is made of, so that chance builds blocks of it.
MARKERS = st.lists(
    st.sampled_from(
        [
            "Baca juga", "Read also", "Related", "相关阅读", ":", "\n", "\n\n", "- ", " ", "(", ")",
            "Headline Here Today", "A sentence ends here.", "Judul?", "\r\n", "\u200b", "e\u0301",
        ]
    )
).map("".join)  # fmt: skip


@given(st.one_of(st.text(), st.text(alphabet="a \n\r\t\u00a0\u0301\u2028\ufeff\u200bก"), MARKERS))
@example("(Baca juga: aaaaa) Baca juga: Headline")
@example("Read also:\n(Read also: Headline Here)\nRead also: Headline Here")
def test_cleaning_again_changes_nothing(text: str) -> None:
    cleaned, _ = clean_text(text)
    assert clean_text(cleaned) == (cleaned, ())


@given(st.text())
def test_what_comes_out_is_nfc_with_single_blanks_and_no_control_characters(text: str) -> None:
    cleaned = normalise(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert "  " not in cleaned
    assert "\n\n\n" not in cleaned
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in cleaned if c != "\n")
    assert all(line == line.strip() for line in cleaned.split("\n"))


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"])))
def test_every_letter_digit_and_sign_stays(text: str) -> None:
    assert normalise(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\ufeffSatu\r\ndua\rtiga", "Satu\ndua\ntiga"),
        ("Rp\u00a01,5\u202fmiliar \t naik", "Rp 1,5 miliar naik"),
        ("e\u0301te\u0301", "été"),
        ("a\x00b\x07c\x85d", "abc\nd"),
        ("so\u00adft zero\u200bwidth", "soft zerowidth"),
        ("ไทย\u200bไทย", "ไทย\u200bไทย"),  # it parts two words there
        ("नी\u200dल می\u200cخواهم", "नी\u200dल می\u200cخواهم"),  # joiners are spelling
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("lost \ufffd stays", "lost \ufffd stays"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("　第一段。\n\n\n\n　第二段。", "第一段。\n\n第二段。"),
        ("JAKARTA - Presiden", "JAKARTA - Presiden"),
        ("<b>5 &lt; 6</b>", "<b>5 &lt; 6</b>"),  # words of the article, not of a page
    ],
)
def test_characters_and_white_space(text: str, cleaned: str) -> None:
    assert normalise(text) == cleaned


def test_right_to_left_text_keeps_its_order_and_its_marks() -> None:
    text = "قال الرئيس: «نعم» (2022)\u200f."
    assert normalise(text) == text


def test_a_title_is_one_line() -> None:
    assert clean_line(" Putin \n\n telepon\tErdogan ") == "Putin telepon Erdogan"
