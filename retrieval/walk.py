"""The walk: from the passages about what the question names, over the sentences that name others.

    reach(t) = max over sentences s of a passage p reached that name t:  w(p) · 0.8 · cos(q, s) · edge(s, t)

One round does nearly all, a second helps on chains of three. The beam bounds the cost: only the neighbourhood
is touched, so it does not grow with the graph.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .links import Edges, Readings
from .sentences import SentenceTable, Similarity, best_rows

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

DECAY = 0.8
BEAM = 30
ROUNDS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Edges that were walked: from passage `source[i]` over `sentence[i]` to `target[i]` by `name[i]`."""

    source: Rows
    sentence: Rows
    target: Rows
    name: Rows
    weight: Floats
    """(n,) float32 trust in the edge"""
    cosine: Floats
    """(n,) float32 calibrated similarity of the question to the sentence"""
    start: Floats
    """(n,) float32 weight of the source"""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """What a walk reached."""

    scores: Floats
    """(passages,) float32"""
    via: dict[int, tuple[int, int, int]]
    """target -> (source passage, sentence, name) of its best edge"""


def seed(table: Readings, names: Rows, trust: Floats, passages: int) -> Floats:
    """(passages,) float32: trust in the readings of the names that stand in the question.

    Args:
        names: (n,) names seen in the question.
        trust: (n,) float32, 1 for an exact match.
    """
    scores = np.zeros(passages, np.float32)
    read = table.of(names)
    np.maximum.at(scores, read.passage, read.weight * trust[read.owner])
    return scores


def step(edges: Edges, table: SentenceTable, similar: Similarity, sources: Rows, weights: Floats) -> Step:
    """All edges out of the sentences of the source passages."""
    sentence, owner = table.of_passages(sources)
    edges_out = edges.out_of(sentence)
    sentence, owner = sentence[edges_out.owner], owner[edges_out.owner]
    return Step(
        source=sources[owner],
        sentence=sentence,
        target=edges_out.target,
        name=edges_out.name,
        weight=edges_out.weight,
        cosine=similar.of(sentence),
        start=weights[owner],
    )


def walk(edges: Edges, table: SentenceTable, similar: Similarity, seeds: Floats) -> Reach:
    """Passages reached from the seeds in `ROUNDS` rounds of at most `BEAM` passages each.

    Args:
        seeds: (passages,) float32 trust in each passage to be about a thing that the question names.
    """
    scores = np.zeros_like(seeds)
    via: dict[int, tuple[int, int, int]] = {}
    front = seeds
    for _ in range(ROUNDS):
        sources = best_rows(front, BEAM)
        if not len(sources):
            break
        taken = step(edges, table, similar, sources, front[sources])
        value = taken.start * DECAY * taken.cosine * taken.weight
        front = np.zeros_like(seeds)
        for i in np.argsort(value, kind="stable").tolist():
            target = int(taken.target[i])
            if value[i] > scores[target]:
                scores[target] = front[target] = value[i]
                via[target] = (int(taken.source[i]), int(taken.sentence[i]), int(taken.name[i]))
    return Reach(scores, via)
