"""Who was asked for what."""

from __future__ import annotations

from bot.handlers.expected import PATIENCE, REMEMBERED, Expected, Wanted


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_was_asked_last_is_expected_until_it_is_answered() -> None:
    expected = Expected(Clock())
    assert expected.of(1, 2) is None
    expected.expect(1, 2, Wanted.TIME)
    expected.expect(1, 2, Wanted.ZONE)
    assert expected.of(1, 2) is Wanted.ZONE
    assert expected.of(1, 3) is None
    assert expected.of(2, 2) is None
    expected.done(1, 2)
    expected.done(1, 2)
    assert expected.of(1, 2) is None


def test_after_ten_minutes_nothing_is_expected() -> None:
    clock = Clock()
    expected = Expected(clock)
    expected.expect(1, 2, Wanted.TIME)
    clock.now = PATIENCE - 1
    assert expected.of(1, 2) is Wanted.TIME
    clock.now = PATIENCE
    assert expected.of(1, 2) is None


def test_so_many_people_are_remembered_and_no_more() -> None:
    expected = Expected(Clock())
    for person in range(REMEMBERED + 1):
        expected.expect(person, person, Wanted.TIME)
    assert expected.of(0, 0) is None
    assert expected.of(1, 1) is Wanted.TIME
    assert expected.of(REMEMBERED, REMEMBERED) is Wanted.TIME
