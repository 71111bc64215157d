"""Sentences: exact offsets over any text, and the hard cases that news is full of."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.indexing.sentences import MAX_SENTENCE_CHARS, cut_span, split_sentences
from retrieval.records import Span

# Where splitters go wrong: ends, quotes and brackets of every kind, breaks, combining marks.
TRICKY = st.text(
    alphabet='aZé7 .,:;!?…"“”«»()[]（）「」『』。！？،؟।\n\r\t\u0301\u200b\u200d\u2028😀ไนก',
    max_size=200,
)
LONG = st.text(alphabet='aZ .,“”。\u0301"', min_size=MAX_SENTENCE_CHARS, max_size=2_000)
ANY_TEXT = st.one_of(st.text(), TRICKY, LONG)
LANGUAGES = st.sampled_from([None, "id", "en", "es", "zh", "ja", "th", "ar", "hi", "ru", "xx"])


def sentences(text: str, language: str | None) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, language)]


@given(ANY_TEXT, LANGUAGES)
def test_spans_are_ordered_disjoint_trimmed_and_cover_every_word(
    text: str, language: str | None
) -> None:
    end_of_last = 0
    for start, end in split_sentences(text, language):
        assert end_of_last <= start < end <= len(text)
        assert not text[end_of_last:start].strip()
        assert text[start:end] == text[start:end].strip()
        end_of_last = end
    assert not text[end_of_last:].strip()


@given(ANY_TEXT, LANGUAGES)
def test_a_sentence_never_spans_two_lines(text: str, language: str | None) -> None:
    for start, end in split_sentences(text, language):
        assert len(text[start:end].splitlines()) == 1


@given(LONG)
def test_no_sentence_is_longer_than_the_limit_but_by_combining_marks(text: str) -> None:
    for start, end in split_sentences(text, None):
        assert len(unicodedata.normalize("NFC", text[start:end].replace("\u0301", ""))) <= (
            MAX_SENTENCE_CHARS
        )


@given(ANY_TEXT, st.integers(2, 50))
def test_a_cut_keeps_every_word_and_never_parts_a_letter_from_its_mark(
    text: str, limit: int
) -> None:
    pieces = cut_span(text, Span(0, len(text)), limit)
    kept = "".join(text[start:end] for start, end in pieces)
    assert "".join(kept.split()) == "".join(text.split())
    for start, _ in pieces[1:]:
        if not text[start - 1].isspace():
            assert not unicodedata.combining(text[start])


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("id", ["Harga naik Rp 1,5 miliar.", "Rp. 5.000 saja."]),
        ("id", ["Menurut dr. Andi, S-400 dibeli.", "Negara G-8 setuju."]),
        ("id", ["Ia tinggal di Jl. Jend. Sudirman No. 7, Jakarta.", "Rumahnya besar."]),
        ("id", ["Prof. Dr. Ir. H. Joko Widodo hadir.", "Lalu ia pergi."]),
        ("id", ["PT. Telkom Tbk. untung.", "K.H. Abdurrahman Wahid hadir.", "Tak hanya itu."]),
        ("id", ["Lahan jagung 3.327. 810 hektar.", "Masih kurang."]),
        ("id", ['"Kami datang. Kami menang," katanya.', "Ia pergi."]),
        ("id", ['" Kami datang. Kami menang, " katanya.', "Ia pergi."]),
        ("en", ["The U.S. Army came at 5 a.m. on 3 Jan. 2022.", "It left."]),
        ("en", ["He lives in the U.S.", "It is big."]),
        ("en", ["J. K. Rowling wrote it.", "Gen. Smith vs. Col. Jones.", "No. 7 won."]),
        ("en", ["He said “We came. We won,” and left.", "Then nothing…"]),
        ("en", ['Mr. Smith said: "We came. We won."', "He left."]),
        ("en", ['"Is it?" Putin asked.', "Nobody knew."]),
        ("en", ["1. First item.", "2. Second item."]),
        ("es", ["El Sr. García vive en EE. UU. desde 1990.", "¿Quién?", "¡Él!"]),
        ("es", ["La pág. 7 dice: «Venimos. Vencimos».", "Fin."]),
        ("ru", ["В 2020 г. Путин приехал в г. Москву.", "Он сказал: «Мы пришли. Мы победили»."]),
        ("tr", ["Prof. Dr. Ahmet Yılmaz geldi.", "Saat 10.30'da gitti."]),
        ("vi", ["Ông ở TP. Hồ Chí Minh.", "PGS. TS. Nguyễn Văn A nói."]),
        ("ar", ["هل هذا صحيح؟", "نعم.", "ذهب الرئيس."]),
        ("ur", ["یہ سچ ہے۔", "کیا؟"]),
        ("hi", ["यह सच है।", "क्या?", "हाँ।"]),
        ("am", ["ሰላም።", "እንዴት ነህ?"]),
        ("ko", ["그는 말했다.", "정말?"]),
    ],
)
def test_hard_cases_survive(language: str, expected: list[str]) -> None:
    assert sentences(" ".join(expected), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", ["他说：“我们来了。我们赢了。”", "今天是3.5度。", "真的吗？", "是！"]),
        ("zh", ["“我们来了。我们赢了。”他说。", "然后离开。"]),
        ("ja", ["彼は「来た。勝った。」と言った。", "そして帰った。", "本当？"]),
    ],
)
def test_scripts_without_blanks(language: str, expected: list[str]) -> None:
    assert sentences("".join(expected), language) == expected


def test_an_unknown_language_still_knows_every_script() -> None:
    text = "One came. 他说。हाँ। نعم؟ Fin."
    assert sentences(text, None) == ["One came.", "他说。", "हाँ।", "نعم؟", "Fin."]


def test_no_sentence_begins_with_a_closing_quotation_mark() -> None:
    text = 'Ia berkata, "Kami datang. Kami menang. " Lalu ia pergi.'
    assert sentences(text, "id") == ['Ia berkata, "Kami datang. Kami menang. "', "Lalu ia pergi."]


def test_thai_is_cut_at_blanks_into_clauses_and_not_at_its_abbreviations() -> None:
    text = (
        "เมื่อวันที่ 3 ม.ค. 2565 เวลา 10.00 น. นายกรัฐมนตรี กล่าวว่า รัฐบาลจะเดินหน้าแก้ไขปัญหาเศรษฐกิจ "
        "โดยเฉพาะค่าครองชีพ ที่ประชาชนได้รับผลกระทบ ทั้งนี้ ขอให้ทุกฝ่ายร่วมมือกัน "
        "ส่วนกรณีการเลือกตั้ง ยืนยันว่าจะเป็นไปตามกำหนด พร้อมระบุว่า จะมีการประชุมอีกครั้งในสัปดาห์หน้า"
    )
    found = sentences(text, "th")
    assert len(found) == 3
    assert found[0].startswith("เมื่อวันที่ 3 ม.ค. 2565 เวลา 10.00 น. นายกรัฐมนตรี")
    assert all(50 <= len(sentence) <= 150 for sentence in found)


def test_a_very_long_sentence_is_cut_at_its_clauses() -> None:
    clause = "the minister said that the plan of the government would go on as it was agreed"
    text = f"{'; '.join([clause] * 8)}."
    found = sentences(text, "en")
    assert len(found) == 2
    assert all(sentence.endswith((";", ".")) for sentence in found)


def test_a_long_quotation_is_cut_at_the_sentences_inside_it() -> None:
    inner = "Kami tidak akan mundur dari perundingan ini sampai semua pihak sepakat"
    text = f'"{". ".join([inner] * 9)}," katanya.'
    found = sentences(text, "id")
    assert all(len(sentence) <= MAX_SENTENCE_CHARS for sentence in found)
    assert all(sentence.endswith(".") for sentence in found)
    assert all(sentence.lstrip('"').startswith("Kami") for sentence in found)


def test_a_line_without_any_place_to_cut_is_still_cut() -> None:
    assert [len(sentence) for sentence in sentences("x" * 1_000, "en")] == [333, 333, 334]


def test_offsets_count_characters_and_not_bytes() -> None:
    assert split_sentences("😀 One. 😀😀 Two.", "en") == [Span(0, 6), Span(7, 14)]


def test_half_a_surrogate_pair_is_no_error() -> None:
    assert sentences("One \ud800 came. Two went.", "en") == ["One \ud800 came.", "Two went."]
