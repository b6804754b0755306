"""The part of `Store` for a namespace as a whole: archives, snapshots, forgetting, undoing, scrubbing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..core.errors import ArchiveError, ClewError, NotFoundError
from ..core.records import Receipt, SnapshotInfo
from ..core.settings import StorageSettings
from . import (
    archive,
    audit,
    checks,
    fingerprint,
    forgetting,
    identity,
    loading,
    named_snapshots,
    undoing,
    writes,
)
from .archive_reading import Archive
from .content import Content, Live
from .engines import Database
from .ledger import Ledger
from .meta import check_embedder, same_embedder
from .rows import DecisionKind, EmbedderLike, JobState
from .scrubbing import scrub
from .units import Unit, now


class Whole(Ledger):
    """Archives, snapshots and what goes through everything that is kept."""

    _database: Database
    _embedder: EmbedderLike | None
    _settings: StorageSettings

    # --- archives

    @contextmanager
    def content(self, *, complete: bool = True, secrets: bool = True) -> Iterator[Content]:
        """One state of the namespace, to be read while the block runs; no lock is held.

        Args:
            complete: also what belongs to this one store: jobs, dead letters, which job a document is of.
            secrets: also what `secret` gives.
        """
        with self._scope.read() as unit:
            yield Live(unit, complete=complete, secrets=secrets)

    def export(self, path: Path, *, secrets: bool = False) -> dict[str, int]:
        """Write an archive of the namespace and return the counts of what is in it.

        Equal content gives equal bytes. `secrets` writes what `secret` gives, too.

        Raises:
            ArchiveError: the file cannot be written.
        """
        with self.content(complete=False, secrets=secrets) as content:
            return archive.write(content, path)

    def load_content(self, content: Content, job: str | None = None) -> Counter[str]:
        """Merge content into the namespace; names become dirty where documents were there before.

        A portion of documents is one transaction, as in an ingestion: killed in between, what was committed
        stays, and the same load again goes on. A document with a known id and other content replaces the old
        one. Decisions of people hold where nobody here decided himself; feedback, receipts and the rest are
        added where their id is new.

        Args:
            job: id of the job to keep.

        Raises:
            EmbedderMismatchError: its vectors are of another embedder than this store's; nothing changed.
            ArchiveError: it does not hold together.
        """
        self._check_embedder(content)
        with self._scope.read() as unit:
            empty, seen = not checks.stats(unit)["documents"], unit.revision()
        if job is None:
            return self._load(content, None, empty, seen)
        self.start_job("import", job)
        try:
            counts = self._load(content, job, empty, seen)
        except ClewError:
            self.finish_job(job, JobState.FAILED)
            raise
        self.finish_job(job, JobState.FINISHED)
        return counts

    def _load(self, content: Content, job: str | None, empty: bool, seen: int) -> Counter[str]:
        counts: Counter[str] = Counter()
        for portion in loading.portions(content.documents()):
            with self._scope.write() as unit:
                empty = empty and unit.revision() == seen
                counts += loading.put(unit, portion, content.embedder, job)
                seen = unit.revision()
        with self._scope.write() as unit:
            if empty and unit.revision() == seen:
                loading.replace_identity(unit, content)
            else:
                loading.put_people(unit, content)
            loading.put_ledger(unit, content)
        return counts

    def _check_embedder(self, content: Content) -> None:
        if content.embedder is None:
            return
        if self._embedder is not None:
            same_embedder(content.embedder, self._embedder)
        with self._scope.read() as unit:
            check_embedder(unit, content.embedder)

    # --- snapshots

    @property
    def _snapshots(self) -> Path:
        return named_snapshots.folder_of(self._database, self._scope.name, self._settings.snapshots)

    def snapshot(self, name: str) -> SnapshotInfo:
        """Keep the namespace as it is under a name; a snapshot of that name is replaced.

        Raises:
            SettingsError: the database is no file, and `storage.snapshots` names no folder.
            ArchiveError: that is no name, or the folder cannot be written.
        """
        place = named_snapshots.place_of(self._snapshots, name)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"no snapshot can be kept in {place.parent}: {error}") from error
        with self._scope.read() as unit:
            mark = fingerprint.fingerprint(unit, vectors=False)
            at, revision = now(), unit.revision()
            note = {"at": at, "revision": revision, "fingerprint": mark}
            forgotten = _forgotten(unit)
            counts = archive.write(Live(unit), place, note)
        with self._scope.read() as unit:
            if _forgotten(unit) != forgotten:
                place.unlink(missing_ok=True)
                raise ArchiveError(f"an entity was forgotten while {name!r} was made: make it anew")
        return SnapshotInfo(name, at, revision, mark, counts["documents"], place.stat().st_size)

    def snapshots(self) -> list[SnapshotInfo]:
        """The snapshots of the namespace, oldest first.

        Raises:
            SettingsError: as `snapshot`.
        """
        return named_snapshots.listed(self._snapshots)

    def restore(self, name: str) -> Receipt:
        """Bring back a snapshot, in one transaction; the revision goes on counting.

        Documents that did not change stay as they are; the audit log stays and gets a receipt.

        Raises:
            NotFoundError: there is no snapshot of that name.
            ArchiveError: it is damaged; nothing changed.
            EmbedderMismatchError: it was made with another embedder than the store's vectors.
            SettingsError: as `snapshot`.
        """
        with Archive(named_snapshots.existing(self._snapshots, name)) as content:
            self._check_embedder(content)
            with self._scope.write() as unit:
                # while this waited for its turn a forgetting may have deleted it
                named_snapshots.existing(self._snapshots, name)
                changed = loading.replace_documents(unit, content)
                loading.replace_identity(unit, content)
                loading.replace_ledger(unit, content)
                return audit.write(unit, "restore", name, {"documents": changed})

    def remove_snapshot(self, name: str) -> None:
        """Delete a snapshot.

        Raises:
            NotFoundError: there is none of that name.
            SettingsError: as `snapshot`.
        """
        named_snapshots.existing(self._snapshots, name).unlink(missing_ok=True)

    def purge_snapshots(self) -> int:
        """Delete all snapshots of the namespace and return how many; 0 where none can be."""
        if self._database.path is None and self._settings.snapshots is None:
            return 0
        return named_snapshots.purge(self._snapshots)

    # --- what was done, and taking it back

    def forget(self, wanted: forgetting.Forgetting) -> Receipt:
        """Put redacted documents in place of those that name an entity, in one transaction.

        All named snapshots go: before the commit, so that a process that is killed leaves none, and again
        after it, for one that was being written.

        Raises:
            StoreError: something was committed since the documents were loaded.
        """
        shelved = writes.prepare(wanted.batch)
        with self._scope.write() as unit:
            forgetting.refuse_late(unit, wanted)
            purged = self.purge_snapshots()
            receipt = forgetting.forget(unit, wanted, shelved, {"snapshots": purged})
        self.purge_snapshots()
        return receipt

    def undo_decision(self, mention_id: str) -> Receipt:
        """Take a person's decision on a mention back and mark its name dirty, so that it is decided again.

        Raises:
            NotFoundError: nobody decided that mention.
        """
        with self._scope.write() as unit:
            if not identity.decisions(unit, [mention_id], None, None, DecisionKind.HUMAN):
                raise NotFoundError(f"there is no decision of a person on the mention {mention_id!r}")
            identity.take_back(unit, [mention_id])
            return audit.write(unit, "undo", mention_id, {"decisions": 1})

    def undo_job(self, job_id: str, *, force: bool = False) -> Receipt:
        """Delete the documents that a job added and that no other replaced since.

        Raises:
            NotFoundError: no job of this namespace has the id.
            StoreError: it replaced or deleted documents too, and `force` is not set; nothing changed.
        """
        with self._scope.write() as unit:
            return undoing.undo_job(unit, job_id, force)

    def audit(self) -> list[Receipt]:
        """Receipts of what was removed, oldest first."""
        with self._scope.read() as unit:
            return audit.listed(unit)

    def scrub(self) -> None:
        """Leave no deleted bytes in the database, all its namespaces; see `scrubbing`.

        Raises:
            StoreReadOnlyError: it was opened with read_only=True.
            StoreLockedError: somebody reads or writes for longer than the time-out.
            StoreError: the account may not write a table of the server anew.
        """
        scrub(self._database)


def _forgotten(unit: Unit) -> int:
    """How many entities were forgotten so far."""
    return sum(receipt.kind == "forget" for receipt in audit.listed(unit))
