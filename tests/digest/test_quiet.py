"""Quiet hours, also across midnight and when clocks are set."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from retrieval.digest.quiet import is_night, release_at, wakes_at
from retrieval.records import Preferences

NIGHT = (time(22), time(7))


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_quiet_hours_cross_midnight(clock: str, quiet: bool) -> None:
    moment = datetime.fromisoformat(f"2026-11-24T{clock}:00+07:00")
    chosen = Preferences(timezone="Asia/Jakarta", quiet=NIGHT)
    assert (release_at(chosen, moment) > moment) is quiet
    assert is_night(chosen, moment) is quiet


def test_without_quiet_hours_nothing_is_held() -> None:
    moment = datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert release_at(Preferences(), moment) == moment


def test_what_breaks_waits_for_the_end_of_night_and_of_quiet_hours() -> None:
    moment = datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert wakes_at(Preferences(), moment) == moment.replace(hour=7)
    late = Preferences(quiet=(time(6), time(9)))
    assert wakes_at(late, moment) == moment.replace(hour=9)
    noon = moment.replace(hour=12)
    assert wakes_at(late, noon) == noon


@pytest.mark.parametrize(
    ("begin", "end"), [("23:30", "2026-11-25T07:00"), ("01:00", "2026-11-24T07:00")]
)
def test_what_is_held_is_released_at_the_next_end(begin: str, end: str) -> None:
    moment = datetime.fromisoformat(f"2026-11-24T{begin}:00").replace(tzinfo=UTC)
    assert release_at(Preferences(quiet=NIGHT), moment) == datetime.fromisoformat(end).replace(
        tzinfo=UTC
    )


def test_quiet_hours_of_a_day_are_over_the_same_day() -> None:
    moment = datetime(2026, 11, 24, 13, tzinfo=UTC)
    chosen = Preferences(quiet=(time(12), time(14)))
    assert release_at(chosen, moment) == datetime(2026, 11, 24, 14, tzinfo=UTC)


def test_the_end_is_never_before_the_moment_though_clocks_are_set_back() -> None:
    second_time = datetime(2026, 11, 1, 6, 45, tzinfo=UTC)  # 01:45 for the second time
    chosen = Preferences(timezone="America/New_York", quiet=(time(1, 30), time(1, 50)))
    assert release_at(chosen, second_time) >= second_time
