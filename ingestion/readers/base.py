"""What a reader is, and the file that it is given."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from ...core.errors import (
    DocumentError,
    DocumentTooLargeError,
    EmptyDocumentError,
    MissingPathError,
    UnreadableFileError,
)
from ...core.records import Document, Failure
from ...core.settings import IngestionSettings

BYTES_PER_CHARACTER = 4
"""No encoding of text takes more."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read, with the id that its document gets and the limits of size."""

    path: Path
    id: str
    limits: IngestionSettings = field(default_factory=IngestionSettings)

    @property
    def stem(self) -> str:
        """The title of last resort: the file's name without extension, underscores as spaces."""
        return self.path.stem.replace("_", " ").strip()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The file, opened for bytes; errors of the operating system become ours, within the block too.

        Raises:
            MissingPathError: the file has vanished.
            UnreadableFileError: the system refuses to give it.
        """
        try:
            with self.path.open("rb") as handle:
                yield handle
        except FileNotFoundError as error:
            raise MissingPathError(f"{self.path} does not exist (any more)") from error
        except OSError as error:
            raise UnreadableFileError(f"{self.path}: {error.strerror or error}") from error

    def data(self, *, most: int | None = None) -> bytes:
        """All bytes of the file; its size is looked at before it is read.

        Args:
            most: a limit in bytes besides `max_file_bytes`, for formats whose text tells one.

        Raises:
            DocumentTooLargeError: it is larger.
            EmptyDocumentError: it has no bytes.
        """
        limit = min(self.limits.max_file_bytes, most or self.limits.max_file_bytes)
        with self.open() as handle:
            size = handle.seek(0, io.SEEK_END)
            if size > limit:
                raise DocumentTooLargeError(f"file of {size:,} bytes; the limit is {limit:,}")
            handle.seek(0)
            data = handle.read(limit + 1)
        if len(data) > limit:  # it grew while it was read
            raise DocumentTooLargeError(f"file of more than {limit:,} bytes, which is the limit")
        if not data:
            raise EmptyDocumentError("the file is empty")
        return data

    def document(self, text: str, *, title: str = "", date: str | None = None) -> Document:
        """The one document of this file; without a title it has the file's name.

        Raises:
            EmptyDocumentError: there is no text.
            DocumentTooLargeError: there is too much of it.
        """
        if not text.strip():
            raise EmptyDocumentError("the file holds no text")
        if len(text) > self.limits.max_characters:
            raise too_long(len(text), self.limits)
        return Document(
            self.id, text, title=title.strip() or self.stem, metadata={"source": self.id}, date=date
        )

    def failure(self, error: DocumentError, line: int) -> Failure:
        """A document of this file, in this 1-based line, that could not be read."""
        return Failure(f"{self.id}:{line}", type(error).__name__, str(error))


class FileReader(Protocol):
    """Reads files of one format. A plain function will do."""

    def __call__(self, file: SourceFile) -> Iterator[Document | Failure]:
        """The documents of the file, and a failure for each one in it that cannot be read; streaming.

        Raises:
            DocumentError: the file as a whole cannot be read.
            MissingPathError: the file has vanished.
        """
        ...


def too_long(characters: int, limits: IngestionSettings) -> DocumentTooLargeError:
    """The error for a text of so many characters."""
    return DocumentTooLargeError(
        f"text of {characters:,} characters; the limit is {limits.max_characters:,}"
        " (setting ingestion.max_characters)"
    )
