"""Named snapshots: archives of a namespace in a folder beside the database, or in the one that is set.

They are complete copies on the same disk, to go back to; to move a store, export it.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..core.errors import ArchiveError, NotFoundError, SettingsError
from ..core.records import SnapshotInfo
from ..core.text import content_id
from .archive_reading import Archive
from .engines import Database

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_ENDING = ".clew"


def folder_of(database: Database, namespace: str, setting: Path | None) -> Path:
    """The folder of a namespace's snapshots, which need not be there.

    Raises:
        SettingsError: the database is no file, and no folder is set.
    """
    if setting is not None:
        # one folder may serve many databases
        return setting.expanduser() / content_id("snapshots", database.where, namespace)
    if database.path is None:
        raise SettingsError(
            f"storage.snapshots: {database.where} is no file with a place beside it for snapshots: "
            "name a folder (CLEW_STORAGE__SNAPSHOTS)"
        )
    return database.path.with_name(database.path.name + ".snapshots") / content_id("namespace", namespace)


def place_of(folder: Path, name: str) -> Path:
    """The file of a snapshot, which need not be there.

    Raises:
        ArchiveError: that is no name for a snapshot.
    """
    if not _NAME.fullmatch(name):
        raise ArchiveError(f"{name!r} is no name for a snapshot: letters, digits, '.', '_' and '-'")
    return folder / (name + _ENDING)


def existing(folder: Path, name: str) -> Path:
    """The file of a snapshot.

    Raises:
        NotFoundError: there is none of that name.
    """
    place = place_of(folder, name)
    if not place.exists():
        known = ", ".join(sorted(path.stem for path in _files(folder))) or "none"
        raise NotFoundError(f"there is no snapshot {name!r}; there are: {known}")
    return place


def listed(folder: Path) -> list[SnapshotInfo]:
    """The snapshots of a folder, oldest first; one that cannot be read says why."""
    return sorted(map(_info, _files(folder)), key=lambda info: (info.at, info.name))


def purge(folder: Path) -> int:
    """Delete all snapshots, and what writers that were killed left; returns how many snapshots."""
    found = _files(folder)
    for path in [*found, *folder.glob(f"*{_ENDING}.*.new")]:
        path.unlink(missing_ok=True)
    return len(found)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*" + _ENDING) if _NAME.fullmatch(path.stem))


def _info(path: Path) -> SnapshotInfo:
    size = path.stat().st_size
    try:
        with Archive(path, checked=False) as archive:
            note, counts = archive.manifest["note"], archive.manifest["counts"]
            return SnapshotInfo(
                path.stem, str(note["at"]), int(note["revision"]), str(note["fingerprint"]),
                int(counts["documents"]), size,
            )  # fmt: skip
    except (ArchiveError, KeyError, TypeError, ValueError) as error:
        return SnapshotInfo(path.stem, "", 0, "", 0, size, str(error))
