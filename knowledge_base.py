"""The face of Clew: `KnowledgeBase`, documents in, evidence and answers out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack

from .core.errors import QueryError
from .core.records import DeleteReceipt, Document, IngestReport, Link, Reading, Verification
from .core.results import Connection, SearchResult
from .core.settings import Settings
from .core.text import clean
from .core.visibility import Access, Filters, Seen, Visibility
from .storage.store import Store

if TYPE_CHECKING:
    import networkx
    from sqlalchemy import URL, Engine

    from .core.progress import Show
    from .generation.answer import Answer
    from .generation.answerer import Answerer
    from .ingestion.sources import Source
    from .integrations.langchain import ClewRetriever
    from .kg.graph import EntityGraph
    from .kg.linking import Linker
    from .kg.reader import Reader
    from .models.base import Embedder
    from .retrieval.projection import Projection
    from .retrieval.retriever import Retriever
    from .retrieval.searcher import Searcher
    from .retrieval.views import Views


class KnowledgeBase:
    """One namespace of a store, with the models that read, find and answer.

    Safe to share between threads; the sync methods can be called inside a running event loop. Models load
    when they are first needed.

    Args:
        target: a path (made when it does not exist), ":memory:", an SQLAlchemy URL or an Engine.
        namespace: what is in one namespace is not seen from another.
        settings: validated settings, or a nested dict of them; environment and file fill in what is not
        given.
        embedder: an embedder of one's own; the settings' `models.embedder` when None.
        read_only: never write; a store that does not exist is an error.

    Raises:
        SettingsError: a setting is unknown or out of range.
        EmbedderMismatchError: the store was made with another embedder.
        StoreVersionError, StoreCorruptError, StoreReadOnlyError, StoreLockedError: the database is not
        usable.
        ModelMissingError, ModelHashError: the embedder is not on this machine.
    """

    def __init__(
        self,
        target: str | PathLike[str] | URL | Engine,
        *,
        namespace: str = "default",
        settings: Settings | dict[str, Any] | None = None,
        embedder: Embedder | None = None,
        read_only: bool = False,
    ) -> None:
        from .models.embedders import load_embedder

        self.settings = settings if isinstance(settings, Settings) else Settings.load(settings)
        self.embedder = embedder or load_embedder(self.settings.models)
        opened = str(target) if isinstance(target, PathLike) else target
        self.store = Store.open(
            opened,
            namespace=namespace,
            read_only=read_only,
            settings=self.settings.storage,
            embedder=self.embedder.info,
        )

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
        """Let go of the database."""
        self.store.close()

    # --- documents in

    def ingest(
        self,
        source: Source,
        *,
        workers: int | None = None,
        on_error: Literal["skip", "raise"] = "skip",
        progress: Show = None,
        job: str | None = None,
        root: str | PathLike[str] | None = None,
    ) -> IngestReport:
        """Read documents, embed them and store them; what is there unchanged is passed over.

        A document with a known id and new content replaces the old one.

        Args:
            source: `Document`s, texts, or paths of files, folders and patterns.
            workers: processes that read and embed; 0 chooses by the work, None takes the setting.
            on_error: "skip" keeps failures in the report and as dead letters; "raise" raises the first one.
            progress: "auto" for a bar on a terminal and log lines elsewhere, a callback, None for silence.
            job: an id under which the store notes how far the work is; the same id takes it up again.
            root: folder that the ids of files count from; the one given, when None.

        Raises:
            MissingPathError, InputError: the source is nothing that documents can come from.
            DocumentError: with on_error="raise", the first document that cannot be stored.
        """
        from .ingestion.pipeline import ingest

        report = ingest(
            self.store,
            source,
            settings=self.settings,
            reader=self.reader,
            embedder=self.embedder,
            workers=workers,
            on_error=on_error,
            progress=progress,
            job=job,
            root=root,
        )
        if report.added or report.updated or report.deleted:
            self.projection.save()
        return report

    def delete(self, document_id: str) -> DeleteReceipt:
        """Delete a document and everything that was read from it.

        What is left is what would be there had it never been added. An unknown id is no error: the receipt
        says so.
        """
        from .kg.resolution import resolve

        receipt = self.store.delete(document_id)
        if receipt.found:
            resolve(self.store)
        return replace(receipt, revision=self.store.revision())

    @classmethod
    def reindex(
        cls,
        target: str | PathLike[str] | URL | Engine,
        *,
        namespace: str = "default",
        settings: Settings | dict[str, Any] | None = None,
        embedder: Embedder | None = None,
        progress: Show = None,
    ) -> int:
        """Embed a stored namespace again with the embedder of these settings, and return how many documents.

        Nothing is read again. The old vectors serve until all new ones are written, in one transaction.

        Raises:
            StoreError: documents came or went meanwhile; nothing changed.
        """
        from .ingestion.reindex import reindex
        from .models.embedders import load_embedder

        loaded = settings if isinstance(settings, Settings) else Settings.load(settings)
        opened = str(target) if isinstance(target, PathLike) else target
        with Store.open(opened, namespace=namespace, settings=loaded.storage) as store:
            return reindex(store, embedder or load_embedder(loaded.models), progress=progress)

    def documents(self, ids: Sequence[str] | None = None) -> Iterator[Document]:
        """The stored documents, in the order of their ids."""
        return self.store.documents(ids)

    # --- questions

    def search(
        self,
        query: str,
        k: int | None = None,
        *,
        mode: str = "auto",
        filters: Filters | None = None,
        access: Access | None = None,
        as_of: str | None = None,
        summarise: Any = None,
        **options: Any,
    ) -> SearchResult:
        """The passages, facts, entities, paths and themes that bear on a question, best first, with reasons.

        With `filters`, `access` or `as_of` the result is that of a knowledge base of the visible documents.

        Args:
            k: passages (and themes); the settings' `retrieval.k` when None.
            mode: "passages", "facts", "local" (around one entity), "global" (themes of the whole), or "auto",
                which chooses by the question; `found.query` says which and why.
            filters: documents whose metadata meet them: field to value, to a list of values, or to bounds
                ("gt", "gte", "lt", "lte"); or a function of the metadata.
            access: labels that the reader holds: documents with one of them under "access" in their
                metadata, or without any; or a function of the metadata. None sees everything.
            as_of: ISO 8601 date; documents dated later are not seen.
            summarise: a LangChain chat model or "provider:model" that puts themes into words.
            options: language (ISO 639-1 code of the question; None is detected), entity (id or name for mode
                "local"), rerank (a reranker, its name, or "" for none), diversity (0..1), per_document
                (passages of one document at most).

        Raises:
            QueryError: the question is empty, k is not positive, there is no such mode or option, a filter
                cannot be understood, or the name of the entity is ambiguous.
            NotFoundError: there is no such entity.
        """
        seen = Visibility.of(filters, access, as_of)
        options["as_of"] = as_of
        found = self._views.over(seen, lambda view: view.searcher.search(query, k, mode, **options))
        if summarise is None:
            return found
        from .generation.summaries import summarised

        return summarised(found, summarise, timeout=self.settings.generation.timeout)

    def search_many(
        self,
        queries: Sequence[str],
        k: int | None = None,
        *,
        mode: str = "auto",
        filters: Filters | None = None,
        access: Access | None = None,
        as_of: str | None = None,
        **options: Any,
    ) -> list[SearchResult]:
        """`search` for each question, the questions embedded in one batch; takes the same options."""
        seen = Visibility.of(filters, access, as_of)
        options["as_of"] = as_of
        return self._views.over(seen, lambda view: view.searcher.search_many(queries, k, mode, **options))

    def path(self, a: str, b: str, k: int = 3, **seen: Unpack[Seen]) -> tuple[Connection, ...]:
        """How two entities are connected: the k best ways, each step with the sentence that ties it.

        Args:
            a, b: entity ids, or names.
            seen: which documents: filters, access, as_of as for `search`.

        Returns:
            The ways, best first; none when nothing connects the two.

        Raises:
            QueryError: a name is ambiguous; the message lists what it may mean.
            NotFoundError: there is no such entity.
        """
        return self._views.over(Visibility.of(**seen), lambda view: view.searcher.path(a, b, k))

    def ask(
        self,
        question: str,
        llm: Any = None,
        *,
        k: int | None = None,
        language: str | None = None,
        **seen: Unpack[Seen],
    ) -> Answer:
        """An answer with its citations, or a refusal when the evidence does not support one.

        Args:
            llm: None answers from the best sentences and facts; a LangChain chat model, "provider:model" or
                "transformers:path" has it written by a language model, whose citations are then checked.
            k: passages to look at; the settings' `generation.evidence_passages` when None.
            language: ISO 639-1 code of question and answer; None is detected.
            seen: which documents: filters, access, as_of as for `search`.
        """
        k = k or self.settings.generation.evidence_passages
        found = self.search(question, k, mode="passages", language=language, **seen)
        return self.answerer.answer(question, found, llm=llm, language=language)

    def stream(
        self,
        question: str,
        llm: Any = None,
        *,
        k: int | None = None,
        language: str | None = None,
        **seen: Unpack[Seen],
    ) -> Iterator[str | Answer]:
        """`ask`, piece by piece as it is written; the last item is the checked `Answer`."""
        k = k or self.settings.generation.evidence_passages
        found = self.search(question, k, mode="passages", language=language, **seen)
        return self.answerer.stream(question, found, llm=llm, language=language)

    def extract(self, text: str, *, language: str | None = None, title: str = "") -> Reading:
        """Mentions, facts and sentences of any text; nothing is stored.

        Raises:
            EmptyDocumentError: the text is empty.
        """
        return self.reader.read(Document("text", clean(text), clean(title), language=language))

    def link(
        self,
        text: str,
        *,
        spans: Sequence[tuple[int, int]] | None = None,
        language: str | None = None,
        **seen: Unpack[Seen],
    ) -> tuple[Link, ...]:
        """Entity linking: the names in any text with the entities that they mean; `entity` None is NIL.

        Args:
            spans: (start, end) of the mentions to link, kept in order; None finds them.
            seen: whose entities may be meant: filters, access, as_of as for `search`.

        Raises:
            QueryError: the text is empty, a span lies outside of it, or a filter cannot be understood.
        """
        from .models.base import PassageText

        sight = Visibility.of(**seen)
        text = clean(text)
        if not text.strip():
            raise QueryError("the text to link is empty")
        mentions = self.extract(text, language=language).mentions if spans is None else ()
        whole = PassageText("", text, ((0, len(text)),))
        vector = next(iter(self.embedder.embed_passages([whole]))).vector
        if spans:
            vector = vector[None].repeat(len(spans), axis=0)
        return self._views.over(
            sight, lambda view: view.linker.link(text, spans, language, vector, mentions=mentions)
        )

    # --- the graph and its laws

    def graph(self, **seen: Unpack[Seen]) -> networkx.MultiDiGraph[str]:
        """The knowledge graph: entities are nodes, facts are edges with the place that states them.

        Args:
            seen: which documents it is made of: filters, access, as_of as for `search`.
        """
        from .kg.graph import to_networkx

        return self._views.over(Visibility.of(**seen), lambda view: to_networkx(view.knowledge))

    def adjacency(self) -> EntityGraph:
        """The graph as CSR arrays, at the newest revision: what fits where a networkx graph does not."""
        graph = self._adjacency
        graph.refresh()
        return graph

    def stats(self) -> dict[str, int]:
        """Counts of what is stored in this namespace."""
        return self.store.stats()

    def fingerprint(self) -> str:
        """A hash of the content of this namespace; neither order, batches nor workers show in it."""
        return self.store.fingerprint()

    def verify(self) -> Verification:
        """Compare the tables with themselves and the index with the tables, and say what differs."""
        from .retrieval.parts import read_parts
        from .retrieval.projection import equal_parts

        problems = list(self.store.check())
        index = self.projection.current()
        fresh = read_parts(self.store.load(), index.revision, self.embedder.info.dimension)
        problems += [
            f"the index differs from the tables in {name}" for name in equal_parts(index.parts, fresh)
        ]
        checks = {**self.store.stats(), "indexed passages": index.size}
        return Verification(checks, tuple(problems))

    def as_retriever(self, k: int | None = None, **seen: Unpack[Seen]) -> ClewRetriever:
        """A LangChain retriever over this knowledge base, or over the documents that a reader may see."""
        from .integrations.langchain import ClewRetriever

        Visibility.of(**seen)  # what cannot be understood is an error here already
        return ClewRetriever(kb=self, k=k or self.settings.retrieval.k, options=dict(seen))

    # --- the same, for an event loop

    async def aingest(self, source: Source, **options: Any) -> IngestReport:
        """`ingest`, in a thread."""
        return await asyncio.to_thread(partial(self.ingest, source, **options))

    async def asearch(self, query: str, k: int | None = None, **options: Any) -> SearchResult:
        """`search`, in a thread."""
        return await asyncio.to_thread(partial(self.search, query, k, **options))

    async def asearch_many(
        self, queries: Sequence[str], k: int | None = None, **options: Any
    ) -> list[SearchResult]:
        """`search_many`, in a thread."""
        return await asyncio.to_thread(partial(self.search_many, queries, k, **options))

    async def apath(self, a: str, b: str, k: int = 3, **seen: Unpack[Seen]) -> tuple[Connection, ...]:
        """`path`, in a thread."""
        return await asyncio.to_thread(partial(self.path, a, b, k, **seen))

    async def aask(
        self,
        question: str,
        llm: Any = None,
        *,
        k: int | None = None,
        language: str | None = None,
        **seen: Unpack[Seen],
    ) -> Answer:
        """`ask`; the search runs in a thread, the language model asynchronously."""
        k = k or self.settings.generation.evidence_passages
        found = await self.asearch(question, k, mode="passages", language=language, **seen)
        return await self.answerer.aanswer(question, found, llm=llm, language=language)

    async def astream(
        self,
        question: str,
        llm: Any = None,
        *,
        k: int | None = None,
        language: str | None = None,
        **seen: Unpack[Seen],
    ) -> AsyncIterator[str | Answer]:
        """`stream`, for an event loop."""
        k = k or self.settings.generation.evidence_passages
        found = await self.asearch(question, k, mode="passages", language=language, **seen)
        async for piece in self.answerer.astream(question, found, llm=llm, language=language):
            yield piece

    # --- the parts, loaded when first used

    @cached_property
    def reader(self) -> Reader:
        """What reads mentions and facts."""
        from .kg.reader import Reader

        return Reader(self.settings)

    @cached_property
    def retriever(self) -> Retriever:
        """What searches."""
        from .retrieval.retriever import Retriever

        return Retriever(self.store, self.embedder, self.settings.retrieval, projection=self.projection)

    @cached_property
    def projection(self) -> Projection:
        """What keeps the index of this namespace."""
        from .retrieval.projection import Projection

        return Projection(self.store, self.embedder.info.dimension)

    @property
    def searcher(self) -> Searcher:
        """What searches in every mode."""
        return self._views.plain.searcher

    @cached_property
    def answerer(self) -> Answerer:
        """What answers."""
        from .generation.answerer import Answerer

        return Answerer(self.settings, self.embedder)

    @cached_property
    def _adjacency(self) -> EntityGraph:
        from .kg.graph import EntityGraph
        from .retrieval.projection import snapshot_folder

        return EntityGraph(self.store, snapshot_folder(self.store))

    @property
    def linker(self) -> Linker:
        """What links names."""
        return self._views.plain.linker

    @cached_property
    def _views(self) -> Views:
        from .retrieval.view import View
        from .retrieval.views import Views

        plain = View(self.store, self.retriever)
        return Views(self.store, plain, self.embedder, self.settings.retrieval)
