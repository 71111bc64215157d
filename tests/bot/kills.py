"""Several people talk to a bot that is killed (SIGKILL) and started again, over and over.

Whoever has an answer goes on, so that there is always something under way. A kill comes at a random
moment, or in the very moment in which an answer is sent. What is in flight then is known exactly:
messages that have an answer and that the inbox does not have as handled. No other may be answered
twice, and none may stay without an answer.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.playground.local import LocalBotApi
from bot.playground.people import Person
from retrieval.storage.engines import open_storage
from tests.bot.conftest import QUESTION
from tests.bot.processes import start_process

Json = dict[str, Any]

TALK = (QUESTION, "and when was that?", "/help", "siapa yang ditelepon Putin?", "/privacy")
"""What each person says, one after the other and from the beginning again."""

PATIENCE = 180.0  # seconds for a process to start and answer, on a busy machine


@dataclass
class Tally:
    """What came of it; questions are (chat, message)."""

    kills: int = 0
    asked: int = 0
    unanswered: int = 0
    twice: int = 0
    beyond: int = 0  # answered more often than it was in flight at a kill, and once
    in_flight: list[int] = field(default_factory=list)  # at each kill
    most_in_a_chat: int = 0


class Killing:
    """A conversation with kills in it.

    Args:
        api: The bot's Telegram.
        library: The bot's data folder.
        log: Where its output goes.
        people: How many talk.
        seed: Of the moments of the kills.
    """

    def __init__(
        self, api: LocalBotApi, library: Path, log: Path, *, people: int = 6, seed: int = 1
    ) -> None:
        self._api = api
        self._library = library
        self._log = log
        self._people = [api.person(f"P{number}") for number in range(people)]
        self._random = random.Random(seed)
        self._asked: list[Json] = []
        self._over = threading.Event()

    def run(self, kills: int) -> Tally:
        """Let them talk through so many kills, and until all is answered."""
        talking = [
            threading.Thread(target=self._talk, args=(one,), daemon=True) for one in self._people
        ]
        for thread in talking:
            thread.start()
        in_flight: Counter[tuple[int, int]] = Counter()
        tally = Tally()
        for number in range(kills):
            found = self._live_and_die(at_a_send=number % 2 == 0)
            in_flight.update(found)
            tally.in_flight.append(len(found))
            by_chat = Counter(chat for chat, _ in found)
            tally.most_in_a_chat = max([tally.most_in_a_chat, *by_chat.values()])
        self._over.set()
        last = self._start()
        try:
            for thread in talking:
                thread.join(PATIENCE)
            self._api.wait_for_replies(self._asked, PATIENCE)
            time.sleep(1)  # for an answer too many
        finally:
            last.kill()
            last.wait()
        tally.kills, tally.asked = kills, len(self._asked)
        for message in self._asked:
            copies = len(self._api.replies(message))
            tally.unanswered += copies == 0
            tally.twice += copies > 1
            tally.beyond += copies > 1 + in_flight[_key(message)]
        return tally

    def _talk(self, person: Person) -> None:
        """Say one thing after the other; the next when the last was answered."""
        number = 0
        while not self._over.is_set():
            message = person.says(TALK[number % len(TALK)])
            self._asked.append(message)
            number += 1
            while not self._api.replies(message):
                if self._over.is_set():
                    return
                time.sleep(0.01)

    def _start(self) -> Any:
        limits = {"KABAR_QUESTIONS_PER_MINUTE": 10_000, "KABAR_QUESTIONS_PER_DAY": 100_000}
        return start_process(self._api, self._library, self._log, **limits)

    def _live_and_die(self, *, at_a_send: bool) -> set[tuple[int, int]]:
        """Start the bot, let it answer, kill it; return what was in flight."""
        before = len(self._api.written())
        process = self._start()
        try:
            self._api.wait_for(lambda: len(self._api.written()) > before + 3, PATIENCE, "answers")
            time.sleep(self._random.uniform(0, 0.7))
            if at_a_send:
                sends = len(self._api.calls("sendMessage"))
                self._api.wait_for(
                    lambda: len(self._api.calls("sendMessage")) > sends, PATIENCE, "a send"
                )
        finally:
            process.kill()
            process.wait()
        return self._answered_and_not_marked()

    def _answered_and_not_marked(self) -> set[tuple[int, int]]:
        time.sleep(0.2)  # a call that had arrived is carried out, as at Telegram
        storage = open_storage(self._library)
        try:
            pending = [json.loads(one.payload) for one in storage.pending_updates()]
        finally:
            storage.close()
        messages = [one["message"] for one in pending if "message" in one]
        return {_key(one) for one in messages if self._api.replies(one)}


def _key(message: Json) -> tuple[int, int]:
    return int(message["chat"]["id"]), int(message["message_id"])
