"""From what a caller has to a stream of documents.

    str, alone        a path: file, folder, or a pattern such as "notes/**/*.md"; never a text
    Path              the same, alone and in iterables
    Document          itself
    mapping           one document, in the form of a JSON line (`readers.jsonl`)
    iterable          of Document, mappings, Path, and str, which here is always a text, never a path

A `str` means one thing in each place whatever files there are, so that a text which looks like a path is
never opened, and a path with a mistake in it is an error and not a document. A single text is ingested as
`[text]`.

The id of a file is its path below the folder, with "/", or below the part of the pattern without
wildcards; of a file given alone it is the file's name. With `root` it is the path below `root` wherever
the file lies in it.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from ..core.errors import DocumentError, InputError, MissingPathError, UnreadableFileError
from ..core.records import Document, Failure
from ..core.settings import IngestionSettings
from ..core.text import clean
from .admission import admit
from .readers import SourceFile, reader_for
from .readers.mapping import document_of, document_of_text

Item = Document | Mapping[str, Any] | PathLike[str] | str
Source = Item | Iterable[Item]


def expand(
    source: Source, *, settings: IngestionSettings | None = None, root: str | PathLike[str] | None = None
) -> Iterator[Document | Failure]:
    """The documents of a source, as a stream, each fit to be stored; a `Failure` for each that is not.

    Folders are read with all below them, in order of names; what is hidden (begins with a dot) and links to
    folders are passed over. A file that no reader knows, or that vanishes in between, is a failure.

    Args:
        source: see the head of this file.
        settings: limits of size.
        root: folder that ids of files count from.

    Raises:
        MissingPathError: a path or pattern matches no file. At once for a single one and for those in a list
            or tuple; in other iterables it is a failure.
        InputError: the source is nothing that documents can come from.
    """
    reading = _Expansion(settings or IngestionSettings(), Path(root).absolute() if root is not None else None)
    if isinstance(source, Document | Mapping):
        return reading.item(source)
    if isinstance(source, str | PathLike):
        return reading.named(os.fspath(source))
    if isinstance(source, list | tuple):
        paths = [reading.named(os.fspath(item)) for item in source if isinstance(item, PathLike)]
        streams = iter(paths)
        return (
            found
            for item in source
            for found in (next(streams) if isinstance(item, PathLike) else reading.item(item))
        )
    if isinstance(source, Iterable) and not isinstance(source, bytes | bytearray | memoryview):
        return (found for item in source for found in reading.item(item))
    raise InputError(f"no documents can come from {type(source).__name__}")


def count(source: Source) -> int | None:
    """How many documents a source holds, when it says so itself; None when only reading it can tell."""
    if isinstance(source, Document | Mapping):
        return 1
    if isinstance(source, Sequence) and not isinstance(source, str | bytes):
        return None if any(isinstance(item, PathLike) for item in source) else len(source)
    return None


class _Expansion:
    def __init__(self, limits: IngestionSettings, root: Path | None) -> None:
        self._limits = limits
        self._root = root

    def named(self, name: str) -> Iterator[Document | Failure]:
        """What a string names: a path that exists, else a pattern."""
        name = os.path.expanduser(name)
        if not glob.has_magic(name) or os.path.lexists(name):
            return self.path(_existing(name))
        try:
            matches = sorted(map(Path, glob.glob(name, recursive=True)))
        except (OSError, ValueError):
            matches = []
        files = [path for path in matches if not path.is_dir()]
        if not files:
            raise MissingPathError(f"pattern {_short(name)} matches no file")
        base = _base(name)
        return (found for path in files for found in self._file(path, base))

    def item(self, item: object) -> Iterator[Document | Failure]:
        """One item of an iterable; what is wrong with it is a failure."""
        if isinstance(item, Failure):
            yield item
        elif isinstance(item, PathLike):
            try:
                found = self.named(os.fspath(item))
            except MissingPathError as error:
                yield _failure(str(item), error)
            else:
                yield from found
        elif isinstance(item, Document):
            yield self._admitted(item)
        else:
            try:
                document = document_of_text(item) if isinstance(item, str) else document_of(item)
            except DocumentError as error:
                id = item.get("id") if isinstance(item, Mapping) else None
                yield _failure(str(id or f"({type(item).__name__})"), error)
            else:
                yield self._admitted(document)

    def path(self, path: Path) -> Iterator[Document | Failure]:
        """A file, or a folder with all below it."""
        if path.is_dir():
            return self._folder(path, path)
        return self._file(path, path.parent)

    def _folder(self, folder: Path, base: Path) -> Iterator[Document | Failure]:
        try:
            with os.scandir(folder) as entries:
                inside = sorted((e.name, e.is_dir(), e.is_symlink()) for e in entries if e.name[:1] != ".")
        except OSError as error:
            reason = UnreadableFileError(f"{folder}: {error.strerror or error}")
            yield _failure(self._id(folder, base), reason)
            return
        for name, is_folder, is_link in inside:
            if not is_folder:
                yield from self._file(folder / name, base)
            elif not is_link:
                yield from self._folder(folder / name, base)

    def _file(self, path: Path, base: Path) -> Iterator[Document | Failure]:
        id = self._id(path, base)
        try:
            read = reader_for(path)
            if os.path.exists(path) and not path.is_file():
                raise UnreadableFileError(f"{path} is no regular file")
            for found in read(SourceFile(path, id, self._limits)):
                yield found if isinstance(found, Failure) else self._admitted(found)
        except Exception as error:  # a reader of the user's may raise anything; it is told, and others go on
            yield _failure(id, error)

    def _id(self, path: Path, base: Path) -> str:
        if self._root is not None and (whole := path.absolute()).is_relative_to(self._root):
            return clean(whole.relative_to(self._root).as_posix())
        return clean(path.relative_to(base).as_posix())

    def _admitted(self, document: Document) -> Document | Failure:
        try:
            return admit(document, self._limits)
        except DocumentError as error:
            return _failure(str(document.id), error)


def _existing(name: str) -> Path:
    if not os.path.exists(name):
        raise MissingPathError(
            f"path {_short(name)} does not exist (a str is a path; to ingest a text, put it into a list)"
        )
    return Path(name)


def _base(pattern: str) -> Path:
    """The folder that a pattern starts from: its parts before the first with a wildcard."""
    parts = Path(pattern).parts
    fixed = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    return Path(*parts[:fixed])


def _short(name: str) -> str:
    return repr(name if len(name) <= 200 else name[:200] + "…")


def _failure(source: str, error: Exception) -> Failure:
    reason = str(error) or "no reason given"
    return Failure(clean(source), type(error).__name__, clean(reason))
