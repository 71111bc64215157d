"""What a site says of time is believed within reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.intake.web.freshness import LONGEST, Header, fresh_for, moment, retry_after

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def headers(values: Mapping[str, str]) -> Header:
    return values.get


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, None),
        ({"cache-control": "public"}, None),
        ({"cache-control": "max-age=60"}, MINUTE),
        ({"cache-control": 'public, Max-Age="60"'}, MINUTE),
        ({"cache-control": "max-age = 60"}, MINUTE),
        ({"cache-control": "s-maxage=600, max-age=60"}, MINUTE),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "max-age=90", "age": "30"}, MINUTE),
        ({"cache-control": "max-age=90", "age": "300"}, timedelta()),
        ({"cache-control": "max-age=60", "age": "soon"}, MINUTE),
        ({"cache-control": "no-cache, max-age=60"}, timedelta()),
        ({"cache-control": "no-store"}, timedelta()),
        ({"cache-control": "max-age=-5"}, None),
        ({"cache-control": "max-age=" + "9" * 300}, LONGEST),
        ({"cache-control": "max-age=60", "expires": "0"}, MINUTE),
        ({"expires": "Mon, 02 Mar 2026 12:01:00 GMT"}, MINUTE),
        (
            {
                "expires": "Mon, 02 Mar 2026 12:01:00 GMT",
                "date": "Mon, 02 Mar 2026 11:59:00 GMT",
            },
            2 * MINUTE,
        ),
        ({"expires": "0"}, timedelta()),
        ({"expires": "-1"}, timedelta()),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, timedelta()),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, LONGEST),
    ],
)
def test_an_answer_is_fresh_for_as_long_as_it_says(
    sent: Mapping[str, str], expected: timedelta | None
) -> None:
    assert fresh_for(headers(sent), NOW) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("60", MINUTE),
        (" 60 ", MINUTE),
        ("0", timedelta()),
        ("9" * 20, LONGEST),
        ("Mon, 02 Mar 2026 12:01:00 GMT", MINUTE),
        ("Monday, 02-Mar-26 12:01:00 GMT", MINUTE),
        ("Mon Mar  2 12:01:00 2026", MINUTE),
        ("Mon, 02 Mar 2026 11:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
        ("-60", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٦٠", None),
    ],
)
def test_a_site_is_left_alone_for_as_long_as_it_asks(
    value: str, expected: timedelta | None
) -> None:
    assert retry_after(headers({"retry-after": value}), NOW) == expected


@given(st.text())
def test_no_header_makes_a_span_outside_its_bounds(value: str) -> None:
    for name in ("cache-control", "expires", "date", "age", "retry-after"):
        sent = {"expires": "Mon, 02 Mar 2026 12:01:00 GMT", "cache-control": "max-age=5"}
        read = headers({**sent, name: value})
        for span in (fresh_for(read, NOW), retry_after(read, NOW)):
            assert span is None or timedelta() <= span <= LONGEST
    assert moment(value) is None or moment(value).tzinfo is UTC  # type: ignore[union-attr]
