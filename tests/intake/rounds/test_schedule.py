"""When a feed is visited next, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from retrieval.errors import FetchError, GoneError, IntakeError, RetryLaterError
from retrieval.intake.rounds.schedule import (
    FAILING_TOO_LONG,
    LONGEST,
    SHORTEST,
    Asked,
    after_failure,
    after_visit,
    backed_off,
)
from retrieval.records import Feed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.org/feed.xml"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KNOWN = Feed(URL, interval=HOUR, visited_at=NOW - HOUR, succeeded_at=NOW - HOUR)


def busy(retry_after: timedelta | None = None) -> RetryLaterError:
    return RetryLaterError(URL, "it answered 503", retry_after)


@pytest.mark.parametrize(
    ("before", "listed", "news", "asked", "interval", "wait"),
    [
        (HOUR, 20, 1, Asked(), HOUR / 2, HOUR / 2),
        (HOUR, 20, 0, Asked(), HOUR * 1.5, HOUR * 1.5),
        (HOUR, 0, 0, Asked(), HOUR * 1.5, HOUR * 1.5),  # it answered that nothing changed
        (2 * HOUR, 20, 20, Asked(), HOUR / 2, HOUR / 2),  # more may have been missed
        (SHORTEST, 20, 5, Asked(), SHORTEST, SHORTEST),
        (LONGEST, 20, 0, Asked(), LONGEST, LONGEST),
        (SHORTEST, 20, 5, Asked(visit_every=HOUR), HOUR, HOUR),
        (HOUR, 20, 0, Asked(visit_every=MINUTE), HOUR * 1.5, HOUR * 1.5),
        (HOUR, 20, 0, Asked(visit_every=30 * DAY), LONGEST, LONGEST),
        (SHORTEST, 20, 5, Asked(fresh_for=3 * HOUR), SHORTEST, 3 * HOUR),
        (HOUR, 20, 0, Asked(fresh_for=MINUTE), HOUR * 1.5, HOUR * 1.5),
        (HOUR, 20, 5, Asked(fresh_for=365 * DAY), HOUR / 2, LONGEST),
    ],
)
def test_the_interval_follows_the_news_and_what_is_asked(  # noqa: PLR0917  a table's columns
    before: timedelta,
    listed: int,
    news: int,
    asked: Asked,
    interval: timedelta,
    wait: timedelta,
) -> None:
    feed = after_visit(replace(KNOWN, interval=before), NOW, listed=listed, news=news, asked=asked)
    assert feed.interval == interval
    assert feed.next_visit_at == NOW + wait
    assert feed.succeeded_at == feed.visited_at == NOW


def test_a_first_visit_says_nothing_of_the_rhythm() -> None:
    feed = after_visit(Feed(URL), NOW, listed=20, news=20)
    assert feed.interval == Feed(URL).interval
    assert feed.changed_at == NOW


def test_only_news_changes_when_it_last_changed() -> None:
    before = replace(KNOWN, changed_at=NOW - DAY)
    assert after_visit(before, NOW, listed=5, news=0).changed_at == NOW - DAY
    assert after_visit(before, NOW, listed=5, news=1).changed_at == NOW


def test_a_visit_that_works_forgets_the_failures() -> None:
    failing = replace(KNOWN, failing_since=NOW - DAY, failures=7, error="it answered 503")
    feed = after_visit(failing, NOW, listed=0, news=0)
    assert (feed.failing_since, feed.failures, feed.error) == (None, 0, None)


@pytest.mark.parametrize("gap", [HOUR, 6 * HOUR, DAY])
def test_the_interval_settles_below_the_rhythm_of_the_feed(gap: timedelta) -> None:
    feed, now, visits = Feed(URL), NOW, 0
    end = NOW + 40 * gap
    while now < end:
        news = 0 if feed.visited_at is None else (now - NOW) // gap - (feed.visited_at - NOW) // gap
        feed = after_visit(feed, now, listed=20, news=news)
        assert feed.next_visit_at is not None
        now, visits = feed.next_visit_at, visits + 1
    assert 1.5 < visits / 40 < 6  # neither half blind nor a nuisance


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(1, SHORTEST), (2, 2 * SHORTEST), (3, HOUR), (5, 4 * HOUR), (8, LONGEST), (900, LONGEST)],
)
def test_failures_are_waited_out_for_longer_and_longer(failures: int, wait: timedelta) -> None:
    assert backed_off(failures) == wait


@pytest.mark.parametrize(
    ("interval", "retry_after", "wait"),
    [
        (SHORTEST, None, SHORTEST),
        (6 * HOUR, None, 6 * HOUR),  # never sooner than if it worked
        (SHORTEST, 5 * HOUR, 5 * HOUR),
        (SHORTEST, MINUTE, SHORTEST),
        (SHORTEST, 3650 * DAY, 7 * DAY),
    ],
)
def test_what_a_busy_server_asks_for_is_waited(
    interval: timedelta, retry_after: timedelta | None, wait: timedelta
) -> None:
    feed = after_failure(replace(KNOWN, interval=interval), NOW, busy(retry_after))
    assert feed.next_visit_at == NOW + wait
    assert feed.interval == interval
    assert (feed.error, feed.failures, feed.failing_since) == ("it answered 503", 1, NOW)
    assert feed.succeeded_at == KNOWN.succeeded_at


def test_jitter_only_ever_puts_a_visit_off() -> None:
    late = after_visit(KNOWN, NOW, listed=0, news=0, jitter=0.999)
    assert late.next_visit_at is not None
    assert HOUR * 1.5 < late.next_visit_at - NOW <= HOUR * 1.5 * 1.1
    assert after_failure(KNOWN, NOW, busy(), jitter=0.5).next_visit_at == NOW + HOUR * 1.05


@pytest.mark.parametrize(
    ("error", "failing_for", "failures", "paused"),
    [
        (GoneError(URL, "it is gone (410)", 410), None, 0, True),
        (GoneError(URL, "it is not there (404)", 404), None, 0, False),
        (GoneError(URL, "it is not there (404)", 404), FAILING_TOO_LONG, 20, True),
        (FetchError(URL, "it answered 403"), FAILING_TOO_LONG - MINUTE, 20, False),
        (IntakeError(URL, "this is no feed"), FAILING_TOO_LONG, 20, True),
        (busy(), FAILING_TOO_LONG, 1, False),  # the computer was off for a fortnight
    ],
)
def test_a_feed_that_is_gone_or_fails_for_too_long_is_paused(
    error: IntakeError, failing_for: timedelta | None, failures: int, paused: bool
) -> None:
    since = NOW - failing_for if failing_for else None
    feed = after_failure(replace(KNOWN, failing_since=since, failures=failures), NOW, error)
    assert (feed.paused_because is not None) is paused
    if feed.paused_because:
        assert error.reason in feed.paused_because
