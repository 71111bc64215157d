"""Quiet hours: from when to when, or off."""

from __future__ import annotations

from datetime import time

import pytest

from bot.parsing.quiet import is_off, parse_quiet


@pytest.mark.parametrize(
    "typed",
    [
        *("22-7", "22–07", "22:00 - 07:00", "22.00-07.00", "22h–7h", "10 pm to 7 am", "10pm-7am"),
        *("from 22 to 7", "between 10 pm and 7 am", "22.00 sampai 07.00", "22 s/d 7"),
        *("dari jam 10 malam sampai 7 pagi", "von 22 bis 7 Uhr", "с 22 до 7", "de 22h à 7h"),
        *("22時から7時まで", "２２～７"),
    ],
)
def test_from_ten_in_the_evening_to_seven(typed: str) -> None:
    assert parse_quiet(typed) == (time(22), time(7))


def test_quiet_hours_need_not_cross_midnight() -> None:
    assert parse_quiet("1-5:30") == (time(1), time(5, 30))


@pytest.mark.parametrize(
    "typed", ["", "22", "7-7", "22 7", "25-7", "22-", "-22-7", "night", "who did Putin call?"]
)
def test_what_says_no_hours_is_none(typed: str) -> None:
    assert parse_quiet(typed) is None


def test_off_is_said_in_many_ways() -> None:
    for typed in ("off", "OFF.", "mati", "aus", "нет", "オフ", "none"):
        assert is_off(typed)
    for typed in ("", "22-7", "office", "on"):
        assert not is_off(typed)
