"""What the tests of the commands share: a way to run one in this process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import check_bot, make_bot_app
from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from retrieval.terminal.session import Session, run

QUESTION = "who did Putin call?"
SENTENCE = "Presiden Rusia Vladimir Putin menelepon koleganya Presiden Turki Recep Tayyip Erdogan"
UNANSWERABLE = "What is the weather in Tokyo?"
ARTICLE_KEYS = {"id", "title", "url", "source", "language", "published_at"}
COMMANDS = [
    *("ingest", "ask", "search", "explain", "stats"),
    *("doctor", "eval", "reindex", "backup", "restore", "chat", "run"),
]

OpenLibrary = Callable[[RetrievalSettings], AbstractContextManager[Kabar]]


@dataclass
class Outcome:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    def failed_with_one_sentence(self, status: int) -> bool:
        return self.status == status and not self.out and len(self.err.splitlines()) == 1


Command = Callable[..., Outcome]


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    put_logging_back: None,
) -> Command:
    """Run a command; by default it opens the library that the settings name."""

    def call(
        *args: str | Path, open_library: OpenLibrary = open_kabar, stdin: bytes = b""
    ) -> Outcome:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        session = Session(open_library=open_library, further_checks=[check_bot])
        capsys.readouterr()
        status = run(make_bot_app(), [str(arg) for arg in args], session)
        return Outcome(status, *capsys.readouterr())

    return call


@pytest.fixture
def ask(command: Command, kabar: Kabar) -> Command:
    """Run a command on the library that has read the seeds."""

    def call(*args: str | Path, stdin: bytes = b"") -> Outcome:
        return command(*args, open_library=lambda _: nullcontext(kabar), stdin=stdin)

    return call
