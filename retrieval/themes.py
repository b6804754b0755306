"""What a corpus is about: communities of entities that hang together, each described by what is said of it.

Communities are those of Louvain (V. Blondel et al., "Fast unfolding of communities in large networks", 2008)
over the ties of entities, by networkx with a fixed seed and nodes in the order of their ids: one revision has
one set of themes. No language model is needed; a theme is its most central entities (by the weight of their
ties inside), the facts between those, and the sentences that name the most of them.

Cost: seconds for ten thousand entities; the entities named by most documents are taken, `MOST_NODES` of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.records import Label, StoredFact
from ..core.results import Quote, Theme
from ..core.text import content_id, fold
from ..storage.readable import Readable
from .around import passages_of
from .index import PassageIndex
from .ragged import ranges
from .sentences import best_rows
from .ties import Kind, Ties

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

SEED = 20260101
RESOLUTION = 1.0
MOST_NODES = 20_000
_FEWEST_ENTITIES, _FEWEST_DOCUMENTS = 3, 2
"""What is less is no theme."""
_COMMON = 0.1
"""Share of the documents from which a name is no part of a theme but of all."""
_COMMON_FROM = 50
"""Documents from which that share says something."""
_SHOWN_ENTITIES, _SHOWN_FACTS, _SHOWN_SENTENCES, _TITLE_NAMES = 8, 6, 3, 3
_VOTING = 40
"""Passages for a question that say which themes it is about."""
_LONGEST = 400
"""Characters of a sentence that describes."""


@dataclass(frozen=True, slots=True, eq=False)
class Community:
    """A theme before its words are read: rows of the index."""

    nodes: Rows
    """Most central first."""
    centrality: NDArray[np.float64]
    """(n,) weight of each one's ties inside"""
    sentences: Rows
    """Those that describe it, best first."""
    passages: Rows
    """Passages of those sentences."""
    documents: int

    @property
    def weight(self) -> float:
        """Weight of all ties inside."""
        return float(self.centrality.sum())


def communities(ties: Ties, index: PassageIndex) -> tuple[Community, ...]:
    """The themes of a revision, the one with the most ties first."""
    import networkx

    kept = _kept(ties, index)
    number = np.full(len(ties.entities), -1, np.int64)
    number[kept] = np.arange(len(kept))
    edge, owner = ranges(ties.indptr[kept], ties.indptr[kept + 1])
    other = ties.indices[edge]
    once = (number[other] >= 0) & (kept[owner] < other)
    source, target, weight = kept[owner[once]], other[once], ties.weights[edge[once]]
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(kept.tolist())
    graph.add_weighted_edges_from(zip(source.tolist(), target.tolist(), weight.tolist(), strict=True))
    groups = networkx.community.louvain_communities(graph, weight="weight", resolution=RESOLUTION, seed=SEED)
    group = np.full(len(ties.entities), -1, np.int64)
    for i, members in enumerate(groups):
        group[list(members)] = i
    inside = group[source] == group[target]
    central = np.zeros(len(ties.entities))
    np.add.at(central, source[inside], weight[inside])
    np.add.at(central, target[inside], weight[inside])
    found = [
        community
        for members in groups
        if len(members) >= _FEWEST_ENTITIES
        and (community := _community(np.array(sorted(members), np.int64), central, ties, index)) is not None
    ]
    return tuple(sorted(found, key=lambda c: (-c.weight, c.nodes[0])))


def _kept(ties: Ties, index: PassageIndex) -> Rows:
    """Entities that can make a theme: in two documents or the subject of one, not in nearly all of them."""
    documents = len(index.documents)
    useful = np.array([e.label is not Label.GROUP and _is_name(e.name) for e in ties.entities], np.bool_)
    subject = np.array([bool(e.documents) for e in ties.entities], np.bool_)
    useful &= (ties.spread >= 2) | subject
    if documents >= _COMMON_FROM:
        useful &= ties.spread <= _COMMON * documents
    rows = np.flatnonzero(useful)
    if len(rows) > MOST_NODES:
        rows = np.sort(rows[np.argsort(-ties.spread[rows], kind="stable")][:MOST_NODES])
    return rows


def _is_name(text: str) -> bool:
    """False for what readers take for a name now and then: single letters, numbers, lower-case words."""
    letters = [c for c in text if c.isalpha()]
    return len(fold(text)) > 1 and bool(letters) and not all(c.islower() for c in letters)


def _community(
    nodes: Rows, central: NDArray[np.float64], ties: Ties, index: PassageIndex
) -> Community | None:
    order = np.argsort(-central[nodes], kind="stable")
    nodes = nodes[order]
    sentences, owner = ties.sentences_of(nodes)
    documents = np.unique(index.sentence_document[sentences])
    if len(documents) < _FEWEST_DOCUMENTS:
        return None
    worth = np.log1p(central[nodes])[owner]
    rows, at = np.unique(sentences, return_inverse=True)
    value = np.bincount(at, worth)
    length = index.table.ends[rows] - index.table.starts[rows]
    value[length > _LONGEST] = 0.0
    best = rows[np.argsort(-value, kind="stable")]
    chosen = _one_a_document(best, index, _SHOWN_SENTENCES)
    passages = np.searchsorted(index.table.first, chosen, side="right") - 1
    return Community(nodes, central[nodes], chosen, passages, len(documents))


