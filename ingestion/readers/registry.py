"""Which reader reads which extension."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path

from ...core.errors import SettingsError, UnsupportedFileError
from ...core.records import Document, Failure
from ...core.settings import IngestionSettings
from .base import FileReader, SourceFile
from .csv import read_csv
from .docx import read_docx
from .html import read_html
from .jsonl import read_jsonl
from .markdown import read_markdown
from .pdf import read_pdf
from .text import read_text

_READERS: dict[str, FileReader] = {}


def register(extensions: Iterable[str], reader: FileReader) -> None:
    """Let `reader` read files with these extensions (".rst"); an earlier one for them is replaced.

    Raises:
        SettingsError: an extension does not begin with a dot.
    """
    for extension in extensions:
        if not extension.startswith("."):
            raise SettingsError(f"extension {extension!r} must begin with a dot")
        _READERS[extension.lower()] = reader


register([".txt", ".text"], read_text)
register([".md", ".markdown"], read_markdown)
register([".html", ".htm", ".xhtml"], read_html)
register([".pdf"], read_pdf)
register([".docx"], read_docx)
register([".csv", ".tsv"], read_csv)
register([".jsonl", ".ndjson"], read_jsonl)


def extensions() -> tuple[str, ...]:
    """The extensions that can be read, in order."""
    return tuple(sorted(_READERS))


def reader_for(path: Path) -> FileReader:
    """The reader of a file, by its extension.

    Raises:
        UnsupportedFileError: there is none.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        kind = f"extension {path.suffix!r}" if path.suffix else "a name without extension"
        raise UnsupportedFileError(f"no reader for {kind}; there are readers for {', '.join(extensions())}")
    return reader


def read_path(
    path: str | PathLike[str], settings: IngestionSettings | None = None, *, id: str | None = None
) -> Iterator[Document | Failure]:
    """The documents of one file, as a stream; a row or line that cannot be read is a `Failure` among them.

    Args:
        path: the file.
        settings: limits of size.
        id: what stands for the file in ids; None takes its name.

    Raises:
        DocumentError: the file as a whole cannot be read (see the errors below it).
        MissingPathError: there is no such file.
    """
    path = Path(path)
    reader = reader_for(path)
    yield from reader(SourceFile(path, id or path.name, settings or IngestionSettings()))
