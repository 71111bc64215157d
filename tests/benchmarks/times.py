"""How well times in questions are understood: precision and recall of the days that are meant.

The questions are labelled (`tests/data/times`); about half only look as if they named a time. It
is a Tuesday in November 2026, in Jakarta.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from retrieval.conversation.periods import find_period
from tests.benchmarks.table import Row

FOLDER = Path(__file__).parents[1] / "data" / "times"
ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
NONE = (None, None)
Json = dict[str, Any]


def rows() -> Iterator[Row]:
    """Measure, a row at a time."""
    for name in ("questions", "held_back"):
        lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        labelled = [json.loads(line) for line in lines]
        pairs = [(read(one), (one["from"], one["before"])) for one in labelled]
        right = sum(found == meant != NONE for found, meant in pairs)
        found = sum(found != NONE for found, _ in pairs)
        meant = sum(meant != NONE for _, meant in pairs)
        what = f"times in {len(pairs)} questions ({name}): precision / recall"
        yield Row(what, [right / found, right / meant], [0.95, 0.95])


def read(one: Json) -> tuple[str | None, str | None]:
    """Return the first day that is understood, and the day after the last; None where open."""
    named = find_period(one["question"], NOW, ZONE, one["language"])
    if named is None:
        return NONE
    ends = (named.period.published_from, named.period.published_before)
    first, after = (end and f"{end.astimezone(ZONE):%Y-%m-%d}" for end in ends)
    return first, after
