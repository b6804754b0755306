"""Lines of a file of any length, decoded one by one; memory is that of one line, whose length is limited."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from ...core.errors import BrokenFileError, DocumentTooLargeError, EmptyDocumentError, EncodingError
from .base import SourceFile
from .encoding import HEAD, detect

_SKIP = 1 << 20


@contextmanager
def open_lines(file: SourceFile, *, newline: Literal["", "\n"] = "\n") -> Iterator[io.TextIOWrapper]:
    """The file as text in the encoding that its head shows; bytes that do not fit become lone surrogates.

    Raises:
        BinaryFileError, EncodingError, EmptyDocumentError, MissingPathError, UnreadableFileError
    """
    with file.open() as handle:
        head = handle.read(HEAD)
        if not head:
            raise EmptyDocumentError("the file is empty")
        encoding = detect(head, whole=len(head) < HEAD)
        handle.seek(0)
        try:
            yield io.TextIOWrapper(handle, encoding, errors="surrogateescape", newline=newline)
        except UnicodeDecodeError as error:  # UTF-16 and UTF-32 know no escape
            raise EncodingError(f"the characters cannot be decoded as {encoding}: {error.reason}") from error


def bounded_lines(text: io.TextIOWrapper, limit: int) -> Iterator[tuple[int, str | DocumentTooLargeError]]:
    """(1-based number, line); for a line of more than `limit` characters the error in its place."""
    number = 0
    while line := text.readline(limit + 1):
        number += 1
        if len(line) <= limit or line.endswith("\n"):
            yield number, line
            continue
        while line and not line.endswith("\n"):
            line = text.readline(_SKIP)
        yield number, DocumentTooLargeError(f"line of more than {limit:,} characters")


def check_decoded(text: str) -> None:
    """Refuse text in which `open_lines` met bytes that did not fit.

    Raises:
        EncodingError: it did.
    """
    if text.isascii():
        return
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        if 0xDC80 <= ord(text[error.start]) <= 0xDCFF:
            raise EncodingError("the line's characters cannot be decoded; save the file as UTF-8") from error
        raise BrokenFileError("the line holds half a character") from error
