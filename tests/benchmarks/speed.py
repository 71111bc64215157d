"""How fast it embeds and answers, how much memory it takes, how soon it starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bot.playground.local import LocalBotApi
from retrieval.evaluation.questions import read_questions
from retrieval.kabar import Kabar, open_kabar
from retrieval.records import Span
from retrieval.settings import RetrievalSettings
from tests.benchmarks.large_library import fill
from tests.benchmarks.table import Row

PASSAGES = 100_000
_ROUNDS = 5


class Speed:
    """Measures over a library of 100,000 passages.

    Args:
        data: The folder with ``facqa/``.
        work: An empty folder to work in.
        models: Where the bundled model is unpacked.
    """

    def __init__(self, data: Path, work: Path, models: Path) -> None:
        self._data = data
        self._small = work / "small"
        self._large = work / "large"
        self._models = models

    def rows(self) -> Iterator[Row]:
        """Measure everything, a row at a time."""
        questions = [q.question for q in read_questions(self._data / "facqa/questions-valid.jsonl")]
        with self._open(self._small) as kabar:
            kabar.ingest([self._data / "facqa" / "articles.jsonl"])
            yield self._embedding(kabar)
            fill(kabar, self._large, PASSAGES)
        with self._open(self._large) as kabar:
            kabar.warm_up()
            yield from self._asking(kabar, questions)
        yield from self._running(questions)

    def _open(self, folder: Path) -> Kabar:
        return open_kabar(
            RetrievalSettings.from_env(KABAR_DATA_DIR=folder, KABAR_MODEL_DIR=self._models)
        )

    def _embedding(self, kabar: Kabar) -> Row:
        """Compare with plain sentence-transformers, in turn, in one process."""
        from sentence_transformers import SentenceTransformer

        texts = [article.text for article in kabar.latest(120)]
        spans = [[Span(0, len(text))] for text in texts]
        embedder = kabar.embedder
        plain = SentenceTransformer(str(next(self._models.glob("multilingual-*"))), device="cpu")

        def ours() -> object:
            return list(embedder.embed_passages(texts, spans))

        def theirs() -> object:
            return plain.encode(texts, prompt_name="passage")

        ours()
        theirs()
        pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(_ROUNDS)]
        return Row(
            "passages embedded, over torch fp32 in the same run: ratio; a second, ours; torch's",
            [
                median(other / own for own, other in pairs),
                len(texts) / median(own for own, _ in pairs),
                len(texts) / median(other for _, other in pairs),
            ],
            [1.3],
            digits=2,
        )

    def _asking(self, kabar: Kabar, questions: Sequence[str]) -> Iterator[Row]:
        embedder = kabar.embedder
        for question in questions[:50]:
            kabar.ask(question)
        embedding, asking = [], []
        for question in questions:
            embedding.append(_seconds(lambda q=question: embedder.embed_queries([q])))
            asking.append(_seconds(lambda q=question: kabar.ask(q)))
        yield Row(
            "asking 100,000 passages, p50 over the time to embed the question: ratio",
            [median(asking) / median(embedding)],
            [2.5],
            lower=True,
            digits=2,
        )
        yield Row(
            "milliseconds to embed, to ask: p50, p95",
            [
                1000 * median(embedding),
                1000 * median(asking),
                1000 * quantiles(asking, n=20)[-1],
            ],
            digits=1,
        )

    def _running(self, questions: Sequence[str]) -> Iterator[Row]:
        """Run the bot itself over the large library, against a local Bot API."""
        with LocalBotApi() as api:
            asked = api.person("Ana").says(questions[0])
            began = time.monotonic()
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                env={
                    **os.environ,
                    "TELEGRAM_BOT_TOKEN": api.token,
                    "TELEGRAM_API_BASE_URL": api.base_url,
                    "KABAR_DATA_DIR": str(self._large),
                    "KABAR_MODEL_DIR": str(self._models),
                    "KABAR_LOG_LEVEL": "WARNING",
                },
            )
            try:
                api.wait_for_reply(asked, timeout=120)
                yield Row(
                    "seconds from the start to the first answer",
                    [time.monotonic() - began],
                    [15],
                    lower=True,
                    digits=1,
                )
                for number, question in enumerate(questions[:40]):
                    # Each of somebody else: a person may ask 20 a minute.
                    asked = api.person(f"Person {number}").says(question)
                    api.wait_for_reply(asked, timeout=30)
                yield Row(
                    "memory of the bot, GiB",
                    [_resident(process.pid) / 2**30],
                    [1.5],
                    lower=True,
                    digits=2,
                )
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(10)


def _seconds(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _resident(pid: int) -> int:
    """Return a process's resident memory, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
