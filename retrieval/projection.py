"""The index of a namespace: built from the tables, saved beside the database, following the change log.

Whoever searches asks for `current()` and gets an index of the newest revision. A saved snapshot is taken
when it is of a known revision and undamaged, and brought up to date from the change log; otherwise
everything is read anew. Cost of catching up: reading the changed documents and those that may name something
else now; nothing that grows with the store is read or copied until enough has changed to make one segment of
two.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable

import numpy as np

from ..core.errors import SnapshotError
from ..storage.rows import DOCUMENT_CHANGES
from ..storage.store import Store
from .following import compacted, follow, index_of
from .index import PassageIndex
from .parts import TABLES, Parts, read_parts
from .saved import SNAPSHOT, SavedIndex, drop_saved, index_folder, snapshot_folder

__all__ = ["SNAPSHOT", "Projection", "drop_saved", "equal_parts", "index_folder", "snapshot_folder"]

SMALL = 1000
"""Documents of the small segment, those gone from the large one included, from which on `save` compacts."""
SHARE = 8
"""Share of the large one, one eighth, from which on whoever searches waits for it."""
_REST = 9
"""Times what writing the large snapshot took, for which it is not written again because of deletions."""
_PATIENCE = 20
"""Times that documents which change while they are read are read again."""

_log = logging.getLogger(__name__)


class Projection:
    """The newest index of a store's namespace; safe to share between threads."""

    def __init__(self, store: Store, dimension: int, *, saved: bool = True) -> None:
        """`saved` False has it read the tables and nothing else."""
        self._store = store
        self._dimension = dimension
        self._index: PassageIndex | None = None
        self._lock = threading.Lock()
        self._saving = threading.Lock()
        self._dropped = False
        """What was saved had to be removed."""
        self._rest = 0.0
        """Clock time until which the large snapshot is not written again because of deletions."""
        folder = snapshot_folder(store) if saved else None
        self._saved = SavedIndex(folder, dimension) if folder is not None else None

    def current(self) -> PassageIndex:
        """The index at the store's revision; the one before serves until it is ready."""
        index = self._index
        if index is not None and index.revision == self._store.revision():
            return index
        with self._lock:
            revision = self._store.revision()
            if self._index is None or self._index.revision != revision:
                self._index = self._newest(revision)
            return self._index

    def rebuild(self) -> None:
        """Read everything anew, whatever is in memory or saved."""
        with self._lock:
            self._index = Projection(self._store, self._dimension, saved=False).current()

    def save(self) -> None:
        """Save the index beside the database where that pays, so that opening is fast.

        Nothing is saved where the database is no file or cannot be written. What is saved holds no document
        that was replaced or deleted: with one the large snapshot is written anew, or, where that was done a
        moment ago, removed, until `save` is called later, or `close`.
        """
        if self._saved is None or self._store.read_only:
            return
        with self._saving:
            self._save(self._saved, at_once=False)

    def erase(self) -> None:
        """Leave nothing of documents that were replaced or deleted in what is saved.

        What is not saved or cannot be followed is not built for it.
        """
        if self._saved is None or self._store.read_only:
            return
        with self._saving:
            self._saved.sweep(self._store.revision())
            stale = any(self._saved.stale(self._store))
            if not (stale or (self._dropped and self._rested())):
                return
            if self._followed():
                self._save(self._saved, at_once=False)
            elif stale:
                self._drop()

    def close(self) -> None:
        """Save what had to be removed, or was of another version."""
        if self._saved is None or self._store.read_only:
            return
        if (self._dropped or self._saved.outdated) and self._followed():
            with self._saving:
                self._save(self._saved, at_once=True)

    def _save(self, saved: SavedIndex, *, at_once: bool) -> None:
        for _ in range(_PATIENCE):
            large, small = saved.stale(self._store)
            if (large or self._dropped) and not (at_once or self._rested()):
                self._drop()
                return
            self._followed()
            index = self.current()
            try:
                self._write(saved, index, large=large, small=small)
            except SnapshotError as error:
                _log.warning("the index is not saved: %s", error)
                if large or small:
                    self._drop()
                return
            # a writer that came later may have found nothing to erase yet
            if index.revision == self._store.revision() or not any(saved.stale(self._store)):
                return
        self._drop()

    def _write(self, saved: SavedIndex, index: PassageIndex, *, large: bool, small: bool) -> None:
        start = time.monotonic()
        if not large and _changed(index) <= SMALL and saved.save(index, anew=small):
            self._dropped = False
            return
        # takes long: meanwhile others search and follow the index as it is
        index = compacted(index)
        saved.save(index)
        self._dropped = False
        self._rest = time.monotonic() + _REST * (time.monotonic() - start)
        with self._lock:
            self._index = self._follow(index, self._store.revision()) or self._index

    def _rested(self) -> bool:
        return time.monotonic() >= self._rest

    def _drop(self) -> None:
        drop_saved(self._store)
        self._dropped = True

    def _followed(self) -> bool:
        """Whether the index can be had without reading all tables; it is then that of the newest revision."""
        with self._lock:
            # where another process saved one that has less to follow, it is that one
            index = self._index if self._saved is None else self._saved.load(self._index)
            revision = self._store.revision()
            if index is None or index.revision > revision:
                return False
            followed = self._follow(index, revision)
            self._index = followed or self._index
            return followed is not None

    def _newest(self, revision: int) -> PassageIndex:
        index = self._index
        if self._saved is not None and (index is None or _changed(index) > SMALL):
            index = self._saved.load(index)
        if index is not None and index.revision <= revision:
            followed = self._follow(index, revision)
            if followed is not None:
                return followed
        parts = read_parts(self._store.load(), revision, self._dimension)
        index = index_of(parts, self._store.documents())
        del parts
        # what was committed while all was read may be half in it
        followed = self._follow(index, self._store.revision())
        return index if followed is None else followed

    def _follow(self, index: PassageIndex, revision: int) -> PassageIndex | None:
        """The index with what changed since; None when reading everything is the shorter way.

        Documents are read after the revision is known and may be newer. When one of those that were read
        has changed meanwhile, all that changed is read, so that no batch is seen by half.
        """
        touched = self._touched(index.revision)
        for _ in range(_PATIENCE):
            if touched is None:
                return None
            if not touched:
                return index.at(revision)
            if 2 * len(touched) > len(index.documents):
                return None
            stored = list(self._store.load(sorted(touched)))
            followed, read = follow(index, touched, stored, self._store.documents, revision)
            later = self._store.revision()
            changed = self._touched(revision) if later > revision else set()
            if changed is None:
                return None
            if changed.isdisjoint(touched | read):
                break
            touched, revision = touched | changed, later
        large = len(followed.layers.segments[0].documents)
        return compacted(followed) if _changed(followed) > max(SMALL, large // SHARE) else followed

    def _touched(self, since: int) -> set[str] | None:
        """Documents that changed; None where the log no longer tells which."""
        changes = self._store.changes(since, DOCUMENT_CHANGES)
        if any(change.is_forgotten for change in changes):
            return None
        return {change.document_id for change in changes if change.document_id is not None}


def _changed(index: PassageIndex) -> int:
    """Documents that the large segment has and the index has not, or the other way round."""
    return len(index.layers.gone) + sum(len(segment.documents) for segment in index.layers.segments[1:])


def equal_parts(a: Parts, b: Parts) -> Iterable[str]:
    """Names of the tables in which two sets of parts differ; none when they are equal."""
    for words in ("documents", "titles", "terms", "keys", "languages"):
        if list(getattr(a, words)) != list(getattr(b, words)):
            yield words
    for name in TABLES:
        same = np.array_equal(a.tables[name].owner, b.tables[name].owner) and all(
            np.array_equal(a.tables[name][column], b.tables[name][column]) for column in TABLES[name]
        )
        if not same:
            yield name
