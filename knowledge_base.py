"""The face of Clew: `KnowledgeBase`, documents in, evidence and answers out."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack

from .core.errors import ClewError, NotFoundError, QueryError
from .core.records import (
    Decision,
    DeleteReceipt,
    Document,
    IngestReport,
    Link,
    Reading,
    Receipt,
    SnapshotInfo,
    StoredFact,
    Verification,
)
from .core.results import Conflict, Connection, History, Hit, SearchResult
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
    from .storage.rows import Feedback, StoredDecision

_log = logging.getLogger(__name__)
_ANSWERS = 1_000
"""Answers whose ids can be spoken of."""


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
        from .models.paired import fitting

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
        self._unsaved = False

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
        """Let go of the database; the index is saved first where a deletion removed the saved one."""
        if self._unsaved and self.store.path is not None and "projection" in self.__dict__:
            self._unsaved = False
            try:
                self.projection.save()
            except ClewError as error:
                _log.warning("the index is not saved: %s", error)
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
            self._unsaved = False
        return report

    def add(self, document: Document) -> IngestReport:
        """Store one document; one that is there under its id is replaced.

        Raises:
            DocumentError: it cannot be stored.
        """
        return self.ingest([document], on_error="raise")

    def update(self, document: Document) -> IngestReport:
        """Put a new text in place of the one that is stored under the same id, which leaves no trace.

        Raises:
            NotFoundError: there is no document of that id.
            DocumentError: it cannot be stored; the old one stays.
        """
        if not self.store.content_hashes([document.id]):
            raise NotFoundError(f"there is no document {document.id!r} to update: add it")
        return self.add(document)

    def delete(self, document_id: str) -> DeleteReceipt:
        """Delete a document and everything that was read from it.

        What is left is what would be there had it never been added, but for the change log and the audit log,
        which keep its id and a salted hash of it, and named snapshots. An unknown id is no error: the receipt
        says so.
        """
        from .kg.resolution import resolve

        if self.store.content_hashes([document_id]):
            self._drop_saved()
        receipt = self.store.delete(document_id)
        resolve(self.store)  # also what a deletion that was killed left to decide
        return replace(receipt, revision=self.store.revision())

    def forget(self, entity_id: str) -> Receipt:
        """Redact a person, or any entity, everywhere: the right to be forgotten.

        Documents about it are deleted. In all others its names become `[redacted-…]` and the documents are
        read anew; so do they in metadata, ids, feedback and notes. All named snapshots of the namespace are
        deleted, since one of them could bring it back. `scrub` then removes the freed bytes.

        Raises:
            NotFoundError: there is no such entity.
            DocumentError: a document cannot be read without its names; no document changed.
            StoreError: documents came or went meanwhile; no document changed.
        """
        from .ingestion.forgetting import forget
        from .kg.resolution import resolve

        resolve(self.store)
        self.store.entity(entity_id)
        self._drop_saved()
        return forget(self.store, entity_id, reader=self.reader, embedder=self.embedder)

    def _drop_saved(self) -> None:
        """Remove the saved index, which holds what is about to go; `close` saves the one in memory."""
        from .retrieval.projection import drop_saved

        drop_saved(self.store)
        self._unsaved = True

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

    def export(self, path: str | PathLike[str]) -> dict[str, int]:
        """Write the whole namespace to one portable archive, and return the counts of what is in it.

        Documents with all that was read from them, vectors, identity, decisions of people, feedback and the
        audit log; not jobs, dead letters and snapshots. Equal content gives equal bytes.

        Raises:
            ArchiveError: the file cannot be written.
        """
        return self.store.export(Path(path))

    def import_archive(self, path: str | PathLike[str]) -> IngestReport:
        """Bring in what `export` wrote; documents merge by id, as in an ingestion.

        Into an empty namespace everything comes as it was, with an equal fingerprint. Nothing is read or
        embedded again.

        Raises:
            ArchiveError: the archive is damaged, cut short, or newer than this Clew; nothing changed.
            EmbedderMismatchError: its vectors are of another embedder than this knowledge base's.
        """
        from .ingestion.transfer import load
        from .storage.archive_reading import Archive

        with Archive(Path(path)) as content:
            report = load(self.store, content, uuid.uuid4().hex)
        if report.added or report.updated:
            self.projection.save()
        return report

    @classmethod
    def copy(
        cls,
        source: str | PathLike[str] | URL | Engine,
        target: str | PathLike[str] | URL | Engine,
        *,
        namespace: str = "default",
        settings: Settings | dict[str, Any] | None = None,
    ) -> IngestReport:
        """Copy a namespace to another database, jobs and dead letters too; what is there is merged with.

        From SQLite to PostgreSQL or back: the fingerprints are equal. No model is loaded.

        Raises:
            EmbedderMismatchError: the target's vectors are of another embedder.
        """
        from .ingestion.transfer import load

        loaded = settings if isinstance(settings, Settings) else Settings.load(settings)
        ends = [str(end) if isinstance(end, PathLike) else end for end in (source, target)]
        with (
            Store.open(ends[0], namespace=namespace, read_only=True, settings=loaded.storage) as old,
            Store.open(ends[1], namespace=namespace, settings=loaded.storage) as new,
            old.content() as content,
        ):
            return load(new, content)

    def snapshot(self, name: str) -> SnapshotInfo:
        """Keep the namespace as it is now under a name; a snapshot of that name is replaced.

        Raises:
            SettingsError: the database is no file, and `storage.snapshots` names no folder.
            ArchiveError: that is no name, or the folder cannot be written.
        """
        return self.store.snapshot(name)

    def snapshots(self) -> list[SnapshotInfo]:
        """The snapshots of this namespace, oldest first."""
        return self.store.snapshots()

    def restore(self, name: str) -> Receipt:
        """Bring back a snapshot, whole or not at all; other processes see it as they see any commit.

        Raises:
            NotFoundError: there is no snapshot of that name.
            ArchiveError: it is damaged; nothing changed.
        """
        from .kg.resolution import resolve

        self._drop_saved()
        receipt = self.store.restore(name)
        resolve(self.store)
        return receipt

    def remove_snapshot(self, name: str) -> None:
        """Delete a snapshot.

        Raises:
            NotFoundError: there is none of that name.
        """
        self.store.remove_snapshot(name)

    def audit(self) -> list[Receipt]:
        """Receipts of deletions, forgettings, undoings and restorations, oldest first."""
        return self.store.audit()

    def scrub(self) -> None:
        """Leave no deleted bytes: the database is written anew, its log emptied, the saved index removed.

        All namespaces of the database are scrubbed. Named snapshots stay. On PostgreSQL the server's
        write-ahead log, backups and replicas are out of reach.

        Raises:
            StoreLockedError: somebody reads or writes for longer than `storage.lock_timeout`.
        """
        self._drop_saved()
        self.store.scrub()

    def undo(self, id: str, *, force: bool = False) -> Receipt:
        """Take back a person's decision, or what an ingestion or import added.

        Args:
            id: the mention of a decision, or the `job` of a report.
            force: of a job that replaced documents too, whose old texts are gone: remove what it added.

        Raises:
            NotFoundError: there is neither.
            StoreError: the job replaced or deleted documents; nothing changed.
        """
        from .kg.resolution import resolve
        from .storage.rows import DecisionKind

        if self.store.decisions([id], kind=DecisionKind.HUMAN):
            receipt = self.store.undo_decision(id)
        else:
            self._drop_saved()
            receipt = self.store.undo_job(id, force=force)
        resolve(self.store)
        return receipt

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
            as_of: ISO 8601 date; documents dated later are not seen, facts whose text says that they do not
                hold then are left out.
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
        return self._noted(self.answerer.answer(question, found, llm=llm, language=language))

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
        written = self.answerer.stream(question, found, llm=llm, language=language)
        return (piece if isinstance(piece, str) else self._noted(piece) for piece in written)

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

    def decide(self, mention_id: str, entity_id: str, *, reason: str = "") -> StoredDecision:
        """Say which entity a stored mention means; it stands until `undo(mention_id)`.

        Raises:
            NotFoundError: there is no such mention or entity.
        """
        from .kg.resolution import resolve

        self.store.entity(entity_id)
        self.store.override([Decision(mention_id, entity_id, 1.0, reason or "a person's word")])
        resolve(self.store)
        [stored] = self.store.decisions([mention_id])
        return stored

    def decisions(self) -> list[StoredDecision]:
        """What people decided, in order of mention id."""
        from .storage.rows import DecisionKind

        return self.store.decisions(kind=DecisionKind.HUMAN)

    def history(self, entity: str, predicate: str | None = None, **seen: Unpack[Seen]) -> History:
        """What the documents say of an entity over time: by predicate, the newest first, with the sources.

        Args:
            entity: an id, or a name in any of its forms.
            predicate: only facts with this one, such as "work for".
            seen: which documents: filters, access, as_of as for `search`.

        Raises:
            NotFoundError: nothing has this id or name.
            QueryError: several entities go by the name; the message lists them.
        """
        from .kg.history import history

        return self._views.over(
            Visibility.of(**seen), lambda view: history(view.knowledge, entity, predicate)
        )

    def conflicts(self, **seen: Unpack[Seen]) -> tuple[Conflict, ...]:
        """Where documents give an entity two values of what has one at a time, the newer one first.

        Walks over all facts that are seen (filters, access, as_of as for `search`); for search and answers
        `SearchResult.conflicts` has those of what was found.
        """
        from .kg.conflicts import find

        return self._views.over(
            Visibility.of(**seen), lambda view: find(view.knowledge.facts, view.knowledge.documents)
        )

    # --- what people say

    def feedback(
        self,
        target: Answer | Hit | Link | StoredFact | str,
        helpful: bool | None = None,
        note: str = "",
        author: str = "",
        correction: str | None = None,
        *,
        context: str = "",
    ) -> Feedback:
        """Keep a person's word on an answer, passage, link or fact; what it does to ranking is bounded.

        Args:
            target: what search, link or ask gave, or the id of one of this object's last 1,000 answers.
            correction: for a link the entity meant, or "NIL"; for an answer or fact what is right.
            context: the question that a passage was found for, or the text that a link stands in.

        Raises:
            QueryError: nothing is said, or the context is missing.
            NotFoundError: no recent answer has the id, or the target is not in the store any more.
        """
        from .generation.feedback import word_on

        if isinstance(target, str):
            if target not in self._answers:
                raise NotFoundError(f"no recent answer has the id {target!r}: pass the Answer itself")
            target = self._answers[target]
        said = word_on(
            self.store,
            target,
            helpful=helpful,
            note=note,
            author=author,
            correction=correction,
            context=context,
        )
        return self.store.add_feedback(said)

    def feedbacks(self) -> list[Feedback]:
        """What people said, oldest first."""
        return self.store.feedback()

    def undo_feedback(self, feedback_id: str) -> bool:
        """Take a person's word back, with all that it did; False when there is none with that id."""
        return self.store.remove_feedback(feedback_id)

    def training_examples(self) -> Iterator[dict[str, Any]]:
        """What people said as training data, one JSON object each: questions with passages, links, facts."""
        from .generation.feedback import examples

        return examples(self.store, self.store.feedback())

    def _noted(self, answer: Answer) -> Answer:
        """The answer, kept for a while so that its id can be spoken of."""
        self._answers[answer.id] = answer
        while len(self._answers) > _ANSWERS:
            self._answers.pop(next(iter(self._answers)), None)
        return answer

    # --- counts and checks

    def stats(self) -> dict[str, int]:
        """Counts of what is stored in this namespace."""
        return self.store.stats()

    def fingerprint(self, *, vectors: bool = False) -> str:
        """A hash of the content of this namespace; neither order, batches nor workers show in it.

        Args:
            vectors: hash every byte of the vectors too, not only whose they are and how many.
        """
        return self.store.fingerprint(vectors=vectors)

    def verify(self, *, repair: bool = False) -> Verification:
        """Compute every projection anew, compare it with the one in use, and say what differs.

        Args:
            repair: build what differs again and decide damaged blocks again; what damage of the tables is
                left says how it can be mended.
        """
        from .retrieval.verifying import Verifier

        graph = self.__dict__.get("_adjacency")
        check = Verifier(self.store, self.projection, graph, self.embedder.info.dimension)
        return check(repair=repair)

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
            yield piece if isinstance(piece, str) else self._noted(piece)

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
