"""Bulk work: files and documents into a store.

    report = ingest(store, "corpus/", settings=settings, reader=reader, embedder=embedder, workers=4)
    report.added, report.unchanged, report.failures, report.seconds

A *source* (path, folder, pattern, documents, texts) is expanded to a stream of documents; a *reader*
reads files of one format; a *task* is a portion of documents that a *worker* reads and embeds; a *runner*
spreads tasks over workers; a *batch* of readings is committed whole or not at all. A document that cannot
be read is a *failure*, kept in the store as a dead letter with its reason.
"""

from .pipeline import ingest
from .sources import expand

__all__ = ["expand", "ingest"]
