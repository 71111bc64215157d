"""What reading costs: time and memory, above search alone over the same library."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from tests.benchmarks.table import Row

_WARM_UP = 10
_TIMED = 100

_PEAK = """
import sys
from pathlib import Path
from tests.benchmarks.reading_cost import open_library
library, models, reader, *questions = sys.argv[1:]
with open_library(Path(library), Path(models), reader) as kabar:
    for question in questions:
        kabar.ask(question)
# Not getrusage: a process that was made anew has its parent's peak there.
(peak,) = [line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
print(int(peak.split()[1]) / 1024)
"""


def open_library(folder: Path, models: Path, reader: str) -> Kabar:
    """Open a library with the reader ``on`` or ``off``."""
    return open_kabar(
        RetrievalSettings.from_env(
            KABAR_DATA_DIR=folder, KABAR_MODEL_DIR=models, KABAR_READER=reader
        )
    )


def reading_cost(library: Path, models: Path, questions: Sequence[str]) -> Iterator[Row]:
    """Measure over one library.

    Args:
        library: Its folder, of 20,000 passages.
        models: Where the bundled model is unpacked.
        questions: What is asked; the first hundred are.
    """
    took: dict[str, list[float]] = {"off": [], "on": []}
    with (
        open_library(library, models, "off") as without,
        open_library(library, models, "on") as reading,
    ):
        for kabar in (without, reading):
            for question in questions[:_WARM_UP]:
                kabar.ask(question)
        # In turn, so that whatever else the machine does falls on both.
        for question in questions[:_TIMED]:
            for name, kabar in (("off", without), ("on", reading)):
                began = time.perf_counter()
                kabar.ask(question)
                took[name].append((time.perf_counter() - began) * 1000)
    added = median(on - off for on, off in zip(took["on"], took["off"], strict=True))
    yield Row(
        "20,000 passages: added by the reader, ms at the median; with; without",
        [added, median(took["on"]), median(took["off"])],
        [80],
        lower=True,
        digits=1,
    )
    peaks = [_peak(library, models, reader, questions[:20]) for reader in ("on", "off")]
    yield Row(
        "20,000 passages: memory added by the reader, MB; with; without",
        [peaks[0] - peaks[1], *peaks],
        [150],
        lower=True,
        digits=0,
    )


def _peak(library: Path, models: Path, reader: str, questions: Sequence[str]) -> float:
    arguments = [str(library), str(models), reader, *questions]
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, *arguments], capture_output=True, text=True, check=True
    )
    return float(done.stdout)
