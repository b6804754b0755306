"""Who is named where: the names that documents go by, and the sentences that use them.

A name has one reading for each document that goes by it; its trust is shared out over them (÷ √readings).
An occurrence of a name in a sentence is an edge from that sentence to the passages about its readings.
Everything here is a projection of names and texts: deleted, it is built again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .parts import Parts
from .ragged import ranges

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

LATER_PASSAGE = 0.8
"""Trust that a later passage of a document is about what its title names, against the first passage."""


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Names and the passages that are about what they mean."""

    names: tuple[str, ...]
    """Folded, distinct, sorted."""
    starts: Rows
    """(names + 1,) int64 where a name's readings start"""
    passages: Rows
    """(readings,) int64"""
    weights: Floats
    """(readings,) float32 trust ÷ √(documents that go by the name)"""
    documents: Rows
    """(readings,) int64 document of the passage"""

    def of(self, names: Rows) -> tuple[Rows, Rows]:
        """Indices of the readings of these names, and for each the index in `names` of its owner."""
        return ranges(self.starts[names], self.starts[names + 1])


def readings(parts: Parts) -> Readings:
    """The table of readings; titles share a name with titles only, aliases with all that go by it."""
    names, passages = parts.tables["names"], parts.tables["passages"]
    order = np.lexsort((-names["weight"], names.owner, names["key"]))
    key, document = names["key"][order].astype(np.int64), names.owner[order]
    first = np.ones(len(order), np.bool_)  # a document's best name of that form
    first[1:] = (key[1:] != key[:-1]) | (document[1:] != document[:-1])
    pairs = np.cumsum(first) - 1
    titled = np.zeros(int(first.sum()), np.bool_)
    np.logical_or.at(titled, pairs, names["titled"][order])
    key, document, weight = key[first], document[first], names["weight"][order][first]
    bearers = np.bincount(key, minlength=len(parts.keys))
    titles = np.bincount(key[titled], minlength=len(parts.keys))
    weight = weight / np.sqrt(np.where(titled, titles[key], bearers[key]))
    starts = np.searchsorted(passages.owner, np.arange(len(parts.documents) + 1))
    rows, owner = ranges(starts[document], starts[document + 1])
    weights = weight[owner] * np.where(rows == starts[document[owner]], 1.0, LATER_PASSAGE)
    used, number = np.unique(key, return_inverse=True)
    return Readings(
        tuple(parts.keys[k] for k in used.tolist()),
        np.searchsorted(number[owner], np.arange(len(used) + 1)).astype(np.int64),
        rows,
        weights.astype(np.float32),
        document[owner],
    )


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """From each sentence to the passages about what it names, in other documents."""

    starts: Rows
    """(sentences + 1,) int64"""
    targets: Rows
    """(edges,) int64 passages"""
    weights: Floats
    """(edges,) float32"""
    names: Rows
    """(edges,) int64 name by which the sentence calls the target"""

    def of_sentences(self, sentences: Rows) -> tuple[Rows, Rows]:
        """Indices of the edges out of these sentences, and for each the index in `sentences` of its owner."""
        return ranges(self.starts[sentences], self.starts[sentences + 1])


def edges(table: Readings, sentence: Rows, name: Rows, document: Rows) -> Edges:
    """Edges from occurrences.

    Args:
        sentence: (n,) sentence of each occurrence, ascending.
        name: (n,) name that occurs.
        document: (s,) document of every sentence.
    """
    reading, owner = table.of(name)
    source = sentence[owner]
    outward = table.documents[reading] != document[source]
    reading, owner, source = reading[outward], owner[outward], source[outward]
    starts = np.searchsorted(source, np.arange(len(document) + 1))
    return Edges(
        starts.astype(np.int64), table.passages[reading], table.weights[reading], name[owner].astype(np.int64)
    )
