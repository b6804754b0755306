"""Documents in and out: ingest, replace, delete, forget, undo."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

from ..core.errors import NotFoundError
from ..core.records import DeleteReceipt, Document, IngestReport, Receipt
from .opened import Opened

if TYPE_CHECKING:
    from ..core.progress import Show
    from ..ingestion.sources import Source


class Documents(Opened):
    """The documents of a namespace."""

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
        from ..ingestion.pipeline import ingest

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
        else:
            self.projection.erase()  # what an ingestion that was killed left to do
        return report

    async def aingest(self, source: Source, **options: Any) -> IngestReport:
        """`ingest`, in a thread."""
        return await asyncio.to_thread(partial(self.ingest, source, **options))

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
        from ..kg.resolution import resolve

        receipt = self.store.delete(document_id)
        # also what a deletion that was killed left to do
        resolve(self.store)
        self.projection.erase()
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
        from ..ingestion.forgetting import forget
        from ..kg.resolution import resolve

        # what a forgetting that was killed left to do
        resolve(self.store)
        self.projection.erase()
        self.store.entity(entity_id)
        receipt = forget(self.store, entity_id, reader=self.reader, embedder=self.embedder)
        self.projection.erase()
        return receipt

    def documents(self, ids: Sequence[str] | None = None) -> Iterator[Document]:
        """The stored documents, in the order of their ids."""
        return self.store.documents(ids)

    def undo(self, id: str, *, force: bool = False) -> Receipt:
        """Take back a person's decision, or what an ingestion or import added.

        Args:
            id: the mention of a decision, or the `job` of a report.
            force: of a job that replaced documents too, whose old texts are gone: remove what it added.

        Raises:
            NotFoundError: there is neither.
            StoreError: the job replaced or deleted documents; nothing changed.
        """
        from ..kg.resolution import resolve
        from ..storage.rows import DecisionKind

        if self.store.decisions([id], kind=DecisionKind.HUMAN):
            receipt = self.store.undo_decision(id)
        else:
            receipt = self.store.undo_job(id, force=force)
        resolve(self.store)
        self.projection.erase()
        return receipt

    def audit(self) -> list[Receipt]:
        """Receipts of deletions, forgettings, undoings and restorations, oldest first."""
        return self.store.audit()

    def stats(self) -> dict[str, int]:
        """Counts of what is stored in this namespace."""
        return self.store.stats()
