"""What was asked of the site, in the order in which it was asked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """One request, and what was answered.

    ``headers`` have lower-case names. ``client`` is "address:port", another for every
    connection. ``at`` and ``ended_at`` are seconds of `time.monotonic`. ``beside`` is how many
    requests its host had when it came, itself included. ``status`` is 0 and ``ended_at`` None
    until it is answered.
    """

    method: str
    host: str
    path: str
    client: str
    headers: Mapping[str, str]
    at: float
    beside: int
    status: int = 0
    body_bytes: int = 0
    ended_at: float | None = None


@dataclass
class Traffic:
    """The requests so far; safe to read while more come in."""

    requests: list[Request] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    _running: Counter[str] = field(default_factory=Counter)

    def begin(
        self, method: str, host: str, path: str, client: str, headers: Mapping[str, str]
    ) -> Request:
        """Note that a request came."""
        with self.changed:
            self._running[host] += 1
            now, beside = time.monotonic(), self._running[host]
            request = Request(method, host, path, client, headers, now, beside)
            self.requests.append(request)
            self.changed.notify_all()
            return request

    def end(self, request: Request) -> None:
        """Note that a request is answered, or that its client has gone."""
        with self.changed:
            self._running[request.host] -= 1
            request.ended_at = time.monotonic()
            self.changed.notify_all()

    def select(self, host: str | None = None, path: str | None = None) -> list[Request]:
        """Return the requests to a host and path, oldest first."""
        with self.changed:
            return [
                request
                for request in self.requests
                if host in (None, request.host) and path in (None, request.path)
            ]

    def wait_for(self, condition: Callable[[], Any], timeout: float, what: str) -> Any:
        """Wait until a condition is true, asked after every request, and return its value."""
        with self.changed:
            value = self.changed.wait_for(condition, timeout)
            if not value:
                last = [f"{each.method} {each.host}{each.path}" for each in self.requests[-20:]]
                raise TimeoutError(f"{what} did not happen in {timeout} s; last requests: {last}")
            return value
