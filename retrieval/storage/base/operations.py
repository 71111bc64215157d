"""What an engine promises of receipts, of the inbox, and of what an operator is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from retrieval.records import Notice, PendingUpdate, Receipt


class ReceiptStorage(Protocol):
    """Why each answer was what it was."""

    def write_receipt(self, receipt: Receipt) -> int:
        """Keep a receipt; return its id."""
        ...

    def get_receipt(self, receipt_id: int) -> Receipt | None:
        """Return a receipt, or None."""
        ...

    def forget_receipts(self, before: datetime) -> int:
        """Delete receipts of answers given before a time; return how many.

        Done in several transactions, so that others may write in between.
        """
        ...


class InboxStorage(Protocol):
    """Updates accepted from Telegram and not handled yet. The update id is the key."""

    def accept_updates(self, updates: Sequence[PendingUpdate]) -> list[int]:
        """Keep updates durably; return the ids that were not known before, in order."""
        ...

    def pending_updates(self) -> list[PendingUpdate]:
        """Return what was accepted and not finished, by update id."""
        ...

    def finish_update(self, update_id: int) -> None:
        """Mark an update as handled; unknown ids are ignored."""
        ...

    def forget_updates(self, before: datetime) -> int:
        """Delete handled updates accepted before a time; return how many."""
        ...


class NoticeStorage(Protocol):
    """What the operator is to be told, each matter once while it lasts."""

    def add_notice(self, notice: Notice) -> bool:
        """Keep a notice; return False, and keep nothing, where its ``key`` is known already."""
        ...

    def pending_notices(self) -> list[Notice]:
        """Return what was not told yet, oldest first."""
        ...

    def finish_notice(self, notice_id: int) -> None:
        """Mark as told; its key stays known until `clear_notice`."""
        ...

    def clear_notice(self, key: str) -> None:
        """Forget a matter that is over: the next notice with this key is told again."""
        ...
