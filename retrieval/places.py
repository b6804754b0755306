"""All places of all names in all texts: what stands there for any choice of names follows without reading.

A search index looks for the names that documents go by, longest first. Take documents away, and names go
with them; where "Apple Records" was found, "Apple" may be what is left. `Places` keeps every place of every
name, overlapping ones too, so that the occurrences of a part of the documents are a selection of its rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.records import Document
from ..kg.automaton import OverlappingNames
from .index import Occurrences, PassageIndex

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places in the order of documents, then start, the longest first, then name; of one index."""

    document: Rows
    """(n,) int64 number of the document in the index"""
    sentence: Rows
    """(n,) int64 sentence, counted in its document"""
    start: Rows
    """(n,) int64 in the document's text as laid out"""
    end: Rows
    """(n,) int64"""
    name: Rows
    """(n,) int64 number of the name in the index"""
    named: Flags
    """(n,) bool: written like a name"""

    def occurrences(self, documents: Rows, names: Rows, sentences: Rows) -> Occurrences:
        """The occurrences in the index of some of the documents.

        Args:
            documents: (old documents,) int64 number of each in the new index; -1 where it is not in it.
            names: (old names,) int64 likewise.
            sentences: (new documents,) int64 first sentence of each.
        """
        staying = np.flatnonzero((documents[self.document] >= 0) & (names[self.name] >= 0))
        rows = staying[leftmost_longest(self.document[staying], self.start[staying], self.end[staying])]
        rows = rows[self.named[rows]]
        sentence = sentences[documents[self.document[rows]]] + self.sentence[rows]
        name = names[self.name[rows]]
        order = np.lexsort((name, sentence))
        return Occurrences(sentence[order], name[order])


def find_places(index: PassageIndex, texts: Iterable[Document]) -> Places:
    """The places of the index's names in the documents, given in any order. Cost: one look through them."""
    numbers = index.names.numbers()
    automaton = OverlappingNames([index.keys[number] for number in numbers.tolist()])
    bounds = np.searchsorted(index.sentence_document, np.arange(len(index.documents) + 1))
    tables = []
    for text in texts:
        number = index.place.get(text.id)
        if number is None or bounds[number] == bounds[number + 1]:
            continue
        places = np.array(automaton.find(text.text), np.int64).reshape(-1, 5)  # start, end, at, named, name
        starts = index.table.starts[bounds[number] : bounds[number + 1]]
        places[:, 4] = numbers[places[:, 4]]
        places[:, 2] = np.maximum(np.searchsorted(starts, places[:, 2], side="right") - 1, 0)
        tables.append((number, places))
    tables.sort(key=lambda each: each[0])
    document = np.repeat(np.array([n for n, _ in tables], np.int64), [len(rows) for _, rows in tables])
    rows = np.concatenate([np.empty((0, 5), np.int64), *(rows for _, rows in tables)])
    start, end, sentence, named, name = rows.T.copy()
    return Places(document, sentence, start, end, name, named > 0)


def leftmost_longest(group: Rows, start: Rows, end: Rows) -> Rows:
    """Rows of the stretches that a search from left to right takes, the longest at each start, none twice.

    Args:
        group, start, end: (n,) int64, by group, then start, the longest first; ends are exclusive.

    >>> leftmost_longest(np.zeros(3, int), np.array([0, 2, 4]), np.array([4, 6, 8]))
    array([0, 2])
    """
    if not len(start):
        return np.empty(0, np.int64)
    stride = int(end.max()) + 1
    begin, stop = group * stride + start, group * stride + end
    first = np.ones(len(begin), np.bool_)
    first[1:] = begin[1:] != begin[:-1]
    rows = np.flatnonzero(first)
    begin, stop = begin[rows], stop[rows]
    reach = np.maximum.accumulate(stop)
    alone = np.ones(len(rows), np.bool_)  # none before it reaches into it
    alone[1:] = begin[1:] >= reach[:-1]
    taken = alone.copy()
    limit = 0
    for i in np.flatnonzero(~alone | np.append(~alone[1:], False)).tolist():
        if alone[i] or begin[i] >= limit:
            taken[i], limit = True, stop[i]
    return rows[taken]
