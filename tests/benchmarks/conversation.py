"""How soon a question is answered, by the bot itself over HTTP, and how many at once.

From the question's arrival (it is put into the queue that the bot polls) to the call that sends the
answer, over the time to embed the question, idle, at 20,000 passages. Then 500 people ask within a
second, each something else, and what is answered is held against what the same model embeds of the
same questions in batches.

The bot is a process of its own, as at an operator's; the local Bot API and the people are this
one. Both share the machine, so what this one costs is told beside the figures.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from bot.offload import MAX_BATCH
from bot.playground.local import LocalBotApi
from retrieval.evaluation.questions import read_questions
from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from tests.benchmarks.conversing import ConversingBot
from tests.benchmarks.large_library import fill
from tests.benchmarks.table import Row

PASSAGES = 20_000
QUESTIONS = 120
WARM = 10
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
        with self._open(self._small) as kabar:
            kabar.ingest([self._data / "facqa" / "articles.jsonl"])
            fill(kabar, self._large, PASSAGES)
        yield from self.measure(self._large)

    def measure(self, folder: Path) -> Iterator[Row]:
        """Measure over a library that is filled."""
        questions = self._questions("valid")
        crowd = list(dict.fromkeys([*questions, *self._questions("train")]))[:CROWD]
        with LocalBotApi() as api, ConversingBot(folder, self._models, api) as bot:
            for question in questions[-WARM:]:
                api.wait_for_reply(api.person().says(question), 60)
            yield from self._idle(bot, api, questions[:QUESTIONS])
            yield self._inline(api, questions[:QUESTIONS])
            yield from self._crowd(bot, api, crowd)

    def _questions(self, part: str) -> list[str]:
        path = self._data / "facqa" / f"questions-{part}.jsonl"
        return [each.question for each in read_questions(path)]

    def _open(self, folder: Path) -> Kabar:
        return open_kabar(
            RetrievalSettings.from_env(KABAR_DATA_DIR=folder, KABAR_MODEL_DIR=self._models)
        )

    @staticmethod
    def _idle(bot: ConversingBot, api: LocalBotApi, questions: list[str]) -> Iterator[Row]:
        embedding, answering = [], []
        for number, question in enumerate(questions):
            embedding += bot.embed([[question]])[0]
            # Each of somebody else: nobody may send more than a message a second to one chat.
            asked_at = time.monotonic()
            api.wait_for_reply(api.person(f"Person {number}").says(question), 60)
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

    @staticmethod
    def _inline(api: LocalBotApi, questions: list[str]) -> Row:
        took = []
        for number, question in enumerate(questions):
            typed_at = time.monotonic()
            query = api.person(f"Typist {number}").types_inline(question)
            api.wait_for(lambda query=query: query in api.world.offers, 60, "an offer")
            took.append(api.calls("answerInlineQuery")[-1].at - typed_at)
            time.sleep(0.1)
        return Row(
            "inline mode, from what was typed to the results, milliseconds: p50, p95",
            [1000 * median(took), 1000 * quantiles(took, n=20)[-1]],
            [400, 400],
            lower=True,
            digits=0,
        )

    @staticmethod
    def _crowd(bot: ConversingBot, api: LocalBotApi, questions: list[str]) -> Iterator[Row]:
        batches = [questions[at : at + MAX_BATCH] for at in range(0, len(questions), MAX_BATCH)]
        embedded, used_before = bot.embed(batches)
        people = [api.person(f"One of many {number}") for number in range(len(questions))]
        began, here = time.monotonic(), time.process_time()
        asked = [person.says(words) for person, words in zip(people, questions, strict=True)]
        within = time.monotonic() - began
        api.wait_for_replies(asked, 300)
        took, here = time.monotonic() - began, time.process_time() - here
        used = bot.embed([])[1] - used_before
        after, _ = bot.embed(batches)
        answered = sum(len(api.replies(message)) == 1 for message in asked)
        count = len(questions)
        embedding = (
            sum(embedded) + sum(after)
        ) / 2  # before and after: a machine is not always as quick
        yield Row(
            f"{count} ask within {within:.1f} s: answered once; answers over embeddings a second",
            [answered, embedding / took],
            [count, 0.8],
            digits=2,
        )
        yield Row(
            "answers a second; embeddings a second in batches; processor ms an answer: bot, asking",
            [count / took, count / embedding, 1000 * used / count, 1000 * here / count],
            digits=1,
        )
