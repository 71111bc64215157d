"""The outbox stays quick when it is long: every step of a push finds its rows by an index."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from retrieval.records import DeliveryState, InDoubt, Settled
from retrieval.storage.sqlite.engine import SqliteStorage
from tests.storage.builders import MODEL, day, put
from tests.storage.contract_outbox import LEASE, NOW, delivery, subscriber


def test_no_step_of_a_push_reads_a_whole_table(tmp_path: Path) -> None:
    storage = SqliteStorage(tmp_path)
    put(storage, "a")
    storage.write_subscriber(subscriber(1))
    seen: list[str] = []
    db = storage._connections.current()
    db.conn.set_trace_callback(seen.append)
    storage.due_subscribers(NOW, 9)
    storage.breaking_subscribers(None, 9)
    storage.told_digests([1], NOW)
    storage.plan_deliveries([delivery(1)], {1: NOW + timedelta(days=1)}, {1: NOW})
    (claimed,) = storage.claim_deliveries("me", NOW, LEASE, 9)
    assert claimed.id is not None
    storage.turn_over("me", [], [claimed.id], NOW, LEASE)
    storage.keep_leases("me", NOW, LEASE)
    storage.turn_over("me", [Settled(claimed.id, DeliveryState.SENT, 5)], [], NOW, LEASE)
    storage.resolve_doubts(NOW, InDoubt.SKIP)
    storage.delivery_of_message(1, 5)
    storage.forget_deliveries(NOW)
    storage.digest_candidates(MODEL, day(1), day(2))
    storage.story_candidates(MODEL, [1])
    storage.told_stories(MODEL, [1])
    db.conn.set_trace_callback(None)
    tables = ("deliveries", "subscribers", "articles", "story_members")
    statements = [each for each in seen if any(table in each for table in tables)]
    assert len(statements) > 12
    for statement in statements:
        if statement.startswith(("INSERT", "--")):
            continue
        for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall():
            whole = detail.startswith("SCAN") and "USING" not in detail and "json" not in detail
            assert not whole, (statement, detail)
            assert "story_members_by_date" not in detail, statement
    storage.close()
