"""What a composition depends on, as a key: equal keys, equal digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.records import Preferences

_COMPOSITION = 1
"""Raised when the same library and settings would give another digest than before."""


def composition_key(
    preferences: Preferences, since: datetime, until: datetime, told: Sequence[int]
) -> str:
    """Return the key of a composition.

    Args:
        preferences: Of these, what decides on stories and quotes; not when the digest comes,
            nor in what form.
        since: From when articles are looked at.
        until: Up to when.
        told: Ids of the digests that were told.

    Returns:
        40 hexadecimal digits.
    """
    parts = (
        _COMPOSITION,
        preferences.stories,
        preferences.language,
        sorted(preferences.topics),
        sorted(preferences.left_out),
        sorted(preferences.disliked),
        since.astimezone(UTC).isoformat(),
        until.astimezone(UTC).isoformat(),
        sorted(set(told)),
    )
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:40]
