"""A copy of the library for the playground, where the clock is pushed and people are made up.

In the library itself a pushed clock would let articles go before their time and put visits of feeds
into the future, and made-up people would be sent digests.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import StorageError

if TYPE_CHECKING:
    from retrieval.kabar import Kabar


@contextmanager
def copied_library(kabar: Kabar, folder: Path) -> Iterator[Path]:
    """Copy the library to a folder that is gone in the end.

    Args:
        kabar: The library.
        folder: Where the copy is put; what a playground that was killed left there is removed.

    Yields:
        The folder, as the data folder of the copy.

    Raises:
        StorageError: There is no room, or nothing may be written there.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be made ({error.strerror}); the playground keeps a copy there."
        ) from error
    try:
        kabar.copy_to(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
