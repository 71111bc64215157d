"""What stands after /digest and /trend, and what a reply to a digest asks for."""

from __future__ import annotations

from datetime import time
from time import perf_counter

import pytest

from bot.parsing.digest_command import DigestCommand, Wish, parse_digest_command
from bot.parsing.follow_up import parse_follow_up
from bot.parsing.trend import DAYS, MOST_DAYS, Trend, parse_trend
from retrieval.records.digests import EVERY_DAY, WEEKDAYS


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("", Wish.SETTINGS),
        ("now", Wish.NOW),
        ("Sekarang!", Wish.NOW),
        ("on", Wish.ON),
        ("off", Wish.OFF),
        ("mati", Wish.OFF),
    ],
)
def test_one_word_is_a_wish(typed: str, wish: Wish) -> None:
    assert parse_digest_command(typed) == DigestCommand(wish)


@pytest.mark.parametrize(
    ("typed", "at", "zone", "days"),
    [
        ("07:30 Asia/Jakarta", time(7, 30), "Asia/Jakarta", None),
        ("7:30", time(7, 30), None, None),
        ("8 pm New York", time(20), "America/New_York", None),
        ("New York, 8 pm", time(20), "America/New_York", None),
        ("pukul 7 pagi WIB", time(7), "Asia/Jakarta", None),
        ("at 7:30 in São Paulo", time(7, 30), "America/Sao_Paulo", None),
        ("07:30 UTC+5:45", time(7, 30), "UTC+05:45", None),
        ("7:30 Paris, Texas", time(7, 30), "America/Chicago", None),
        ("weekdays", None, None, WEEKDAYS),
        ("senin-jumat 7.00 WIB", time(7), "Asia/Jakarta", WEEKDAYS),
        ("8 pm every day Kathmandu", time(20), "Asia/Kathmandu", EVERY_DAY),
        ("Jakarta", None, "Asia/Jakarta", None),
    ],
)
def test_settings_come_in_one_go(
    typed: str, at: time | None, zone: str | None, days: tuple[int, ...] | None
) -> None:
    assert parse_digest_command(typed) == DigestCommand(Wish.CHANGE, at, zone, days)


@pytest.mark.parametrize(
    "typed",
    ["blah", "7:99", "07:30 Asia/Nowhere", "7 8", "who did Putin call?", "7:30 8:30 Jakarta"],
)
def test_what_cannot_be_understood_changes_nothing(typed: str) -> None:
    assert parse_digest_command(typed) is None


def test_a_long_text_is_given_up_quickly() -> None:
    parse_digest_command("7:30 Jakarta")  # reads the list of cities
    began = perf_counter()
    assert parse_digest_command("x " * 140) is None
    assert parse_digest_command("x" * 100_000) is None
    assert perf_counter() - began < 0.5


@pytest.mark.parametrize(
    ("typed", "trend"),
    [
        ("energy", Trend("energy", DAYS)),
        ("Energy 30", Trend("Energy", 30)),
        ("climate change 7 Days", Trend("climate change", 7)),
        ("harga beras 30 hari", Trend("harga beras", 30)),
        ("energy last 7 days", Trend("energy", 7)),
        ("エネルギー ７日", Trend("エネルギー", 7)),
        ("energy 500", Trend("energy", MOST_DAYS)),
        ("energy 1", Trend("energy", 2)),
        ("COVID-19", Trend("COVID-19", DAYS)),
        ("", None),
        ("?!", None),
        ("x" * 100, None),
    ],
)
def test_a_trend_has_a_topic_and_days(typed: str, trend: Trend | None) -> None:
    assert parse_trend(typed) == trend


@pytest.mark.parametrize(
    ("typed", "rank"),
    [
        ("tell me more about 2", 2),
        ("Tell me more about the 3rd story, please!", 3),
        ("more 2", 2),
        ("#2", 2),
        ("2", 2),
        ("the second one", 2),
        ("number one", 1),
        ("ceritakan lebih lanjut tentang 2", 2),
        ("selengkapnya nomor 3", 3),
        ("yang kedua dong", 2),
        ("10", 10),
        ("0", None),
        ("11", None),
        ("1 and 2", None),
        ("more", None),
        ("tell me more about Putin", None),
        ("who did Putin call in 2?", None),
        ("2024", None),
    ],
)
def test_a_reply_asks_for_one_story(typed: str, rank: int | None) -> None:
    assert parse_follow_up(typed) == rank
