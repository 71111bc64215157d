"""How a feed is, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from retrieval.intake.rounds.verdicts import Health, dead_for_sure, in_words, verdict_of
from retrieval.records import Feed, FeedStatus

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WORKING = Feed(
    "https://example.org/feed.xml",
    visited_at=NOW - HOUR,
    succeeded_at=NOW - HOUR,
    changed_at=NOW - HOUR,
)


def status(
    newest: timedelta | None = HOUR, gap: timedelta | None = HOUR, **feed: Any
) -> FeedStatus:
    newest_article = None if newest is None else NOW - newest
    return FeedStatus(replace(WORKING, **feed), 3, newest_article, 0, gap)


@pytest.mark.parametrize(
    ("of", "health"),
    [
        (status(), Health.OK),
        (status(visited_at=None, succeeded_at=None, changed_at=None), Health.NEVER_VISITED),
        (status(error="it answered 503", failing_since=NOW, failures=1), Health.DEAD),
        (status(paused_because="an operator paused it", error="x"), Health.PAUSED),
        (status(newest=4 * DAY), Health.STALE),
        (status(newest=2 * DAY), Health.OK),  # a weekend
        (status(newest=9 * DAY, gap=DAY), Health.OK),  # a daily feed on holiday
        (status(newest=11 * DAY, gap=DAY), Health.STALE),
        (status(newest=60 * DAY, gap=7 * DAY), Health.OK),
        (status(newest=9 * DAY, gap=None), Health.OK),
        (status(newest=11 * DAY, gap=None), Health.STALE),
        (status(newest=None), Health.OK),  # found an hour ago, not read yet
        (status(newest=None, changed_at=None), Health.STALE),
    ],
)
def test_a_feed_is_judged_by_its_rows(of: FeedStatus, health: Health) -> None:
    verdict = verdict_of(of, NOW)
    assert verdict.health is health
    assert verdict.words.endswith(".")
    assert verdict.words.count("..") == 0


def test_a_verdict_says_why() -> None:
    dead = status(error="it answered 503", failing_since=NOW - 2 * DAY, failures=9)
    assert verdict_of(dead, NOW).words == (
        "It failed 9 times in a row since 2 days ago; it last worked 60 minutes ago. "
        "The last error: it answered 503."
    )
    stale = verdict_of(status(newest=5 * DAY), NOW).words
    assert stale == (
        "It can be read, but its newest article is 5 days old; usually one comes every 60 minutes."
    )
    assert (
        "an operator paused it"
        in verdict_of(status(paused_because="an operator paused it"), NOW).words
    )


@pytest.mark.parametrize(
    ("feed", "sure"),
    [
        (WORKING, False),
        (replace(WORKING, failing_since=NOW - 2 * HOUR, failures=4), False),  # a bad hour
        (replace(WORKING, failing_since=NOW - DAY, failures=9), True),
        (replace(WORKING, failing_since=NOW - 30 * DAY, failures=2), False),  # we were away
        (Feed(WORKING.url, failing_since=NOW - HOUR, failures=3), True),  # it never worked
    ],
)
def test_an_operator_is_told_of_the_dead_and_not_of_a_bad_hour(feed: Feed, sure: bool) -> None:
    assert dead_for_sure(feed, NOW) is sure


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=30), "less than a minute"),
        (MINUTE, "1 minute"),
        (90 * MINUTE, "90 minutes"),
        (5 * HOUR, "5 hours"),
        (47 * HOUR, "47 hours"),
        (1500 * DAY, "1,500 days"),
    ],
)
def test_lengths_of_time_are_told_in_words(span: timedelta, words: str) -> None:
    assert in_words(span) == words
