"""An index on disk: a large snapshot that is written seldom, and a small one of what changed since.

Both are segments (`segment.LAYOUT`), the small one with the rows that are gone from the large one and with
the name of the large one that it belongs to. What does not fit together, or is not what was written, is not
there.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import SnapshotError
from ..core.text import content_id
from ..core.words import Words
from ..kg.words import fingerprint
from ..storage.rows import ChangeKind
from ..storage.snapshots import Snapshot, SnapshotFolder
from ..storage.store import Store
from .index import PassageIndex
from .segment import LAYOUT, STRINGS, Segment, find_document

SNAPSHOT = "passages"
CHANGES = "passages-changes"
VERSION = 5
"""Of the layout of a segment: another one is not read, nor one made with other words (`kg.words`)."""
LATE = frozenset({"title-document", "title-vector"})
"""Arrays that search does not read: their checksums are compared when entities are first asked for."""
FEW = 32
"""Documents that are rather read again than saved."""

_log = logging.getLogger(__name__)


class _OutdatedError(SnapshotError):
    """Another version of the library wrote it."""


class SavedIndex:
    """The index of one namespace in its folder, as this process last saw it there."""

    def __init__(self, folder: SnapshotFolder, dimension: int) -> None:
        self._folder = folder
        self._dimension = dimension
        self._base: Segment | None = None
        self._name = ""
        self._held = 0
        """Documents of the small segment that is there."""
        self.outdated = False
        """The large snapshot that is there is whole, but of another version or made with other words."""

    def load(self, held: PassageIndex | None = None) -> PassageIndex | None:
        """The newest index that is whole, where it is another than the one held; else the one held."""
        try:
            if held is not None and self._name and self._is_there():
                return held
            found = self._folder.open(SNAPSHOT)
            base = _segment(found)
            if base.dimension != self._dimension:
                raise SnapshotError(f"the index has {base.dimension} dimensions, not {self._dimension}")
            self._base, self._name, self._held = base, str(found.meta["name"]), 0
            index = PassageIndex(found.revision, [base])
        except (SnapshotError, KeyError) as error:
            self.outdated = isinstance(error, _OutdatedError)
            _log.info("there is no saved index: %s", error)
            return held
        try:
            changes = self._folder.open(CHANGES)
            if changes.meta.get("of") != self._name or changes.revision < index.revision:
                raise SnapshotError("the changes are those of another index")
            small, gone = _segment(changes), changes["gone"].astype(np.int64)
            segments = [base, small] if len(small.documents) else [base]
            index = PassageIndex(changes.revision, segments, gone)
            self._held = len(small.documents) + len(gone)
        except (SnapshotError, KeyError) as error:
            _log.debug("changes are read from the tables: %s", error)
        return index

    def stale(self, store: Store) -> tuple[bool, bool]:
        """Whether the large and the small snapshot hold a document that was replaced or deleted since."""
        return self._holds_stale(SNAPSHOT, store), self._holds_stale(CHANGES, store)

    def _holds_stale(self, name: str, store: Store) -> bool:
        if name not in self._folder.names():
            return False
        try:
            since = self._folder.manifest(name)["revision"]
            went = store.changes(since, (ChangeKind.UPDATED, ChangeKind.DELETED))
            if not went:
                return False
            found = self._folder.open(name)
            ids, hashes = Words(found["documents-bytes"], found["documents-offsets"]), found["document-hash"]
        except KeyError:  # rows that went and no documents
            return False
        except SnapshotError:
            return True
        return any(c.document_id is None or find_document(ids, hashes, c.document_id) >= 0 for c in went)

    def sweep(self, revision: int) -> None:
        """Remove what writers that were killed left, and other projections of another revision."""
        self._folder.sweep()
        for name in set(self._folder.names()) - {SNAPSHOT, CHANGES}:
            try:
                if self._folder.manifest(name)["revision"] != revision:
                    self._folder.remove(name)
            except SnapshotError as error:
                _log.debug("another process removed it meanwhile: %s", error)

    def save(self, index: PassageIndex, *, anew: bool = False) -> bool:
        """Write what pays: the large snapshot when it is new, the small one when it has grown by a quarter.

        Args:
            anew: write the small one in any case.

        Raises:
            SnapshotError: the folder cannot be written.
        """
        base, *rest = index.layers.segments
        if base is not self._base or not self._is_there():
            if rest or len(index.layers.gone):
                return False
            name = uuid.uuid4().hex
            self._folder.save(SNAPSHOT, index.revision, _arrays(base), _meta(base, name=name))
            self._base, self._name, self._held, self.outdated = base, name, 0, False
            self._folder.remove(CHANGES)
            return True
        held = len(index.layers.gone) + sum(len(segment.documents) for segment in rest)
        if anew or abs(held - self._held) >= max(FEW, self._held // 4):
            small = rest[0] if rest else None
            arrays = {"gone": index.layers.gone, **(_arrays(small) if small is not None else {})}
            self._folder.save(CHANGES, index.revision, arrays, _meta(small or base, of=self._name))
            self._held = held
        return True

    def _is_there(self) -> bool:
        try:
            return bool(self._folder.manifest(SNAPSHOT)["meta"].get("name") == self._name)
        except SnapshotError:
            return False


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


def _meta(segment: Segment, **more: str) -> dict[str, Any]:
    return {"layout": VERSION, "words": fingerprint(), "languages": list(segment.languages), **more}


def _arrays(segment: Segment) -> dict[str, NDArray[Any]]:
    arrays = dict(segment.arrays)
    for name in STRINGS:
        words: Words = getattr(segment, name)
        arrays[f"{name}-bytes"], arrays[f"{name}-offsets"] = words.data, words.offsets
    return arrays


def _segment(found: Snapshot) -> Segment:
    if found.meta.get("layout") != VERSION:
        raise _OutdatedError(f"the index has layout {found.meta.get('layout')}, not {VERSION}")
    if found.meta.get("words") != fingerprint():
        raise _OutdatedError("the index was made with other words for relations or places")
    for name in LAYOUT.keys() - LATE:
        found[name]
    documents, titles, terms, keys, patterns = (
        Words(found[f"{name}-bytes"], found[f"{name}-offsets"]) for name in STRINGS
    )
    languages = tuple(found.meta["languages"])
    return Segment(documents, titles, terms, keys, patterns, languages, _Arrays(found))


class _Arrays(Mapping[str, NDArray[Any]]):
    """Plain arrays over the mapped ones, which are slow to index; each is checked when it is first read."""

    def __init__(self, found: Snapshot) -> None:
        self._found = found
        self._plain: dict[str, NDArray[Any]] = {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        array = self._plain.get(name)
        if array is None:
            array = self._plain[name] = np.asarray(self._found[name]).view(np.ndarray)
        return array

    def __iter__(self) -> Any:
        return iter(LAYOUT)

    def __len__(self) -> int:
        return len(LAYOUT)
