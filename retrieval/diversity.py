"""Passages that do not say the same: maximal marginal relevance, and a limit on the passages of a document.

J. Carbonell and J. Goldstein, "The use of MMR, diversity-based reranking for reordering documents" (1998):
the next passage is that with the greatest

    (1 − d) · relevance − d · greatest similarity to one taken before
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .index import PassageIndex
from .sentences import calibrate

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

POOL = 5
"""Passages to choose from, for each one wanted."""


def diverse(
    rows: Rows,
    values: Floats,
    k: int,
    index: PassageIndex,
    *,
    diversity: float,
    per_document: int | None,
    floor: float,
) -> tuple[Rows, Floats]:
    """The k passages taken, in order, with their values.

    Args:
        rows: passages, best first.
        values: (n,) float32 their scores; relevance is the share of the best one's.
        diversity: 0 keeps the order, 1 looks at similarity only.
        per_document: passages of one document at most; None sets no limit.
        floor: the embedder's cosine of unrelated texts.
    """
    relevance = values / max(float(values.max(initial=0.0)), 1e-9)
    vectors = index.vectors[rows]
    nearest = np.zeros(len(rows), np.float32)
    free = np.ones(len(rows), np.bool_)
    document = index.table.document[rows]
    taken: list[int] = []
    while len(taken) < k and free.any():
        value = np.where(free, (1.0 - diversity) * relevance - diversity * nearest, -np.inf)
        best = int(np.argmax(value))
        taken.append(best)
        free[best] = False
        nearest = np.maximum(nearest, calibrate(np.einsum("ij,j->i", vectors, vectors[best]), floor))
        if per_document is not None and int((document[taken] == document[best]).sum()) >= per_document:
            free &= document != document[best]
    return rows[taken], values[taken]
