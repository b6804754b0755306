"""The index of a namespace: built from the tables, saved beside the database, following the change log.

Whoever searches asks for `current()` and gets an index of the newest revision. A saved snapshot is taken
when it is of a known revision and undamaged, and brought up to date from the change log; otherwise
everything is read anew. Cost of catching up: reading the changed documents, one look through all texts for
names (an added name may stand in any of them), and assembling the arrays.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import SnapshotError
from ..core.text import content_id
from ..storage.blobs import pack_strings, unpack_strings
from ..storage.rows import ChangeKind
from ..storage.snapshots import SnapshotFolder
from ..storage.store import Store
from .index import Occurrences, PassageIndex
from .parts import TABLES, Parts, Table, merge, read_parts

SNAPSHOT = "passages"
LAYOUT = 3
_OCCURRENCES = ("occurrences-sentence", "occurrences-name")
_WORDS = ("documents", "titles", "terms", "keys", "languages")

_log = logging.getLogger(__name__)


class Projection:
    """The newest index of a store's namespace; safe to share between threads."""

    def __init__(self, store: Store, dimension: int, *, saved: bool = True) -> None:
        """`saved` False has it read the tables and nothing else."""
        self._store = store
        self._dimension = dimension
        self._index: PassageIndex | None = None
        self._lock = threading.Lock()
        self._folder = snapshot_folder(store) if saved else None

    def current(self) -> PassageIndex:
        """The index at the store's revision; the one before serves until it is ready."""
        revision = self._store.revision()
        index = self._index
        if index is not None and index.revision == revision:
            return index
        with self._lock:
            if self._index is None or self._index.revision != revision:
                self._index = self._build(revision)
            return self._index

    def rebuild(self) -> None:
        """Read everything anew, whatever is in memory or saved."""
        with self._lock:
            self._index = Projection(self._store, self._dimension, saved=False).current()

    def save(self) -> None:
        """Save the index beside the database, so that opening is fast; nothing where it is no file."""
        index = self.current()
        if self._folder is None or self._store.read_only:
            return
        try:
            self._folder.save(SNAPSHOT, index.revision, _arrays(index), {"layout": LAYOUT})
        except SnapshotError as error:
            _log.warning("the index is not saved: %s", error)

    def _build(self, revision: int) -> PassageIndex:
        old, found = (self._index.parts, None) if self._index is not None else self._saved()
        if found is not None and old is not None and old.revision == revision:
            return PassageIndex(old, found)
        parts = self._catch_up(old, revision) if old is not None else None
        if parts is None:
            parts = read_parts(self._store.load(), revision, self._dimension)
        return PassageIndex(parts, self._store.documents())

    def _catch_up(self, old: Parts, revision: int) -> Parts | None:
        """The old parts with what changed since; None when reading everything is the shorter way."""
        if old.revision == revision:
            return old
        if old.revision > revision:
            return None
        changes = [c for c in self._store.changes(old.revision) if c.kind is not ChangeKind.IDENTITY]
        touched = {change.document_id for change in changes if change.document_id is not None}
        if any(change.is_forgotten for change in changes):
            return None
        if 2 * len(touched) > len(old.documents):
            return None
        new = read_parts(self._store.load(sorted(touched)), revision, self._dimension)
        return merge(old, touched, new)

    def _saved(self) -> tuple[Parts | None, Occurrences | None]:
        if self._folder is None:
            return None, None
        try:
            manifest = self._folder.manifest(SNAPSHOT)
            if manifest["meta"].get("layout") != LAYOUT:
                raise SnapshotError(f"the index has layout {manifest['meta'].get('layout')}, not {LAYOUT}")
            arrays, _ = self._folder.load(SNAPSHOT, manifest["revision"])
            parts = _parts(arrays, manifest["revision"])
        except (SnapshotError, KeyError) as error:
            _log.info("the index is built from the tables: %s", error)
            return None, None
        if parts.tables["passages"]["vector"].shape[1] != self._dimension:
            return None, None
        return parts, Occurrences(*(arrays[name].astype(np.int64) for name in _OCCURRENCES))


def index_folder(database: Path) -> Path:
    """The folder beside a database file that holds what is derived from it; it can be deleted at any time."""
    return database.with_name(database.name + ".index")


def snapshot_folder(store: Store) -> SnapshotFolder | None:
    """Where snapshots of a namespace lie; None where the database is no file."""
    if store.path is None:
        return None
    return SnapshotFolder(index_folder(store.path) / content_id("namespace", store.namespace))


def drop_saved(store: Store) -> None:
    """Remove what is saved of a namespace, index and graph, so that no text stays in it that is deleted."""
    folder = snapshot_folder(store)
    if folder is None or store.read_only:
        return
    for name in folder.names():
        folder.remove(name)


def _arrays(index: PassageIndex) -> dict[str, NDArray[Any]]:
    parts = index.parts
    places = (index.occurrences.sentence, index.occurrences.name)
    arrays = {name: _small(values) for name, values in zip(_OCCURRENCES, places, strict=True)}
    for words in _WORDS:
        arrays[f"{words}-bytes"], arrays[f"{words}-offsets"] = pack_strings(getattr(parts, words))
    for name, table in parts.tables.items():
        arrays[f"{name}-owner"] = _small(table.owner)
        arrays.update({f"{name}-{column}": _small(values) for column, values in table.columns.items()})
    return arrays


def _parts(arrays: dict[str, NDArray[Any]], revision: int) -> Parts:
    words = {
        name: tuple(unpack_strings(arrays[f"{name}-bytes"], arrays[f"{name}-offsets"])) for name in _WORDS
    }
    tables = {
        name: Table(
            arrays[f"{name}-owner"].astype(np.int64),
            {column: arrays[f"{name}-{column}"] for column in columns},
        )
        for name, columns in TABLES.items()
    }
    return Parts(revision, tables=tables, **words)


def _small(values: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers as int32 where they fit: offsets and word numbers nearly always do."""
    if values.dtype == np.int64 and (not len(values) or np.abs(values).max() < 2**31):
        return values.astype(np.int32)
    return values


def equal_parts(a: Parts, b: Parts) -> Iterable[str]:
    """Names of the tables in which two sets of parts differ; none when they are equal."""
    for words in _WORDS:
        if getattr(a, words) != getattr(b, words):
            yield words
    for name in TABLES:
        same = np.array_equal(a.tables[name].owner, b.tables[name].owner) and all(
            np.array_equal(a.tables[name][column], b.tables[name][column]) for column in TABLES[name]
        )
        if not same:
            yield name
