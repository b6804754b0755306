"""Passages and sentences as arrays: vectors, places, owners. A projection, built from stored documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ragged import distinct, ranges

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


_BLOCK = 32
_FEW = 200
"""Sentences of which it costs less to look at some twice than to find out which."""


@dataclass(frozen=True, slots=True, eq=False)
class SentenceTable:
    """Sentences of all documents, and the passages as ranges of them.

    A passage is the sentences `first[p]:last[p]`; windows that overlap share rows.
    """

    first: Rows
    """(p,) int64 first sentence of a passage"""
    last: Rows
    """(p,) int64 end of its sentences, exclusive"""
    document: Rows
    """(p,) int64 document of a passage"""
    starts: Any
    """(s,) int character in its document where a sentence starts; this and what follows is read by row"""
    ends: Any
    """(s,) int"""
    codes: Any
    """(s, d) int8 vectors"""
    scales: Any
    """(s,) float32: vector = codes · scale"""

    def of_passages(self, passages: Rows) -> tuple[Rows, Rows]:
        """All sentences of the passages, and for each the index in `passages` of its owner."""
        return ranges(self.first[passages], self.last[passages])

    def vectors(self, rows: Rows) -> Floats:
        """(n, d) float32 of the sentences."""
        vectors: Floats = self.codes[rows].astype(np.float32) * self.scales[rows][:, None]
        return vectors


class Similarity:
    """Calibrated cosines of one question to sentences, computed for those that are asked for, once each.

    [floor, 1] is stretched to [0, 1], since every embedder has its own cosine for unrelated texts.

    Args:
        lift: (sentences,) float32 added to the cosines, to compare languages; None adds nothing.
    """

    def __init__(
        self, table: SentenceTable, question: Floats, floor: float, lift: Floats | None = None
    ) -> None:
        self._table = table
        self._lift = lift
        self._question = question
        self._floor = floor
        self._known = np.full(len(table.starts), np.nan, np.float32)

    def of(self, rows: Rows) -> Floats:
        """(n,) float32 in 0..1."""
        values = self._known[rows]
        missing = rows[np.isnan(values)]
        if not len(missing):
            return values
        if len(missing) > _FEW:
            missing = distinct(missing)
        cosine = dot(self._table.codes[missing].astype(np.float32), self._question)
        cosine *= self._table.scales[missing]
        if self._lift is not None:
            cosine += self._lift[missing]
        self._known[missing] = calibrate(cosine, self._floor)
        return self._known[rows]

    def best_of_passages(self, passages: Rows) -> tuple[Floats, Rows]:
        """For each passage the similarity of its nearest sentence, and that sentence's row."""
        rows, owners = self._table.of_passages(passages)
        values = self.of(rows)
        best = np.zeros(len(passages), np.float32)
        at = self._table.first[passages].copy()
        order = np.lexsort((-rows, values))  # the last one assigned wins: greatest value, then first row
        best[owners[order]] = values[order]
        at[owners[order]] = rows[order]
        return best, at


def dot(rows: Floats, vector: Floats) -> Floats:
    """(n,) float32 inner products, on this thread, each independent of how many rows there are."""
    products: Floats = np.einsum("ij,j->i", rows, vector)
    return products


def calibrate(cosine: Floats, floor: float) -> Floats:
    """[floor, 1] stretched to [0, 1], what lies below is 0."""
    scaled: Floats = np.clip((cosine - floor) / (1.0 - floor), 0.0, 1.0).astype(np.float32)
    return scaled


def best_rows(values: Floats, count: int) -> Rows:
    """Indices of the greatest positive values, best first; equal values in row order, which is no signal."""
    least = _below(values, count) if count > 0 else np.float32(np.inf)
    great = np.flatnonzero(values >= least if least > 0 else values > 0)
    if len(great) > count:
        place = len(great) - count
        threshold = np.partition(values[great], place)[place]
        great = great[values[great] >= threshold]
    order: Rows = great[np.argsort(-values[great], kind="stable")][:count]
    return order


def _below(values: Floats, count: int) -> np.float32:
    """A value that at least `count` of the values reach, found without looking at all of them together.

    As many blocks have a greatest value that reaches the one of rank `count` among those.
    """
    blocks = len(values) // _BLOCK
    if blocks < 2 * count:
        return np.float32(0)
    greatest = values[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
    return np.float32(np.partition(greatest, blocks - count)[blocks - count])
