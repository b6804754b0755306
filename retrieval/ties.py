"""Which entities are tied to which, and by what sentence: the graph that local and global search and paths
walk.

Nodes are entities. A tie between two has every piece of evidence that the documents give, of three kinds:

- fact: a sentence states a relation between them; trust is the fact's confidence, half of it when negated,
- about: one is named in the document about the other; trust .25,
- co-mention: both are named in one sentence; trust .4 / entities in the sentence.

    strength = 1 − Π (1 − trust)          weight = strength · √(idf a · idf b)

with idf = ln(1 + D / d) / ln(1 + D), d of D documents name the entity: one that half the corpus names ties
nothing to nothing. A projection of one revision: deleted, it is built again. Cost O(mentions + facts), and
one pass over both tables of the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ..core.records import CO_MENTION, Entity
from ..storage.readable import Readable
from .index import PassageIndex
from .ragged import begins, group, ranges

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

ABOUT_TRUST = 0.25
CO_MENTION_TRUST = 0.4
_NEGATED = 0.5
_MOST_TRUST = 0.95
_SPAN = 8
"""Entities that follow in a sentence and are tied to one: a long list ties neighbours only."""


class Kind(IntEnum):
    """What a piece of evidence is; its `label` is how results call it."""

    FACT = 0
    ABOUT = 1
    CO_MENTION = 2

    @property
    def label(self) -> str:
        """ "fact", "about" or "co-mention"."""
        return ("fact", "about", "co-mention")[self]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Pieces of evidence for ties, ordered by tie."""

    kind: NDArray[np.int8]
    """(e,) `Kind`"""
    trust: Floats
    """(e,) float32 in 0..1"""
    sentence: Rows
    """(e,) int64 row of the sentence table"""
    fact: Rows
    """(e,) int64 index in `Ties.facts`; −1 for the other kinds"""
    forward: NDArray[np.bool_]
    """(e,) True when the fact's subject is the entity with the lower number"""


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """The graph of one revision; undirected, each tie seen from both of its ends."""

    revision: int
    entities: tuple[Entity, ...]
    """By node, in the order of their ids."""
    node: dict[str, int]
    """Entity id -> node."""
    idf: Floats
    """(n,) float32 in 0..1"""
    spread: Rows
    """(n,) int64 documents that name or are about the entity"""
    indptr: Rows
    """(n + 1,) int64 where the ties of a node start"""
    indices: Rows
    """(2 t,) int64 node at the other end"""
    weights: Floats
    """(2 t,) float32"""
    tie: Rows
    """(2 t,) int64 number of the tie"""
    starts: Rows
    """(t + 1,) int64 where the evidence of a tie starts"""
    evidence: Evidence
    facts: tuple[tuple[str, str], ...]
    """Document and id of each fact between two entities."""
    named: Rows
    """(n + 1,) int64 where the sentences of an entity start"""
    sentences: Rows
    """(s,) int64 rows of the sentence table that name it, ascending"""

    def neighbours(self, node: int) -> tuple[Rows, Floats, Rows]:
        """Nodes tied to one, the weights, and the numbers of the ties."""
        part = slice(int(self.indptr[node]), int(self.indptr[node + 1]))
        return self.indices[part], self.weights[part], self.tie[part]

    def best_evidence(self, tie: int) -> int:
        """The piece of evidence with the most trust, the first of equals."""
        first, last = int(self.starts[tie]), int(self.starts[tie + 1])
        return first + int(np.argmax(self.evidence.trust[first:last]))

    def sentences_of(self, nodes: Rows) -> tuple[Rows, Rows]:
        """Sentences that name these entities, and for each the index in `nodes` of its owner."""
        at, owner = ranges(self.named[nodes], self.named[nodes + 1])
        return self.sentences[at], owner


