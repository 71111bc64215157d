"""Days of the week, in many languages."""

from __future__ import annotations

import pytest

from bot.parsing.days import WEEKEND, parse_days
from retrieval.records.digests import EVERY_DAY, WEEKDAYS


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("every day", EVERY_DAY),
        ("Setiap hari", EVERY_DAY),
        ("毎日", EVERY_DAY),
        ("weekdays", WEEKDAYS),
        ("hari kerja", WEEKDAYS),
        ("по будням", WEEKDAYS),
        ("weekend", WEEKEND),
        ("akhir pekan", WEEKEND),
        ("Mon-Fri", WEEKDAYS),
        ("senin–jumat", WEEKDAYS),
        ("lunes a viernes", WEEKDAYS),
        ("Пн-Пт", WEEKDAYS),
        ("周一到周五", WEEKDAYS),
        ("Fri to Mon", (0, 4, 5, 6)),
        ("mon, wed and fri", (0, 2, 4)),
        ("Mon Wed Fri", (0, 2, 4)),
        ("Senin, Rabu dan Jumat", (0, 2, 4)),
        ("Jum'at", (4,)),
        ("Mo, Mi, Fr", (0, 2, 4)),
        ("月水金", (0, 2, 4)),
        ("月曜日と水曜日", (0, 2)),
        ("星期天", (6,)),
        ("월요일", (0,)),
        ("on Sundays", (6,)),
        ("every tuesday", (1,)),
        ("mon mon", (0,)),
    ],
)
def test_days_are_read(typed: str, days: tuple[int, ...]) -> None:
    assert parse_days(typed) == days


def test_the_persons_own_language_is_asked_first() -> None:
    assert parse_days("ma", "nl") == (1 - 1,)  # maandag
    assert parse_days("ma", "fi") == (0,)  # maanantai
    assert parse_days("mar", "es") == (1,)
    assert parse_days("mi", "de") == (2,)  # Mittwoch
    assert parse_days("sun", "xx-unknown") == (6,)


@pytest.mark.parametrize(
    "typed", ["", " ", "7:30", "Paris", "m", "mon-", "who did Putin call?", ","]
)
def test_what_names_no_day_is_none(typed: str) -> None:
    assert parse_days(typed) is None
