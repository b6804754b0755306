"""Entities as vectors: their names and what is said of them, in FAISS.

A name's vector is that of the title of the document about the entity. A description's vector is that
document's first passage, or, for an entity that no document is about, the mean of the sentences that
mention it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..core.settings import RetrievalSettings
from ..kg.blocks import about_entity_id
from ..models.pooling import unit
from ..storage.readable import Readable
from .index import PassageIndex
from .vectors import FaissIndex

Floats = NDArray[np.float32]


class EntityIndex:
    """Nearest entities by name and by description, of one revision."""

    def __init__(self, store: Readable, index: PassageIndex, settings: RetrievalSettings) -> None:
        self.revision = index.revision
        titles = index.parts.tables["titles"]
        self._named = [about_entity_id(index.documents[owner]) for owner in titles.owner.tolist()]
        self._names = FaissIndex(titles["vector"], device=settings.device)
        self._described, vectors = _descriptions(store, index)
        self._row = {entity: row for row, entity in enumerate(self._described)}
        self._vectors = vectors
        self._descriptions = FaissIndex(vectors, device=settings.device)

    def by_name(self, vector: Floats, k: int = 5) -> list[tuple[str, float]]:
        """Up to k (entity id, cosine) whose name is nearest to the (d,) vector of a name, best first."""
        return _nearest(self._names, self._named, vector, k)

    def by_description(self, vector: Floats, k: int = 5) -> list[tuple[str, float]]:
        """Up to k (entity id, cosine) whose description is nearest to a (d,) vector, best first."""
        return _nearest(self._descriptions, self._described, vector, k)

    def describe(self, entities: Sequence[str]) -> Floats:
        """(n, d) float32 description vectors; zeros for an entity without one."""
        rows = np.zeros((len(entities), self._vectors.shape[1]), np.float32)
        for i, entity in enumerate(entities):
            if entity in self._row:
                rows[i] = self._vectors[self._row[entity]]
        return rows


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
