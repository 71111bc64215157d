"""What the tests of the commands share: a way to run one in this process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import check_bot, make_bot_app
from retrieval.kabar import Kabar
from retrieval.settings import RetrievalSettings
from retrieval.terminal.session import Session, run
from tests.conftest import LibraryOpener, SettingsFactory

QUESTION = "who did Putin call?"
SENTENCE = "Presiden Rusia Vladimir Putin menelepon koleganya Presiden Turki Recep Tayyip Erdogan"
UNANSWERABLE = "What is the weather in Tokyo?"
ARTICLE_KEYS = {"id", "title", "url", "source", "language", "published_at"}
COMMANDS = [
    *("ingest", "fetch", "ask", "search", "explain", "stats"),
    *("doctor", "eval", "reindex", "backup", "restore"),
    *(f"feeds {name}" for name in ("add", "list", "check", "remove", "pause", "resume")),
    *("feeds import", "feeds export", "chat", "run", "playground"),
    *(f"digest {name}" for name in ("preview", "send", "status")),
    "feedback export",
]

Process = subprocess.Popen[str]
OnItsLibrary = Callable[[], Kabar]
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
    open_library: LibraryOpener,
    put_logging_back: None,
) -> Command:
    """Run a command; by default it opens the library that the settings name."""

    def call(
        *args: str | Path, open_library: OpenLibrary = open_library, stdin: bytes = b""
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


@pytest.fixture(scope="module")
def reading_library(settings: SettingsFactory, open_library: LibraryOpener) -> Iterator[Kabar]:
    """Return a library that may read sites on this machine."""
    made = settings(KABAR_ALLOW_PRIVATE=True, KABAR_FETCH_PAUSE_SECONDS=0)
    with open_library(made) as library:
        yield library


@pytest.fixture
def reader(command: Command, reading_library: Kabar) -> Iterator[Command]:
    """Run a command on a library that may read sites on this machine, and is empty."""

    def call(*args: str | Path, stdin: bytes = b"") -> Outcome:
        return command(*args, open_library=lambda _: nullcontext(reading_library), stdin=stdin)

    yield call
    for status in reading_library.newsroom.feeds():
        reading_library.newsroom.remove_feed(status.feed.url)
    reading_library.delete(article.id for article in reading_library.latest(1_000))


@pytest.fixture
def start_reader(tmp_path: Path, models_folder: Path) -> Iterator[Callable[..., Process]]:
    """Start `kabar` as a process, on an empty library that may read sites on this machine."""
    processes: list[Process] = []
    values = {name: str(value) for name, value in _reader_settings(tmp_path, models_folder).items()}

    def start(*args: str) -> Process:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *args],
            env=os.environ | values,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def on_its_library(
    tmp_path: Path, models_folder: Path, settings: SettingsFactory, open_library: LibraryOpener
) -> OnItsLibrary:
    """Open the library of `start_reader` in this process."""
    return lambda: open_library(settings(**_reader_settings(tmp_path, models_folder)))


def _reader_settings(tmp_path: Path, models_folder: Path) -> dict[str, Any]:
    return {
        "KABAR_DATA_DIR": tmp_path / "data",
        "KABAR_MODEL_DIR": models_folder,
        "KABAR_ALLOW_PRIVATE": "1",
        "KABAR_FETCH_PAUSE_SECONDS": "0",
    }
