"""The playground's copy of the library: what is in it, and when it goes."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.playground.copies import copied_library
from retrieval.errors import StorageError
from retrieval.kabar import Kabar, open_kabar
from retrieval.records import Answer, Ask, Asked, Preferences
from retrieval.settings import RetrievalSettings
from tests.conftest import SEEDS, KabarFactory, LibraryOpener, SettingsFactory

HOLDER = """
import sys
from pathlib import Path
from bot.playground.copies import _held, _lock_of
folder = Path(sys.argv[1])
folder.mkdir(parents=True)
lock = _held(_lock_of(folder))
print("held", flush=True)
sys.stdin.read()
"""


def opened(folder: Path) -> Kabar:
    return open_kabar(RetrievalSettings(_env_file=None, KABAR_DATA_DIR=folder))  # type: ignore[call-arg]


@pytest.fixture(scope="module")
def inhabited(settings: SettingsFactory, open_library: LibraryOpener) -> Kabar:
    """A library with the seeds, in which somebody asked something and has a digest."""
    kabar = open_library(settings())
    kabar.ingest([SEEDS])
    kabar.index_pending()
    question = "what is the secret of the ornithopter?"
    (answer,) = kabar.ask_many([Ask(question, asked=Asked(5, 5, 1))])
    kabar.digests.subscribe(5, Preferences(topics=("ornithopters",)))
    assert isinstance(answer, Answer)
    assert answer.turn is not None
    return kabar


def test_what_was_read_is_in_the_copy_and_nobody_who_wrote(
    inhabited: Kabar, tmp_path: Path
) -> None:
    with copied_library(inhabited, tmp_path / "8888") as folder:
        with opened(folder) as copy:
            assert [each.title for each in copy.latest(9)] == [
                each.title for each in inhabited.latest(9)
            ]
            assert copy.digests.subscriber(5).created_at is None
            assert copy.conversations.turns(5, 5) == ()
            assert copy.digests.plan(datetime.now(UTC) + timedelta(days=2)).planned == 0
        assert b"ornithopter" not in (folder / "kabar.db").read_bytes()
    assert inhabited.digests.subscriber(5).created_at is not None
    assert list(tmp_path.iterdir()) == []


def test_a_copy_whose_process_is_gone_is_removed_and_one_in_use_is_not(
    kabar_factory: KabarFactory, tmp_path: Path
) -> None:
    stale, used = tmp_path / "1", tmp_path / "2"
    stale.mkdir()
    (stale / "kabar.db").write_bytes(b"x")
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(used)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    kabar = kabar_factory()
    with copied_library(kabar, tmp_path / "3"):
        assert not stale.exists()
        assert used.exists()
    with pytest.raises(StorageError, match="another playground"), copied_library(kabar, used):
        pass
    process.kill()
    process.communicate()
    with copied_library(kabar, tmp_path / "3"):
        assert not used.exists()


def test_a_place_where_nothing_can_be_written_is_named(
    kabar_factory: KabarFactory, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    folder = tmp_path / "file" / "8888"
    place = copied_library(kabar_factory(), folder)
    with pytest.raises(StorageError, match="keeps a copy there"), place:
        pass
