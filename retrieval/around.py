"""Around one entity: its neighbours by personalised PageRank, the passages about it and those that name it.

    value = relevance + 2 about + ½ near

- relevance: the passage's score for the question, as a share of the best one's,
- about: 1 for the first passage of a document about the entity, .8 for a later one,
- near: the walk's share of the entities that the passage names, as a share of the best one's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.records import Entity
from .index import PassageIndex
from .links import LATER_PASSAGE
from .pagerank import personalised
from .sentences import SentenceTable
from .ties import Ties

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

_NEAR = 100
"""Neighbours that count for passages."""
_ABOUT_WEIGHT, _NEAR_WEIGHT = 2.0, 0.5


def neighbours(entity: Entity, ties: Ties) -> tuple[Rows, NDArray[np.float64]]:
    """Nodes near to an entity with the walk's share of each, best first; the entity itself is left out."""
    node = ties.node.get(entity.id)
    if node is None:
        return np.empty(0, np.int64), np.empty(0)
    nodes, shares = personalised(ties.indptr, ties.indices, ties.weights, np.array([node]))
    order = np.argsort(-shares, kind="stable")
    order = order[nodes[order] != node]
    return nodes[order], shares[order]


def passages_around(
    entity: Entity, near: tuple[Rows, NDArray[np.float64]], total: Floats, ties: Ties, index: PassageIndex
) -> tuple[Rows, Floats]:
    """Passages about an entity or naming it, best first, with their values.

    Args:
        near: its neighbours with their shares.
        total: (passages,) float32 scores for the question.
    """
    about = np.zeros(index.size, np.float32)
    for document in entity.documents:
        if document in index.place:
            rows = np.flatnonzero(index.table.document == index.place[document])
            about[rows] = LATER_PASSAGE
            about[rows[:1]] = 1.0
    node = ties.node.get(entity.id)
    sentences = ties.sentences_of(np.array([node] if node is not None else [], np.int64))[0]
    rows = np.union1d(np.flatnonzero(about), passages_of(index.table, sentences)[0])
    if not len(rows):
        return rows, np.empty(0, np.float32)
    nodes, shares = near[0][:_NEAR], near[1][:_NEAR]
    sentence, owner = ties.sentences_of(nodes)
    passage, at = passages_of(index.table, sentence)
    pairs = np.unique(np.stack([passage, owner[at]], axis=1), axis=0)
    mass = np.bincount(pairs[:, 0], shares[pairs[:, 1]], minlength=index.size)
    value: NDArray[np.float64] = _share(total[rows]) + _ABOUT_WEIGHT * about[rows]
    value += _NEAR_WEIGHT * _share(mass[rows])
    order = np.argsort(-value, kind="stable")
    return rows[order], value[order].astype(np.float32)


def passages_of(table: SentenceTable, sentences: Rows) -> tuple[Rows, Rows]:
    """Passages that hold these sentences, and for each the index in `sentences` that it is for."""
    last = np.searchsorted(table.first, sentences, side="right") - 1
    passages, at = [], []
    number = np.arange(len(sentences))
    while len(last):  # windows overlap by a few sentences: look back until they end before
        holds = (last >= 0) & (table.last[np.maximum(last, 0)] > sentences[number])
        last, number = last[holds], number[holds]
        passages.append(last)
        at.append(number)
        last = last - 1
    if not passages:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(passages), np.concatenate(at)


def _share(values: NDArray[Any]) -> NDArray[np.float64]:
    """The values as shares of the greatest; zeros when none is positive."""
    highest = float(values.max(initial=0.0))
    shares: NDArray[np.float64] = np.maximum(values, 0.0) / (highest if highest > 0 else 1.0)
    return shares
