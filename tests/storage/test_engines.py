"""The table of engines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from retrieval.storage.engines import ENGINES, open_storage

ROOT = Path(__file__).parents[2]


def test_a_library_is_opened_and_made_where_there_is_none(tmp_path: Path) -> None:
    storage = open_storage(tmp_path / "new" / "folder")
    assert storage.latest_articles(1) == []
    assert storage.details()["engine"].startswith("SQLite")
    storage.close()
    assert list(ENGINES) == ["sqlite"]


def test_the_table_costs_no_heavy_import() -> None:
    code = (
        "import sys, retrieval.storage.engines; "
        "print([m for m in ('numpy', 'faiss', 'sqlite_utils') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_writing_costs_no_import_of_faiss(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.storage.builders import put; "
        "from retrieval.storage.engines import open_storage; "
        "put(open_storage(Path(sys.argv[1])), 'a'); "
        "print('faiss' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
