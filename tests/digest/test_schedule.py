"""When a digest is due, in zones whose clocks do strange things."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from retrieval.digest.schedule import due_on, last_due, next_due
from retrieval.digest.zones import zone_of
from retrieval.errors import UsageError
from retrieval.records import WEEKDAYS, Preferences

HOUR = timedelta(hours=1)


def preferences(at: str, timezone: str, **more: object) -> Preferences:
    return Preferences(at=time.fromisoformat(at), timezone=timezone, **more)  # type: ignore[arg-type]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def releases(chosen: Preferences, after: datetime, until: datetime) -> list[datetime]:
    """Every digest of a span, as a bot that never sleeps would send them."""
    found = []
    while (due := next_due(chosen, after)) is not None and due <= until:
        found.append(due)
        after = due
    return found


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Asia/Jakarta", "2026-11-24T00:30"),
        ("Asia/Kathmandu", "2026-11-24T01:45"),
        ("UTC+05:45", "2026-11-24T01:45"),
        ("UTC-03:00", "2026-11-24T10:30"),
        ("Europe/Dublin", "2026-11-24T07:30"),
        ("Pacific/Apia", "2026-11-24T18:30"),
        ("America/New_York", "2026-11-24T12:30"),
    ],
)
def test_it_is_due_at_the_time_that_a_clock_there_shows(zone: str, due: str) -> None:
    assert next_due(preferences("07:30", zone), utc("2026-11-24T00:00")) == utc(due)


def test_a_time_that_the_clocks_leap_over_comes_once_an_hour_later() -> None:
    chosen = preferences("02:30", "America/New_York")
    found = releases(chosen, utc("2026-03-07T12:00"), utc("2026-03-09T12:00"))
    assert found == [utc("2026-03-08T07:30"), utc("2026-03-09T06:30")]
    local = found[0].astimezone(zone_of("America/New_York"))
    assert (local.date(), local.time()) == (date(2026, 3, 8), time(3, 30))


def test_a_time_that_comes_twice_has_one_digest_the_first_time() -> None:
    chosen = preferences("01:30", "America/New_York")
    found = releases(chosen, utc("2026-10-31T12:00"), utc("2026-11-02T12:00"))
    assert found == [utc("2026-11-01T05:30"), utc("2026-11-02T06:30")]


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Dublin"])
@pytest.mark.parametrize("at", ["00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "23:59"])
def test_every_day_of_a_year_has_exactly_one(zone: str, at: str) -> None:
    chosen = preferences(at, zone)
    found = releases(chosen, utc("2025-12-31T12:00"), utc("2026-12-31T12:00"))
    days = [each.astimezone(zone_of(zone)).date() for each in found]
    assert len(days) == 365
    assert len(set(days)) == 365


def test_a_day_that_does_not_exist_has_none() -> None:
    chosen = preferences("07:00", "Pacific/Apia")
    found = releases(chosen, utc("2011-12-28T12:00"), utc("2012-01-01T12:00"))
    days = [each.astimezone(zone_of("Pacific/Apia")).date() for each in found]
    assert days == [date(2011, 12, 28), date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]


def test_only_the_chosen_days_have_one() -> None:
    chosen = preferences("07:00", "Asia/Jakarta", days=WEEKDAYS)
    found = releases(chosen, utc("2026-11-20T01:00"), utc("2026-11-24T01:00"))
    assert found == [utc("2026-11-23T00:00"), utc("2026-11-24T00:00")]
    assert next_due(preferences("07:00", "UTC", days=()), utc("2026-11-20T01:00")) is None


def test_what_falls_into_quiet_hours_is_due_when_they_end() -> None:
    chosen = preferences("23:00", "Asia/Jakarta", quiet=(time(22), time(7)))
    assert due_on(chosen, date(2026, 11, 24)) == utc("2026-11-24T16:00")
    assert next_due(chosen, utc("2026-11-24T12:00")) == utc("2026-11-25T00:00")


def test_after_a_long_sleep_the_latest_is_due_and_no_other() -> None:
    chosen = preferences("07:00", "UTC")
    found = last_due(chosen, utc("2026-11-24T09:00"))
    assert found == (date(2026, 11, 24), utc("2026-11-24T07:00"))


def test_a_day_that_has_its_digest_has_no_other_though_the_clock_is_set_back() -> None:
    chosen = preferences("07:00", "UTC")
    found = next_due(chosen, utc("2026-11-24T05:00"), date(2026, 11, 24))
    assert found == utc("2026-11-25T07:00")


@pytest.mark.parametrize("name", ["Atlantis", "", "UTC+99", "../etc/passwd", "UTC+05:75"])
def test_a_zone_that_does_not_exist_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(UsageError, match="time zone"):
        zone_of(name)
