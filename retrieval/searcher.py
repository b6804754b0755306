"""One search, whichever way: the mode, the reranker, diversity, and what is kept from searches before.

Ties and themes are made at the first search that needs them and kept for their revision. Results and
vectors are kept by everything that they depend on, so a commit, of this process or another, is seen by the
next search.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import QueryError
from ..core.results import Connection, Mode, SearchResult
from ..models.embedders import torch_device
from ..storage.readable import Readable
from . import ways
from .cache import LeastRecent
from .choosing import choose
from .connect import connections
from .diversity import POOL, diverse
from .evidence import Look, evidence, readings_of
from .index import PassageIndex
from .naming import resolve
from .rerank import SENTENCES, reranked, reranker_of
from .retriever import Retriever, checked
from .sentence_rerank import SentenceReranker
from .themes import Community, communities
from .ties import Ties, read_ties
from .versions import of_one_version
from .ways import Way

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Options:
    """How a search is made; equal options give equal results on one revision.

    Args:
        k: passages wanted, and themes.
        entity: id or name of the entity that mode "local" looks around.
        rerank: a reranker or its name (`rerank`); "" is none, None the setting's.
        diversity: 0..1, how much a passage loses for being like one before it.
        per_document: passages of one document at most.
        as_of: the date asked about, which the result repeats; its documents are chosen already.

    Raises:
        QueryError: a value is out of range, or an entity is given and the mode looks around none.
    """

    k: int
    mode: Mode = Mode.AUTO
    language: str | None = None
    entity: str | None = None
    rerank: Any = None
    diversity: float = 0.0
    per_document: int | None = None
    as_of: str | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.diversity <= 1.0:
            raise QueryError(f"diversity is {self.diversity}, it must be between 0 and 1")
        if self.entity is not None and not isinstance(self.entity, str):
            raise QueryError(f"entity is an id or a name, not {type(self.entity).__name__}")
        if self.per_document is not None and self.per_document < 1:
            raise QueryError(f"per_document is {self.per_document}, it must be 1 or more")
        if self.entity is not None and self.mode not in (Mode.AUTO, Mode.LOCAL):
            raise QueryError(f"an entity is given, but mode {self.mode} looks around none: use mode local")

    @classmethod
    def of(cls, k: int, mode: str, options: Mapping[str, Any]) -> Options:
        """Options as a caller gives them.

        Raises:
            QueryError: there is no such mode or option, or a value is out of range.
        """
        known = [field.name for field in fields(cls)]
        unknown = sorted(options.keys() - set(known))
        if unknown:
            raise QueryError(f"search has no option {', '.join(unknown)}; there are {', '.join(known)}")
        return cls(k, Mode.of(mode), **options)

    @property
    def key(self) -> Hashable | None:
        """What tells these options from others; None where an object of the caller's has a say."""
        return self if self.rerank is None or isinstance(self.rerank, str) else None


