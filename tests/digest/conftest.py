from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.digest.library import Library


@pytest.fixture
def news(tmp_path: Path) -> Iterator[Library]:
    """Return an empty library, to be filled with articles that point where a test wants."""
    library = Library(tmp_path)
    with closing(library.storage):
        yield library
