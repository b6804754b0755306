"""The graph of entities and facts, as networkx for people and as CSR arrays for walks.

Both are projections of the store: nothing is kept in them that its tables do not say. An edge is a fact
between two entities; facts whose object is a literal stay in the store.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import NotFoundError, SnapshotError
from ..storage.blobs import pack_strings, unpack_strings
from ..storage.readable import Readable
from ..storage.snapshots import SnapshotFolder

if TYPE_CHECKING:
    import networkx

log = logging.getLogger(__name__)

_SNAPSHOT = "graph"


def to_networkx(store: Readable) -> networkx.MultiDiGraph[str]:
    """All entities and the facts between them.

    Nodes are entity ids with name, label, description, mentions and documents; edges run from subject to
    object under the fact's id, with predicate, document, start, end, confidence, negated, modality, time,
    valid_from and valid_to.
    """
    import networkx

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for entity in store.entities():
        graph.add_node(
            entity.id,
            name=entity.name,
            label=entity.label.value,
            description=entity.description,
            mentions=entity.mentions,
            documents=list(entity.documents),
        )
    for fact in store.facts():
        subject, object_ = fact.subject_entity, fact.object_entity
        if subject not in graph or object_ not in graph:
            continue
        graph.add_edge(
            subject,
            object_,
            key=fact.id,
            predicate=fact.predicate,
            document=fact.document_id,
            start=fact.start,
            end=fact.end,
            confidence=fact.confidence,
            negated=fact.negated,
            modality=fact.modality,
            time=fact.time,
            valid_from=fact.valid_from,
            valid_to=fact.valid_to,
        )
    return graph


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An entity one fact away."""

    entity: str
    fact: str
    weight: float
    """Confidence of the fact."""
    forward: bool
    """True when the fact runs from the entity asked about to this one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Arrays:
    revision: int
    ids: list[str]
    index: dict[str, int]
    facts: list[str]
    csr: dict[str, NDArray[Any]]


class EntityGraph:
    """Undirected adjacency of the entities of a store, each fact seen from both of its ends.

    Follows the store: `refresh` builds anew when the revision moved. With a folder the arrays that `save`
    wrote there are memory-mapped at the next opening, unless the snapshot is damaged or of another revision.
    Safe to share between threads: a refresh swaps all arrays at once, `csr` gives those of one revision.
    """

    def __init__(self, store: Readable, folder: SnapshotFolder | None = None) -> None:
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()
        self._arrays = self._load() or self._build()

    @property
    def revision(self) -> int:
        """Revision of the store that the arrays show."""
        return self._arrays.revision

    @property
    def entities(self) -> list[str]:
        """Entity ids by node number, sorted."""
        return self._arrays.ids

    def csr(self) -> dict[str, NDArray[Any]]:
        """Arrays of one revision by name: indptr, indices, weights, edge_facts, and forward (m,) uint8."""
        return dict(self._arrays.csr)

    @property
    def indptr(self) -> NDArray[np.int64]:
        """(n + 1,) int64: edges of node i are at indptr[i] to indptr[i + 1]."""
        return self._arrays.csr["indptr"]

    @property
    def indices(self) -> NDArray[np.int32]:
        """(m,) int32: node at the other end of each edge."""
        return self._arrays.csr["indices"]

    @property
    def weights(self) -> NDArray[np.float32]:
        """(m,) float32: confidence of each edge's fact."""
        return self._arrays.csr["weights"]

    @property
    def edge_facts(self) -> NDArray[np.int32]:
        """(m,) int32: index in `facts` of each edge's fact."""
        return self._arrays.csr["edge_facts"]

    @property
    def facts(self) -> list[str]:
        """Ids of the facts between entities, in order of document id and place."""
        return self._arrays.facts

    def neighbours(self, entity_id: str) -> list[Neighbour]:
        """Entities one fact away, strongest first; one entry a fact.

        Raises:
            NotFoundError: no entity of this revision has the id.
        """
        arrays = self._arrays
        node = arrays.index.get(entity_id)
        if node is None:
            raise NotFoundError(f"the graph at revision {arrays.revision} has no entity {entity_id!r}")
        csr = arrays.csr
        first, last = int(csr["indptr"][node]), int(csr["indptr"][node + 1])
        found = [
            Neighbour(
                arrays.ids[csr["indices"][edge]],
                arrays.facts[csr["edge_facts"][edge]],
                float(csr["weights"][edge]),
                bool(csr["forward"][edge]),
            )
            for edge in range(first, last)
        ]
        return sorted(found, key=lambda n: (-n.weight, n.entity, n.fact))

    def refresh(self) -> bool:
        """Catch up with the store; True when there was anything to do."""
        if self._store.revision() == self.revision:
            return False
        with self._lock:
            if self._store.revision() == self.revision:
                return False
            self._arrays = self._build()
        return True

    def rebuild(self) -> None:
        """Read everything anew, whatever is in memory."""
        with self._lock:
            self._arrays = self._build()

    def save(self) -> None:
        """Write the arrays to the folder, if there is one.

        Raises:
            SnapshotError: the folder cannot be written.
        """
        if self._folder is None:
            return
        arrays = self._arrays
        ids, id_ends = pack_strings(arrays.ids)
        facts, fact_ends = pack_strings(arrays.facts)
        packed: dict[str, NDArray[Any]] = {
            "ids": ids,
            "id_ends": id_ends,
            "facts": facts,
            "fact_ends": fact_ends,
        }
        self._folder.save(_SNAPSHOT, arrays.revision, {**arrays.csr, **packed}, {})

    def _load(self) -> _Arrays | None:
        if self._folder is None:
            return None
        revision = self._store.revision()
        try:
            arrays, _ = self._folder.load(_SNAPSHOT, revision)
            ids = unpack_strings(arrays.pop("ids"), arrays.pop("id_ends"))
            facts = unpack_strings(arrays.pop("facts"), arrays.pop("fact_ends"))
        except (SnapshotError, KeyError) as error:
            log.info("the graph is built from the tables: %s", error)
            return None
        return _Arrays(revision, ids, {id: i for i, id in enumerate(ids)}, facts, dict(arrays))

    def _build(self) -> _Arrays:
        # read first: what is committed meanwhile makes the revision move, and the next refresh sees it
        revision = self._store.revision()
        ids = sorted(entity.id for entity in self._store.entities())
        index = {id: i for i, id in enumerate(ids)}
        facts: list[str] = []
        ends: list[tuple[int, int]] = []
        confidences: list[float] = []
        for fact_id, subject, object_, confidence in self._edges():
            if subject in index and object_ in index:
                facts.append(fact_id)
                ends.append((index[subject], index[object_]))
                confidences.append(confidence)
        return _Arrays(revision, ids, index, facts, _csr(len(ids), ends, confidences))

    def _edges(self) -> Iterator[tuple[str, str, str, float]]:
        for fact in self._store.facts():
            if fact.subject_entity is not None and fact.object_entity is not None:
                yield fact.id, fact.subject_entity, fact.object_entity, fact.confidence


def _csr(nodes: int, ends: list[tuple[int, int]], confidences: list[float]) -> dict[str, NDArray[Any]]:
    """Both directions of each edge, by node, then neighbour, then fact. Cost O(m log m)."""
    pairs = np.array(ends, dtype=np.int32).reshape(-1, 2)
    numbers = np.arange(len(pairs), dtype=np.int32)
    loops = pairs[:, 0] == pairs[:, 1]
    source = np.concatenate([pairs[:, 0], pairs[~loops, 1]])
    target = np.concatenate([pairs[:, 1], pairs[~loops, 0]])
    facts = np.concatenate([numbers, numbers[~loops]])
    forward = np.concatenate([np.ones(len(pairs), np.uint8), np.zeros(int((~loops).sum()), np.uint8)])
    order = np.lexsort((facts, target, source))
    indptr = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(source, minlength=nodes), out=indptr[1:])
    weights = np.array(confidences, dtype=np.float32)[facts[order]] if len(pairs) else np.empty(0, np.float32)
    return {
        "indptr": indptr,
        "indices": target[order],
        "weights": weights,
        "edge_facts": facts[order],
        "forward": forward[order],
    }
