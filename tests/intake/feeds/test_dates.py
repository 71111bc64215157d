"""Times as feeds write them: read for certain, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from retrieval.intake.feeds.dates import read_time
from tests.intake.feeds.reading import entry_of

TEN_PAST = datetime(2022, 1, 3, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "stated",
    [
        "Mon, 03 Jan 2022 10:15:00 GMT",
        "Mon, 03 Jan 2022 17:15:00 +0700",
        "Mon, 03 Jan 2022 17:15:00 +07:00",
        "Mon, 03 Jan 2022 17:15:00 GMT+7",
        "Mon, 03 Jan 2022 17:15:00 UTC+07:00",
        "Mon, 03 Jan 2022 17:15:00 WIB",
        "Mon, 03 Jan 2022 18:15 WITA",
        "Mon, 03 Jan 2022 05:15:00 EST",
        "03 Jan 22 10:15 GMT",
        "2022-01-03T10:15:00Z",
        "2022-01-03T17:15:00+07:00",
        "2022-01-03T17:15:00.000+0700",
        "2022-01-03T05:45-0430",
        "2022-01-03 17:15:00 WIB",
        "2022-01-03 17:15:00 +07:00",
        "Senin, 3 Januari 2022 17:15:00 WIB",
        "Senin, 03 Januari 2022 | 17:15 WIB",
        "Senin 3 Jan 2022 pukul 17.15 WIB",
        "3 de enero de 2022 10:15",
        "lundi 3 janvier 2022 10:15:00",
        "3. Januar 2022, 10:15 Uhr",
        "Pazartesi, 3 Ocak 2022 10:15",
        "понедельник, 3 января 2022 г. 10:15",
        "January 3, 2022 at 10:15 AM",
        "Monday, January 3, 2022 - 10:15",
        "Mon, 03 January 2022 10:15:00 +0000",
        "  Mon,\n 03 Jan 2022   10:15:00 GMT ",
    ],
)
def test_a_time_is_read(stated: str) -> None:
    assert read_time(stated) == TEN_PAST


@pytest.mark.parametrize(
    ("stated", "month"),
    [
        ("Jum'at, 7 Pebruari 2020 08:00 +0000", 2),
        ("Kamis, 7 Mei 2020 08:00 +0000", 5),
        ("Jumat, 7 Agustus 2020 08:00 +0000", 8),
        ("Fri, 7 Agt 2020 08:00:00 +0000", 8),
        ("Rabu, 7 Okt 2020 08:00:00 +0000", 10),
        ("Sabtu, 7 Nop 2020 08:00:00 +0000", 11),
        ("Senin, 7 Desember 2020 08:00:00 +0000", 12),
    ],
)
def test_indonesian_months_are_known(stated: str, month: int) -> None:
    assert read_time(stated) == datetime(2020, month, 7, 8, tzinfo=UTC)


def test_the_afternoon_is_no_morning() -> None:
    assert read_time("3 Jan 2022 10:15 PM") == TEN_PAST + timedelta(hours=12)
    assert read_time("January 3, 2022 12:15 a.m.") == TEN_PAST - timedelta(hours=10)


@pytest.mark.parametrize(
    "stated",
    [
        None,
        "",
        "now",
        "kemarin",
        "2 jam yang lalu",
        "10:15",
        "3 Januari",
        "Januari 2022",
        "2022",
        "03/04/2022",
        "1641204900",
        "Mon, 31 Feb 2022 10:00:00 GMT",
        "32 Januari 2022",
        "2022-13-45T99:99:99Z",
        "0000-00-00 00:00:00",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "9999-99-99",
        "9" * 5_000,
        "1 Januari " * 500,
        "Mon, 03 Jan 2022 10:15:00 +9999999",
    ],
)
def test_what_cannot_be_read_for_certain_is_none(stated: str | None) -> None:
    assert read_time(stated) is None


def test_the_future_is_a_mistake_but_for_a_day_of_grace() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    in_a_local_clock, mistaken = now + timedelta(hours=7), now + timedelta(days=2)
    assert read_time(in_a_local_clock.isoformat()) == in_a_local_clock
    assert read_time(mistaken.isoformat()) is None
    assert read_time("Fri, 01 Jan 9999 00:00:00 GMT") is None


@pytest.mark.parametrize("written", ["", "<pubDate/>", "<pubDate>soon</pubDate>"])
def test_an_entry_without_a_date_is_kept_without_one(written: str) -> None:
    entry = entry_of(f"<title>T</title>{written}")
    assert (entry.title, entry.published_at, entry.updated_at) == ("T", None, None)
