"""Evidence as a chain: what passages leave open is said by others that speak of the same things.

Two terms look closer at the best passages so far. `bridge` lifts what one of them leads to. `chain` takes
passages one after the other, each for what those taken before it leave open: two passages that answer the
same half of a question are not the best two. This is the set cover of the aspects of a question (R. Santos,
C. Macdonald and I. Ounis, "Exploiting query reformulations for web search result diversification", 2010),
with the question's words, and the things that it names, as aspects, and entities as what holds the chain
together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .index import PassageIndex
from .lexical import K1
from .query import Understood
from .sentences import Similarity
from .terms import FRONTIER, telling, tied

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

TAKEN = 10
"""Passages that are taken one after the other; those behind keep their order."""
TIED_ALONE = 0.25
"""What a tie counts for beside what the tied passage adds."""
_STEP = np.float32(1e-4)
"""Least distance between the scores of passages taken, so that their order shows."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The best passages so far, and what ties the first of them to the others."""

    rows: Rows
    """(p,) int64 passages, best first; the first `FRONTIER` of them are the sources of ties."""
    source: Rows
    """(n,) int64 place in the pool a tie leads from"""
    target: Rows
    """(n,) int64 place it leads to"""
    strength: Floats
    """(n,) float32 W · idf(e) · cos(q, s), W the source's score as a share of the best"""
    cosine: Floats
    """(n,) float32 cos(q, t), t the target's sentence that speaks of the entity"""
    held: Floats
    """(w, p) float32 what each word of the question that tells passages apart adds to BM25"""
    most: Floats
    """(w,) float32 the most that it can add"""
    about: Floats
    """(n, p) float32 trust that a passage is about each of the things that the question names"""

    def bridge(self) -> Floats:
        """(p,) max over ties: W · idf(e) · cos(q, s) · (cos(q, t) + r / R).

        r is BM25 of the question's words that are missing in the source, R the most that it can be.
        """
        missing = (self.held[:, :FRONTIER] == 0).T.astype(np.float32)
        added = _share(missing, self.held, self.most)
        value = self.strength * (self.cosine + added[self.source, self.target])
        best = np.zeros(len(self.rows), np.float32)
        np.maximum.at(best, self.target, value)
        return best

    def chain(self, scores: Floats, *, cover: float, link: float, name: float) -> Floats:
        """(p,) what passages gain that are taken in turn: the next is that with the greatest

            score + cover · r / R + link · tie · (r / R + ¼) + name · about

        r is BM25 of the question's words that all taken before it miss, R the most that it can be; tie, 0..1,
        is the strongest tie to one of them; about is the trust that the passage is about a thing that the
        question names and none of them is about. No gain lifts a passage above one that was taken before.

        Args:
            scores: (p,) float32 so far.
        """
        size = len(self.rows)
        ties = np.zeros((min(FRONTIER, size), size), np.float32)
        np.maximum.at(ties, (self.source, self.target), self.strength * self.cosine)
        ties /= max(float(ties.max(initial=0.0)), 1e-9)
        gained, gain, tie = (np.zeros(size, np.float32) for _ in range(3))
        free = np.ones(size, np.bool_)
        missing, unnamed = np.ones(len(self.most), np.float32), np.ones(len(self.about), np.float32)
        last = np.float32(np.inf)
        for _ in range(min(TAKEN, size)):
            taken = int(np.argmax(np.where(free, scores + gain, -np.inf)))
            last = min(scores[taken] + gain[taken], last - _STEP)
            gained[taken], free[taken] = last - scores[taken], False
            missing *= self.held[:, taken] == 0
            unnamed *= self.about[:, taken] == 0
            if taken < len(ties):
                tie = np.maximum(tie, ties[taken])
            added = _share(missing[None], self.held, self.most)[0]
            about = (unnamed[:, None] * self.about).max(axis=0, initial=0.0)
            gain = cover * added + link * tie * (added + TIED_ALONE) + name * about
        return gained


def pool(
    index: PassageIndex, similar: Similarity, understood: Understood, rows: Rows, so_far: Floats
) -> Pool:
    """The pool of some passages.

    Args:
        rows: the best passages.
        so_far: (passages,) float32 scores.
    """
    rows = rows[np.argsort(-so_far[rows], kind="stable")]
    place = np.full(len(so_far), -1, np.int64)
    place[rows] = np.arange(len(rows))
    sources = rows[:FRONTIER]
    shares = so_far[sources] / max(float(so_far[rows].max(initial=0.0)), 1e-9)
    ties = tied(index.mentions, similar, sources, shares)
    inside = place[ties.target] >= 0
    columns = telling(index.lexical, understood.columns)
    held = [index.lexical.adds(column, rows) for column in columns.tolist()]
    return Pool(
        rows,
        ties.owner[inside],
        place[ties.target[inside]],
        shares[ties.owner[inside]] * ties.strength[inside],
        similar.of(ties.sentence[inside]),
        np.stack(held) if held else np.zeros((0, len(rows)), np.float32),
        (K1 + 1) * index.lexical.idf[columns],
        _about(understood, place, len(rows)),
    )


def _about(understood: Understood, place: Rows, size: int) -> Floats:
    """(n, p) float32 trust that each passage of the pool is about what each name in the question means."""
    read, trust = understood.readings, understood.trust
    about = np.zeros((len(trust), size), np.float32)
    inside = place[read.passage] >= 0
    owner, at = read.owner[inside], place[read.passage[inside]]
    np.maximum.at(about, (owner, at), read.weight[inside] * trust[owner])
    return about


def _share(missing: Floats, held: Floats, most: Floats) -> Floats:
    """(n, p) float32 BM25 of the missing words in each passage, as a share of the most that it can be."""
    share: Floats = (missing @ held) / np.maximum(missing @ most, 1e-9)[:, None]
    return share
