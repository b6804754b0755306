"""Entities as vectors: their names and what is said of them, in FAISS.

A name's vector is that of the title of the document about the entity. A description's vector is that
document's first passage, or, for an entity that no document is about, the mean of the sentences that
mention it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..core.errors import SnapshotError
from ..core.settings import RetrievalSettings
from ..kg.blocks import about_entity_id
from ..models.pooling import unit
from ..storage.readable import Readable
from .index import PassageIndex
from .vectors import FaissIndex

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_log = logging.getLogger(__name__)


class EntityIndex:
    """Nearest entities by name and by description, of one revision; made when they are asked for."""

    def __init__(self, store: Readable, index: PassageIndex, settings: RetrievalSettings) -> None:
        self.revision = index.revision
        self._store = store
        self._index = index
        self._settings = settings

    def by_name(self, vector: Floats, k: int = 5) -> list[tuple[str, float]]:
        """Up to k (entity id, cosine) whose name is nearest to the (d,) vector of a name, best first."""
        ids, names = self._named
        return _nearest(names, ids, vector, k)

    def by_description(self, vector: Floats, k: int = 5) -> list[tuple[str, float]]:
        """Up to k (entity id, cosine) whose description is nearest to a (d,) vector, best first."""
        return _nearest(self._descriptions, self._described[0], vector, k)

    def describe(self, entities: Sequence[str]) -> Floats:
        """(n, d) float32 description vectors; zeros for an entity without one."""
        rows = np.zeros((len(entities), self._index.vectors.shape[1]), np.float32)
        first = {
            entity.id: self._first_passage(id)
            for entity in self._store.entities(list(dict.fromkeys(entities)))
            for id in entity.documents
            if about_entity_id(id) == entity.id
        }
        for i, entity in enumerate(entities):
            passage = first.get(entity)
            if passage is not None:
                rows[i] = self._index.vectors[passage]
            elif entity in self._row:
                rows[i] = self._described[1][self._row[entity]]
        return rows

    def _first_passage(self, document: str) -> int | None:
        row, owners = self._index.place.get(document), self._index.table.document
        passage = int(np.searchsorted(owners, -1 if row is None else row))
        return passage if row is not None and passage < len(owners) and owners[passage] == row else None

    @cached_property
    def _named(self) -> tuple[list[str], FaissIndex]:
        documents, vectors = _title_vectors(self._store, self._index)
        ids = [about_entity_id(self._index.documents[row]) for row in documents.tolist()]
        return ids, FaissIndex(vectors, device=self._settings.device)

    @cached_property
    def _described(self) -> tuple[list[str], Floats]:
        return _descriptions(self._store, self._index)

    @cached_property
    def _descriptions(self) -> FaissIndex:
        return FaissIndex(self._described[1], device=self._settings.device)

    @cached_property
    def _row(self) -> dict[str, int]:
        return {entity: row for row, entity in enumerate(self._described[0])}


def _title_vectors(store: Readable, index: PassageIndex) -> tuple[Rows, Floats]:
    """Documents with a title, ascending, and the vectors of their titles as names."""
    try:
        found = [
            (layer.document[layer.segment["title-document"]], layer.segment["title-vector"])
            for layer in index.layers.parts
        ]
    except SnapshotError as error:  # search has no use for them, so they are looked at only here
        _log.warning("vectors of titles are read from the tables: %s", error)
        places: list[int] = []
        read = [np.empty((0, index.vectors.shape[1]), np.float32)]
        for stored in store.load():
            row = index.place.get(stored.document.id)
            if row is not None and stored.title_vector is not None:
                places.append(row)
                read.append(stored.title_vector[None])
        found = [(np.array(places, np.int64), np.concatenate(read))]
    documents = np.concatenate([rows for rows, _ in found])
    order = np.argsort(documents, kind="stable")[np.count_nonzero(documents < 0) :]
    return documents[order], np.concatenate([vectors for _, vectors in found])[order]


def _nearest(index: FaissIndex, ids: Sequence[str], vector: Floats, k: int) -> list[tuple[str, float]]:
    scores, rows = index.search(vector[None], k)
    return [(ids[row], float(score)) for row, score in zip(rows[0].tolist(), scores[0].tolist(), strict=True)]


def _descriptions(store: Readable, index: PassageIndex) -> tuple[list[str], Floats]:
    """Entities in order of their ids, and their description vectors."""
    first = np.flatnonzero(index.ordinals == 0)
    about = {
        about_entity_id(index.documents[int(index.table.document[row])]): index.vectors[row] for row in first
    }
    base = np.searchsorted(index.sentence_document, np.arange(len(index.documents) + 1))
    said: dict[str, list[int]] = {}
    for link in store.links():
        place = index.place.get(link.document_id)
        if link.entity_id is None or place is None or link.sentence < 0:
            continue
        if link.entity_id not in about and base[place] + link.sentence < base[place + 1]:
            said.setdefault(link.entity_id, []).append(int(base[place]) + link.sentence)
    ids = sorted(about.keys() | said.keys())
    vectors = np.zeros((len(ids), index.vectors.shape[1]), np.float32)
    for row, entity in enumerate(ids):
        if entity in about:
            vectors[row] = about[entity]
        else:
            vectors[row] = unit(index.table.vectors(np.array(sorted(said[entity]))).mean(axis=0))
    return ids, vectors
