"""From token states to vectors of a passage and of its sentences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .base import FloatArray, PassageVectors


def unit(x: FloatArray) -> FloatArray:
    """`x` with its last axis L2-normalised; zeros stay zeros."""
    norm = np.linalg.norm(x, axis=-1, keepdims=True)
    scaled: FloatArray = np.divide(x, norm, out=np.zeros_like(x), where=norm > 0)
    return scaled


def pool_passage(
    states: FloatArray,
    offsets: NDArray[np.int64],
    sentences: tuple[tuple[int, int], ...],
    whole: FloatArray | None = None,
) -> PassageVectors:
    """Mean of all states for the passage, and of the states within each sentence for the sentences.

    A token belongs to the sentence in which it starts; a sentence without a token takes the passage's vector.

    Args:
        states: (t, d) float32 token states, special tokens included.
        offsets: (t, 2) characters of each token, counted from the start of the passage's text; negative in
            the prefix and the title.
        sentences: character offsets of the sentences in the passage's text, ascending.
        whole: (d,) vector of the passage where it is not the mean of the states.
    """
    vector = unit(states.mean(axis=0)) if whole is None else whole
    rows = np.tile(vector, (len(sentences), 1))
    inside = offsets[:, 1] > offsets[:, 0]  # special tokens are empty
    for row, (start, end) in enumerate(sentences):
        chosen = inside & (offsets[:, 0] >= start) & (offsets[:, 0] < end)
        if chosen.any():
            rows[row] = unit(states[chosen].mean(axis=0))
    return PassageVectors(vector, rows.astype(np.float32, copy=False))
