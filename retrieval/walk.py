"""The walk: from the passages about what the question names, over the sentences that name others.

    reach(t) = max over sentences s of passages p that name t:  w(p) · 0.8 · cos(q, s) · f · edge(s, t)

f is 3 where a fact of the sentence says of the name what the question asks for, else 1: "It was directed by
Ann Lee" shares little else with the question who the director is. Whose "it" is needs no answer, since the
passage is about it. A name that is part of a longer one counts by half, and so does a place that the sentence
speaks of without naming it (`links.How`). One round does nearly all, a second helps on chains of three. The
beam bounds the cost: only the neighbourhood is touched, so it does not grow with the graph.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fusion import HAND, Weights
from .links import Edges, How, Read
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
    """(n,) float32 calibrated similarity of the question to the sentence, times f"""
    start: Floats
    """(n,) float32 weight of the source"""
    said: NDArray[np.uint64]
    """(n,) relations that the question asks for and a fact says of the name"""
    how: NDArray[np.int8]
    """(n,) as `links.How`"""

    def via(self, edge: int) -> Via:
        """One of the edges."""
        columns = (self.source, self.sentence, self.name, self.said)
        source, sentence, name, said = (int(column[edge]) for column in columns)
        return Via(source, sentence, name, said, How(self.how[edge]))


@dataclass(frozen=True, slots=True)
class Via:
    """The edge by which a passage was reached."""

    source: int
    sentence: int
    name: int
    said: int
    """As `Step.said`."""
    how: How


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """What a walk reached."""

    scores: Floats
    """(passages,) float32"""
    edges: dict[int, tuple[Step, int]]
    """By target, the step in which its best edge was walked, and which of the step's edges that is."""

    def via(self, target: int) -> Via | None:
        """The best edge to a passage; None for one that the walk did not reach."""
        if target not in self.edges:
            return None
        step, edge = self.edges[target]
        return step.via(edge)


def seed(read: Read, trust: Floats, passages: int) -> Floats:
    """(passages,) float32: trust in the readings of the names that stand in the question.

    Args:
        read: the readings.
        trust: (n,) float32 by name, 1 for an exact match.
    """
    scores = np.zeros(passages, np.float32)
    np.maximum.at(scores, read.passage, read.weight * trust[read.owner])
    return scores


def step(
    edges: Edges,
    table: SentenceTable,
    similar: Similarity,
    sources: Rows,
    start: Floats,
    asked: int,
    weights: Weights = HAND,
) -> Step:
    """All edges out of the sentences of the source passages.

    Args:
        start: (n,) float32 weights of the sources.
        asked: relations that the question asks for, as `kg.words.relation_bits`.
    """
    sentence, owner = table.of_passages(sources)
    out = edges.out_of(sentence)
    sentence, owner = sentence[out.owner], owner[out.owner]
    said = out.relations & np.uint64(asked)
    return Step(
        source=sources[owner],
        sentence=sentence,
        target=out.target,
        name=out.name,
        weight=out.weight * np.array([1.0, weights.in_a_name, weights.left_out], np.float32)[out.how],
        cosine=similar.of(sentence) * np.where(said, np.float32(1 + weights.stated), np.float32(1)),
        start=start[owner],
        said=said,
        how=out.how,
    )


def walk(
    edges: Edges,
    table: SentenceTable,
    similar: Similarity,
    seeds: Floats,
    asked: int = 0,
    weights: Weights = HAND,
) -> Reach:
    """Passages reached from the seeds in `ROUNDS` rounds of at most `BEAM` passages each.

    Args:
        seeds: (passages,) float32 trust in each passage to be about a thing that the question names.
        asked: as in `step`.
    """
    scores = np.zeros_like(seeds)
    edges_to: dict[int, tuple[Step, int]] = {}
    front = seeds
    for _ in range(ROUNDS):
        sources = best_rows(front, BEAM)
        if not len(sources):
            break
        taken = step(edges, table, similar, sources, front[sources], asked, weights)
        value = taken.start * DECAY * taken.cosine * taken.weight
        edge = np.full(len(seeds), -1, np.int64)
        order = np.lexsort((-np.arange(len(value)), value))  # of equal edges the first is assigned last
        edge[taken.target[order]] = order
        reached = np.flatnonzero(edge >= 0)
        better = reached[value[edge[reached]] > scores[reached]]
        front = np.zeros_like(seeds)
        front[better] = scores[better] = value[edge[better]]
        edges_to.update((target, (taken, int(edge[target]))) for target in better.tolist())
    return Reach(scores, edges_to)
