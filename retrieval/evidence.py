"""From scored passages to evidence: their texts, the facts they state, what is meant, and why."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..core.records import Candidate, Span, StoredFact
from ..core.results import Hit, Path, Query, QueryEntity, SearchResult
from ..core.text import content_id
from ..kg.blocks import about_entity_id
from ..storage.readable import Readable
from ..storage.rows import Evidence
from .bridges import ties
from .explain import paths, reasons, seeds, walked_to
from .feedback import Votes
from .fusion import evidence_reliability
from .index import PassageIndex
from .query import Understood
from .scoring import Scored
from .tokens import terms

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

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
    votes: Votes
    """What people said, as it stood when the passages were scored."""
    started: float
    """`time.perf_counter()` when the search began."""
    timings: dict[str, float]
    """Milliseconds by stage so far."""
    warnings: tuple[str, ...] = ()
    """What the search has to do without."""


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
    values = scored.total[list(rows)].tolist() if values is None else values
    walked = {row: walked_to(row, scored) for row in rows}
    involved = {*rows, *(step.via.source for steps in walked.values() for step in steps)}
    ids = {row: passage_id(row, index) for row in sorted(involved)}
    asked = readings_of(looked)
    meant = [e.candidates[0].entity for e in asked if e.candidates]
    meant += [about_entity_id(index.documents[int(index.table.document[row])]) for row in rows]
    meant = list(dict.fromkeys(meant))
    stating = {ids[row]: index.languages[int(index.passage_language[row])] for row in rows[:_STATING]}
    stored = store.evidence(list(ids.values()), list(stating), meant)
    taken = {row: paths(steps, ids, stored.passages, index) for row, steps in walked.items()}
    hits = _hits(rows, values, ids, stored, taken, looked)
    finished = time.perf_counter()
    timings = {**looked.timings, "evidence": 1000 * (finished - begun)}
    return SearchResult(
        query=_query(understood, asked),
        passages=tuple(hits.values()),
        facts=_facts(stored, stating, understood),
        entities=tuple(stored.entities[id] for id in meant if id in stored.entities),
        paths=_last_steps(hits, taken),
        timings={**timings, "total": 1000 * (finished - looked.started)},
        revision=index.revision,
        reliability=evidence_reliability(scored.dense_best, scored.coverage),
        warnings=looked.warnings,
    )


def _query(understood: Understood, entities: tuple[QueryEntity, ...]) -> Query:
    asked = understood.asked
    return Query(
        understood.text,
        understood.language,
        entities,
        asked.answer_type,
        asked.relations,
        asked.compared,
        asked.dates,
    )


def passage_id(row: int, index: PassageIndex) -> str:
    """The stable id of a passage."""
    document = index.documents[int(index.table.document[row])]
    return content_id(document, "passage", str(int(index.ordinals[row])))


def _last_steps(hits: dict[int, Hit], taken: dict[int, tuple[Path, ...]]) -> tuple[Path, ...]:
    """The step of the walk that led to each passage, best first."""
    found = [taken[row][-1] for row in hits if taken[row]]
    return tuple(sorted(found, key=lambda p: -p.score))


def _facts(stored: Evidence, stating: Mapping[str, str], understood: Understood) -> tuple[StoredFact, ...]:
    """Facts that the best passages state, by the question's words in them and their passage's rank.

    Args:
        stating: language by id of those passages, best first.
    """
    asked = {term for word in understood.words for term in word}
    place = {id: i for i, id in enumerate(stating)}
    best: dict[str, tuple[float, StoredFact]] = {}
    for passage, fact in stored.facts:
        said = terms(f"{fact.subject} {fact.predicate} {fact.object}", stating[passage])
        value = fact.confidence * (1.0 + len(asked.intersection(said))) / (1.0 + 0.2 * place[passage])
        if fact.id not in best or value > best[fact.id][0]:
            best[fact.id] = value, fact
    ranked = sorted(best.values(), key=lambda each: (-each[0], each[1].id))
    return tuple(replace(fact, score=value) for value, fact in ranked[:_FACTS])


def _hits(
    rows: Sequence[int],
    values: Sequence[float],
    ids: Mapping[int, str],
    stored: Evidence,
    taken: Mapping[int, tuple[Path, ...]],
    looked: Look,
) -> dict[int, Hit]:
    """The passages with their texts, best first, without those that went away since the index was made."""
    index, scored = looked.index, looked.scored
    there = [(row, value) for row, value in zip(rows, values, strict=True) if ids[row] in stored.passages]
    kept = [row for row, _ in there]
    starts, ends = index.passage_span
    nearest = scored.similar.best_of_passages(np.array(kept, np.int64))[1].tolist()
    named = seeds(kept, looked.understood, index)
    tied = ties(kept, [stored.passages[ids[row]].title for row in kept], index)
    why = reasons(scored, kept, named, tied, looked.understood, index)
    hits = {}
    for (row, value), sentence, of_row, names in zip(there, nearest, why, named, strict=True):
        shown = stored.passages[ids[row]]
        hits[row] = Hit(
            passage_id=ids[row],
            document_id=shown.document_id,
            title=shown.title,
            text=shown.text,
            start=int(starts[row]),
            end=int(ends[row]),
            score=value,
            language=index.languages[int(index.passage_language[row])],
            best_sentence=Span(int(index.table.starts[sentence]), int(index.table.ends[sentence])),
            reasons=of_row,
            metadata=shown.metadata,
            seeds=names,
            path=taken[row],
        )
    return hits


def readings_of(looked: Look) -> tuple[QueryEntity, ...]:
    """The names in a question with what each may mean, most likely first."""
    total, read, index = looked.scored.total, looked.understood.readings, looked.index
    found, known = [], 0
    for seen in looked.understood.seen:
        candidates: tuple[Candidate, ...] = ()
        if seen.name is not None:
            mine = read.owner == known
            candidates = _candidates(seen.name, read.document[mine], total[read.passage[mine]], index)
            known += 1
        found.append(QueryEntity(seen.text, seen.start, seen.end, candidates))
    return tuple(found)


def _candidates(name: int, documents: Rows, scores: Floats, index: PassageIndex) -> tuple[Candidate, ...]:
    """What a name may mean; probabilities by the score of each reading's best passage.

    Args:
        documents, scores: (n,) of the passages about its readings.
    """
    best: dict[int, float] = {}
    for document, value in zip(documents.tolist(), scores.tolist(), strict=True):
        best[document] = max(best.get(document, value), value)
    odds = np.exp(_SHARPNESS * (np.array(list(best.values())) - max(best.values())))
    candidates = [
        Candidate(
            about_entity_id(index.documents[document]),
            index.titles[document] or index.readings.names[name],
            float(p),
        )
        for document, p in zip(best, odds / odds.sum(), strict=True)
    ]
    candidates.sort(key=lambda c: (-c.score, c.entity))
    return tuple(candidates)
