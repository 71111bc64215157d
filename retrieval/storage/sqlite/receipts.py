"""Receipts: why each answer was what it was."""

from __future__ import annotations

import json

from retrieval.records import Receipt
from retrieval.storage.sqlite.codec import from_micros, to_micros
from retrieval.storage.sqlite.part import Part


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
