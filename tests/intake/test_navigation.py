""" "Read also" blocks are taken out, and never a word of the article with them."""

from pathlib import Path

import pytest

from retrieval.intake.cleaning import clean_text

SEED = Path(__file__).parents[2] / "seeds" / "000_237e4a4b5d538cc6.txt"


def test_the_block_of_the_seed_article_is_navigation_and_what_follows_it_is_not() -> None:
    text, related = clean_text(SEED.read_text(encoding="utf-8").split("\n", 1)[1])
    assert text.startswith("JAKARTA - Presiden Rusia Vladimir Putin menelepon koleganya")
    assert "Baca juga" not in text
    assert "Gading Gajah" not in text
    last_two = text.split("\n")[-2:]
    assert last_two[0].startswith("Diketahui, Turki")
    assert last_two[1].startswith("Sementara, Turki, bersama dengan anggota NATO lainnya")
    assert len(related) == 4
    assert related[0] == (
        "Tutup Tahun, Hong Kong Resmi Larang Penjualan Produk Berbahan Baku Gading Gajah"
    )


@pytest.mark.parametrize(
    ("text", "cleaned", "related"),
    [
        ("Satu.\nBaca juga: Polisi Tangkap Pelaku\nDua.", "Satu.\nDua.", ["Polisi Tangkap Pelaku"]),
        ("Satu.\nBACA JUGA :\n• Harga Naik\n\n• Harga Turun\nDua.", "Satu.\nDua.",
         ["Harga Naik", "Harga Turun"]),
        ("Satu.\nBaca juga:\n1. Harga Naik\n2. Harga Turun\nDua.", "Satu.\nDua.",
         ["Harga Naik", "Harga Turun"]),
        ("Satu.\nBaca Juga Polisi Tangkap Pelaku Pencurian\nDua.", "Satu.\nDua.",
         ["Polisi Tangkap Pelaku Pencurian"]),
        ("One.\n\nRead also:\n\nPrices rise again\n\nWho will win?\n\nTwo goes on.",
         "One.\n\nTwo goes on.", ["Prices rise again", "Who will win?"]),
        ("One.\nRelated articles\nPrices rise again\nTwo goes on.", "One.\nTwo goes on.",
         ["Prices rise again"]),
        ("Satu (Baca juga: Harga Naik) dua.", "Satu dua.", ["Harga Naik"]),
        ("Satu, katanya. Baca juga: Harga Naik di Jakarta\nDua.", "Satu, katanya.\nDua.",
         ["Harga Naik di Jakarta"]),
        ("Uno.\nLea también: Suben los precios\nDos.", "Uno.\nDos.", ["Suben los precios"]),
        ("Раз.\nЧитайте также:\n- Цены растут\nДва.", "Раз.\nДва.", ["Цены растут"]),
        ("Bir.\nİlgili Haberler\nFiyatlar arttı\nİki.", "Bir.\nİki.", ["Fiyatlar arttı"]),
        ("قال الرئيس.\nاقرأ أيضا: ارتفاع الأسعار\nوأضاف.", "قال الرئيس.\nوأضاف.",
         ["ارتفاع الأسعار"]),
        ("第一。\n相关阅读：\n物价上涨\n第二。", "第一。\n第二。", ["物价上涨"]),
        ("一。\n関連記事\n・値上げ\n二。", "一。\n二。", ["値上げ"]),
        ("Satu.\nBaca juga: Harga Naik\nBaca juga: Harga Turun", "Satu.",
         ["Harga Naik", "Harga Turun"]),
        ("Satu.\nBaca juga:", "Satu.", []),
    ],
)  # fmt: skip
def test_blocks_in_the_shapes_that_sites_write_them(
    text: str, cleaned: str, related: list[str]
) -> None:
    assert clean_text(text) == (cleaned, tuple(related))


@pytest.mark.parametrize(
    "text",
    [
        "Baca juga buku itu, katanya.",
        "Ia berkata. Baca juga buku itu, katanya. Lalu ia pergi.",
        "Baca juga: Presiden pergi ke Rusia. Ia bertemu Putin di sana.",
        "Related: he was the brother of the king.",
        "Read more books, said the minister of education on Monday.",
        "See also what the court said about it in March.",
        "The related articles were withdrawn.",
        "- Satu hal.\n- Dua hal.",
    ],
)
def test_sentences_that_only_look_like_navigation_stay(text: str) -> None:
    assert clean_text(text) == (text, ())


def test_a_real_paragraph_right_after_a_marker_stays() -> None:
    text = "Satu.\nBaca juga:\nPresiden kemudian bertolak ke Moskow, kata juru bicaranya."
    cleaned, related = clean_text(text)
    assert cleaned == "Satu.\nPresiden kemudian bertolak ke Moskow, kata juru bicaranya."
    assert related == ()


def test_paragraphs_of_a_script_without_full_stops_are_not_taken_for_headlines() -> None:
    text = "หนึ่ง\nอ่านเพิ่มเติม\nราคาน้ำมันขึ้น\nประธานาธิบดีกล่าวว่าจะเดินทาง\nและจะกลับมา"
    cleaned, related = clean_text(text)
    assert related == ("ราคาน้ำมันขึ้น",)
    assert cleaned.endswith("ประธานาธิบดีกล่าวว่าจะเดินทาง\nและจะกลับมา")
