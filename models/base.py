"""What an embedder is: text to vectors, with a name and a version that the store remembers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EmbedderInfo:
    """What a store keeps of the embedder that made it."""

    name: str
    version: str
    """Hash of the weights or the package's version: vectors of two versions are not compared."""
    dimension: int
    companion: EmbedderInfo | None = None
    """A second embedder whose passage vectors are kept beside (`models.paired`)."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as an embedder reads it: its title travels with it."""

    title: str
    text: str
    sentences: tuple[tuple[int, int], ...]
    """Character offsets in `text` of the sentences, end exclusive."""


@dataclass(frozen=True, slots=True, eq=False)
class PassageVectors:
    """Vectors of a passage and of its sentences, rows L2-normalised."""

    vector: FloatArray
    """(d,) float32"""
    sentences: FloatArray
    """(s, d) float32"""


@runtime_checkable
class Embedder(Protocol):
    """Text to vectors. Implementations load weights on first use and are safe to share between threads."""

    @property
    def info(self) -> EmbedderInfo:
        """Name, version and dimension, known without loading the weights."""
        ...

    @property
    def floor(self) -> float:
        """Cosine that unrelated texts have with this model; [floor, 1] is stretched to [0, 1] by search."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions, (n, d) float32, rows L2-normalised."""
        ...

    def embed_names(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of names and short descriptions to be found, (n, d) float32, rows L2-normalised."""
        ...

    def embed_passages(self, passages: Iterable[PassageText]) -> Iterator[PassageVectors]:
        """Vectors of passages and of their sentences, in order."""
        ...
