"""The commands as processes, when something goes wrong: a full disk, a lock, Ctrl-C, a race."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from retrieval.cli import make_app
from retrieval.kabar import Kabar, open_kabar
from retrieval.settings import RetrievalSettings
from retrieval.storage.sqlite.engine import SqliteStorage
from retrieval.terminal.session import Session, run

Start = Callable[..., "subprocess.Popen[str]"]

STOPPED = "Stopped; what was read so far is kept. Run it again to go on.\n"


@pytest.fixture
def start(library: Path) -> Iterator[Start]:
    """Start `kabar` on a library of the test's own, which has read the seeds."""
    processes: list[subprocess.Popen[str]] = []

    def start(*args: str | Path, **options: Any) -> subprocess.Popen[str]:
        options = {"stdout": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *map(str, args)],
            env=os.environ | {"KABAR_DATA_DIR": str(library)},
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=90)
    return process.returncode, out, err


def opened(library: Path) -> Kabar:
    return open_kabar(RetrievalSettings(KABAR_DATA_DIR=library))  # type: ignore[call-arg]


def articles(count: int, prefix: str = "a") -> str:
    """JSON lines of articles, of one sentence each."""
    return "".join(
        json.dumps(
            {"id": f"{prefix}{number}", "title": f"Ferry {number}", "text": f"Ferry {number} sank."}
        )
        + "\n"
        for number in range(count)
    )


def count_articles(library: Path) -> int:
    with closing(sqlite3.connect(library / "kabar.db")) as db:
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])


def test_two_ingests_at_once_both_succeed(start: Start, library: Path, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.jsonl").write_text(articles(20, name))
    both = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    processes = [start("ingest", *both), start("ingest", *reversed(both))]
    outcomes = [finish(process) for process in processes]
    assert [(status, err) for status, _, err in outcomes] == [(0, ""), (0, "")]
    new = [int(out.split()[0]) for _, out, _ in outcomes]
    assert sum(new) == 40
    with opened(library) as kabar:
        assert kabar.statistics().articles == 41
        assert kabar.statistics().unindexed_articles == 0
        assert all(finding.ok for finding in kabar.verify())


def test_a_full_disk_is_told_and_damages_nothing(
    start: Start, library: Path, tmp_path: Path
) -> None:
    """A limit on the size of files fails a write in the middle, as a full disk does."""
    file = tmp_path / "large.jsonl"
    text = "The ferry sank near the coast of Bali on Monday. " * 2_000
    # With a language, as detecting one unpacks a model to the system's temporary folder.
    article = {"title": "Ferry", "language": "en"}
    lines = (article | {"text": f"{number}. {text}"} for number in range(100))
    file.write_text("\n".join(map(json.dumps, lines)))

    def limit_files() -> None:  # Python ignores SIGXFSZ: the write itself fails
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    status, out, err = finish(start("ingest", file, preexec_fn=limit_files))
    assert (status, out) == (1, ""), err
    assert len(err.splitlines()) == 1
    assert str(library / "kabar.db") in err
    with opened(library) as kabar:
        assert kabar.statistics().articles == 1
        assert kabar.statistics().unindexed_articles == 0
        assert all(finding.ok for finding in kabar.verify())


@pytest.mark.usefixtures("put_logging_back")
def test_a_locked_library_is_told_and_can_still_be_read(
    library: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def impatient(settings: RetrievalSettings) -> AbstractContextManager[Kabar]:
        storage = SqliteStorage(settings.data_dir, busy_timeout=0.2)
        return Kabar(settings, storage, lambda: datetime.now(UTC))

    def kabar(*args: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        arguments = [*map(str, args), "--data-dir", str(library)]
        return run(make_app(), arguments, Session(open_library=impatient)), *capsys.readouterr()

    file = tmp_path / "a.jsonl"
    file.write_text(articles(1))
    opened(library).close()  # a backup's first opening writes: it switches to WAL
    with closing(sqlite3.connect(library / "kabar.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        status, out, err = kabar("ingest", file)
        assert (status, out) == (1, "")
        assert "is being written by something else" in err
        assert len(err.splitlines()) == 1
        status, out, err = kabar("search", "Putin", "--json")
        assert status == 0, err
        assert json.loads(out)["hits"]
        assert json.loads(kabar("stats", "--json")[1])["articles"] == 1
    assert kabar("ingest", file)[:2] == (0, "1 new, 0 updated, 0 unchanged, 0 skipped\n")


def test_an_ingest_that_is_stopped_keeps_what_it_read_and_goes_on_later(
    start: Start, library: Path, tmp_path: Path
) -> None:
    file = tmp_path / "many.jsonl"
    file.write_text(articles(20_000))
    process = start("ingest", file)
    deadline = time.monotonic() + 60
    while count_articles(library) == 1:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert finish(process) == (130, "", STOPPED)
    read = count_articles(library)
    assert 1 < read < 20_001
    with opened(library) as kabar:
        assert all(finding.ok for finding in kabar.verify())
        kabar.delete(f"a{number}" for number in range(64, read))
    file.write_text(articles(64))
    assert finish(start("ingest", file))[:2] == (0, "0 new, 0 updated, 64 unchanged, 0 skipped\n")
    with opened(library) as kabar:
        assert kabar.statistics().unindexed_articles == 0


def test_nobody_who_reads_on_is_no_error(start: Start) -> None:
    process = start("stats", "--json")
    assert process.stdout
    process.stdout.close()
    _, err = process.wait(60), process.stderr.read() if process.stderr else ""
    assert err == ""


def test_a_conversation_that_is_interrupted_ends_kindly(start: Start) -> None:
    process = start("chat", stdin=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    process.stdin.write("/help\n")
    process.stdin.flush()
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    status, _, err = finish(process)
    assert status == 0
    assert err.endswith("Goodbye.\n")
    assert "Traceback" not in err


def test_a_seeded_library_is_asked_by_a_process_of_its_own(start: Start) -> None:
    status, out, err = finish(start("ask", "Putin menelepon siapa?", "--json"))
    assert (status, err) == (0, "")
    assert json.loads(out)["answered"] is True
