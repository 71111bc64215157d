"""Sends until it is killed: ``python -m tests.storage.outbox_worker FOLDER OWNER LEDGER TURN``.

Each chat that gets a message is a line of the ledger, written between the two turns of the outbox,
as a request is: what is there afterwards tells what was sent, however the worker ended.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from retrieval.records import DeliveryState, Settled
from retrieval.storage.sqlite.engine import SqliteStorage

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
LEASE = timedelta(seconds=60)
IN_FLIGHT = 4


def send(folder: Path, owner: str, ledger: Path, turn: int) -> None:
    """Send everything that may be sent, at a moment after all leases of earlier turns."""
    now = NOW + turn * LEASE
    storage = SqliteStorage(folder, busy_timeout=60)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with ledger.open("ab", buffering=0) as sent:
        while claimed := storage.claim_deliveries(owner, now, LEASE, 30):
            chats = {each.id: each.chat_id for each in claimed if each.id is not None}
            waiting = list(chats)
            settled: list[Settled] = []
            while waiting or settled:
                begun = storage.turn_over(owner, settled, waiting[:IN_FLIGHT], now, LEASE)
                del waiting[:IN_FLIGHT]
                for each in begun:
                    os.write(sent.fileno(), f"{chats[each]}\n".encode())
                settled = [Settled(each, DeliveryState.SENT, each) for each in begun]
    storage.close()


if __name__ == "__main__":
    send(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
