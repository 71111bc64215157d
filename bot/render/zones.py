"""A subscriber's time zone, for showing times in it."""

from __future__ import annotations

from datetime import UTC, tzinfo

from retrieval.digest_desk import zone_of
from retrieval.errors import UsageError


def zone_named(name: str) -> tzinfo:
    """Return the zone of an IANA name or of "UTC+05:45"; UTC for what is none."""
    try:
        return zone_of(name)
    except UsageError:
        return UTC
