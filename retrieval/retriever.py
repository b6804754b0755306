"""From a question to evidence: passages, the facts they state, the entities meant, the paths between them."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.errors import QueryError
from ..core.results import Query, SearchResult
from ..core.settings import RetrievalSettings
from ..core.text import clean
from ..kg.languages import detect
from ..models.base import Embedder
from ..models.paired import companion_of
from ..storage.readable import Readable
from .companion import Abroad, Companion, foreign_languages
from .entities import EntityIndex
from .evidence import Look, evidence
from .feedback import FeedbackPrior
from .index import PassageIndex
from .query import understand
from .scoring import score
from .sentences import best_rows
from .standing import settled
from .vectors import FaissIndex, VectorIndex, faiss_device
from .versions import of_one_version

Floats = NDArray[np.float32]

NO_COMPANION = (
    "passages in other languages than the question were searched with one embedder: the companion that made "
    "the store's other vectors is not loaded; `clew models list` says how to get it"
)

_MOST_CHARACTERS = 20_000


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
        self.embedder = embedder
        self.settings = settings or RetrievalSettings()
        self.projection = projection
        self._vectors: tuple[PassageIndex, VectorIndex] | None = None
        self._companion: tuple[PassageIndex, Companion] | None = None
        self._entities: EntityIndex | None = None
        self._votes = FeedbackPrior(store, embedder, self.settings.feedback_bound)
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
            as_of: the date asked about, for which `finished` chooses facts; documents are chosen already.

        Raises:
            QueryError: the question is empty or absurdly long, k is not positive, or as_of is no date.
            EmbedderMismatchError: the stored vectors are of another embedder.
        """
        k = self.settings.k if k is None else k
        text = checked(query, k)

        def once() -> SearchResult:
            looked = self.look(text, language=language, vector=vector)
            if isinstance(looked, SearchResult):
                return looked
            rows = best_rows(looked.scored.total, k).tolist()
            return self.finished(evidence(looked, rows, self._store), looked, as_of)

        found = of_one_version(once, self._store)
        return replace(found, query=replace(found.query, as_of=as_of))

    def look(
        self, text: str, *, language: str | None = None, vector: Floats | None = None
    ) -> Look | SearchResult:
        """A checked question, understood and scored over the newest index; nothing found in an empty one."""
        started = time.perf_counter()
        index, vectors = self._current()
        opened = time.perf_counter()
        spoken = language or detect(text, index.languages or None)
        if not index.size:
            return SearchResult(Query(text, spoken), revision=index.revision)
        if vector is None:
            vector = self.embedder.embed_queries([text])[0]
        foreign = foreign_languages(index, spoken)
        abroad = self._abroad(text, foreign, index)
        alone = abroad is None and index.accompanied and bool(foreign.any())
        embedded = time.perf_counter()
        understood = understand(text, spoken, index)
        named = time.perf_counter()
        scored = score(vector, understood, index, vectors, floor=self.embedder.floor, abroad=abroad)
        ranked = time.perf_counter()
        votes = self._votes.add_to(scored, vector, index)
        timings = {
            "open": 1000 * (opened - started),
            "embed": 1000 * (embedded - opened),
            "names": 1000 * (named - embedded),
            **scored.timings,
            "votes": 1000 * (time.perf_counter() - ranked),
        }
        warnings = (NO_COMPANION,) if alone else ()
        return Look(index, vector, understood, scored, votes, started, timings, warnings)

    def finished(self, found: SearchResult, looked: Look, as_of: str | None) -> SearchResult:
        """The evidence with its facts as they hold on a day and as people judged them, and contradictions.

        Raises:
            QueryError: as_of is no date.
        """
        begun = time.perf_counter()
        found = settled(found, self._store, as_of)
        found = replace(found, facts=self._votes.judged(looked.votes, found.facts))
        ended = time.perf_counter()
        timings = {**found.timings, "facts": 1000 * (ended - begun), "total": 1000 * (ended - looked.started)}
        return replace(found, timings=timings)

    def _abroad(self, text: str, foreign: NDArray[np.bool_], index: PassageIndex) -> Abroad | None:
        """The question by the companion where both are there and passages stand in other languages."""
        embedder = companion_of(self.embedder)
        if embedder is None or not foreign.any() or not index.accompanied:
            return None
        with self._lock:
            if self._companion is None or self._companion[0] is not index:
                self._companion = (index, Companion.of(index, self.settings.device))
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
                self._entities = EntityIndex(self._store, index, self.settings)
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
                self._vectors = (index, _engine(index, self.settings.device))
            return self._vectors


def _engine(index: PassageIndex, device: Literal["auto", "cpu", "cuda"]) -> VectorIndex:
    """Vectors are searched where they lie; on a GPU, which has its own memory, FAISS holds them."""
    if device == "cpu" or faiss_device(device) == "cpu":
        return index.nearest
    return FaissIndex(index.centred, device=device)


def checked(query: str, k: int) -> str:
    """The question as it is searched.

    Raises:
        QueryError: it is empty or absurdly long, or k is not positive.
    """
    text = clean(query).strip()
    if not text:
        raise QueryError("the question is empty")
    if len(text) > _MOST_CHARACTERS:
        raise QueryError(f"the question has {len(text)} characters, at most {_MOST_CHARACTERS} are read")
    if k < 1:
        raise QueryError(f"k is {k}, it must be 1 or more")
    return text
