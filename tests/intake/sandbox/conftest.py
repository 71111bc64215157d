"""A sandbox for all tests of this folder that do not end it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from retrieval.intake.sandbox.sandbox import Sandbox


@pytest.fixture(scope="package")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as box:
        yield box
