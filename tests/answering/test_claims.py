"""What two sentences claim: the same, another number, another cause, or nothing sure."""

from __future__ import annotations

import pytest

from retrieval.answering.claims import Comparison, compare_claims, read_claim, without_dateline

SAME, DIFFERS, MEASURES, DOUBTFUL = (
    Comparison.SAME,
    Comparison.DIFFERS,
    Comparison.MEASURES_DIFFER,
    Comparison.DOUBTFUL,
)


def compared(one: str, other: str, languages: str = "en en") -> Comparison:
    first, second = languages.split()
    return compare_claims(read_claim(one, first), read_claim(other, second))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("It killed five.", "Five people died.", SAME),
        ("It killed five.", "Six people died.", DIFFERS),
        ("It killed five.", "Five people died and 11 were hurt.", SAME),
        ("Five died and 11 were hurt.", "Five people died.", DOUBTFUL),  # says less
        ("Five died and 11 were hurt.", "Five died and 12 were hurt.", DIFFERS),
        ("Prices rose 3.2 percent.", "Prices rose 3.6%.", MEASURES),
        ("Some 5,000 people came.", "5,012 people came.", SAME),  # rounded
        ("Some 300 people came.", "340 people came.", DIFFERS),
        ("10 people died.", "12 people died.", DIFFERS),  # nothing so small is round
        ("12 trucks came.", "Five were killed.", DOUBTFUL),
    ],
)
def test_numbers_are_compared_by_what_they_count(
    one: str, other: str, expected: Comparison
) -> None:
    assert compared(one, other) is expected


@pytest.mark.parametrize(
    ("one", "other", "languages", "expected"),
    [
        ("Lima orang tewas.", "Five people died.", "id en", SAME),
        ("Lima orang tewas.", "Eight people died.", "id en", DIFFERS),
        ("Rugi Rp2 miliar.", "It lost 2 billion rupiah.", "id en", SAME),
        ("造成七人死亡。", "It killed 15 people.", "zh en", DIFFERS),
        ("Api dipicu korsleting.", "The fire was caused by arson.", "id en", DIFFERS),
        ("Api dipicu korsleting.", "It was caused by a short circuit.", "id en", SAME),
        ("Ia pergi ke Prancis.", "He travelled to France.", "id en", SAME),
        ("Ia pergi ke Tiongkok.", "He travelled to India.", "id en", DOUBTFUL),
    ],
)
def test_languages_are_compared_by_numbers_causes_and_countries(
    one: str, other: str, languages: str, expected: Comparison
) -> None:
    assert compared(one, other, languages) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("It fell because of rain.", "It fell due to an earthquake.", DIFFERS),
        ("It fell because of rain.", "It fell after heavy rain.", SAME),
        ("It fell because of rain.", "It fell.", DOUBTFUL),  # does not say why
        ("It fell because of moles.", "It fell due to badgers.", DOUBTFUL),  # not known
        ("It opens on 12 May.", "It opens on May 20.", DIFFERS),
        ("It opens on 12 May.", "It opens on May 13.", SAME),  # may be the time zone
        ("He ordered it.", "He denied it.", DOUBTFUL),
        ("It was sold to Acme.", "It was sold to Zenith.", DOUBTFUL),
    ],
)
def test_causes_days_denials_and_names(one: str, other: str, expected: Comparison) -> None:
    assert compared(one, other) is expected


def test_the_names_of_days_and_months_are_no_names() -> None:
    assert compared("They met in Bandung on Monday.", "They met in Bandung in March.") is SAME


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("JAKARTA (ANTARA) - Harga naik.", "Harga naik."),
        ("MANILA (Reuters) — Prices rose.", "Prices rose."),
        ("BANDUNG, KOMPAS — Harga naik.", "Harga naik."),
        ("Five (three men) died - police.", "Five (three men) died - police."),
        ("Prices rose - a lot.", "Prices rose - a lot."),
    ],
)
def test_a_dateline_is_no_claim(text: str, bare: str) -> None:
    assert without_dateline(text) == bare
