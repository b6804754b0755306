"""How two entities are connected: the k best ways over facts, documents about one that name the other, and
sentences that name both.

The score of a way is the product of its ties' weights (`ties`), so its cost is −ln of that and the best k
ways without a loop are Yen's (J. Yen, "Finding the k shortest loopless paths in a network", 1971). Hubs are
damped by the weights: a way over an entity that half the corpus names is worth little. A way that is a better
one with a detour is left out, and so is one that is `WEAKEST` times weaker than the best.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..core.results import Connection, Quote, Tie
from ..storage.readable import Readable
from .index import PassageIndex
from .ties import Kind, Ties

MOST_STEPS = 6
"""A longer way says nothing."""
WEAKEST = 30.0
_LEAST_COST = 1e-6
_SPARE = 3
"""Ways looked at for each one wanted, since some are detours or too long."""


def connections(
    a: str, b: str, k: int, ties: Ties, store: Readable, index: PassageIndex
) -> tuple[Connection, ...]:
    """The k best ways from one entity to another, best first; none when nothing connects them.

    Cost: two searches of the whole graph by Dijkstra, O(t log n), and about k · steps of the part of it that
    the ways can run in.

    Args:
        a, b: entity ids; the same one is connected to itself by nothing.
    """
    first, last = ties.node.get(a), ties.node.get(b)
    if first is None or last is None or first == last:
        return ()
    ways = _distinct(_ways(first, last, _SPARE * k + 1, ties))[:k]
    steps = [[(here, there) for here, there in zip(way, way[1:], strict=False)] for way in ways]
    texts = _Texts([pair for way in steps for pair in way], ties, store, index)
    found = []
    for way in steps:
        taken = tuple(texts.tie(here, there) for here, there in way)
        found.append(Connection(taken, float(np.prod([tie.weight for tie in taken]))))
    return tuple(found)


def _ways(first: int, last: int, k: int, ties: Ties) -> list[list[int]]:
    """Nodes of the k cheapest ways; equal costs by the nodes' order, which is that of the entities' ids."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra, yen

    nodes = len(ties.entities)
    cost = np.maximum(-np.log(np.maximum(ties.weights.astype(np.float64), 1e-12)), _LEAST_COST)
    places, starts = ties.indices.astype(np.int32), ties.indptr.astype(np.int32)  # what yen takes
    graph = csr_array((cost, places, starts), shape=(nodes, nodes))
    away = dijkstra(graph, indices=[first, last]).sum(axis=0)
    if not np.isfinite(away[last]):
        return []
    inside = np.flatnonzero(away <= away[last] + np.log(WEAKEST))
    part = graph[inside][:, inside]
    start, end = np.searchsorted(inside, [first, last]).tolist()
    costs, before = yen(part, start, end, k, return_predecessors=True)
    ways = [(round(float(c), 9), _way(b, start, end)) for c, b in zip(costs, before, strict=True)]
    limit = float(away[last]) + np.log(WEAKEST)
    return [inside[way].tolist() for c, way in sorted(ways) if c <= limit]


def _way(before: NDArray[np.int32], first: int, last: int) -> list[int]:
    way = [last]
    while way[-1] != first:
        way.append(int(before[way[-1]]))
    return way[::-1]


def _distinct(ways: list[list[int]]) -> list[list[int]]:
    """Ways that are short enough and no detour of a better one: do not visit all its nodes in its order."""
    kept: list[list[int]] = []
    for way in ways:
        if len(way) <= MOST_STEPS + 1 and not any(_within(better, way) for better in kept):
            kept.append(way)
    return kept


def _within(short: list[int], long: list[int]) -> bool:
    rest = iter(long)
    return all(node in rest for node in short)


class _Texts:
    """What the steps of all ways say: documents and facts are read once."""

    def __init__(
        self, pairs: list[tuple[int, int]], ties: Ties, store: Readable, index: PassageIndex
    ) -> None:
        self._ties, self._index = ties, index
        self._best: dict[tuple[int, int], tuple[int, float]] = {}
        for here, there in pairs:
            others, weights, numbers = ties.neighbours(here)
            at = int(np.searchsorted(others, there))
            self._best[here, there] = (ties.best_evidence(int(numbers[at])), float(weights[at]))
        pieces = [piece for piece, _ in self._best.values()]
        said = {ties.facts[int(ties.evidence.fact[p])] for p in pieces if ties.evidence.fact[p] >= 0}
        ids = {index.documents[int(index.sentence_document[ties.evidence.sentence[p]])] for p in pieces}
        self._documents = {d.id: d for d in store.documents(sorted(ids))} if ids else {}
        facts = store.facts(sorted({document for document, _ in said})) if said else ()
        self._facts = {fact.id: fact for fact in facts}

    def tie(self, here: int, there: int) -> Tie:
        ties, index = self._ties, self._index
        piece, weight = self._best[here, there]
        row = int(ties.evidence.sentence[piece])
        document_id = index.documents[int(index.sentence_document[row])]
        document = self._documents.get(document_id)
        start, end = int(index.table.starts[row]), int(index.table.ends[row])
        text, title = (document.text[start:end], document.title) if document else ("", "")
        number = int(ties.evidence.fact[piece])
        fact = self._facts.get(ties.facts[number][1]) if number >= 0 else None
        forward = bool(ties.evidence.forward[piece]) == (here < there)
        source, target = ties.entities[here], ties.entities[there]
        return Tie(
            source=source.id,
            source_name=source.name,
            target=target.id,
            target_name=target.name,
            kind=Kind(int(ties.evidence.kind[piece])).label,
            predicate=fact.predicate if fact else "",
            forward=forward,
            negated=fact.negated if fact else False,
            quote=Quote(document_id, title, start, end, text),
            weight=weight,
        )
