"""An embedder with a companion: a second model's vectors of passages, for questions in other languages.

Two models err differently. Within one language the better one is better alone; where a question stands in
another language than the passages, the sum of both is better than either, most of all where the first is weak
(see `retrieval.companion`). The companion embeds passages only, at a fraction of the first one's time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .base import Embedder, EmbedderInfo, FloatArray, PassageText, PassageVectors


class PairedEmbedder:
    """`first` in all that an embedder does, and `companion` for passages and questions across languages."""

    def __init__(self, first: Embedder, companion: Embedder) -> None:
        self.first = first
        self.companion = companion

    @property
    def info(self) -> EmbedderInfo:
        """The first one's, with the companion's in it."""
        return replace(self.first.info, companion=self.companion.info)

    @property
    def floor(self) -> float:
        """The first one's."""
        return self.first.floor

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions, by the first."""
        return self.first.embed_queries(texts)

    def embed_names(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of names, by the first."""
        return self.first.embed_names(texts)

    def embed_passages(self, passages: Iterable[PassageText]) -> Iterator[PassageVectors]:
        """Vectors of passages and of their sentences, by the first."""
        return self.first.embed_passages(passages)

    def accompany(self, passages: Iterable[PassageText]) -> FloatArray:
        """The companion's vectors of passages, (n, d) float32, rows L2-normalised."""
        whole = (replace(passage, sentences=()) for passage in passages)
        rows = [found.vector for found in self.companion.embed_passages(whole)]
        return np.stack(rows) if rows else np.empty((0, self.companion.info.dimension), np.float32)


def companion_of(embedder: Embedder) -> Embedder | None:
    """The companion of an embedder that has one."""
    return embedder.companion if isinstance(embedder, PairedEmbedder) else None


def fitting(embedder: Embedder, held: Mapping[str, Any] | None) -> Embedder:
    """The embedder as a store can use it: without its companion where the stored vectors have none of it.

    Args:
        held: what the store keeps of the embedder that made its vectors; None while it has none.
    """
    if not isinstance(embedder, PairedEmbedder) or held is None:
        return embedder
    info, known = embedder.companion.info, held.get("companion")
    mine = {"name": info.name, "version": info.version, "dimension": info.dimension}
    return embedder if known == mine else embedder.first
