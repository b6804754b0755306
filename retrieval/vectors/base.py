"""What a vector engine is: rows of unit vectors in, nearest rows out."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


class VectorIndex(Protocol):
    """Nearest neighbours by inner product; rows are L2-normalised, so that is the cosine."""

    @property
    def size(self) -> int:
        """Rows."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def device(self) -> str:
        """ "cpu" or "cuda"."""
        ...

    def search(self, queries: Floats, k: int) -> tuple[Floats, Rows]:
        """Scores and rows of the k nearest of each query, best first.

        Args:
            queries: (n, d) float32, rows L2-normalised.

        Returns:
            (n, k') float32 and (n, k') int64 with k' = min(k, size).
        """
        ...
