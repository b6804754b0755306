"""From a question to evidence: passages, the facts they state, the entities meant, the paths between them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.errors import QueryError
from ..core.records import Candidate, Span, StoredFact
from ..core.results import Hit, Query, QueryEntity, SearchResult
from ..core.settings import RetrievalSettings
from ..core.text import clean, content_id
from ..kg.blocks import about_entity_id
from ..kg.languages import detect
from ..models.base import Embedder
from ..models.paired import companion_of
from ..storage.readable import Readable
from ..storage.rows import Evidence
from .companion import Abroad, Companion, foreign_languages
from .entities import EntityIndex
from .explain import paths, reasons
from .feedback import FeedbackPrior
from .fusion import evidence_reliability
from .index import PassageIndex
from .query import Seen, Understood, understand
from .scoring import Scored, score
from .sentences import best_rows
from .standing import settled
from .tokens import terms
from .vectors import FaissIndex, VectorIndex

Floats = NDArray[np.float32]

NO_COMPANION = (
    "passages in other languages than the question were searched with one embedder: the companion that made "
    "the store's other vectors is not loaded; `clew models list` says how to get it"
)

_MOST_CHARACTERS = 20_000
_FACTS = 12
_STATING = 5
"""Passages whose facts are looked at."""
_ATTEMPTS = 3
"""Searches before documents that a writer keeps changing are left out."""
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
        self._companion: tuple[PassageIndex, Companion] | None = None
        self._entities: EntityIndex | None = None
        self._votes = FeedbackPrior(store, embedder, self._settings.feedback_bound)
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
            as_of: the date asked about, which the result repeats; its documents are chosen already, its facts
                by `standing.settled`.

        Raises:
            QueryError: the question is empty or absurdly long, k is not positive, or as_of is no date.
            EmbedderMismatchError: the stored vectors are of another embedder.
        """
        k = self._settings.k if k is None else k
        text = _checked(query, k)
        for _ in range(_ATTEMPTS):
            found, looked_at = self._search(text, k, language, vector, as_of)
            changed = self._changed_since(found.revision, looked_at)
            if not changed:
                break
        found = _without(found, changed)
        return replace(found, query=replace(found.query, as_of=as_of))

    def _changed_since(self, revision: int, passages: Mapping[str, str]) -> frozenset[str]:
        """Those of the passages whose documents came, went or changed after the revision.

        Places are the index's, texts are the tables': in these documents the two do not belong together.
        """
        if self._store.revision() == revision:
            return frozenset()
        changes = self._store.changes(revision)
        if any(change.is_forgotten for change in changes):
            return frozenset(passages)
        changed = {change.document_id for change in changes}
        return frozenset(id for id, document in passages.items() if document in changed)

    def _search(
        self, text: str, k: int, language: str | None, vector: Floats | None, as_of: str | None
    ) -> tuple[SearchResult, Mapping[str, str]]:
        """What the index of now says, and the passages that it speaks of with their documents."""
        started = time.perf_counter()
        index, vectors = self._current()
        opened = time.perf_counter()
        spoken = language or detect(text, index.languages or None)
        if not index.size:
            return SearchResult(Query(text, spoken), revision=index.revision), {}
        if vector is None:
            vector = self._embedder.embed_queries([text])[0]
        foreign = foreign_languages(index, spoken)
        abroad = self._abroad(text, foreign, index)
        without = abroad is None and index.accompanied and bool(foreign.any())
        embedded = time.perf_counter()
        understood = understand(text, spoken, index)
        named = time.perf_counter()
        scored = score(vector, understood, index, vectors, floor=self._embedder.floor, abroad=abroad)
        self._votes.add_to(scored, vector, index)
        found, looked_at = self._found(scored, understood, index, k)
        found = settled(found, self._store, as_of)
        found = replace(found, facts=self._votes.judged(found.facts))
        finished = time.perf_counter()
        timings = {
            "open": 1000 * (opened - started),
            "embed": 1000 * (embedded - opened),
            "names": 1000 * (named - embedded),
            **scored.timings,
            "evidence": 1000 * (finished - named) - sum(scored.timings.values()),
            "total": 1000 * (finished - started),
        }
        notes = (NO_COMPANION,) if without else ()
        return replace(found, timings=timings, notes=notes), looked_at

    def _abroad(self, text: str, foreign: NDArray[np.bool_], index: PassageIndex) -> Abroad | None:
        """The question by the companion where both are there and passages stand in other languages."""
        embedder = companion_of(self._embedder)
        if embedder is None or not foreign.any() or not index.accompanied:
            return None
        with self._lock:
            if self._companion is None or self._companion[0] is not index:
                self._companion = (index, Companion.of(index, self._settings.device))
            side = self._companion[1]
        return Abroad(index, side, embedder.embed_queries([text])[0], foreign)

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
        try:
            index = self.projection.current()
        except ValueError:  # vectors of two lengths
            self._store.check_embedder()
            raise
        held = self._vectors
        if held is not None and held[0] is index:
            return held
        with self._lock:
            if self._vectors is None or self._vectors[0] is not index:
                self._store.check_embedder()
                self._vectors = (index, FaissIndex(index.centred, device=self._settings.device))
            return self._vectors

    def _found(
        self, scored: Scored, understood: Understood, index: PassageIndex, k: int
    ) -> tuple[SearchResult, Mapping[str, str]]:
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
        result = SearchResult(
            query=_query(understood, asked),
            passages=tuple(_hits(rows, total, ids, stored, scored, understood, index)),
            facts=_facts(stored, stating, understood),
            entities=tuple(stored.entities[id] for id in meant if id in stored.entities),
            paths=paths(scored, rows, index, ids),
            revision=index.revision,
            reliability=evidence_reliability(scored.dense_best, scored.coverage),
        )
        return result, {id: index.documents[int(index.table.document[row])] for row, id in ids.items()}


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


def _without(found: SearchResult, passages: frozenset[str]) -> SearchResult:
    """What was found, less these passages and what hangs on them."""
    hits = tuple(hit for hit in found.passages if hit.passage_id not in passages)
    there = {hit.document_id for hit in hits}
    return replace(
        found,
        passages=hits,
        facts=tuple(fact for fact in found.facts if fact.document_id in there),
        paths=tuple(path for path in found.paths if passages.isdisjoint((path.source, path.target))),
    )


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
