"""What the site has at one path, and how it answers a request for it."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

Body = bytes | Callable[[], AsyncIterator[bytes]]
"""The bytes of an answer, or what makes them one after another."""


@dataclass(frozen=True)
class Resource:
    """A page, a feed, or any trouble.

    Args:
        body: What is sent.
        status: The status it is sent with.
        headers: More headers, by lower-case name; they win over those made here.
        content_type: Sent if not empty.
        etag: None makes one from the content; "" sends none.
        last_modified: Sent if given.
        delay: Seconds before the answer begins.
        zipped: Whether it is sent gzipped to clients that accept it.
    """

    body: Body = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/html; charset=utf-8"
    etag: str | None = None
    last_modified: datetime | None = None
    delay: float = 0.0
    zipped: bool = False

    def answer(self, asked: Mapping[str, str]) -> tuple[int, dict[str, str], Body]:
        """Return status, headers and body for a request with these headers."""
        headers = self._validators()
        if self.status == 200 and self._unchanged_for(asked, headers):
            kept = {**headers, **self.headers}
            return 304, {name: kept[name] for name in kept if name in _OF_304}, b""
        if self.content_type:
            headers["content-type"] = self.content_type
        body = self.body
        if self.zipped and isinstance(body, bytes) and "gzip" in asked.get("accept-encoding", ""):
            body = gzip.compress(body, mtime=0)
            headers["content-encoding"] = "gzip"
            headers["vary"] = "accept-encoding"
        if isinstance(body, bytes):
            headers["content-length"] = str(len(body))
        return self.status, {**headers, **self.headers}, body

    def _validators(self) -> dict[str, str]:
        headers = {}
        if self.etag is None and isinstance(self.body, bytes) and self.status == 200:
            headers["etag"] = f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'
        elif self.etag:
            headers["etag"] = self.etag
        if self.last_modified:
            moment = self.last_modified.astimezone(UTC)
            headers["last-modified"] = format_datetime(moment, usegmt=True)
        return headers

    def _unchanged_for(self, asked: Mapping[str, str], validators: Mapping[str, str]) -> bool:
        if tags := asked.get("if-none-match"):  # which wins over the date: RFC 9110, 13.2.2
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return validators.get("etag", "").removeprefix("W/") in known
        if since := asked.get("if-modified-since"):
            if self.last_modified is None:
                return False
            return self.last_modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        return False


_OF_304 = ("etag", "last-modified", "cache-control", "expires", "vary", "date")
