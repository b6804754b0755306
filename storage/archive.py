"""Archives: one file with the whole content of a namespace, readable on any machine and by other programs.

An archive is a zip file whose members are not compressed, so that equal content gives equal bytes whatever
library writes it, and nothing in it can swell when it is read:

    documents/000000.jsonl          a document a line, with all rows that were read from it
    vectors/000000-passages.npy     (n, d) float32; their rows follow one another as the documents do
    vectors/000000-codes.npy        (n, d) int8 and
    vectors/000000-scales.npy       (n,) float32: a sentence's vector is codes · scale
    vectors/000000-title.npy        (n, d) float32
    rows/entities.jsonl …           a row a line, an array in the order of the manifest's "columns"
    manifest.json                   format, embedder, columns, counts; bytes and BLAKE2b of every member

A portion of documents ends at 200 documents or two million characters, so that neither writing nor reading
holds more than one. Nothing is unpacked to disk and no member's name is used as a path.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import uuid
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import ArchiveError
from .blobs import unpack_codes, unpack_floats, unpack_offsets
from .content import COLUMNS, OWN, Content
from .digests import PARTS, content_columns
from .loading import portions
from .meta import described
from .schema import DOCUMENTS
from .shelving import COMPANION, Shelved
from .snapshots import sync_folder

FORMAT = 1
MANIFEST = "manifest.json"
_FLOAT: np.dtype[Any] = np.dtype("<f4")
_CODE: np.dtype[Any] = np.dtype("i1")
CODED = {"sentences": ("codes", "scales"), COMPANION: ("companion-codes", "companion-scales")}
"""Kinds of vectors that are kept as int8 codes and their scales, and the arrays these are in."""
ARRAYS = {
    "passages": _FLOAT,
    "title": _FLOAT,
    **{codes: _CODE for codes, _ in CODED.values()},
    **{scales: _FLOAT for _, scales in CODED.values()},
}
"""Arrays of a portion and their types; scales have one dimension, all others two."""
DOCUMENT = tuple(c.name for c in content_columns(DOCUMENTS)) + ("digest", "vector_digest")
PART = {name: tuple(c.name for c in content_columns(table)) for name, table in PARTS.items()}


def columns() -> dict[str, list[str]]:
    """Columns of every kind of row, as a manifest names them."""
    rows = {name: [column.name for column in found] for name, found in COLUMNS.items()}
    parts = {name: list(found) for name, found in PART.items()}
    return {"documents": list(DOCUMENT), **parts, **rows}


def write(content: Content, path: Path, note: Mapping[str, Any] | None = None) -> dict[str, int]:
    """Write an archive, beside its place first, and return the counts of what is in it.

    `note` is kept in the manifest.

    Raises:
        ArchiveError: the file cannot be written.
    """
    beside = path.with_name(f"{path.name}.{uuid.uuid4().hex}.new")
    try:
        with beside.open("xb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as zipped:
                counts = _Writer(zipped)(content, note or {})
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise ArchiveError(f"the archive {path} cannot be written: {error}") from error
    finally:
        beside.unlink(missing_ok=True)
    return counts


class _Writer:
    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zip = zipped
        self._members: dict[str, dict[str, Any]] = {}

    def __call__(self, content: Content, note: Mapping[str, Any]) -> dict[str, int]:
        counts = {"documents": 0}
        for number, portion in enumerate(portions(content.documents())):
            counts["documents"] += len(portion)
            self._lines(f"documents/{number:06}.jsonl", map(_line, portion))
            for name, array in _arrays(portion).items():
                self._array(f"vectors/{number:06}-{name}.npy", array)
        for name in COLUMNS:
            if name not in OWN or content.complete:
                counts[name] = self._lines(f"rows/{name}.jsonl", content.rows(name))
        manifest = {
            "format": FORMAT,
            "complete": content.complete,
            "embedder": None if content.embedder is None else described(content.embedder),
            "columns": columns(),
            "counts": counts,
            "members": self._members,
            "note": dict(note),
        }
        with self._zip.open(_info(MANIFEST), "w", force_zip64=True) as file:
            file.write(json.dumps(manifest, indent=1, sort_keys=True).encode())
        return counts

    def _lines(self, name: str, values: Iterator[Any]) -> int:
        count = 0
        with self._member(name) as file:
            for value in values:
                file.write(_json(value))
                count += 1
        return count

    def _array(self, name: str, array: NDArray[Any]) -> None:
        with self._member(name) as file:
            np.lib.format.write_array(file, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)

    def _member(self, name: str) -> _Member:
        return _Member(self._zip.open(_info(name), "w", force_zip64=True), name, self._members)


class _Member(io.RawIOBase):
    """A member being written: counted and hashed."""

    def __init__(self, file: Any, name: str, members: dict[str, dict[str, Any]]) -> None:
        self._file, self._name, self._members = file, name, members
        self._digest, self._bytes = hashlib.blake2b(digest_size=20), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._digest.update(data)
        self._bytes += len(data)
        return int(self._file.write(data))

    def close(self) -> None:
        if not self.closed:
            self._file.close()
            self._members[self._name] = {"bytes": self._bytes, "blake2b": self._digest.hexdigest()}
        super().close()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # what is no content must not show
    info.create_system = 3
    return info


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _line(item: Shelved) -> dict[str, Any]:
    parts: dict[str, Any] = {
        name: [[row[column] for column in PART[name]] for row in rows] for name, rows in item.parts.items()
    }
    offset = PART["sentences"].index("offsets")
    for row in parts["sentences"]:
        row[offset] = unpack_offsets(row[offset])
    vectors = {row["kind"]: [row["rows"], row["dimension"]] for row in item.vectors}
    return {
        "document": [item.document[name] for name in DOCUMENT],
        **parts,
        "vectors": dict(sorted(vectors.items())),
    }


def _arrays(portion: list[Shelved]) -> dict[str, NDArray[Any]]:
    found: defaultdict[str, list[NDArray[Any]]] = defaultdict(list)
    for item in portion:
        for row in item.vectors:
            if row["kind"] in CODED:
                codes, scales = unpack_codes(row["data"], row["rows"], row["dimension"])
                its_codes, its_scales = CODED[row["kind"]]
                found[its_codes].append(codes)
                found[its_scales].append(scales)
            else:
                found[row["kind"]].append(unpack_floats(row["data"], row["rows"], row["dimension"]))
    return {name: np.concatenate(found[name]) for name in ARRAYS if name in found}


