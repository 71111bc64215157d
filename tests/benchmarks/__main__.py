"""`make bench`: every figure of quality and speed, each beside its floor.

``python -m tests.benchmarks quality``, ``speed``, ``stories``, ``digest``, ``push``,
``follow_ups``, ``times``, ``updates``, ``conversation``, ``agreement``, ``kills``, ``reading`` or
``reader`` prints one part. ``memory``, which reads 20,000 articles for half an hour, is printed only
when it is named.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from retrieval.logs import configure
from tests.benchmarks import times
from tests.benchmarks.agreement import AgreementBench
from tests.benchmarks.conversation import Conversation
from tests.benchmarks.digest import DigestBench
from tests.benchmarks.follow_ups import FollowUps
from tests.benchmarks.kills import Kills
from tests.benchmarks.memory import Memory
from tests.benchmarks.push import Push
from tests.benchmarks.quality import Quality
from tests.benchmarks.reader import Reader
from tests.benchmarks.reading import Reading
from tests.benchmarks.speed import Speed
from tests.benchmarks.stories import Stories
from tests.benchmarks.table import Row
from tests.benchmarks.updates import Updates

ROOT = Path(__file__).parents[2]
_LABELLED = {"quality", "reader", "speed", "follow_ups", "conversation"}
"""The parts that need labelled data."""


def main() -> int:
    """Print the rows as they are measured."""
    configure(level="WARNING")
    chosen = sys.argv[1:] or [
        "quality",
        "reader",
        "speed",
        "follow_ups",
        "times",
        "updates",
        "conversation",
        "agreement",
        "stories",
        "digest",
        "push",
        "kills",
        "reading",
    ]
    data = Path(os.environ.get("KABAR_BENCH_DATA", ROOT.parent / "shared" / "data"))
    if _LABELLED & {*chosen} and not (data / "facqa").is_dir():
        print(f"No labelled data in {data}; set KABAR_BENCH_DATA to its folder.")
        return 1
    models = ROOT / "data" / "models"
    with tempfile.TemporaryDirectory() as work:
        sections: dict[str, Iterator[Row]] = {
            "quality": Quality(data, Path(work), models).rows(),
            "reader": Reader(data, Path(work), models).rows(),
            "speed": Speed(data, Path(work), models).rows(),
            "conversation": Conversation(data, Path(work), models).rows(),
            "follow_ups": FollowUps(data, Path(work), models).rows(),
            "times": times.rows(),
            "updates": Updates(Path(work), models).rows(),
            "reading": Reading(Path(work), models).rows(),
            "agreement": AgreementBench(Path(work), models).rows(),
            "stories": Stories(Path(work), models).rows(),
            "digest": DigestBench(Path(work), models).rows(),
            "push": Push(Path(work), models).rows(),
            "kills": Kills(Path(work), models).rows(),
            "memory": Memory(Path(work), models).rows(),
        }
        for name in chosen:
            began = time.monotonic()
            for row in sections[name]:
                print(row, flush=True)
            print(f"({name}: {time.monotonic() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
