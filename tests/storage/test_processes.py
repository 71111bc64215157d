"""Several processes on one library, and some of them killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from retrieval.storage.sqlite.engine import SqliteStorage
from tests.storage.builders import MODEL, put, toward
from tests.storage.worker import hash_of

ROOT = Path(__file__).parents[2]


def start(folder: Path, prefix: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.storage.worker", str(folder), prefix, str(count)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def finish(process: subprocess.Popen[str]) -> list[str]:
    """Return the lines that were left, once the process has ended."""
    out, _ = process.communicate(timeout=60)
    return out.split()


def problems(storage: SqliteStorage) -> list[str]:
    return [finding.detail for finding in storage.verify(MODEL) if not finding.ok]


def test_processes_make_and_write_one_library_together(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    writers = [start(folder, prefix, 20) for prefix in "abc"]  # none made the library before
    assert [next_line(writer) for writer in writers] == ["ready"] * 3
    reader = SqliteStorage(folder)
    first = put(reader, "mine", vector=toward(0))
    reader.search_vectors(toward(0), 5, model=MODEL)
    for writer in writers:
        go(writer)
    while any(writer.poll() is None for writer in writers):
        matches = reader.search_vectors(toward(0), 500, model=MODEL)
        ids = [match.passage_id for match in matches]
        assert len(set(ids)) == len(ids)
        assert first in ids
        for stored in reader.get_passages(ids[:20]):
            assert stored.text == stored.article.text
    told = [line for writer in writers for line in finish(writer)]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert len(told) == 3 * 16
    assert set(reader.get_articles(told)) == set(told)
    assert reader.count_passages(MODEL) == 3 * len(told) + 1
    # Seen without building the index again, by the first search after the last write.
    assert len(reader.search_vectors(toward(0), 500, model=MODEL)) == 3 * len(told) + 1
    assert reader._indexes[MODEL].rebuilds == 1
    assert len(reader.pending_updates()) == 60
    assert problems(reader) == []
    reader.close()


def test_a_kill_in_the_middle_of_writing_loses_nothing_that_was_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    reader = SqliteStorage(folder)
    told: set[str] = set()
    accepted: set[int] = set()
    for turn, lines in enumerate([1, 7, 23]):
        prefix = "abc"[turn]
        writer = start(folder, prefix, 10**6)
        assert next_line(writer) == "ready"
        go(writer)
        for _ in range(lines):
            told.add(next_line(writer))
        writer.kill()
        told.update(line for line in finish(writer) if line.startswith(prefix))
        newest = max(int(each[1:]) for each in told if each.startswith(prefix))
        accepted |= {hash_of(prefix) + number for number in range(newest + 1)}
        assert told <= set(reader.get_articles(told))
        assert accepted <= {update.update_id for update in reader.pending_updates()}
        assert problems(reader) == []
        indexed = {
            stored.article.id
            for stored in reader.get_passages([i for i, _ in reader.iterate_vectors(MODEL)])
        }
        assert told <= indexed
    reader.close()
    again = SqliteStorage(folder)
    assert told <= set(again.get_articles(told))
    assert problems(again) == []
    again.close()
