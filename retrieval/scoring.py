"""The recipe: base, walk, frontier, added terms, sum. One question, one index, one score a passage.

    score = base + 3 · (seed · base / max base + max(0, walk - seed)) + Σ weight · stretched term
            + 2 · direct + .4 · context + chain

`base` is dense and lexical search, each stretched to 0..1 over the passages of the question. A seed counts
as far as its passage bears on the question by itself: to be about what is named is not yet to answer. Each
added term is described where it is computed (`terms`, `chains`). `direct` keeps the passage in front that
plain search (base, nearest sentence, second query) puts first by far: it answers most questions that need one
passage, and is a step of most others. Where documents stand in threads, the neighbours of a passage speak for
it (`context`, see `threads`). `chain` orders the best by what those before them leave open. People's votes
come on top (`feedback`). Nothing here reads the database.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from . import chains, terms
from .companion import Abroad
from .fusion import HAND, Weights, lexical_reliability, stretch
from .index import PassageIndex
from .query import Understood
from .sentences import Similarity, best_rows, calibrate, dot
from .vectors import VectorIndex
from .walk import Reach, seed, step, walk

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

DENSE_DEPTH = 500
"""Passages taken from the vector index; those further off count as the last of them."""
SECOND_QUERIES = 8
"""Passages whose nearest sentence is said together with the question."""
DIRECT_FROM = 0.95
"""Share of the best plain score from which a passage counts as answering by itself."""
POOL = 80
"""Best passages so far, which the terms that look closer are confined to."""
WALK_AND_TERMS = "walk and terms"
"""Stage of the timings that sums up all others of scoring but those of the base."""
_BASE = frozenset({"dense", "lexical"})


@dataclass(slots=True, eq=False)
class Scored:
    """Scores of one question, by part; each (passages,) float32, weights applied."""

    parts: dict[str, Floats]
    similar: Similarity
    seeds: Floats
    reach: Reach
    dense_best: float
    """Calibrated cosine of the nearest passage, 0..1."""
    coverage: float
    """Share of the question's words, by idf, that the best passage by words holds."""
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> Floats:
        """Sum of the parts."""
        return _sum(self.parts)


class _Clock:
    """Milliseconds since the lap before."""

    def __init__(self, timings: dict[str, float]) -> None:
        self._timings, self._last = timings, time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._timings[stage] = self._timings.get(stage, 0.0) + 1000 * (now - self._last)
        self._last = now


def score(
    question: Floats,
    understood: Understood,
    index: PassageIndex,
    vectors: VectorIndex,
    *,
    floor: float,
    weights: Weights = HAND,
    abroad: Abroad | None = None,
) -> Scored:
    """Scores of all passages.

    Args:
        question: (d,) float32 vector of the question.
        floor: the embedder's cosine of unrelated texts.
        abroad: the question by the embedder's companion, where it stands in another language than passages.
    """
    timings: dict[str, float] = {}
    clock = _Clock(timings)
    near = index.nearness(question)  # by language; lifted to the nearest, cosines compare across languages
    dense, nearest = _dense(vectors, question, index.size, abroad)
    clock.lap("dense")
    lexical = index.lexical.scores(understood.columns)
    coverage = index.lexical.coverage(understood.columns_of, int(lexical.argmax())) if lexical.any() else 0.0
    reliable = lexical_reliability(coverage)
    share = weights.lexical * reliable
    scale = (weights.dense + weights.lexical) / (weights.dense + share)
    parts = {"dense": scale * weights.dense * dense, "lexical": scale * share * stretch(lexical)}
    clock.lap("lexical")

    lift = (near.max() - near)[index.sentence_language] if len(near) > 1 else None
    similar = Similarity(index.table, question, floor, lift)
    seeds = seed(understood.readings, understood.trust, index.size)
    reach = walk(index.edges, index.table, similar, seeds, understood.relations, weights)
    base = _sum(parts)
    parts["seed"] = weights.walk * seeds * _relative(base)
    parts["walk"] = weights.walk * np.maximum(reach.scores - seeds, 0)
    clock.lap("walk")
    reached = np.maximum(seeds, reach.scores)
    parts |= _added(question, understood, index, similar, floor, weights, base, seeds, reached, clock)
    so_far = _sum(parts)
    pool = best_rows(so_far, POOL)
    parts["second"] = weights.second * _second(question, so_far, pool, index, similar)
    clock.lap("second")
    parts["sentence"] = weights.sentence * _nearest_sentence(so_far, pool, similar)
    plain = base + parts["second"] + parts["sentence"]
    parts["direct"] = weights.direct * np.clip(
        (_relative(plain) - DIRECT_FROM) / (1.0 - DIRECT_FROM), 0.0, 1.0
    )
    so_far = so_far + parts["second"] + parts["sentence"] + parts["direct"]
    clock.lap("sentence")
    best = chains.pool(index, similar, understood, pool, so_far)
    parts["bridge"] = weights.bridge * stretch(_spread(best.bridge(), best.rows, index.size))
    so_far = so_far + parts["bridge"]
    clock.lap("bridge")
    if len(index.threads.passages):
        parts["context"] = weights.context * index.threads.context(so_far)
        so_far = so_far + parts["context"]
        clock.lap("context")
    gained = best.chain(
        so_far[best.rows], cover=weights.cover * reliable, link=weights.link, name=weights.name
    )
    parts["chain"] = _spread(gained, best.rows, index.size)
    clock.lap("chain")
    timings[WALK_AND_TERMS] = sum(spent for stage, spent in timings.items() if stage not in _BASE)
    cosine = float(calibrate(np.array([nearest + near.max(initial=0.0)], np.float32), floor)[0])
    return Scored(parts, similar, seeds, reach, cosine, coverage, timings)


