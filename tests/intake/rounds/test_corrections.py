"""When a page is read again, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from retrieval.errors import (
    FetchError,
    GoneError,
    IntakeError,
    RefusedError,
    RetryLaterError,
    TooLargeError,
)
from retrieval.intake.rounds.corrections import next_attempt, next_look

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.org/news/1"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_an_article_is_looked_at_for_two_days_with_falling_frequency() -> None:
    looks, at = [], next_look(NOW, NOW, NOW)
    while at:
        looks.append((at - NOW) / HOUR)
        at = next_look(NOW, NOW, at)
    assert looks == [1, 4, 12, 24, 48]


@pytest.mark.parametrize(
    ("published", "found", "now", "expected"),
    [
        (-3 * HOUR, 0 * HOUR, 0 * HOUR, HOUR),  # four hours after it was published
        (-72 * HOUR, 0 * HOUR, 0 * HOUR, None),
        (None, 0 * HOUR, 0 * HOUR, HOUR),
        (None, -72 * HOUR, 0 * HOUR, None),
        (500 * HOUR, 0 * HOUR, 0 * HOUR, HOUR),  # dated into the future
        (-3.9 * HOUR, 0 * HOUR, 0 * HOUR, 8.1 * HOUR),  # not twice in six minutes
    ],
)
def test_looks_are_counted_from_the_publication(
    published: timedelta | None, found: timedelta, now: timedelta, expected: timedelta | None
) -> None:
    at = next_look(None if published is None else NOW + published, NOW + found, NOW + now)
    assert at == (None if expected is None else NOW + expected)


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (RetryLaterError(URL, "it answered 503"), [10, 30, 120, 360]),
        (RetryLaterError(URL, "it answered 429", 1 * HOUR), [60, 60, 120, 360]),
        (FetchError(URL, "it answered 403"), [10, 30, 120, 360]),
        (GoneError(URL, "it is not there", 404), [10, 30]),
        (GoneError(URL, "it is gone", 410), []),
        (RefusedError(URL, "robots.txt forbids it"), []),
        (TooLargeError(URL, "it is too large"), []),
        (IntakeError(URL, "no article was found in the page"), []),
    ],
)
def test_a_page_is_tried_a_bounded_number_of_times(error: IntakeError, waits: list[int]) -> None:
    found: list[float] = []
    while due := next_attempt(error, len(found) + 1, NOW):
        found.append((due - NOW) / MINUTE)
    assert found == waits
