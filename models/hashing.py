"""An embedder without a model: character n-grams hashed into a fixed number of dimensions.

It knows spelling and nothing else: two texts are near when they share words or parts of words, in any
language and script. That is useful where a corpus is too large to read with a network, and where a test
wants real vectors in no time. Its quality is lexical only; BM25 is by far the better lexical search.

The vector of a text is a sum over its words. A word spreads its weight over itself and its trigrams
("cat" -> "<cat>", "<ca", "cat", "at>"); each of these is one signed unit in one dimension (K. Weinberger
et al., "Feature Hashing for Large Scale Multitask Learning", 2009). Short words, which are mostly function
words, weigh less (without a corpus there is no idf), and repeated words are damped by a square root.
Scripts without spaces are cut into characters and their pairs.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..core.text import fold, has_unspaced
from .base import EmbedderInfo, FloatArray, PassageText, PassageVectors
from .pooling import unit

_WORD = re.compile(r"[^\W_]+")
_PIECE = 4096
"""Characters split at a time, so that a text of any size takes little memory."""
_FULL_WEIGHT = 6
"""Letters from which on a word weighs fully: 6 was better than 8 on training questions of 2WikiMultiHopQA."""


class HashingEmbedder:
    """Character n-grams by feature hashing; deterministic, the same on every machine, nothing to load.

    Args:
        dimension: length of the vectors; fewer dimensions mean more collisions.

    >>> embedder = HashingEmbedder()
    >>> question, near, far = embedder.embed_queries(["the river Jordan", "Jordan river", "a fruit"])
    >>> bool(question @ near > question @ far)
    True
    """

    def __init__(self, *, dimension: int = 256) -> None:
        self.info = EmbedderInfo("hashing", f"1-{dimension}", dimension)
        self.floor = 0.1

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions, (n, d) float32, rows L2-normalised; a text without a word is all zeros."""
        rows = [self._vector(words_of(text)) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.info.dimension), np.float32)

    def embed_names(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of names; the same as of questions."""
        return self.embed_queries(texts)

    def embed_passages(self, passages: Iterable[PassageText]) -> Iterator[PassageVectors]:
        """Vectors of passages (title and text) and of their sentences, in order."""
        for passage in passages:
            title, text = words_of(passage.title), words_of(passage.text)
            sentences = self.embed_queries([passage.text[start:end] for start, end in passage.sentences])
            yield PassageVectors(self._vector(title + text), sentences)

    def _vector(self, words: Counter[str]) -> FloatArray:
        total = np.zeros(self.info.dimension)
        for word, count in words.items():
            dimensions, weights = _features(word, self.info.dimension)
            np.add.at(total, dimensions, weights * count**0.5)
        return unit(total.astype(np.float32))


def words_of(text: str) -> Counter[str]:
    """Folded words of a text; characters and pairs of characters where a word has no spaces around it.

    >>> sorted(words_of("Ein Café"))
    ['cafe', 'ein']
    """
    words: Counter[str] = Counter()
    for start in range(0, len(text), _PIECE):
        for word in _WORD.findall(text[start : start + _PIECE].casefold()):
            folded = word if word.isascii() else fold(word)
            if has_unspaced(folded):
                words.update(folded)
                words.update(folded[i : i + 2] for i in range(len(folded) - 1))
            elif folded:
                words[folded] += 1
    return words


@lru_cache(maxsize=100_000)
def _features(word: str, dimension: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    framed = f"<{word[:64]}>"
    grams = [framed, framed] + [framed[i : i + 3] for i in range(len(framed) - 2)]
    codes = np.array([zlib.crc32(gram.encode("utf-8", "replace")) for gram in grams], np.int64)
    signs = np.where(codes >> 31 & 1, 1.0, -1.0)
    return codes % dimension, signs * (_weight(word) / len(grams) ** 0.5)


def _weight(word: str) -> float:
    if has_unspaced(word):
        return 1.0 if len(word) > 1 else 0.3
    return min(1.0, (len(word) / _FULL_WEIGHT) ** 2)
