"""Time zones from names, offsets, cities and places on the map."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.parsing.zones import parse_offset, parse_zone, zone_at


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Jakarta", "Asia/Jakarta"),
        ("america/new york", "America/New_York"),
        ("UTC", "UTC"),
        ("WIB", "Asia/Jakarta"),
        ("wita", "Asia/Makassar"),
        ("Jakarta", "Asia/Jakarta"),
        ("in Kathmandu", "Asia/Kathmandu"),
        ("New York", "America/New_York"),
        ("münchen", "Europe/Berlin"),
        ("Munich", "Europe/Berlin"),
        ("Нью-Йорк", "America/New_York"),
        ("東京", "Asia/Tokyo"),
        ("القاهرة", "Africa/Cairo"),
        ("दिल्ली", "Asia/Kolkata"),
        ("서울", "Asia/Seoul"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Apia", "Pacific/Apia"),
        ("Bali", "Asia/Makassar"),
        ("Nepal", "Asia/Kathmandu"),
        ("Jepang", "Asia/Tokyo"),
        ("Dublin", "Europe/Dublin"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(typed: str, zone: str) -> None:
    assert parse_zone(typed) == zone


def test_the_biggest_city_of_a_name_is_meant_unless_a_country_or_state_is_named() -> None:
    assert parse_zone("Paris") == "Europe/Paris"
    assert parse_zone("Paris, Texas") == "America/Chicago"
    assert parse_zone("London, Canada") == "America/Toronto"
    assert parse_zone("Portland") == "America/Los_Angeles"
    assert parse_zone("Portland, Maine") == "America/New_York"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("+7", "UTC+07:00"),
        ("UTC+5:45", "UTC+05:45"),
        ("GMT-3", "UTC-03:00"),
        ("+0545", "UTC+05:45"),
        ("−03:30", "UTC-03:30"),
        ("+14", "UTC+14:00"),
        ("UTC+0", "UTC"),
        ("+٧", "UTC+07:00"),
    ],
)
def test_an_offset_is_read(typed: str, zone: str) -> None:
    assert parse_offset(typed) == parse_zone(typed) == zone


@pytest.mark.parametrize(
    "typed", ["", "7", "+15", "-13", "+5:60", "a", "blargh", "Asia/Nowhere", "who did Putin call?"]
)
def test_what_names_no_zone_is_none(typed: str) -> None:
    assert parse_zone(typed) is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (-6.2, 106.8, "Asia/Jakarta"),
        (27.7, 85.3, "Asia/Kathmandu"),
        (-13.8, -171.8, "Pacific/Apia"),
        (53.3, -6.3, "Europe/Dublin"),
        (0.0, -150.0, "UTC-10:00"),  # the high seas
        (90.0, 0.0, "UTC"),
    ],
)
def test_a_place_has_a_zone(latitude: float, longitude: float, zone: str) -> None:
    assert zone_at(latitude, longitude) == zone
    if "/" in zone:
        assert ZoneInfo(zone)


def test_what_is_no_place_on_earth_has_none() -> None:
    assert zone_at(91, 0) is None
    assert zone_at(0, 181) is None
    assert zone_at(float("nan"), 0) is None
