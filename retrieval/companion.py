"""Passages in another language than the question: two embedders see more than one.

For those passages the cosine is replaced by that of both embedders together,

    mean + σ · (z + z') / √var(z + z'),   z = (cos - mean) / σ over passages in other languages,

z' likewise by the companion. It has the mean and the spread of the first one's, so that it stays comparable
with the passages in the question's own language, where the companion is not asked. Both cosines are less the
centroid of the passage's language (`PassageIndex.centred`). Mean and spread come from the first `SAMPLE`
passages: they stand in the order of a hash, so these are a fair draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .index import PassageIndex, centroids
from .sentences import dot
from .vectors import FaissIndex, VectorIndex

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

SAMPLE = 2_000
_FEWEST = 3
"""Passages that a spread can be told from."""


@dataclass(frozen=True, slots=True, eq=False)
class Companion:
    """The companion's side of an index."""

    codes: NDArray[np.int8]
    """(passages, d') int8 vectors"""
    scales: Floats
    """(passages,) float32: vector = codes · scale"""
    centroids: Floats
    """(languages, d') float32 mean vector of each language's passages"""
    vectors: VectorIndex
    """Over the vectors less the centroid of their language."""

    @classmethod
    def of(cls, index: PassageIndex, device: Literal["auto", "cpu", "cuda"]) -> Companion:
        """The companion's side of an index that is `accompanied`."""
        codes, scales = index.companions()
        language = index.passage_language
        vectors = codes.astype(np.float32) * scales[:, None]
        means = centroids(vectors, language, len(index.languages))
        return cls(codes, scales, means, FaissIndex(vectors - means[language], device=device))


@dataclass(frozen=True, slots=True, eq=False)
class Abroad:
    """One question seen by both embedders, for passages in other languages than its own."""

    index: PassageIndex
    companion: Companion
    question: Floats
    """(d',) float32 by the companion"""
    foreign: NDArray[np.bool_]
    """(languages,) those that the question does not stand in"""

    def together(self, first: Floats, rows: Rows, cosines: Floats, depth: int) -> tuple[Rows, Floats]:
        """The nearest passages by both embedders, best first.

        Args:
            first: (d,) float32 the question by the first embedder.
            rows, cosines: (n,) the passages nearest to it.
            depth: passages to take from the companion, and to give back.
        """
        sample = np.arange(min(SAMPLE, self.index.size))
        sample = sample[self._is_foreign(sample)]
        if len(sample) < _FEWEST:
            return rows, cosines
        found = self.companion.vectors.search(self.question[None], depth)[1][0]
        more = found[self._is_foreign(found) & ~np.isin(found, rows)]
        rows = np.concatenate([rows, more])
        cosines = np.concatenate([cosines, self._first(first, more)])
        foreign = self._is_foreign(rows)
        mean, spread = _mean_and_spread(self._first(first, sample))
        other, width = _mean_and_spread(self._second(sample))
        typical = (self._first(first, sample) - mean) / spread + (self._second(sample) - other) / width
        summed = (cosines[foreign] - mean) / spread + (self._second(rows[foreign]) - other) / width
        cosines[foreign] = mean + summed * spread / _mean_and_spread(typical)[1]
        order = np.lexsort((rows, -cosines))[:depth]
        return rows[order], cosines[order]

    def _is_foreign(self, rows: Rows) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = self.foreign[self.index.passage_language[rows]]
        return inside

    def _first(self, question: Floats, rows: Rows) -> Floats:
        language = self.index.passage_language[rows]
        return dot(self.index.vectors[rows], question) - (self.index.centroids @ question)[language]

    def _second(self, rows: Rows) -> Floats:
        language, side = self.index.passage_language[rows], self.companion
        cosines = dot(side.codes[rows].astype(np.float32), self.question) * side.scales[rows]
        centred: Floats = cosines - (side.centroids @ self.question)[language]
        return centred


def _mean_and_spread(values: Floats) -> tuple[float, float]:
    return float(values.mean()), max(float(values.std()), 1e-9)


def foreign_languages(index: PassageIndex, spoken: str) -> NDArray[np.bool_]:
    """(languages,) bool: those of the passages that a question in `spoken` does not stand in.

    "und" is no language: neither a question nor a passage of which nothing can be said is foreign.
    """
    foreign = np.array([language not in (spoken, "und") for language in index.languages], np.bool_)
    return foreign & (spoken != "und")
