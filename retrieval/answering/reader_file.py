"""The reader's weights: one file beside this one, and what it must be.

``reader.safetensors`` holds the trained layers, made by ``python -m training``: matrices as int8
with a scale for each row, all else as float16. ``reader.json`` beside it names its version,
checksum, licence, data, how it was trained, and what its readings count.
Weights are used only where the file is whole and of the version that this code reads; else
nothing reads, and search answers alone.
"""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from retrieval.answering.reading_calibration import ReadingCalibration
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERSION = 3
"""Counted up when weights of before would be read wrongly."""

WEIGHTS = "reader.safetensors"
CARD = "reader.json"

_AGAIN = "install Kabar again, or set KABAR_READER=off"


def load_reader(
    folder: Traversable | None = None,
) -> tuple[dict[str, NDArray[Any]], ReadingCalibration]:
    """Return the shipped weights by name, and what their readings count.

    Args:
        folder: Where the two files are; the package's own if None.

    Raises:
        ModelError: A file is missing, damaged, or of another version.
    """
    from safetensors.numpy import load

    folder = folder or files("retrieval.answering")
    try:
        card = json.loads(folder.joinpath(CARD).read_text(encoding="utf-8"))
        content = folder.joinpath(WEIGHTS).read_bytes()
        if card["version"] != VERSION:
            raise ModelError(f"The reader's weights are of another version; {_AGAIN}.")
        if hashlib.sha256(content).hexdigest() != card["sha256"]:
            raise ModelError(f"The reader's weights are damaged; {_AGAIN}.")
        return load(content), ReadingCalibration.from_json(card["calibration"])
    except FileNotFoundError as error:
        raise ModelError(f"The reader's weights are not there; {_AGAIN}.") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The reader's weights cannot be read; {_AGAIN}.") from error