def _added(
    question: Floats,
    understood: Understood,
    index: PassageIndex,
    similar: Similarity,
    floor: float,
    weights: Weights,
    base: Floats,
    seeds: Floats,
    reached: Floats,
    clock: _Clock,
) -> dict[str, Floats]:
    """The terms that start from the frontier and from the seeds, stretched and weighted."""
    size, table = index.size, index.table
    shared = terms.overlap(index.mentions, understood.entities, size)
    rows, front = terms.frontier(reached, base, shared)
    taken = step(index.edges, table, similar, rows, front, understood.relations, weights)
    forward = stretch(terms.forward(taken, size))
    path = stretch(terms.path(taken, table, similar, question, floor, size))
    clock.lap("path")
    from_front, from_seeds = _shared_entities(index, similar, seeds, rows, front)
    clock.lap("shared")
    best = similar.best_of_passages(rows)[1]
    residual = stretch(terms.residual(index.lexical, understood.columns, rows, front, best))
    clock.lap("residual")
    return {
        "forward": weights.forward * forward,
        "path": weights.path * path,
        "shared": weights.shared_seed * stretch(from_seeds) + weights.shared_frontier * stretch(from_front),
        "residual": weights.residual * residual,
    }


def _shared_entities(
    index: PassageIndex, similar: Similarity, seeds: Floats, rows: Rows, front: Floats
) -> Floats:
    """(2, passages) float32 what shares entities with the frontier, and with the seeds."""
    start = np.stack([_spread(front, rows, index.size), seeds])
    sources = np.flatnonzero((start > 0).any(axis=0))
    return terms.shared_entities(index.mentions, similar, sources, start[:, sources], index.size)


def _spread(values: Floats, rows: Rows, size: int) -> Floats:
    """(size,) float32 the values at their rows, 0 elsewhere."""
    spread = np.zeros(size, np.float32)
    spread[rows] = values
    return spread


def _sum(parts: dict[str, Floats]) -> Floats:
    first, *others = parts.values()
    total = first.astype(np.float32)
    for part in others:
        total += part
    return total


def _relative(x: Floats) -> Floats:
    """The values as shares of the greatest; all 1 when none is positive, as with a single passage."""
    highest = float(x.max(initial=0.0))
    return x / highest if highest > 0 else np.ones_like(x)


def _dense(
    vectors: VectorIndex, question: Floats, size: int, abroad: Abroad | None
) -> tuple[Floats, float]:
    """(passages,) float32 stretched similarity, and the embedder's own cosine of the nearest."""
    dense = np.zeros(size, np.float32)
    cosines, rows = vectors.search(question[None], DENSE_DEPTH)
    if not rows.size:
        return dense, -1.0
    best, near = rows[0], cosines[0]
    if abroad is not None:
        best, near = abroad.together(question, best, near, DENSE_DEPTH)
    dense[best] = stretch(near)
    return dense, float(cosines[0, 0])


def _second(question: Floats, so_far: Floats, pool: Rows, index: PassageIndex, similar: Similarity) -> Floats:
    """Similarity to the question together with the nearest sentence of one of the best passages."""
    found = np.zeros(len(so_far), np.float32)
    if len(pool):
        both = question + index.table.vectors(similar.best_of_passages(pool[:SECOND_QUERIES])[1])
        both /= np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-9)
        vectors = index.centred_rows(pool)
        found[pool] = stretch(np.stack([dot(vectors, query) for query in both]).max(axis=0))
    return found


def _nearest_sentence(so_far: Floats, pool: Rows, similar: Similarity) -> Floats:
    """Similarity of the nearest sentence."""
    found = np.zeros(len(so_far), np.float32)
    if len(pool):
        found[pool] = stretch(similar.best_of_passages(pool)[0])
    return found
