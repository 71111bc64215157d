"""Terms: the same for a text and a question about it, in any script, and never syntax."""

from __future__ import annotations

import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from retrieval.indexing.analyzer import analyze

LONGEST_TERM = 64


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Presiden Rusia, Vladimir Putin!", ["presiden", "rusia", "vladimir", "putin"]),
        ("putin putin", ["putin", "putin"]),
        ("S-400 seharga Rp1,5 miliar", ["s", "400", "seharga", "rp1", "5", "miliar"]),
        ("don't U.S. C++", ["don", "t", "u", "s", "c"]),
        ("<b>bold</b> &amp;", ["b", "bold", "b", "amp"]),
        ("नई दिल्ली में", ["नई", "दिल्ली", "में"]),
        ("", []),
        (" \t\n\0", []),
        ("?!… — “”", []),
        ("🔥👨‍👩‍👧🇮🇩", []),
    ],
)
def test_a_term_is_a_casefolded_word(text: str, terms: list[str]) -> None:
    assert analyze(text) == terms


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_read_as_among_others(text: str) -> None:
    assert analyze(f"{text} é") == [*analyze(text), "e"]
    assert analyze(f"{text} 是") == [*analyze(text), "是"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STRASSE", "Straße"),
        ("İSTANBUL", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("Erdoğan", "ERDOGAN"),
        ("café", "cafe\u0301"),
        ("Łódź", "lodz"),
        ("Đà Nẵng", "da nang"),
        ("Tromsø", "tromso"),
        ("ΑΘΗΝΑ", "Αθήνα"),
        ("ὈΔΥΣΣΕΎΣ", "οδυσσευς"),
        ("Ёлка", "елка"),
        ("كِتَابٌ", "كتاب"),
        ("أحمد إلى آخر", "احمد الي اخر"),
        ("مدرسة", "مدرسه"),
        ("کتاب ایران", "كتاب ايران"),
        ("مـــحمد", "محمد"),
        ("הַבַּיִת", "הבית"),
        ("ｶﾀｶﾅ", "カタカナ"),
        ("がくせい", "か\u3099くせい"),
        ("ＮＡＴＯ", "nato"),
        ("ﬁnance", "finance"),
        ("2021", "٢٠٢١"),
        ("2021", "۲۰۲۱"),
        ("2021", "२०२१"),
        ("2021", "２０２１"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
    ],
)
def test_ways_to_write_the_same_word_give_the_same_terms(one: str, other: str) -> None:
    assert analyze(one) == analyze(other) != []


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("总统", "俄罗斯总统普京星期一打电话给埃尔多安。"),
        ("普京", "俄罗斯总统普京星期一打电话给埃尔多安。"),
        ("東京", "首相は東京都内で会見した。"),
        ("カレー", "新しいカレーライスの店"),
        ("大統領", "ロシアのプーチン大統領が電話した"),
        ("서울", "서울에서 회담이 열렸다"),
        ("대통령", "러시아대통령이 전화했다"),
        ("กรุงเทพ", "การเลือกตั้งผู้ว่าราชการกรุงเทพมหานคร"),
        ("วันจันทร์", "สะพานเปิดใช้อีกครั้งเมื่อวันจันทร์"),
        ("ລາວ", "ປະເທດລາວເປີດຂົວໃໝ່"),
        ("ភ្នំពេញ", "រាជធានីភ្នំពេញបើកស្ពានថ្មី"),
        ("ရန်ကုန်", "မြို့တော်ရန်ကုန်တွင်"),
        ("B52", "美国B52轰炸机"),
        ("轰炸机", "美国B52轰炸机"),
        ("كتاب", "هذا كِتَابٌ جديد"),
    ],
)
def test_a_word_is_found_inside_a_text(word: str, text: str) -> None:
    assert set(analyze(word)) <= set(analyze(text))


def test_different_words_stay_different() -> None:
    for one, other in [("दिल", "दिल्ली"), ("ปี", "ปา"), ("มา", "ม้า"), ("가나", "나가"), ("é", "è2")]:
        assert analyze(one) != analyze(other)


TERM = regex.compile(r"[\p{L}\p{M}\p{N}]+")


@given(st.text())
def test_the_terms_of_any_text_are_letters_digits_and_marks_and_bounded(text: str) -> None:
    for term in analyze(text):
        assert TERM.fullmatch(term)
        assert len(term) <= LONGEST_TERM
        assert '"' not in term
        assert "\0" not in term


@given(st.text(st.characters(codec="ascii")))
def test_a_plain_query_is_never_syntax(text: str) -> None:
    assert all(term.isalnum() and term == term.lower() for term in analyze(text))
    assert analyze(text) == analyze(text.upper()) == analyze(f'("{text}")')


@given(st.text(st.sampled_from("aéİ ıßłÅ٣5日本あガー한ж-'")))
def test_the_terms_of_terms_are_those_terms(text: str) -> None:
    terms = analyze(text)
    assert analyze(" ".join(terms)) == terms


@given(st.lists(st.text(), max_size=4))
def test_texts_side_by_side_have_the_terms_of_each(texts: list[str]) -> None:
    # A combining mark at the start of a text would belong to the one before.
    assert analyze(" . ".join(texts)) == [term for text in texts for term in analyze(" . " + text)]


@pytest.mark.parametrize("part", ["a", "日", "ไ", "́", "a\u0301\u0302", "ب\u064e", "a ", "\0", "☃"])
def test_long_and_hostile_texts_take_time_in_proportion(part: str) -> None:
    began = time.process_time()
    analyze(part * 100_000)
    assert time.process_time() - began < 2
