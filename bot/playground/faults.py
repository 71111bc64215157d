"""Trouble on order: what a test makes the local Bot API do wrong, and to which calls.

A fault waits for the calls of a method (or of any), to one chat (or to any), and is used up
after so many of them. Each call meets the first fault that fits it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.errors import ApiError


@dataclass
class Fault:
    """One kind of trouble.

    Args:
        error: Answer with this instead of doing anything.
        delay: Seconds to wait before anything else.
        drop: "before" loses the request: nothing is done and the connection breaks. "after"
            loses the answer: everything is done, and the client never learns of it.
        body: Answer with these bytes instead of JSON (with the status of ``error``, or 200).
    """

    error: ApiError | None = None
    delay: float = 0.0
    drop: str | None = None
    body: bytes | None = None


@dataclass
class _Order:
    fault: Fault
    method: str | None
    chat_id: int | None
    remaining: int | None

    def fits(self, method: str, params: Mapping[str, Any]) -> bool:
        if self.method is not None and self.method.lower() != method.lower():
            return False
        return self.chat_id is None or str(params.get("chat_id")) == str(self.chat_id)


@dataclass
class Faults:
    """The trouble that is on order, first ordered first met."""

    _orders: list[_Order] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self,
        fault: Fault,
        method: str | None = None,
        *,
        chat_id: int | None = None,
        times: int | None = 1,
    ) -> None:
        """Order a fault.

        Args:
            fault: The trouble.
            method: The method it waits for, any case; None for every method.
            chat_id: The chat it waits for; None for every chat.
            times: How many calls meet it; None for all until `clear`.
        """
        with self._lock:
            self._orders.append(_Order(fault, method, chat_id, times))

    def fail(
        self,
        method: str | None,
        code: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to_chat_id: int | None = None,
        chat_id: int | None = None,
        times: int | None = 1,
    ) -> None:
        """Order an error answer, in Telegram's own form."""
        parameters: dict[str, Any] = {}
        if retry_after is not None:
            parameters["retry_after"] = retry_after
        if migrate_to_chat_id is not None:
            parameters["migrate_to_chat_id"] = migrate_to_chat_id
        error = ApiError(code, description, parameters)
        self.add(Fault(error=error), method, chat_id=chat_id, times=times)

    def clear(self, method: str | None = None) -> None:
        """Forget what is on order, for one method or altogether."""
        with self._lock:
            self._orders = [
                order
                for order in self._orders
                if method is not None and (order.method or "").lower() != method.lower()
            ]

    def next(self, method: str, params: Mapping[str, Any]) -> Fault | None:
        """Return the fault that this call meets, and use it up by one."""
        with self._lock:
            for order in self._orders:
                if not order.fits(method, params):
                    continue
                if order.remaining is not None:
                    order.remaining -= 1
                    if order.remaining <= 0:
                        self._orders.remove(order)
                return order.fault
        return None