def read_ties(store: Readable, index: PassageIndex) -> Ties:
    """The ties of what the store holds, at the revision of the index; what the index lacks is passed over."""
    entities = tuple(sorted(store.entities(), key=lambda e: e.id))
    node = {entity.id: i for i, entity in enumerate(entities)}
    base = np.searchsorted(index.sentence_document, np.arange(len(index.documents) + 1))
    sentence, start, who, titled, heads = _mentions(store, index, node, base)
    topics = _topics(entities, index)
    spread = _spread(np.concatenate([index.sentence_document[sentence], titled, topics[0]]),
                     np.concatenate([who, heads, topics[1]]), len(entities))  # fmt: skip
    documents = max(1, len(index.documents))
    idf = (np.log1p(documents / np.maximum(spread, 1)) / np.log1p(documents)).astype(np.float32)
    facts, stated = _facts(store, index, node, base)
    said = [stated, _together(sentence, start, who), _about(sentence, who, topics, index)]
    low, high, kind, trust, place, fact, forward = (
        np.concatenate([each[column] for each in said]) for column in range(7)
    )
    order = np.lexsort((fact, place, kind, high, low))
    low, high = low[order], high[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    starts = np.append(np.flatnonzero(first), len(order)).astype(np.int64)
    evidence = Evidence(kind[order], trust[order], place[order], fact[order], forward[order])
    doubt = np.add.reduceat(np.log1p(-evidence.trust), starts[:-1]) if len(order) else np.empty(0, np.float32)
    low, high = low[first], high[first]
    weight = (1.0 - np.exp(doubt)) * np.sqrt(idf[low] * idf[high])
    indptr, indices, weights, tie = _both_ways(low, high, weight.astype(np.float32), len(entities))
    pairs = np.unique(np.stack([who, sentence], axis=1), axis=0)
    named = np.searchsorted(pairs[:, 0], np.arange(len(entities) + 1)).astype(np.int64)
    return Ties(
        index.revision, entities, node, idf, spread, indptr, indices, weights, tie, starts, evidence, facts,
        named, pairs[:, 1].copy(),
    )  # fmt: skip


Columns = tuple[Rows, Rows, NDArray[np.int8], Floats, Rows, Rows, NDArray[np.bool_]]
"""low node, high node, kind, trust, sentence, fact, forward"""


def _mentions(
    store: Readable, index: PassageIndex, node: dict[str, int], base: Rows
) -> tuple[Rows, Rows, Rows, Rows, Rows]:
    """Sentence, place and node of every mention in a text; document and node of those in titles."""
    text: list[tuple[int, int, int]] = []
    titles: list[tuple[int, int]] = []
    for link in store.links():
        place = index.place.get(link.document_id)
        who = node.get(link.entity_id) if link.entity_id is not None else None
        if place is None or who is None:
            continue
        if link.sentence < 0:
            titles.append((place, who))
        elif base[place] + link.sentence < base[place + 1]:
            text.append((int(base[place]) + link.sentence, link.start, who))
    sentence, start, who_ = np.array(text, np.int64).reshape(-1, 3).T
    document, head = np.array(titles, np.int64).reshape(-1, 2).T
    return sentence, start, who_, document, head


def _topics(entities: Sequence[Entity], index: PassageIndex) -> tuple[Rows, Rows]:
    """Documents that are about an entity, and its node."""
    found = [
        (index.place[document], node)
        for node, entity in enumerate(entities)
        for document in entity.documents
        if document in index.place
    ]
    document, node_ = np.array(found, np.int64).reshape(-1, 2).T
    return document, node_


def _spread(document: Rows, node: Rows, nodes: int) -> Rows:
    pairs = np.unique(np.stack([node, document], axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=nodes).astype(np.int64)


def _facts(
    store: Readable, index: PassageIndex, node: dict[str, int], base: Rows
) -> tuple[tuple[tuple[str, str], ...], Columns]:
    """Facts between two entities; the weak ones that only say "co-mention" are counted with the sentences."""
    known: list[tuple[str, str]] = []
    ends: list[tuple[int, int, int]] = []
    trust: list[float] = []
    for fact in store.facts():
        subject, object_ = node.get(fact.subject_entity or ""), node.get(fact.object_entity or "")
        place = index.place.get(fact.document_id)
        if subject is None or object_ is None or subject == object_ or place is None:
            continue
        row = int(base[place]) + fact.sentence
        if fact.rule == CO_MENTION or fact.sentence < 0 or row >= base[place + 1]:
            continue
        known.append((fact.document_id, fact.id))
        ends.append((subject, object_, row))
        trust.append(min(_MOST_TRUST, fact.confidence * (_NEGATED if fact.negated else 1.0)))
    subject_, object__, row_ = np.array(ends, np.int64).reshape(-1, 3).T
    columns = _columns(subject_, object__, Kind.FACT, np.array(trust, np.float32), row_)
    return tuple(known), (*columns[:5], np.arange(len(known)), columns[6])


def _together(sentence: Rows, start: Rows, who: Rows) -> Columns:
    """Entities that one sentence names, each with the next few."""
    order = np.lexsort((who, start, sentence))
    sentence, who = sentence[order], who[order]
    _, count = np.unique(sentence, return_counts=True)
    ends = np.repeat(np.cumsum(count), count)
    size = np.repeat(count, count)
    at = np.arange(len(sentence))
    later, earlier = ranges(at + 1, np.minimum(ends, at + 1 + _SPAN))
    apart = who[later] != who[earlier]
    later, earlier = later[apart], earlier[apart]
    trust = (CO_MENTION_TRUST / np.maximum(size[earlier], 2)).astype(np.float32)
    return _once(_columns(who[earlier], who[later], Kind.CO_MENTION, trust, sentence[earlier]))


def _about(sentence: Rows, who: Rows, topics: tuple[Rows, Rows], index: PassageIndex) -> Columns:
    """What a document is about, with each entity that it names."""
    document, topic = topics
    order, starts = group(index.sentence_document[sentence], len(index.documents))
    at, owner = ranges(starts[document], starts[document + 1])
    mention = order[at]
    apart = who[mention] != topic[owner]
    mention, owner = mention[apart], owner[apart]
    trust = np.full(len(mention), ABOUT_TRUST, np.float32)
    return _once(_columns(topic[owner], who[mention], Kind.ABOUT, trust, sentence[mention]))


def _columns(a: Rows, b: Rows, kind: Kind, trust: Floats, sentence: Rows) -> Columns:
    count = len(a)
    none = np.full(count, -1, np.int64)
    return np.minimum(a, b), np.maximum(a, b), np.full(count, kind, np.int8), trust, sentence, none, a < b


def _once(columns: Columns) -> Columns:
    """Each pair once a sentence, however often the sentence names them."""
    low, high, _, _, sentence, _, _ = columns
    _, first = np.unique(np.stack([low, high, sentence], axis=1), axis=0, return_index=True)
    return tuple(column[first] for column in columns)  # type: ignore[return-value]


def _both_ways(low: Rows, high: Rows, weight: Floats, nodes: int) -> tuple[Rows, Rows, Floats, Rows]:
    number = np.arange(len(low))
    source = np.concatenate([low, high])
    target = np.concatenate([high, low])
    order = np.lexsort((target, source))
    indptr = begins(np.bincount(source, minlength=nodes))
    both = np.concatenate([number, number])
    return indptr, target[order], np.concatenate([weight, weight])[order], both[order]
