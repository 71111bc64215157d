"""What the classes of the contract share: a library, and the same as another process sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.storage.base import Storage
from tests.storage.builders import MODEL


class Contract:
    """A part of the contract; an engine's tests say how a library is opened."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "data"

    def open(self, folder: Path) -> Storage:
        raise NotImplementedError

    @pytest.fixture
    def storage(self, folder: Path) -> Iterator[Storage]:
        storage = self.open(folder)
        yield storage
        storage.close()

    @pytest.fixture
    def other(self, folder: Path, storage: Storage) -> Iterator[Storage]:
        """The same library, as another process sees it."""
        other = self.open(folder)
        yield other
        other.close()

    def check_clean(self, storage: Storage, model: str = MODEL) -> None:
        findings = storage.verify(model)
        assert findings
        assert [finding for finding in findings if not finding.ok] == []
