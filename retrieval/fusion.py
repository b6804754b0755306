"""Scores of several parts into one: each stretched to 0..1 over the passages of one question, then summed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the parts of a score; chosen by hand on the training sets."""

    dense: float = 0.5
    lexical: float = 0.5
    walk: float = 3.0
    stated: float = 2.0
    """What an edge of the walk gains over which a fact says what the question asks for."""
    in_a_name: float = 0.5
    """Trust in an edge by a name that is part of a longer one."""
    left_out: float = 0.5
    """Trust in an edge to a place that the sentence speaks of but does not name."""
    forward: float = 0.25
    path: float = 0.25
    shared_seed: float = 0.5
    shared_frontier: float = 0.25
    residual: float = 0.5
    second: float = 0.25
    sentence: float = 0.25
    direct: float = 2.0
    context: float = 0.4
    bridge: float = 0.5
    cover: float = 1.0
    link: float = 1.0
    name: float = 2.0


HAND = Weights()


def stretch(x: Floats) -> Floats:
    """Min-max: the least value becomes 0, the greatest 1; all equal becomes 0."""
    if not len(x):
        return x
    low, high = float(x.min()), float(x.max())
    if high <= low:
        return np.zeros_like(x)
    return (x - low) / (high - low)


def lexical_reliability(coverage: float) -> float:
    """Weight of lexical search, 0..1, by the share of the question's words that its best passage holds.

    A question in another language than the passages shares few words with them; what it does share is then
    mostly chance, and lexical search has nothing to say.
    """
    return min(1.0, coverage / 0.4) ** 2


def evidence_reliability(cosine: float, coverage: float) -> float:
    """How likely the corpus has something to say to the question, 0..1; a rank, not a probability.

    On the HotpotQA training questions over their own corpus the calibrated cosine of the nearest passage is
    .56 or more for nine in ten; for questions about other articles it is .40 or less for nine in ten.
    Coverage separates less well and speaks where an embedder knows spelling only.

    Args:
        cosine: calibrated cosine of the nearest passage, 0..1.
        coverage: share of the question's words, by idf, that the best passage by words holds.
    """
    return min(1.0, max(0.0, (cosine - 0.3) / 0.4, (coverage - 0.4) / 0.4))
