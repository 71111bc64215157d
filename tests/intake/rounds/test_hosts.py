"""Hosts: one thing at a time each, and rest for those in trouble."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from retrieval.errors import RetryLaterError
from retrieval.intake.rounds.hosts import Lanes, Troubles, host_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def busy(retry_after: timedelta | None = None) -> RetryLaterError:
    return RetryLaterError("https://example.org/", "it is busy", retry_after)


def test_a_host_gets_one_piece_of_work_at_a_time_in_order() -> None:
    lanes: Lanes[int] = Lanes()
    for number in (1, 2):
        lanes.put("a", number)
    lanes.put("b", 3)
    assert lanes.take() == ("a", 1)
    assert lanes.take() == ("b", 3)
    assert lanes.take() is None
    assert len(lanes) == 1
    lanes.finish("a")
    assert lanes.take() == ("a", 2)
    assert lanes.take() is None


def test_hosts_take_turns() -> None:
    lanes: Lanes[str] = Lanes()
    for number in range(3):
        lanes.put("a", f"a{number}")
    lanes.put("b", "b0")
    order = []
    while taken := lanes.take():
        order.append(taken[1])
        lanes.finish(taken[0])
    assert order == ["a0", "b0", "a1", "a2"]


def test_what_waits_can_be_given_back() -> None:
    lanes: Lanes[int] = Lanes()
    lanes.put("a", 1)
    lanes.put("a", 2)
    lanes.take()
    assert lanes.clear() == [2]
    assert len(lanes) == 0


def test_a_host_that_fails_again_and_again_is_left_alone_for_a_while() -> None:
    troubles = Troubles()
    for _ in range(2):
        troubles.failed("a", busy(), NOW)
    assert troubles.until("a", NOW) is None
    troubles.failed("a", busy(), NOW)
    assert troubles.until("a", NOW) == NOW + 10 * MINUTE
    assert troubles.until("b", NOW) is None
    assert troubles.until("a", NOW + 10 * MINUTE) is None


def test_one_page_that_is_busy_does_not_stop_its_host() -> None:
    troubles = Troubles()
    for _ in range(5):
        troubles.failed("a", busy(60 * MINUTE), NOW)
        troubles.worked("a")
    assert troubles.until("a", NOW) is None
    for _ in range(2):
        troubles.failed("a", busy(60 * MINUTE), NOW)
    assert troubles.until("a", NOW) == NOW + 60 * MINUTE


def test_an_address_that_is_none_has_no_host() -> None:
    assert host_of("https://News.Example.org:8080/a") == "news.example.org"
    assert host_of("http://[::1/") == host_of("nonsense") == ""
