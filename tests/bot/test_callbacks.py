"""What a button says: short, versioned, and nothing is believed that cannot be read."""

from __future__ import annotations

import pytest

from bot.callbacks import MAX_BYTES, Action, Press, pack, topic_key, unpack


@pytest.mark.parametrize(
    ("action", "values"),
    [
        (Action.ON, ()),
        (Action.AT, ("0730",)),
        (Action.ZONE, ("America/Argentina/ComodRivadavia",)),
        (Action.ZONE, ("UTC+05:45",)),
        (Action.DAYS, ("0123456",)),
        (Action.STORY, ("9223372036854775807", "10")),
        (Action.FORGET, (topic_key("ä" * 60),)),
    ],
)
def test_what_is_packed_is_unpacked(action: Action, values: tuple[str, ...]) -> None:
    data = pack(action, *values)
    assert len(data.encode()) <= MAX_BYTES
    assert unpack(data) == Press(action, values)


@pytest.mark.parametrize(
    "data", [None, "", "1", "1|", "1|dance", "0|on", "2|on", "on", "more_3", "|".join("1" * 40)]
)
def test_what_was_never_said_or_is_too_old_is_none(data: str | None) -> None:
    assert unpack(data) is None


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        pack(Action.ZONE, "x" * 64)
    with pytest.raises(ValueError, match="separator"):
        pack(Action.ZONE, "a|b")


def test_a_value_is_a_number_or_none() -> None:
    press = Press(Action.STORY, ("12", "-1", "", "²", "x"))
    assert [press.number(place) for place in range(6)] == [12, None, None, None, None, None]


def test_a_topic_has_a_short_name_whatever_its_capitals() -> None:
    assert topic_key("Energy") == topic_key("energy") != topic_key("energi")
