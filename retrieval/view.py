"""A part of an index, as it would be had only some of the documents ever been stored; and who works on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..core.settings import RetrievalSettings
from ..kg.linking import Linker
from ..kg.view import StoreView
from ..models.base import Embedder
from ..storage.readable import Readable
from .building import build
from .index import PassageIndex
from .places import Places
from .retriever import Retriever
from .searcher import Searcher

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


class View:
    """What one reader sees, and what searches and links in it.

    Args:
        knowledge: the store, or the part of it that is seen.
        retriever: search over the same.
    """

    def __init__(self, knowledge: Readable, retriever: Retriever) -> None:
        self.knowledge = knowledge
        self.retriever = retriever

    @cached_property
    def linker(self) -> Linker:
        """What links names."""
        return Linker(self.knowledge, describe=self.retriever.describe)

    @cached_property
    def searcher(self) -> Searcher:
        """What searches in every mode."""
        return Searcher(self.knowledge, self.retriever)


class Standing:
    """The index of a view: made once, of one revision."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index

    def current(self) -> PassageIndex:
        """The index."""
        return self._index


def view_of(
    knowledge: StoreView, index: PassageIndex, embedder: Embedder, settings: RetrievalSettings
) -> View:
    """A view whose search runs over this index."""
    return View(knowledge, Retriever(knowledge, embedder, settings, projection=Standing(index)))


class IndexVectors:
    """The vectors of stored documents, as an index has them in memory."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index
        self._bounds = np.searchsorted(index.sentence_document, np.arange(len(index.documents) + 1))
        self._firsts = np.searchsorted(index.table.document, np.arange(len(index.documents) + 1))

    def sentence_vectors(self, pairs: Sequence[tuple[str, int]]) -> Floats:
        """(n, d) float32 of (document id, sentence) pairs, zero rows where there is none."""
        vectors = np.zeros((len(pairs), self._index.vectors.shape[1]), np.float32)
        rows, places = [], []
        for i, (document, sentence) in enumerate(pairs):
            place = self._index.place.get(document)
            if place is not None and 0 <= sentence < self._bounds[place + 1] - self._bounds[place]:
                rows.append(int(self._bounds[place]) + sentence)
                places.append(i)
        if rows:
            vectors[places] = self._index.table.vectors(np.array(rows, np.int64))
        return vectors

    def first_passage_vectors(self, document_ids: Sequence[str]) -> Floats:
        """(n, d) float32 of documents' first passages, zero rows where there is none."""
        vectors = np.zeros((len(document_ids), self._index.vectors.shape[1]), np.float32)
        for i, document in enumerate(document_ids):
            place = self._index.place.get(document)
            if place is not None and self._firsts[place] < self._firsts[place + 1]:
                vectors[i] = self._index.vectors[self._firsts[place]]
        return vectors


def part_of(index: PassageIndex, places: Places, seen: Flags) -> PassageIndex:
    """The index of some of the documents, equal to one built of them alone; no text is read.

    Args:
        places: of the same index.
        seen: (documents,) bool.
    """
    parts = index.parts_of(seen)
    number = {parts.keys[key]: key for key in np.unique(parts.tables["names"]["key"]).tolist()}
    names = np.full(len(index.keys), -1)
    for name in index.names.numbers().tolist():
        names[name] = number.get(index.keys[name], -1)
    found = places.occurrences(
        np.where(seen, np.cumsum(seen) - 1, -1),
        names,
        np.searchsorted(parts.tables["sentences"].owner, np.arange(len(parts.documents))),
    )
    return PassageIndex(index.revision, [build(parts, found.sentence, found.name)])
