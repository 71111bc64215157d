"""The two shapes of vectors that are handed around; for type checkers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]
    """float32, shape (d,), of unit length."""
    Vectors = NDArray[np.float32]
    """float32, shape (n, d), rows of unit length."""
