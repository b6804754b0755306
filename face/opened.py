"""An open namespace: the store, the settings, and the models and indexes that load when first used."""

from __future__ import annotations

import logging
from functools import cached_property
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ..core.errors import ClewError
from ..core.settings import Settings
from ..storage.store import Store

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

    from ..generation.answer import Answer
    from ..generation.answerer import Answerer
    from ..kg.graph import EntityGraph
    from ..kg.linking import Linker
    from ..kg.reader import Reader
    from ..models.base import Embedder
    from ..retrieval.projection import Projection
    from ..retrieval.retriever import Retriever
    from ..retrieval.searcher import Searcher
    from ..retrieval.views import Views

_log = logging.getLogger(__name__)
_ANSWERS = 1_000
"""Answers whose ids can be spoken of."""


class Opened:
    """One namespace of a store, with what reads, finds and answers in it."""

    def __init__(
        self,
        target: str | PathLike[str] | URL | Engine,
        *,
        namespace: str = "default",
        settings: Settings | dict[str, Any] | None = None,
        embedder: Embedder | None = None,
        read_only: bool = False,
    ) -> None:
        from ..models.embedders import load_embedder
        from ..models.paired import fitting

        self.settings = settings if isinstance(settings, Settings) else Settings.load(settings)
        self._answers: dict[str, Answer] = {}
        given = embedder or load_embedder(self.settings.models)
        opened = str(target) if isinstance(target, PathLike) else target
        self.store = Store.open(
            opened,
            namespace=namespace,
            read_only=read_only,
            settings=self.settings.storage,
            embedder=given.info,
        )
        self.embedder = fitting(given, self.store.embedder())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"KnowledgeBase({str(self.store.engine.url)!r}, namespace={self.namespace!r})"

    @property
    def namespace(self) -> str:
        """The namespace that this knowledge base sees."""
        return self.store.namespace

    def close(self) -> None:
        """Let go of the database; the index is saved first where deletions removed the saved one."""
        if "projection" in self.__dict__:
            try:
                self.projection.close()
            except ClewError as error:
                _log.warning("the index is not saved: %s", error)
        self.store.close()

    @cached_property
    def reader(self) -> Reader:
        """What reads mentions and facts."""
        from ..kg.reader import Reader

        return Reader(self.settings)

    @cached_property
    def projection(self) -> Projection:
        """What keeps the index of this namespace."""
        from ..retrieval.projection import Projection

        return Projection(self.store, self.embedder.info.dimension)

    @cached_property
    def retriever(self) -> Retriever:
        """What searches."""
        from ..retrieval.retriever import Retriever

        return Retriever(self.store, self.embedder, self.settings.retrieval, projection=self.projection)

    @property
    def searcher(self) -> Searcher:
        """What searches in every mode."""
        return self._views.plain.searcher

    @cached_property
    def answerer(self) -> Answerer:
        """What answers."""
        from ..generation.answerer import Answerer

        return Answerer(self.settings, self.embedder)

    @property
    def linker(self) -> Linker:
        """What links names."""
        return self._views.plain.linker

    @cached_property
    def _adjacency(self) -> EntityGraph:
        from ..kg.graph import EntityGraph
        from ..retrieval.projection import snapshot_folder

        return EntityGraph(self.store, snapshot_folder(self.store))

    @cached_property
    def _views(self) -> Views:
        from ..retrieval.view import View
        from ..retrieval.views import Views

        plain = View(self.store, self.retriever)
        return Views(self.store, plain, self.embedder, self.settings.retrieval)

    def _noted(self, answer: Answer) -> Answer:
        """The answer, kept for a while so that its id can be spoken of."""
        self._answers[answer.id] = answer
        while len(self._answers) > _ANSWERS:
            self._answers.pop(next(iter(self._answers)), None)
        return answer
