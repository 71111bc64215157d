"""Stated times, in UTC or not at all."""

from datetime import UTC, datetime, timedelta

import pytest

from retrieval.intake.dates import can_be_right, parse_time


@pytest.mark.parametrize(
    ("stated", "time"),
    [
        ("2022-01-03T10:15:00+07:00", datetime(2022, 1, 3, 3, 15, tzinfo=UTC)),
        ("2022-01-03T10:15:00Z", datetime(2022, 1, 3, 10, 15, tzinfo=UTC)),
        ("2022-01-03T10:15:00", datetime(2022, 1, 3, 10, 15, tzinfo=UTC)),
        ("2022-01-03", datetime(2022, 1, 3, tzinfo=UTC)),
        (" 2022-01-03 ", datetime(2022, 1, 3, tzinfo=UTC)),
        ("2022/1/3 10:15:00", datetime(2022, 1, 3, 10, 15, tzinfo=UTC)),
        ("Mon, 03 Jan 2022 10:15:00 GMT", datetime(2022, 1, 3, 10, 15, tzinfo=UTC)),
        ("Mon, 03 Jan 2022 10:15:00 +0700", datetime(2022, 1, 3, 3, 15, tzinfo=UTC)),
    ],
)
def test_stated_times(stated: str, time: datetime) -> None:
    assert parse_time(stated) == time
    assert parse_time(stated).tzinfo is UTC  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "yesterday",
        "2022",
        "2022-13-01",
        "3 Januari",
        "0001-01-01T00:00:00+14:00",
        "\x00",
        "1e9",
    ],
)
def test_no_time_is_guessed(stated: str) -> None:
    assert parse_time(stated) is None


def test_a_time_can_be_right_unless_it_is_to_come_or_an_unset_clocks() -> None:
    now = datetime.now(UTC)
    assert can_be_right(now)
    assert can_be_right(now + timedelta(hours=12))
    assert not can_be_right(now + timedelta(days=2))
    assert not can_be_right(datetime(1970, 1, 1, tzinfo=UTC))
    assert not can_be_right(datetime(1, 1, 1, tzinfo=UTC))
    assert can_be_right(datetime(1945, 8, 17, tzinfo=UTC))
