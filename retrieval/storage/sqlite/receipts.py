"""Receipts: why each answer was what it was."""

from __future__ import annotations

import json
from datetime import datetime

from retrieval.records import Receipt
from retrieval.storage.sqlite.codec import from_micros, to_micros
from retrieval.storage.sqlite.part import Part

_FORGOTTEN_AT_ONCE = 2_000
"""Receipts that go in one transaction: others may write in between."""


class Receipts(Part):
    """`ReceiptStorage` over the table ``receipts``."""

    def write_receipt(self, receipt: Receipt) -> int:
        """Keep a receipt; return its id."""
        row = (
            to_micros(receipt.asked_at),
            receipt.answered,
            receipt.confidence,
            receipt.model,
            receipt.question,
            json.dumps(receipt.details, ensure_ascii=False, separators=(",", ":")),
        )
        with self._connections.write() as db:
            identity = db.execute(
                "INSERT INTO receipts (asked_at, answered, confidence, model, question, details) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid
        assert identity is not None  # noqa: S101  a plain INSERT always has one
        return identity

    def forget_receipts(self, before: datetime) -> int:
        """Delete receipts of answers given before a time; return how many."""
        forgotten = 0
        while True:
            with self._connections.write() as db:
                deleted = db.execute(
                    "DELETE FROM receipts WHERE id IN ("
                    "  SELECT id FROM receipts WHERE asked_at < ? LIMIT ?)",
                    (to_micros(before), _FORGOTTEN_AT_ONCE),
                ).rowcount
            forgotten += deleted
            if deleted < _FORGOTTEN_AT_ONCE:
                return forgotten

    def get_receipt(self, receipt_id: int) -> Receipt | None:
        """Return a receipt, or None."""
        with self._connections.read() as db:
            row = db.execute(
                "SELECT question, answered, confidence, model, details, asked_at "
                "FROM receipts WHERE id = ?",
                (receipt_id,),
            ).fetchone()
        if row is None:
            return None
        question, answered, confidence, model, details, micros = row
        asked_at = from_micros(micros)
        assert asked_at is not None  # noqa: S101  the column is NOT NULL
        return Receipt(
            question=question,
            answered=bool(answered),
            confidence=confidence,
            model=model,
            details=json.loads(details),
            asked_at=asked_at,
            id=receipt_id,
        )
