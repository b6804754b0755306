"""Saved projections: folders of .npy files with a manifest, opened by memory map, never trusted unchecked.

A snapshot is `<folder>/<name>/` with `manifest.json` (format, revision, meta, and file, dtype, shape, size
and SHA-256 of each array) and one .npy file an array, under a name never used before. The manifest is written
beside, synced and renamed last, so a reader sees the old snapshot or the new one; one that was cut short,
altered or is of another revision is an error that its owner answers by building anew from the tables.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import threading
import time
import uuid
import weakref
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import SnapshotError

FORMAT = 2
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_FILE = re.compile(_NAME.pattern + r"\.[0-9a-f]{32}\.(npy|new)")

_log = logging.getLogger(__name__)


class SnapshotFolder:
    """A folder of snapshots, one for each name."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def save(
        self,
        name: str,
        revision: int,
        arrays: Mapping[str, NDArray[Any]],
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        """Write a snapshot in place of the one with this name.

        `arrays` are plain numeric or byte arrays by name; `meta` is JSON.

        Raises:
            SnapshotError: a name is no file name, an array holds objects, or the folder cannot be written.
        """
        for word in (name, *arrays):
            _check_name(word)
        with _alone(self.path) as alone:
            before = self._write(name, revision, arrays, meta or {})
            _sweep(self.path / name, before, alone=alone)

    def _write(
        self, name: str, revision: int, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]
    ) -> set[str]:
        """Write it, and return the files of the one before."""
        place, token = self.path / name, uuid.uuid4().hex
        written: list[Path] = []
        try:
            place.mkdir(parents=True, exist_ok=True)
            entries = {}
            for key, array in arrays.items():
                written.append(place / f"{key}.{token}.npy")
                entries[key] = _write_array(written[-1], array)
            manifest = {"format": FORMAT, "revision": revision, "meta": dict(meta), "arrays": entries}
            written.append(place / f"manifest.{token}.new")
            _write(written[-1], json.dumps(manifest, indent=1, sort_keys=True).encode())
            sync_folder(place)
            before = self._files(name)
            written[-1].replace(place / "manifest.json")
            written.clear()  # from here on they are the snapshot
            sync_folder(place)
        except BaseException as error:
            for path in written:
                path.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise SnapshotError(f"the snapshot {place} cannot be written: {error}") from error
            raise
        return before

    def _files(self, name: str) -> set[str]:
        """Files of the snapshot that is there now; none when it cannot be read."""
        try:
            return {str(entry["file"]) for entry in self.manifest(name)["arrays"].values()}
        except SnapshotError:
            return set()

    def load(self, name: str, revision: int | None) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """The arrays, memory-mapped and read-only, and the meta of a snapshot of that revision.

        `revision` None takes any; `manifest(name)["revision"]` tells which.

        Raises:
            SnapshotError: missing, of another revision or format, or not what was written.
        """
        found = self.open(name)
        if revision is not None and found.revision != revision:
            raise SnapshotError(
                f"the snapshot {self.path / name} is of revision {found.revision}, "
                f"the store is at {revision}: it is built again"
            )
        return dict(found), found.meta

    def open(self, name: str) -> Snapshot:
        """A snapshot whose arrays are checked one by one, each before it is first given out.

        Raises:
            SnapshotError: missing, of another format, or a file is missing or of another size or type.
        """
        manifest = self.manifest(name)
        while True:
            try:
                return Snapshot(self.path / name, manifest)
            except SnapshotError:
                later = self.manifest(name)
                if later == manifest:
                    raise
                manifest = later  # it took the place of the one that was read

    def manifest(self, name: str) -> dict[str, Any]:
        """What a snapshot says of itself: "format", "revision", "meta", "arrays".

        Raises:
            SnapshotError: missing, unreadable or of another format.
        """
        _check_name(name)
        place = self.path / name / "manifest.json"
        try:
            manifest = json.loads(place.read_bytes())
            known = manifest["format"]
            complete = isinstance(manifest["revision"], int) and isinstance(manifest["meta"], dict)
            complete = complete and all(_FILE.fullmatch(e["file"]) for e in manifest["arrays"].values())
        except FileNotFoundError as error:
            raise SnapshotError(f"there is no snapshot {self.path / name}") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SnapshotError(f"the manifest {place} is damaged: {error}") from error
        if known != FORMAT or not complete:
            raise SnapshotError(f"{self.path / name} has format {known!r}, this Clew reads {FORMAT}")
        assert isinstance(manifest, dict)
        return manifest

    def names(self) -> list[str]:
        """Names of the snapshots that are there, whole or not."""
        return sorted(p.name for p in self.path.iterdir() if p.is_dir()) if self.path.is_dir() else []

    def remove(self, name: str) -> None:
        """Delete a snapshot, and what writers that were killed left behind of it."""
        _check_name(name)
        with _alone(self.path):
            shutil.rmtree(self.path / name, ignore_errors=True)

    def sweep(self) -> None:
        """Delete what writers that were killed left behind, and what nobody could open."""
        with _alone(self.path) as alone:
            for name in self.names():
                try:
                    self.manifest(name)
                    _sweep(self.path / name, set(), alone=alone)
                except SnapshotError:
                    if alone:  # nobody is about to finish it
                        shutil.rmtree(self.path / name, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """One writer of snapshots at a time, over all processes; the lock ends with the process that holds it.

    False where nothing can be locked.

    Locked is the folder above (a database's own): snapshots can then be removed with all of theirs.
    """
    above = folder.parent.parent
    if os.name == "nt" or not above.is_dir():
        yield False
        return
    import fcntl

    descriptor = os.open(above, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield True
    finally:
        os.close(descriptor)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise SnapshotError(f"{name!r} is no name for a snapshot: letters, digits, '_' and '-'")


def _sweep(place: Path, replaced: set[str], *, alone: bool) -> None:
    """Delete the files of the snapshot before, and what a writer that was killed left.

    Where others may be writing, only what was left more than a day ago. Who has mapped such a file keeps it
    until he lets go.
    """
    for path in place.iterdir():
        try:
            left = _FILE.fullmatch(path.name) and (alone or path.stat().st_mtime < time.time() - 86_400)
            if path.name in replaced or (left and path.name not in _listed(place)):
                path.unlink()
        except OSError as error:
            _log.info("cannot remove %s yet: %s", path, error)


def _listed(place: Path) -> set[str]:
    manifest = json.loads((place / "manifest.json").read_bytes())
    return {entry["file"] for entry in manifest["arrays"].values()}


def _write_array(path: Path, array: NDArray[Any]) -> dict[str, Any]:
    if array.dtype.hasobject:
        raise SnapshotError(f"{path.name} would hold Python objects: pack strings with pack_strings")
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return {
        "file": path.name,
        "dtype": array.dtype.str,
        "shape": list(array.shape),
        "bytes": path.stat().st_size,
        "sha256": _digest(path),
    }


class Snapshot(Mapping[str, NDArray[Any]]):
    """The arrays of one snapshot by name, memory-mapped and read-only.

    All files are opened at once, so that a later snapshot may take this one's place; the checksum of an array
    is compared before the array is given out for the first time, by reading the file and not the map, which
    would keep every page in this process.
    """

    def __init__(self, place: Path, manifest: Mapping[str, Any]) -> None:
        self.revision: int = manifest["revision"]
        self.meta: dict[str, Any] = manifest["meta"]
        self._entries: Mapping[str, Any] = manifest["arrays"]
        self._unchecked: dict[str, BufferedReader] = {}
        self._lock = threading.Lock()
        self._close = ExitStack()
        weakref.finalize(self, self._close.close)
        files = {name: place / entry["file"] for name, entry in self._entries.items()}
        self._arrays = {name: self._open(name, path) for name, path in files.items()}

    def __len__(self) -> int:
        return len(self._arrays)

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """An array.

        Raises:
            SnapshotError: it is not what was written.
        """
        array = self._arrays[name]
        if name in self._unchecked:
            with self._lock:
                if name in self._unchecked:
                    self._check(name)
        return array

    def _check(self, name: str) -> None:
        file = self._unchecked[name]
        file.seek(0)
        if hashlib.file_digest(file, "sha256").hexdigest() != self._entries[name]["sha256"]:
            raise SnapshotError(f"{file.name} is not what was written: it is built again")
        del self._unchecked[name]
        file.close()

    def _open(self, name: str, path: Path) -> NDArray[Any]:
        entry = self._entries[name]
        try:
            file = self._unchecked[name] = self._close.enter_context(path.open("rb"))
            if os.fstat(file.fileno()).st_size != entry["bytes"]:
                raise SnapshotError(f"{path} is not what was written: it is built again")
            version = np.lib.format.read_magic(file)
            read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
            shape, fortran, dtype = read[version](file)
            if dtype.hasobject:
                raise SnapshotError(f"{path} cannot be read: it holds Python objects")
            if list(shape) != entry["shape"] or dtype.str != entry["dtype"] or fortran:
                raise SnapshotError(f"{path} has another type or shape than its manifest says")
            if 0 in shape:  # an empty file cannot be mapped
                return np.zeros(shape, dtype)
            return np.memmap(file, dtype, "r", file.tell(), shape)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SnapshotError(f"{path} cannot be read: {error}") from error


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Have the folder's names on the disk."""
    if os.name == "nt":
        return  # folders cannot be opened there
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
