"""JSON lines: one document a line, `{"id", "title", "text", "metadata", "language"?, "date"?}`, read as a
stream.

Only "text" is required. A line without an id gets one of the file's name and the line's number. A bad
line is a failure with its number, the others go on; empty lines are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...core.errors import BrokenFileError, DocumentError, EmptyDocumentError
from ...core.records import Document, Failure
from .base import SourceFile
from .lines import bounded_lines, check_decoded, open_lines
from .mapping import document_of

_ESCAPE = 6
"""Characters that JSON may take for one: \\uXXXX."""
_FRAME = 1 << 20
"""Room for the other fields."""


def read_jsonl(file: SourceFile) -> Iterator[Document | Failure]:
    """The documents of a JSON lines file; memory is that of one line."""
    found = False
    with open_lines(file) as lines:
        for number, line in bounded_lines(lines, _ESCAPE * file.limits.max_characters + _FRAME):
            if isinstance(line, str) and not line.strip():
                continue
            found = True
            try:
                if isinstance(line, DocumentError):
                    raise line
                yield document_of(_parse(line), default_id=f"{file.id}:{number}")
            except DocumentError as error:
                yield file.failure(error, number)
    if not found:
        raise EmptyDocumentError("the file holds no line")


def _parse(line: str) -> object:
    check_decoded(line)
    try:
        return json.loads(line)
    except RecursionError as error:
        raise BrokenFileError("no JSON: nested without end") from error
    except ValueError as error:
        raise BrokenFileError(f"no JSON: {error}") from error