class Searcher:
    """Searches of all modes over what one reader sees; safe to share between threads.

    Args:
        store: the store, or the part of it that is seen.
        retriever: search over the same.
    """

    def __init__(self, store: Readable, retriever: Retriever) -> None:
        self._retriever = retriever
        self._store = store
        self._embedder = retriever.embedder
        self._settings = settings = retriever.settings
        self._results: LeastRecent[Hashable, SearchResult] = LeastRecent(settings.cached_results)
        self._vectors: LeastRecent[tuple[str, str], Floats] = LeastRecent(settings.cached_vectors)
        self._ties: Ties | None = None
        self._themes: tuple[Ties, tuple[Community, ...]] | None = None
        self._lock = threading.RLock()

    def search(self, query: str, k: int | None = None, mode: str = Mode.AUTO, **options: Any) -> SearchResult:
        """The evidence for a question; the options are those of `Options`.

        Args:
            k: the settings' `retrieval.k` when None.

        Raises:
            QueryError: the question is empty or absurdly long, an option is unknown or out of range, a name
                is ambiguous.
            NotFoundError: there is no such entity.
            ModelMissingError: the reranker's model is not on this machine.
        """
        return self._search(query, Options.of(self._k(k), mode, options), None)

    def search_many(
        self, queries: Sequence[str], k: int | None = None, mode: str = Mode.AUTO, **options: Any
    ) -> list[SearchResult]:
        """The evidence for each question, as `search` finds it; what is new is embedded in one batch."""
        chosen = Options.of(self._k(k), mode, options)
        texts = [checked(query, chosen.k) for query in queries]
        vectors = self._embedded("question", texts)
        return [self._search(text, chosen, vector) for text, vector in zip(texts, vectors, strict=True)]

    def _k(self, k: int | None) -> int:
        return self._settings.k if k is None else k

    def _search(self, query: str, options: Options, vector: Floats | None) -> SearchResult:
        text = checked(query, options.k)
        started = time.perf_counter()
        revision = self._retriever.projection.current().revision
        said = self._store.feedback_mark()
        known = self._results.get((revision, said, text, options.key)) if options.key is not None else None
        if known is not None:
            return replace(_own(known), timings={"total": 1000 * (time.perf_counter() - started)})

        def once() -> SearchResult:
            asked = self._vectors.get(("question", text)) if vector is None else vector
            looked = self._retriever.look(text, language=options.language, vector=asked)
            if isinstance(looked, SearchResult):
                mode = Mode.PASSAGES if options.mode is Mode.AUTO else options.mode
                return replace(looked, query=replace(looked.query, mode=mode, as_of=options.as_of))
            self._vectors.put(("question", text), looked.vector)
            return self._found(looked, options)

        found = of_one_version(once, self._store)
        if options.key is not None and not found.warnings:  # what failed may work the next time
            self._results.put((found.revision, said, text, options.key), found)
            return _own(found)
        return found

    def path(self, a: str, b: str, k: int) -> tuple[Connection, ...]:
        """The k best ways between two entities, given by id or name.

        Raises:
            QueryError: k is not positive, or a name is ambiguous.
            NotFoundError: there is no such entity.
        """
        if k < 1:
            raise QueryError(f"k is {k}, it must be 1 or more")
        index = self._retriever.projection.current()
        first, last = (resolve(each, self._store, index) for each in (a, b))
        return connections(first.id, last.id, k, self.ties(index), self._store, index)

    def ties(self, index: PassageIndex) -> Ties:
        """What is tied to what, at the revision of an index."""
        with self._lock:
            if self._ties is None or self._ties.revision != index.revision:
                self._ties = read_ties(self._store, index)
            return self._ties

    def themes(self, ties: Ties, index: PassageIndex) -> tuple[Community, ...]:
        """The themes of a revision."""
        with self._lock:
            if self._themes is None or self._themes[0] is not ties:
                self._themes = (ties, communities(ties, index))
            return self._themes[1]

    def _found(self, looked: Look, options: Options) -> SearchResult:
        mode, reason = options.mode, ""
        if options.entity is not None:
            mode = Mode.LOCAL
        elif mode is Mode.AUTO:
            mode, reason = choose(looked.understood, readings_of(looked))
        rerank = self._settings.reranker if options.rerank is None else options.rerank
        depth = options.k if rerank == "" else max(options.k, self._settings.rerank_depth)
        spread = options.diversity > 0 or options.per_document is not None
        way = self._way(mode, looked, options, POOL * depth if spread else depth)
        rows, values = way.rows[: POOL * depth], way.values[: POOL * depth]
        if spread:
            rows, values = diverse(
                rows, values, depth, looked.index,
                diversity=options.diversity, per_document=options.per_document, floor=self._embedder.floor,
            )  # fmt: skip
        found = evidence(looked, rows.tolist(), self._store, values.tolist())
        reason = "; ".join(each for each in (reason, way.note) if each)
        found = replace(
            found,
            query=replace(found.query, mode=mode, reason=reason, as_of=options.as_of),
            facts=found.facts if way.facts is None else way.facts,
            entities=found.entities if way.entities is None else way.entities,
            themes=way.themes,
        )
        found = self._retriever.finished(found, looked, options.as_of)
        if rerank == "":
            return found
        begun = time.perf_counter()
        if rerank == SENTENCES:
            found = reranked(found, SentenceReranker(looked, rows.tolist(), self._store), options.k)
        else:
            device = torch_device(self._settings.device) if isinstance(rerank, str) else "cpu"
            found = reranked(found, reranker_of(rerank, device), options.k)
        spent = 1000 * (time.perf_counter() - begun)
        return replace(
            found, timings={**found.timings, "rerank": spent, "total": found.timings["total"] + spent}
        )

    def _way(self, mode: Mode, looked: Look, options: Options, depth: int) -> Way:
        floor = self._embedder.floor
        if mode is Mode.FACTS:
            return ways.facts(looked, depth, self._store, self._phrases, floor)
        if mode is Mode.LOCAL:
            ties = self.ties(looked.index)
            return ways.local(looked, depth, options.entity, ties, self._store, self._phrases, floor)
        if mode is Mode.GLOBAL:
            ties = self.ties(looked.index)
            themes = self.themes(ties, looked.index)
            return ways.whole(looked, options.k, depth, themes, ties, self._store)
        return ways.plain(looked, depth)

    def _phrases(self, texts: Sequence[str]) -> Floats:
        """(n, d) float32 vectors of short phrases."""
        return np.stack(self._embedded("name", texts))

    def _embedded(self, kind: str, texts: Sequence[str]) -> list[Floats]:
        """Vectors of questions or names; those that are not kept are embedded in one batch."""
        known = {text: self._vectors.get((kind, text)) for text in dict.fromkeys(texts)}
        new = [text for text, vector in known.items() if vector is None]
        if new:
            embed = self._embedder.embed_queries if kind == "question" else self._embedder.embed_names
            for text, vector in zip(new, embed(new), strict=True):
                known[text] = vector
                self._vectors.put((kind, text), vector)
        return [vector for text in texts if (vector := known[text]) is not None]


def _own(found: SearchResult) -> SearchResult:
    """The result with metadata of its own: what a caller does to them is not kept."""
    hits = tuple(replace(hit, metadata=copy.deepcopy(hit.metadata)) for hit in found.passages)
    return replace(found, passages=hits)
