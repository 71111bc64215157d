"""Times of day, as people of many languages type them."""

from __future__ import annotations

from datetime import time

import pytest

from bot.parsing.times import is_unmistakable, parse_time


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("7:30", 7, 30),
        ("19.00", 19, 0),
        ("7,30", 7, 30),
        ("0730", 7, 30),
        ("7", 7, 0),
        ("24:00", 0, 0),
        ("８：３０", 8, 30),
        ("  7:30.", 7, 30),
        # English
        ("8 pm", 20, 0),
        ("8pm", 20, 0),
        ("8:15 P.M.", 20, 15),
        ("at 8 o’clock", 8, 0),
        ("7 in the morning", 7, 0),
        ("10 at night", 22, 0),
        ("noon", 12, 0),
        ("midnight", 0, 0),
        # Indonesian
        ("pukul 7 pagi", 7, 0),
        ("jam 7 malam", 19, 0),
        ("pukul 12 siang", 12, 0),
        ("jam 1 siang", 13, 0),
        ("jam 11 siang", 11, 0),
        ("jam 4 sore", 16, 0),
        ("jam 3 dini hari", 3, 0),
        ("pukul 19.30", 19, 30),
        ("7pagi", 7, 0),
        # French, Spanish, Portuguese, German, Turkish, Finnish, Vietnamese
        ("7h30", 7, 30),
        ("à 19 h", 19, 0),
        ("8 heures du soir", 20, 0),
        ("a las 7 de la mañana", 7, 0),
        ("7 de la tarde", 19, 0),
        ("7 da manhã", 7, 0),
        ("um 19:30 Uhr", 19, 30),
        ("7 Uhr 30", 7, 30),
        ("akşam 8", 20, 0),
        ("klo 7", 7, 0),
        ("7 giờ sáng", 7, 0),
        # Russian, Arabic, Hindi, Thai
        ("в 8 часов вечера", 20, 0),
        ("7 утра", 7, 0),
        ("٧:٣٠", 7, 30),
        ("٧ صباحًا", 7, 0),
        ("8 مساءً", 20, 0),
        ("शाम 7:30 बजे", 19, 30),
        ("07.30 น.", 7, 30),
        # Japanese, Chinese, Korean
        ("午後8時", 20, 0),
        ("午後8時半", 20, 30),
        ("上午8点15分", 8, 15),
        ("晚上12点", 0, 0),
        ("오전 7시 30분", 7, 30),
    ],
)
def test_a_time_is_read(typed: str, hour: int, minute: int) -> None:
    assert parse_time(typed) == time(hour, minute)


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("12 am", 0), ("12 pm", 12), ("1 am", 1), ("1 pm", 13), ("11 pm", 23), ("13 pm", 13)],
)
def test_twelve_hours_become_twenty_four(typed: str, hour: int) -> None:
    assert parse_time(typed) == time(hour)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "   ", "..", "25:00", "24:01", "7:60", "13 am", "1975", "99", "-5", "3.5", "7:30:00"),
        *("7 8", "7-8", "+7", "who did Putin call?", "7 people", "Paris", "half past", "2 ทุ่ม"),
        *("7:30 " * 100, "7:30 Asia/Jakarta", "\0", "👍", "12345"),
    ],
)
def test_what_is_no_time_or_not_only_a_time_is_none(typed: str) -> None:
    assert parse_time(typed) is None


def test_every_time_of_a_day_is_read_back_from_either_clock() -> None:
    for minute in range(24 * 60):
        moment = time(minute // 60, minute % 60)
        twelve = f"{(moment.hour - 1) % 12 + 1}:{moment.minute:02d}"
        half = "am" if moment.hour < 12 else "pm"
        assert parse_time(f"{moment:%H:%M}") == moment
        assert parse_time(f"{moment:%H.%M}") == moment
        assert parse_time(f"{twelve} {half}") == moment


def test_a_number_alone_may_be_anything() -> None:
    assert [is_unmistakable(typed) for typed in ("7", "1945", "7:30", "8 pm")] == [
        False,
        False,
        True,
        True,
    ]
