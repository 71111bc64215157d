"""How soon a question is answered, by the bot itself over HTTP, and how many at once.

From the question's arrival (it is put into the queue that the bot polls) to the call that sends the
answer, over the time to embed the question, idle, at 20,000 passages. Then 500 people ask within a
second: Telegram takes 30 messages a second, and so long the last one waits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from bot.playground.local import LocalBotApi
from retrieval.evaluation.questions import read_questions
from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from tests.benchmarks.large_library import fill
from tests.benchmarks.table import Row
from tests.bot.conftest import RunningBot, settings_for

PASSAGES = 20_000
QUESTIONS = 120
CROWD = 500


class Conversation:
    """Measures over a library of 20,000 passages.

    Args:
        data: The folder with ``facqa/``.
        work: An empty folder to work in.
        models: Where the bundled model is unpacked.
    """

    def __init__(self, data: Path, work: Path, models: Path) -> None:
        self._data = data
        self._small = work / "conversation-small"
        self._large = work / "conversation"
        self._models = models

    def rows(self) -> Iterator[Row]:
        """Measure everything, a row at a time."""
        questions = [q.question for q in read_questions(self._data / "facqa/questions-valid.jsonl")]
        with self._open(self._small) as kabar:
            kabar.ingest([self._data / "facqa" / "articles.jsonl"])
            fill(kabar, self._large, PASSAGES)
        with self._open(self._large) as kabar, LocalBotApi() as api:
            kabar.warm_up()
            bot = RunningBot(settings_for(api), kabar)
            bot.wait_until_ready()
            yield from self._idle(kabar, api, questions)
            yield self._crowd(api, questions)
            bot.stop()

    def _open(self, folder: Path) -> Kabar:
        return open_kabar(
            RetrievalSettings.from_env(KABAR_DATA_DIR=folder, KABAR_MODEL_DIR=self._models)
        )

    def _idle(self, kabar: Kabar, api: LocalBotApi, questions: list[str]) -> Iterator[Row]:
        embedding, answering = [], []
        for number, question in enumerate(questions[:QUESTIONS]):
            began = time.monotonic()
            kabar.embedder.embed_queries([question])
            embedding.append(time.monotonic() - began)
            # Each of somebody else: nobody may send more than a message a second to one chat.
            asked_at = time.monotonic()
            api.wait_for_reply(api.person(f"Person {number}").says(question), 30)
            answering.append(api.calls("sendMessage")[-1].at - asked_at)
            time.sleep(0.1)  # idle
        embed = median(embedding)
        late = quantiles(answering, n=20)[-1]
        yield Row(
            "question's arrival to the send call, 20,000 passages: p50, p95 over embedding",
            [median(answering) / embed, late / embed],
            [3, 6],
            lower=True,
            digits=2,
        )
        yield Row(
            "milliseconds to embed, to the send call: p50, p95",
            [1000 * embed, 1000 * median(answering), 1000 * late],
            digits=1,
        )

    def _crowd(self, api: LocalBotApi, questions: list[str]) -> Row:
        people = [api.person(f"One of many {number}") for number in range(CROWD)]
        began = time.monotonic()
        asked = [
            person.says(questions[number % len(questions)]) for number, person in enumerate(people)
        ]
        within = time.monotonic() - began
        api.wait_for_replies(asked, 120)
        took = time.monotonic() - began
        answered = sum(len(api.replies(message)) == 1 for message in asked)
        return Row(
            f"{CROWD} ask within {within:.1f} s: answered once; answers a second (Telegram takes 30)",
            [answered, CROWD / took],
            [CROWD],
            digits=0,
        )
