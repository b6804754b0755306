"""From scored passages to evidence: their texts, the facts they state, what is meant, and why."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..core.records import Candidate, Document, Span, StoredFact
from ..core.results import Hit, Path, Query, QueryEntity, SearchResult
from ..core.text import content_id
from ..kg.blocks import about_entity_id
from ..storage.readable import Readable
from .bridges import explained
from .explain import paths, reasons, seeds, walked_to
from .fusion import evidence_reliability
from .index import PassageIndex
from .query import Seen, Understood
from .scoring import Scored
from .tokens import terms

Floats = NDArray[np.float32]

_FACTS = 12
_STATING = 5
"""Passages whose facts are looked at."""
_SHARPNESS = 2.0
"""How fast the probability of a reading falls with the score of its best passage."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A question understood and scored over one index, before anything of the store is read."""

    index: PassageIndex
    vector: Floats
    """(d,) float32 of the question"""
    understood: Understood
    scored: Scored
    started: float
    """`time.perf_counter()` when the search began."""
    timings: dict[str, float]
    """Milliseconds by stage so far."""


def evidence(
    looked: Look, rows: Sequence[int], store: Readable, values: Sequence[float] | None = None
) -> SearchResult:
    """The evidence that some passages are.

    Args:
        rows: passages, best first.
        values: their scores to be shown; those of the recipe when None.
    """
    understood, scored, index = looked.understood, looked.scored, looked.index
    begun = time.perf_counter()
    total = scored.total
    values = total[list(rows)].tolist() if values is None else values
    walked = {row: walked_to(row, scored) for row in rows}
    involved = {*rows, *(step.source for steps in walked.values() for step in steps)}
    ids = {row: passage_id(row, index) for row in involved}
    documents = sorted({index.documents[int(index.table.document[row])] for row in involved})
    texts = {document.id: document for document in store.documents(documents)}
    taken = {row: paths(steps, ids, texts, index) for row, steps in walked.items()}
    hits = {
        row: hit
        for row, value in zip(rows, values, strict=True)
        if (hit := _hit(row, value, ids[row], texts, taken[row], looked)) is not None
    }
    asked = readings_of(looked)
    meant = [e.candidates[0].entity for e in asked if e.candidates]
    meant += [about_entity_id(hit.document_id) for hit in hits.values()]
    entities = {entity.id: entity for entity in store.entities(list(dict.fromkeys(meant)))}
    passages = explained(hits, index)
    facts = _facts(passages[:_STATING], understood, store)
    finished = time.perf_counter()
    timings = {**looked.timings, "evidence": 1000 * (finished - begun)}
    return SearchResult(
        query=Query(understood.text, understood.language, asked),
        passages=passages,
        facts=facts,
        entities=tuple(entities[id] for id in dict.fromkeys(meant) if id in entities),
        paths=_last_steps(hits, taken),
        timings={**timings, "total": 1000 * (finished - looked.started)},
        revision=index.revision,
        reliability=evidence_reliability(scored.dense_best, scored.coverage),
    )


def passage_id(row: int, index: PassageIndex) -> str:
    """The stable id of a passage."""
    document = index.documents[int(index.table.document[row])]
    return content_id(document, "passage", str(int(index.ordinals[row])))


def _last_steps(hits: dict[int, Hit], taken: dict[int, tuple[Path, ...]]) -> tuple[Path, ...]:
    """The step of the walk that led to each passage, best first."""
    found = [taken[row][-1] for row in hits if taken[row]]
    return tuple(sorted(found, key=lambda p: -p.score))


def _facts(hits: Sequence[Hit], understood: Understood, store: Readable) -> tuple[StoredFact, ...]:
    """Facts that the found passages state, by the question's words in them and their passage's rank."""
    asked = {term for word in understood.words for term in word}
    ranked = []
    for fact in store.facts(list(dict.fromkeys(hit.document_id for hit in hits))):
        rank = next((i for i, hit in enumerate(hits) if _inside(fact, hit)), None)
        if rank is None:
            continue
        words = f"{fact.subject} {fact.predicate} {fact.object}"
        shared = len(asked.intersection(terms(words, hits[rank].language)))
        value = fact.confidence * (1.0 + shared) / (1.0 + 0.2 * rank)
        ranked.append((value, fact))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].id))
    return tuple(replace(fact, score=value) for value, fact in ranked[:_FACTS])


def _hit(
    row: int, value: float, id: str, texts: dict[str, Document], taken: tuple[Path, ...], looked: Look
) -> Hit | None:
    """The passage with its text; None when the document went away since the index was made."""
    index, scored = looked.index, looked.scored
    document = texts.get(index.documents[int(index.table.document[row])])
    if document is None:
        return None
    passages = index.parts.tables["passages"]
    start, end = int(passages["start"][row]), int(passages["end"][row])
    nearest = int(scored.similar.best_of_passages(np.array([row]))[1][0])
    return Hit(
        passage_id=id,
        document_id=document.id,
        title=document.title,
        text=document.text[start:end],
        start=start,
        end=end,
        score=value,
        language=index.languages[int(passages["language"][row])],
        best_sentence=Span(int(index.table.starts[nearest]), int(index.table.ends[nearest])),
        reasons=reasons(scored, row, looked.understood, index),
        metadata=document.metadata,
        seeds=seeds(row, looked.understood, index),
        path=taken,
    )


def readings_of(looked: Look) -> tuple[QueryEntity, ...]:
    """The names in a question with what each may mean, most likely first."""
    total = looked.scored.total
    return tuple(_asked(seen, total, looked.index) for seen in looked.understood.seen)


def _asked(seen: Seen, total: Floats, index: PassageIndex) -> QueryEntity:
    """The readings of a name in the question; probabilities by the score of each one's best passage."""
    if seen.name is None:
        return QueryEntity(seen.text, seen.start, seen.end)
    first, last = int(index.readings.starts[seen.name]), int(index.readings.starts[seen.name + 1])
    best: dict[int, float] = {}
    for reading in range(first, last):
        document = int(index.readings.documents[reading])
        value = float(total[index.readings.passages[reading]])
        best[document] = max(best.get(document, value), value)
    odds = np.exp(_SHARPNESS * (np.array(list(best.values())) - max(best.values())))
    candidates = [
        Candidate(
            about_entity_id(index.documents[document]),
            index.parts.titles[document] or index.readings.names[seen.name],
            float(p),
        )
        for document, p in zip(best, odds / odds.sum(), strict=True)
    ]
    candidates.sort(key=lambda c: (-c.score, c.entity))
    return QueryEntity(seen.text, seen.start, seen.end, tuple(candidates))


def _inside(fact: StoredFact, hit: Hit) -> bool:
    return fact.document_id == hit.document_id and hit.start <= fact.start and fact.end <= hit.end
