"""Exact search where the vectors lie: nothing is copied, built or trained, and any row may come or go.

All rows are compared by one matrix product, whose last bits depend on how it is cut into blocks; whoever
comes near the front is compared again on its own, so that scores and ranks depend on the vectors alone.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import EmbedderMismatchError

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_SLACK = 1e-4
"""More than a float32 product of unit vectors can be off."""
_BLOCK = 16_384


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """Vectors as they are stored, and where each stands."""

    vectors: Floats
    """(n, d) float32, rows L2-normalised; may be a mapped file"""
    rows: Rows | None
    """(n,) int64 row in the index, -1 for none; None when they stand in order"""


class ExactIndex:
    """A flat index over vectors in place.

    Args:
        vectors: (size, d) float32 rows of the index, read by row.
        stored: where they lie; each row of the index stands in one place.
        group: (size,) int64 group of each row; None when there is one.
        centroids: (groups, d) float32, whose cosine is taken off: cos(q, v) - cos(q, centroid) compares
            groups that an encoder puts in different places, as it does languages.
    """

    device = "cpu"

    def __init__(
        self, vectors: Any, stored: Sequence[Stored], group: Rows | None, centroids: Floats
    ) -> None:
        self.size = len(vectors)
        self._vectors = vectors
        self.dimension = int(centroids.shape[1])
        self._stored = stored
        self._group = group
        self._centroids = centroids

    def search(self, queries: Floats, k: int) -> tuple[Floats, Rows]:
        """Scores (n, k') and rows (n, k') of the nearest, best first, equal ones by row; k' = min(k, size).

        Raises:
            EmbedderMismatchError: the queries have another dimension than the index.
        """
        if queries.shape[1] != self.dimension:
            raise EmbedderMismatchError(
                f"the index has {self.dimension} dimensions, the query has {queries.shape[1]}: open the "
                f"store with the embedder that made it, or run `clew reindex`"
            )
        k = min(k, self.size)
        scores = np.empty((len(queries), k), np.float32)
        rows = np.empty((len(queries), k), np.int64)
        if not k or not len(queries):
            return scores, rows
        queries = np.ascontiguousarray(queries, np.float32)
        with _ONE_THREAD:
            nearly = self._products(queries)
        for i, query in enumerate(queries):
            near = nearly[:, i].copy()
            least = np.partition(near, self.size - k)[self.size - k] - _SLACK
            found = np.flatnonzero(near >= least)
            exact = self._exact(found, query)
            best = np.lexsort((found, -exact))[:k]
            scores[i], rows[i] = exact[best], found[best]
        return scores, rows

    def _products(self, queries: Floats) -> Floats:
        """(size, n) float32, right but for the last bits."""
        found = np.empty((self.size, len(queries)), np.float32)
        for stored in self._stored:
            vectors, rows = stored.vectors, stored.rows
            for start in range(0, len(vectors), _BLOCK):
                block = vectors[start : start + _BLOCK] @ queries.T
                if rows is None:
                    found[start : start + _BLOCK] = block
                else:
                    at = rows[start : start + _BLOCK]
                    found[at[at >= 0]] = block[at >= 0]
        if self._group is not None:
            found -= (self._centroids @ queries.T)[self._group]
        return found

    def _exact(self, rows: Rows, query: Floats) -> Floats:
        near = _dot(self._centroids, query)
        off = near[self._group[rows]] if self._group is not None else near[:1]
        exact: Floats = _dot(self._vectors[rows], query) - off
        return exact


class _OneThread:
    """While any thread is inside, matrix products stay on the thread that asks.

    Spread over threads they wait for the slowest, which on busy cores costs more than it gains.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._limit: Any = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._limit = _blas().limit(limits=1)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._limit.restore_original_limits()


@lru_cache(maxsize=1)
def _blas() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")


_ONE_THREAD = _OneThread()


def _dot(rows: Floats, vector: Floats) -> Floats:
    """(n,) float32 inner products, each independent of the other rows."""
    products: Floats = np.einsum("ij,j->i", rows, vector)
    return products
