"""Plain text: the file's name is its title, its text stays as it is but for line ends."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.records import Document
from .base import BYTES_PER_CHARACTER, SourceFile, too_long
from .encoding import HEAD, decode, detect


def read_text(file: SourceFile) -> Iterator[Document]:
    """The one document of a text file."""
    yield file.document(plain_text(file))


def plain_text(file: SourceFile) -> str:
    """The decoded text of a file that is nothing but text, line ends as "\\n"; binary content is seen first.

    Raises:
        BinaryFileError, EncodingError, EmptyDocumentError, DocumentTooLargeError, MissingPathError
    """
    with file.open() as handle:
        head = handle.read(HEAD)
    if head:
        detect(head, whole=len(head) < HEAD)
    text = unix(decode(file.data(most=BYTES_PER_CHARACTER * file.limits.max_characters)))
    if len(text) > file.limits.max_characters:
        raise too_long(len(text), file.limits)
    return text


def unix(text: str) -> str:
    """The text with line ends of Windows and of old Macs as "\\n"."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
