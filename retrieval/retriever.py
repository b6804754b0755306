"""From a question to evidence: passages, the facts they state, the entities meant, the paths between them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.errors import EmbedderMismatchError, QueryError
from ..core.records import Candidate, Span, StoredFact
from ..core.results import Hit, Query, QueryEntity, SearchResult
from ..core.settings import RetrievalSettings
from ..core.text import clean, content_id
from ..kg.blocks import about_entity_id
from ..kg.languages import detect
from ..models.base import Embedder
from ..storage.readable import Readable
from ..storage.rows import Evidence
from .entities import EntityIndex
from .explain import paths, reasons
from .fusion import evidence_reliability
from .index import PassageIndex
from .query import Seen, Understood, understand
from .scoring import Scored, score
from .sentences import best_rows
from .tokens import terms
from .vectors import FaissIndex, VectorIndex

Floats = NDArray[np.float32]

_MOST_CHARACTERS = 20_000
_FACTS = 12
_STATING = 5
"""Passages whose facts are looked at."""
_SHARPNESS = 2.0
"""How fast the probability of a reading falls with the score of its best passage."""


class Indexed(Protocol):
    """Where the index comes from: the projection of a store, or a part of one that stands."""

    def current(self) -> PassageIndex:
        """The newest index."""
        ...


class Retriever:
    """Search over one namespace, or what is seen of it; follows its index, safe to share between threads."""

    def __init__(
        self,
        store: Readable,
        embedder: Embedder,
        settings: RetrievalSettings | None = None,
        *,
        projection: Indexed,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._settings = settings or RetrievalSettings()
        self.projection = projection
        self._vectors: tuple[PassageIndex, VectorIndex] | None = None
        self._entities: EntityIndex | None = None
        self._lock = threading.Lock()

    def search(
        self,
        query: str,
        k: int | None = None,
        *,
        language: str | None = None,
        vector: Floats | None = None,
        as_of: str | None = None,
    ) -> SearchResult:
        """The k passages that bear on a question, best first, and what ties them.

        Args:
            k: passages wanted; the settings' `retrieval.k` when None.
            language: ISO 639-1 code of the question; None is detected.
            vector: (d,) float32 of the question where the caller has it.
            as_of: the date asked about, which the result repeats; its documents are chosen already.

        Raises:
            QueryError: the question is empty or absurdly long, or k is not positive.
            EmbedderMismatchError: the stored vectors are of another embedder.
        """
        k = self._settings.k if k is None else k
        text = _checked(query, k)
        started = time.perf_counter()
        index, vectors = self._current()
        opened = time.perf_counter()
        spoken = language or detect(text, index.languages or None)
        if not index.size:
            return SearchResult(Query(text, spoken, as_of=as_of), revision=index.revision)
        if vector is None:
            vector = self._embedder.embed_queries([text])[0]
        embedded = time.perf_counter()
        understood = understand(text, spoken, index)
        named = time.perf_counter()
        scored = score(vector, understood, index, vectors, floor=self._embedder.floor)
        found = self._found(scored, understood, index, k)
        finished = time.perf_counter()
        timings = {
            "open": 1000 * (opened - started),
            "embed": 1000 * (embedded - opened),
            "names": 1000 * (named - embedded),
            **scored.timings,
            "evidence": 1000 * (finished - named) - sum(scored.timings.values()),
            "total": 1000 * (finished - started),
        }
        return replace(found, timings=timings, query=replace(found.query, as_of=as_of))

    def describe(self, entities: Sequence[str]) -> Floats:
        """(n, d) float32 description vectors of entities; zeros for one without."""
        return self.entities().describe(entities)

    def entities(self) -> EntityIndex:
        """The vectors of entities, at the revision of the index."""
        index = self.projection.current()
        with self._lock:
            if self._entities is None or self._entities.revision != index.revision:
                self._entities = EntityIndex(self._store, index, self._settings)
            return self._entities

    def warm(self) -> None:
        """Have the index ready, so that the first search is as fast as the next."""
        self._current()

    def _current(self) -> tuple[PassageIndex, VectorIndex]:
        index = self.projection.current()
        held = self._vectors
        if held is not None and held[0] is index:
            return held
        with self._lock:
            if self._vectors is None or self._vectors[0] is not index:
                if index.vectors.shape[1] != self._embedder.info.dimension:
                    raise EmbedderMismatchError(
                        f"the store has {index.vectors.shape[1]} dimensions, the embedder "
                        f"{self._embedder.info.dimension}: run `clew reindex`"
                    )
                self._vectors = (index, FaissIndex(index.centred, device=self._settings.device))
            return self._vectors

    def _found(self, scored: Scored, understood: Understood, index: PassageIndex, k: int) -> SearchResult:
        total = scored.total
        rows = best_rows(total, k).tolist()
        wanted = rows + [scored.reach.via[row][0] for row in rows if row in scored.reach.via]
        ids = {row: _passage_id(row, index) for row in wanted}
        asked = tuple(_asked(seen, scored, total, index) for seen in understood.seen)
        meant = [e.candidates[0].entity for e in asked if e.candidates]
        meant += [about_entity_id(index.documents[int(index.table.document[row])]) for row in rows]
        meant = list(dict.fromkeys(meant))
        stating = {ids[row]: index.languages[int(index.passage_language[row])] for row in rows[:_STATING]}
        stored = self._store.evidence([ids[row] for row in rows], list(stating), meant)
        return SearchResult(
            query=_query(understood, asked),
            passages=tuple(_hits(rows, total, ids, stored, scored, understood, index)),
            facts=_facts(stored, stating, understood),
            entities=tuple(stored.entities[id] for id in meant if id in stored.entities),
            paths=paths(scored, rows, index, ids),
            revision=index.revision,
            reliability=evidence_reliability(scored.dense_best, scored.coverage),
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


def _facts(stored: Evidence, stating: Mapping[str, str], understood: Understood) -> tuple[StoredFact, ...]:
    """Facts that the best passages state, by the question's words in them and their passage's rank.

    Args:
        stating: language by id of those passages, best first.
    """
    asked = {term for word in understood.words for term in word}
    place = {id: i for i, id in enumerate(stating)}
    best: dict[str, StoredFact] = {}
    for passage, fact in stored.facts:
        words = f"{fact.subject} {fact.predicate} {fact.object}"
        shared = len(asked.intersection(terms(words, stating[passage])))
        value = fact.confidence * (1.0 + shared) / (1.0 + 0.2 * place[passage])
        if fact.id not in best or value > best[fact.id].score:
            best[fact.id] = replace(fact, score=value)
    return tuple(sorted(best.values(), key=lambda fact: (-fact.score, fact.id))[:_FACTS])


def _checked(query: str, k: int) -> str:
    text = clean(query).strip()
    if not text:
        raise QueryError("the question is empty")
    if len(text) > _MOST_CHARACTERS:
        raise QueryError(f"the question has {len(text)} characters, at most {_MOST_CHARACTERS} are read")
    if k < 1:
        raise QueryError(f"k is {k}, it must be 1 or more")
    return text


def _passage_id(row: int, index: PassageIndex) -> str:
    document = index.documents[int(index.table.document[row])]
    return content_id(document, "passage", str(int(index.ordinals[row])))


def _hits(
    rows: list[int],
    total: Floats,
    ids: dict[int, str],
    stored: Evidence,
    scored: Scored,
    understood: Understood,
    index: PassageIndex,
) -> list[Hit]:
    """The passages with their texts, without those whose document went away since the index was made."""
    rows = [row for row in rows if ids[row] in stored.passages]
    passages = index.parts.tables["passages"]
    nearest = scored.similar.best_of_passages(np.array(rows, np.int64))[1]
    hits = []
    for row, sentence, why in zip(
        rows, nearest.tolist(), reasons(scored, rows, understood, index), strict=True
    ):
        shown = stored.passages[ids[row]]
        start, end = int(passages["start"][row]), int(passages["end"][row])
        hits.append(
            Hit(
                passage_id=ids[row],
                document_id=shown.document_id,
                title=shown.title,
                text=shown.text,
                start=start,
                end=end,
                score=float(total[row]),
                language=index.languages[int(passages["language"][row])],
                best_sentence=Span(int(index.table.starts[sentence]), int(index.table.ends[sentence])),
                reasons=why,
                metadata=shown.metadata,
            )
        )
    return hits


def _asked(seen: Seen, scored: Scored, total: Floats, index: PassageIndex) -> QueryEntity:
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
