"""Fetch addresses in a process of their own, and tell how much memory and time each took.

python -m tests.intake.web.bomb_reader SECONDS WARM-UP URL…    -> one JSON object a line
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from retrieval.errors import IntakeError
from retrieval.intake.web import Fetcher
from tests.intake.web.fetching import web_settings


def memory(name: str) -> float:
    """A figure of this process's memory in MB: "VmRSS" now, "VmHWM" at its highest."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1_024 / 1_000_000
    raise KeyError(name)


async def main(seconds: str, warm_up: str, *urls: str) -> None:
    settings = web_settings(KABAR_MAX_FETCH_SECONDS=seconds)
    async with Fetcher(settings) as fetcher:
        await fetcher.fetch(warm_up)
        for url in urls:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the highest
            before, begun = memory("VmRSS"), time.monotonic()
            problem = None
            try:
                await fetcher.fetch(url)
            except IntakeError as error:
                problem = str(error)
            took = time.monotonic() - begun
            grown = memory("VmHWM") - before
            print(json.dumps({"problem": problem, "seconds": took, "megabytes": grown}))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
