"""Reading archives, which anybody may have made: everything is checked before anything of it is used."""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Table

from ..core.errors import ArchiveError
from . import digests
from .archive import ARRAYS, CODED, DOCUMENT, FORMAT, MANIFEST, PART, columns
from .blobs import pack_codes, pack_floats, pack_offsets
from .content import COLUMNS, OWN, Row, reshelved
from .digests import PARTS
from .meta import remembered
from .schema import DOCUMENTS
from .shelving import Shelved

_NAME = re.compile(r"documents/\d{6}\.jsonl|vectors/\d{6}-[a-z-]+\.npy|rows/[a-z_]+\.jsonl|manifest\.json")
_MANIFEST_BYTES = 256_000_000
_LINE_BYTES = 2_000_000_000
_BLOCK = 1_000_000
_BAD = (zipfile.BadZipFile, ValueError, KeyError, TypeError, RecursionError, NotImplementedError, EOFError)


class Archive:
    """An archive that is open: a `Content`. Every member has been compared with its checksum."""

    def __init__(self, path: Path, *, checked: bool = True) -> None:
        """Open and check all of it; with `checked` False only its manifest is looked at.

        Raises:
            ArchiveError: damaged, cut short, of a newer format, or no archive.
        """
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise ArchiveError(f"the archive {path} cannot be read: {error.strerror or error}") from error
        except _BAD as error:
            raise self._bad("it is no archive of Clew, or it was cut short", error) from error
        try:
            self.manifest = self._manifest()
            known = self.manifest["embedder"]
            self.complete = bool(self.manifest["complete"])
            self.embedder = None if known is None else remembered(known)
            if checked:
                self._check()
        except BaseException as error:
            self._zip.close()
            if isinstance(error, (*_BAD, OSError)):
                raise self._bad(str(error), error) from error
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._zip.close()

    def documents(self) -> Iterator[Shelved]:
        """The documents by id order.

        Raises:
            ArchiveError: a line or an array is not what it must be.
        """
        last = ""
        for number in range(sum(name.startswith("documents/") for name in self.manifest["members"])):
            try:
                arrays = self._arrays(number)
                for line in self._lines(f"documents/{number:06}.jsonl"):
                    item = _shelved(line, arrays)
                    if item.id <= last:
                        raise ValueError(f"the document {item.id!r} comes out of order")
                    last = item.id
                    yield item
                left = [name for name, array in arrays.items() if len(array)]
                if left:
                    raise ValueError(f"portion {number} has {left[0]} of no document")
            except _BAD as error:
                raise self._bad(f"portion {number}: {error}", error) from error

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table of `content.COLUMNS`.

        Raises:
            ArchiveError: a row is not what it must be.
        """
        try:
            for line in self._lines(f"rows/{name}.jsonl"):
                yield tuple(_row(COLUMNS[name], line))
        except _BAD as error:
            raise self._bad(f"{name}: {error}", error) from error

    def _bad(self, what: str, error: BaseException) -> ArchiveError:
        return ArchiveError(f"the archive {self.path} is damaged ({what}); nothing was changed")

    def _manifest(self) -> dict[str, Any]:
        infos = self._zip.infolist()
        names = [info.filename for info in infos]
        strange = [name for name in names if not _NAME.fullmatch(name)]
        if strange or len(set(names)) != len(names) or MANIFEST not in names:
            raise ValueError(f"it has no manifest, or a member {strange[0]!r}" if strange else "its members")
        if any(i.compress_type != zipfile.ZIP_STORED or i.file_size != i.compress_size for i in infos):
            raise ValueError("a member is compressed, which Clew never writes")
        if sum(info.file_size for info in infos) > self.path.stat().st_size:
            raise ValueError("its members overlap")
        if self._zip.getinfo(MANIFEST).file_size > _MANIFEST_BYTES:
            raise ValueError(f"its manifest is larger than {_MANIFEST_BYTES} bytes")
        manifest = json.loads(self._zip.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise ArchiveError(
                f"the archive {self.path} has format {manifest['format']!r}, this Clew reads {FORMAT}: "
                "install a newer Clew"
            )
        if manifest["columns"] != columns():
            raise ArchiveError(f"the archive {self.path} has other columns than this Clew knows: use its own")
        sizes = {info.filename: info.file_size for info in infos if info.filename != MANIFEST}
        if sizes != {name: entry["bytes"] for name, entry in manifest["members"].items()}:
            raise ValueError("its members are not those of its manifest")
        wanted = {f"rows/{name}.jsonl" for name in COLUMNS if name not in OWN or manifest["complete"]}
        if not wanted <= sizes.keys():
            raise ValueError(f"it has no {min(wanted - sizes.keys())}")
        assert isinstance(manifest, dict)
        return manifest

    def _check(self) -> None:
        for name, entry in self.manifest["members"].items():
            digest = hashlib.blake2b(digest_size=20)
            with self._zip.open(name) as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
            if digest.hexdigest() != entry["blake2b"]:
                raise ValueError(f"{name} is not what was written")
        # checksums show damage, not intent: every row is looked at before the first is used
        for _ in self.documents():
            pass
        for name in COLUMNS:
            if name not in OWN or self.complete:
                for _ in self.rows(name):
                    pass

    def _lines(self, name: str) -> Iterator[Any]:
        with self._zip.open(name) as file:
            while line := file.readline(_LINE_BYTES):
                yield json.loads(line)

    def _arrays(self, number: int) -> dict[str, NDArray[Any]]:
        """The arrays of a portion; rows are taken from their front as documents want them."""
        found = {}
        for name, dtype in ARRAYS.items():
            member = f"vectors/{number:06}-{name}.npy"
            if member not in self.manifest["members"]:
                continue
            array = np.load(io.BytesIO(self._zip.read(member)), allow_pickle=False)
            if array.dtype != dtype or array.ndim != (1 if name.endswith("scales") else 2):
                raise ValueError(f"{member} holds {array.dtype} in {array.ndim} dimensions")
            if dtype.kind == "f" and not np.isfinite(array).all():
                raise ValueError(f"{member} has a number that is not finite")
            found[name] = array
        return found


def _shelved(line: Mapping[str, Any], arrays: dict[str, NDArray[Any]]) -> Shelved:
    fields = [DOCUMENTS.c[name] for name in DOCUMENT]
    document = dict(zip(DOCUMENT, _row(fields, line["document"]), strict=True))
    parts = {}
    for name, table in PARTS.items():
        rows = [list(row) for row in line[name]]
        if name == "sentences":
            place = PART[name].index("offsets")
            for row in rows:
                row[place] = pack_offsets([(int(start), int(end)) for start, end in row[place]])
        parts[name] = [_named(table, name, row) for row in rows]
    if len(parts["sentences"]) != 1:
        raise ValueError(f"the document {document['id']!r} has {len(parts['sentences'])} lists of sentences")
    vectors = [_vectors(kind, shape, arrays) for kind, shape in sorted(line["vectors"].items())]
    found = digests.of_rows(document, parts), digests.of_vectors(vectors)
    if found != (document["digest"], document["vector_digest"]):
        raise ValueError(f"the document {document['id']!r} is not what was written")
    return reshelved(document, parts, vectors)


def _named(table: Table, name: str, row: list[Any]) -> dict[str, Any]:
    fields = [table.c[column] for column in PART[name]]
    return dict(zip(PART[name], _row(fields, row), strict=True))


def _vectors(kind: str, shape: Any, arrays: dict[str, NDArray[Any]]) -> dict[str, Any]:
    rows, dimension = (int(number) for number in shape)
    if kind in CODED:
        codes, scales = CODED[kind]
        data = pack_codes(_take(arrays, codes, rows, dimension), _take(arrays, scales, rows, None))
    elif kind in ("passages", "title"):
        data = pack_floats(_take(arrays, kind, rows, dimension))
    else:
        raise ValueError(f"there are no vectors of kind {kind!r}")
    return {"kind": kind, "rows": rows, "dimension": dimension, "data": data}


def _take(arrays: dict[str, NDArray[Any]], name: str, rows: int, dimension: int | None) -> NDArray[Any]:
    array = arrays[name]
    if not 0 < rows <= len(array) or (dimension is not None and array.shape[1] != dimension):
        raise ValueError(f"{rows} rows of {dimension} are wanted, {name} has {array.shape}")
    arrays[name] = array[rows:]
    return array[:rows]


def _row(fields: list[Column[Any]] | tuple[Column[Any], ...], values: Any) -> list[Any]:
    """The values, each of its column's type.

    Raises:
        ValueError: there are more or fewer, or one is of another type.
    """
    if not isinstance(values, list) or len(values) != len(fields):
        raise ValueError(f"a row has not the {len(fields)} values of its columns")
    for field, value in zip(fields, values, strict=True):
        if value is None and field.nullable:
            continue
        kind = field.type.python_type
        if type(value) is not kind or (kind is float and not math.isfinite(value)):
            raise ValueError(f"{value!r:.60} is no {kind.__name__}, which {field} must be")
    return values