def _one_a_document(rows: Rows, index: PassageIndex, most: int) -> Rows:
    """The first rows, one of the documents with the same title."""
    seen: set[str] = set()
    kept = []
    for row in rows.tolist():
        document = int(index.sentence_document[row])
        source = fold(index.titles[document]) or index.documents[document]
        if source not in seen:
            seen.add(source)
            kept.append(row)
        if len(kept) == most:
            break
    return np.array(kept, np.int64)


def relevance(
    found: Sequence[Community], total: Floats, nodes: Rows, ties: Ties, index: PassageIndex
) -> NDArray[np.float64]:
    """(c,) how near each theme is to a question, 0..2.

    The best passages for the question vote for the themes of the entities that they name, each with its
    share of the best score, spread over the themes; what a theme holds of the entities that the question
    means is added.

    Args:
        total: (passages,) float32 scores for the question.
        nodes: entities that the question means.
    """
    best = best_rows(total, _VOTING)
    votes = np.zeros((len(found), len(best)))
    for i, community in enumerate(found):
        rows, _ = passages_of(index.table, ties.sentences_of(community.nodes)[0])
        votes[i] = np.bincount(rows, minlength=index.size)[best]
    held = votes / np.maximum(votes.sum(axis=0), 1.0)
    near = held @ (total[best] / max(float(total[best].max(initial=0.0)), 1e-9))
    near /= max(float(near.max(initial=0.0)), 1e-9)
    holds = np.array([np.isin(nodes, c.nodes).mean() if len(nodes) else 0.0 for c in found])
    return np.asarray(near + holds, np.float64)


def describe(
    found: Sequence[tuple[Community, float]], ties: Ties, store: Readable, index: PassageIndex
) -> tuple[Theme, ...]:
    """Themes with their words, given with their scores; documents are read for these only."""
    central = [_one_a_name(c.nodes, ties)[:_SHOWN_ENTITIES] for c, _ in found]
    pieces = [_facts_between(nodes, ties) for nodes in central]
    read = {ties.facts[n][0] for numbers in pieces for n in numbers}
    said = [index.documents[int(d)] for c, _ in found for d in index.sentence_document[c.sentences]]
    documents = {d.id: d for d in store.documents(sorted(set(said)))} if said else {}
    facts = {fact.id: fact for fact in store.facts(sorted(read))} if read else {}
    themes = []
    for (community, score), nodes, numbers in zip(found, central, pieces, strict=True):
        entities = tuple(ties.entities[node] for node in nodes.tolist())
        stated = [facts[ties.facts[n][1]] for n in numbers if ties.facts[n][1] in facts]
        quotes = []
        for row in community.sentences.tolist():
            document = documents.get(index.documents[int(index.sentence_document[row])])
            if document is not None:
                start, end = int(index.table.starts[row]), int(index.table.ends[row])
                quotes.append(Quote(document.id, document.title, start, end, document.text[start:end]))
        members = sorted(ties.entities[node].id for node in community.nodes.tolist())
        themes.append(
            Theme(
                id=content_id("theme", *members),
                title=" · ".join(entity.name for entity in entities[:_TITLE_NAMES]),
                entities=entities,
                facts=_distinct(stated)[:_SHOWN_FACTS],
                sentences=tuple(quotes),
                size=len(community.nodes),
                documents=community.documents,
                score=score,
            )
        )
    return tuple(themes)


def _one_a_name(nodes: Rows, ties: Ties) -> Rows:
    """One of the entities of the same name, the first."""
    named: dict[str, int] = {}
    for node in nodes[: 4 * _SHOWN_ENTITIES].tolist():
        named.setdefault(fold(ties.entities[node].name), node)
    return np.array(list(named.values()), np.int64)


def _facts_between(nodes: Rows, ties: Ties) -> list[int]:
    """Numbers of the facts between central entities: those of the most central ones first, then by trust."""
    found = []
    for rank, node in enumerate(nodes.tolist()):
        others, _, numbers = ties.neighbours(node)
        for other, number in zip(others.tolist(), numbers.tolist(), strict=True):
            if other not in nodes[rank + 1 :]:
                continue
            for piece in range(int(ties.starts[number]), int(ties.starts[number + 1])):
                if ties.evidence.kind[piece] == Kind.FACT:
                    found.append((-float(ties.evidence.trust[piece]), rank, int(ties.evidence.fact[piece])))
    return [number for _, _, number in sorted(found)]


def _distinct(facts: Sequence[StoredFact]) -> tuple[StoredFact, ...]:
    """One of the facts between the same two entities, the first."""
    kept: dict[frozenset[str | None], StoredFact] = {}
    for fact in facts:
        kept.setdefault(frozenset((fact.subject_entity, fact.object_entity)), fact)
    return tuple(kept.values())
