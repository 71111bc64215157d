"""Who shares a composition."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

import pytest

from retrieval.digest.key import composition_key
from retrieval.records import WEEKDAYS, Preferences, WhenEmpty

SINCE = datetime(2026, 3, 3, 7, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)
PREFERENCES = Preferences(topics=("energy", "Turkey"), left_out=("crypto",), disliked=("a", "b"))


def key(preferences: Preferences = PREFERENCES, told: tuple[int, ...] = (1, 2)) -> str:
    return composition_key(preferences, SINCE, UNTIL, told)


@pytest.mark.parametrize(
    "change",
    [
        {"at": time(9)},
        {"timezone": "Asia/Jakarta"},
        {"days": WEEKDAYS},
        {"quiet": (time(22), time(7))},
        {"when_empty": WhenEmpty.LINE},
        {"breaking": True},
        {"picture": True},
        {"topics": ("Turkey", "energy")},
        {"disliked": ("b", "a")},
    ],
)
def test_what_does_not_decide_on_stories_is_not_in_the_key(change: dict[str, Any]) -> None:
    assert key(replace(PREFERENCES, **change)) == key()


@pytest.mark.parametrize(
    "change",
    [
        {"stories": 3},
        {"language": "id"},
        {"topics": ("energy",)},
        {"topics": ("energy, Turkey",)},
        {"left_out": ()},
        {"disliked": ("a",)},
    ],
)
def test_what_decides_on_stories_is_in_the_key(change: dict[str, Any]) -> None:
    assert key(replace(PREFERENCES, **change)) != key()


def test_the_span_and_the_past_are_in_the_key() -> None:
    assert key(told=(2, 1, 1)) == key()
    assert key(told=(1,)) != key()
    assert composition_key(PREFERENCES, SINCE, UNTIL + timedelta(seconds=1), (1, 2)) != key()
    elsewhere = timezone(timedelta(hours=7))
    same = composition_key(PREFERENCES, SINCE.astimezone(elsewhere), UNTIL, (1, 2))
    assert same == key()
