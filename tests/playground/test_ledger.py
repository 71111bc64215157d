"""What changed since a version: each thing once, in the order of its last change."""

from __future__ import annotations

from bot.playground.ledger import Ledger


def test_each_thing_is_told_once_in_the_order_of_its_last_change() -> None:
    ledger = Ledger()
    for key in ("a", "b", "a", "c"):
        ledger.touch("message", key)
    assert ledger.since(0) == [("message", "b"), ("message", "a"), ("message", "c")]
    assert ledger.since(3) == [("message", "c")]
    assert ledger.since(ledger.version) == []


def test_what_is_gone_is_not_told() -> None:
    ledger = Ledger()
    ledger.touch("call", 1)
    ledger.touch("call", 2)
    ledger.forget("call", 1)
    ledger.forget("call", 7)
    assert ledger.since(0) == [("call", 2)]
    assert ledger.version == 2
