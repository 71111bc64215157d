"""The bot in a process of its own, to be measured, and what starts it.

It is the bot as `kabar run` runs it, but that Telegram's 30 messages a second are lifted. A line
of JSON on its standard input, a list of lists of questions, has it embed each list as one batch,
and print the seconds of each: by the same model, in the same process.
"""

from __future__ import annotations

import asyncio
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from bot.playground.local import LocalBotApi
from bot.run import serve
from bot.settings import BotSettings
from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings

ROOT = Path(__file__).parents[2]


class ConversingBot:
    """The bot, running in another process.

    Args:
        folder: Its data.
        models: Where the bundled model is unpacked.
        api: What it polls.
    """

    def __init__(self, folder: Path, models: Path, api: LocalBotApi) -> None:
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.benchmarks.conversing"),
                *(str(folder), str(models), api.base_url, api.token),
            ],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        if self._hear() != "ready":
            raise RuntimeError("the bot did not start")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def embed(self, batches: Sequence[Sequence[str]]) -> tuple[list[float], float]:
        """Return the seconds to embed each batch, and those of the processor until now."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(batches)}\n")
        self._process.stdin.flush()
        took, used = self._hear()
        return took, used

    def _hear(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


def main() -> None:
    """Run the bot until nothing more is wanted of it."""
    folder, models, base_url, token = sys.argv[1:]
    library = RetrievalSettings.from_env(KABAR_DATA_DIR=folder, KABAR_MODEL_DIR=Path(models))
    settings = BotSettings(
        _env_file=None,  # type: ignore[call-arg]  # no setting, but pydantic's own
        TELEGRAM_BOT_TOKEN=token,
        TELEGRAM_API_BASE_URL=base_url,
    )
    with open_kabar(library) as kabar:
        kabar.warm_up()
        asyncio.run(_run(settings, kabar))


async def _run(settings: BotSettings, kabar: Kabar) -> None:
    stop = asyncio.Event()

    async def measure() -> None:
        while line := await asyncio.to_thread(sys.stdin.readline):
            _say(await asyncio.to_thread(_embed, kabar, json.loads(line)))
        stop.set()

    measuring = asyncio.create_task(measure())
    await serve(settings, kabar, stop, lambda: _say("ready"), per_second=math.inf)
    measuring.cancel()


def _embed(kabar: Kabar, batches: list[list[str]]) -> tuple[list[float], float]:
    took = []
    for batch in batches:
        began = time.perf_counter()
        kabar.embedder.embed_queries(batch)
        took.append(time.perf_counter() - began)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return took, used.ru_utime + used.ru_stime


def _say(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
