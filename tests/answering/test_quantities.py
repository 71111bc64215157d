"""Numbers and dates: the same, however an outlet writes them."""

from __future__ import annotations

import pytest

from retrieval.answering.quantities import Day, Quantity, read_figures


def read(text: str, language: str) -> list[tuple[float, str]]:
    return [tuple(each) for each in read_figures(text, language).quantities]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "Sedikitnya lima orang tewas."),
        ("id", "Ledakan itu menewaskan 5 pekerja."),
        ("id", "Korban meninggal mencapai 5 orang."),
        ("en", "The blast killed at least five workers."),
        ("en", "Five people were confirmed dead."),
        ("es", "Al menos cinco muertos."),
        ("zh", "造成至少五人死亡。"),
        ("ar", "قتل ٥ أشخاص."),
        ("ar", "مقتل خمسة أشخاص."),
    ],
)
def test_five_dead_are_five_dead_in_every_language(language: str, text: str) -> None:
    assert read(text, language) == [(5, "dead")]


@pytest.mark.parametrize(
    ("language", "text", "value", "what"),
    [
        ("id", "Rp2 miliar", 2e9, "IDR"),
        ("id", "2 miliar rupiah", 2e9, "IDR"),
        ("id", "Rp1,25 triliun", 1.25e12, "IDR"),
        ("id", "Rp12.500 per liter", 12_500, "IDR"),
        ("id", "3 ribu orang", 3_000, "people"),
        ("en", "$3.2 billion", 3.2e9, "USD"),
        ("en", "3.2 billion U.S. dollars", 3.2e9, "USD"),
        ("en", "US$ 450 million", 4.5e8, "USD"),
        ("en", "£5bn", 5e9, "GBP"),
        ("en", "2,000 jobs", 2_000, "workers"),
        ("en", "two hundred and forty homes", 240, "homes"),
        ("es", "500 millones de euros", 5e8, "EUR"),
        ("es", "3 mil millones de dólares", 3e9, "USD"),
        ("es", "treinta y dos heridos", 32, "hurt"),
        ("de", "3,5 Milliarden Euro", 3.5e9, "EUR"),
        ("zh", "50亿美元", 5e9, "USD"),
        ("zh", "1.2万人", 12_000, "people"),
        ("ar", "٣٫٥ مليون دولار", 3.5e6, "USD"),
        ("id", "6,25 persen", 6.25, "percent"),
        ("en", "6.25%", 6.25, "percent"),
        ("es", "12 kilómetros", 12, "kilometres"),
        ("fr", "1\u202f250 maisons", 1_250, "~maiso"),
    ],
)
def test_marks_scales_and_currencies_are_read(
    language: str, text: str, value: float, what: str
) -> None:
    assert read(text, language) == [(pytest.approx(value), what)]


def test_each_number_counts_what_stands_nearest() -> None:
    assert read("The blast killed four workers and injured 11.", "en") == [
        Quantity(4, "dead"),
        Quantity(11, "hurt"),
    ]
    assert read("Sebanyak 17 orang tewas, 118 selamat, dan 11 hilang.", "id")[0] == (17, "dead")
    assert read("A magnitude 6.1 earthquake struck, killing three people.", "en") == [
        Quantity(6.1, "magnitude"),
        Quantity(3, "dead"),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "JAKARTA, Senin (3/3) pukul 05.53 WIB."),
        ("id", "Sejak 2019 belum ada yang seperti itu."),
        ("en", "It began at 4:30 on Monday."),
        ("en", "The doors open at 7 p.m."),
        ("en", "COVID-19 dominated the G20."),
        ("en", "One of them said so."),
        ("zh", "会议于15时开始。"),
    ],
)
def test_times_years_and_names_count_nothing(language: str, text: str) -> None:
    assert read(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "Sidang dimulai 5 September."),
        ("en", "The trial begins on September 5, 2025."),
        ("en", "The trial begins on the 5th of September."),
        ("es", "El juicio empieza el 5 de septiembre de 2025."),
        ("zh", "审判于9月5日开始。"),
    ],
)
def test_a_day_is_its_month_and_number(language: str, text: str) -> None:
    assert read_figures(text, language).days == (Day(9, 5),)
    assert read(text, language) == []


def test_a_score_is_one_figure() -> None:
    assert read("Timnas menang 2-1.", "id") == read("The team won 2-1.", "en")
    assert read("Timnas menang 2-1.", "id") != read("Timnas menang 1-2.", "id")


def test_a_language_that_nobody_knows_has_digits() -> None:
    assert read("12 xyz", "xx") == [(12, "~xyz")]
    assert read("12 xyz", "") == [(12, "~xyz")]
