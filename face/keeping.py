"""The laws of the store: fingerprint, verify, snapshots and archives; other models and other databases."""

from __future__ import annotations

import uuid
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.records import IngestReport, Receipt, SnapshotInfo, Verification
from ..core.settings import Settings
from ..storage.store import Store
from .opened import Opened

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

    from ..core.progress import Show
    from ..models.base import Embedder


class Keeping(Opened):
    """How a namespace is kept, checked and moved."""

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
        from ..retrieval.verifying import Verifier

        graph = self.__dict__.get("_adjacency")
        check = Verifier(self.store, self.projection, graph, self.embedder.info.dimension)
        return check(repair=repair)

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
        from ..kg.resolution import resolve

        receipt = self.store.restore(name)
        resolve(self.store)
        self.projection.erase()
        return receipt

    def remove_snapshot(self, name: str) -> None:
        """Delete a snapshot.

        Raises:
            NotFoundError: there is none of that name.
        """
        self.store.remove_snapshot(name)

    def export(self, path: str | PathLike[str], *, pseudonym_key: bool = False) -> dict[str, int]:
        """Write the whole namespace to one portable archive, and return the counts of what is in it.

        Documents with all that was read from them, vectors, identity, decisions of people, feedback and the
        audit log; not jobs, dead letters and snapshots. Equal content gives equal bytes.

        Args:
            pseudonym_key: also the key that `ingestion.redact` makes pseudonyms with, so that where the
                archive is imported equal values go on getting equal ones. Who has it can test guesses.

        Raises:
            ArchiveError: the file cannot be written.
        """
        return self.store.export(Path(path), secrets=pseudonym_key)

    def import_archive(self, path: str | PathLike[str]) -> IngestReport:
        """Bring in what `export` wrote; documents merge by id, as in an ingestion.

        Into an empty namespace everything comes as it was, with an equal fingerprint. Nothing is read or
        embedded again.

        Raises:
            ArchiveError: the archive is damaged, cut short, or newer than this Clew; nothing changed.
            EmbedderMismatchError: its vectors are of another embedder than this knowledge base's.
        """
        from ..ingestion.transfer import load
        from ..storage.archive_reading import Archive

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
        from ..ingestion.transfer import load

        loaded = settings if isinstance(settings, Settings) else Settings.load(settings)
        ends = [str(end) if isinstance(end, PathLike) else end for end in (source, target)]
        with (
            Store.open(ends[0], namespace=namespace, read_only=True, settings=loaded.storage) as old,
            Store.open(ends[1], namespace=namespace, settings=loaded.storage) as new,
            old.content() as content,
        ):
            return load(new, content)

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

        Nothing is read again. The old vectors serve until all new ones are there and take their place in one
        transaction. Killed before, it goes on where it ended when it is run again.
        """
        from ..ingestion.reindex import reindex
        from ..models.embedders import load_embedder

        loaded = settings if isinstance(settings, Settings) else Settings.load(settings)
        opened = str(target) if isinstance(target, PathLike) else target
        with Store.open(opened, namespace=namespace, settings=loaded.storage) as store:
            return reindex(store, embedder or load_embedder(loaded.models), progress=progress)

    def scrub(self) -> None:
        """Leave no deleted bytes: the database is written anew, its log emptied, the saved index removed.

        All namespaces of the database are scrubbed. Named snapshots stay. On PostgreSQL the server's
        write-ahead log, backups and replicas are out of reach.

        Raises:
            StoreLockedError: somebody reads or writes for longer than `storage.lock_timeout`.
            StoreError: the account may not write a table of the server anew; the message says which.
        """
        self.projection.erase()
        self.store.scrub()
