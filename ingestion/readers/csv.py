"""Tables (.csv, .tsv): one document a row, the first row names the columns.

Columns "id", "title", "text", "language" and "date" are what they say, whatever their case; the others
become metadata. Without a column "text" the text is the row itself, a line "column: value" for every
column but id and title. A row without an id gets one of the file's name and the row's first line.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from io import TextIOWrapper

from ...core.errors import BrokenFileError, DocumentError, DocumentTooLargeError, EmptyDocumentError
from ...core.records import Document, Failure
from .base import SourceFile
from .lines import bounded_lines, check_decoded, open_lines
from .mapping import document_of

_OWN = ("id", "title", "text", "language", "date")
_DELIMITERS = ",;\t|"


def read_csv(file: SourceFile) -> Iterator[Document | Failure]:
    """The documents of a table; memory is that of one row."""
    limit = file.limits.max_characters
    if csv.field_size_limit() < limit:  # one setting for the whole process: only ever raised
        csv.field_size_limit(limit)
    with open_lines(file, newline="") as text:
        delimiter = _delimiter(text, limit)
        rows = csv.reader(_raw_lines(text, limit), delimiter=delimiter)
        header = _header(rows)
        columns = [name.strip().casefold() for name in header]
        while True:
            line = rows.line_num + 1
            try:
                values = next(rows, None)
                if values is None:
                    return
                if any(value.strip() for value in values):
                    yield document_of(_fields(header, columns, values), default_id=f"{file.id}:{line}")
            except csv.Error as error:
                yield file.failure(BrokenFileError(f"broken row: {error}"), line)
            except DocumentTooLargeError as error:
                yield file.failure(error, line)
                return  # where the row ends is unknown
            except DocumentError as error:
                yield file.failure(error, line)


def _raw_lines(text: TextIOWrapper, limit: int) -> Iterator[str]:
    for _, line in bounded_lines(text, limit):
        if isinstance(line, DocumentTooLargeError):
            raise line
        yield line


def _delimiter(text: TextIOWrapper, limit: int) -> str:
    """The delimiter that the header, outside of quotes, has most of."""
    counts = Counter("".join(text.readline(limit).split('"')[::2]))
    text.seek(0)
    return max(_DELIMITERS, key=lambda delimiter: counts[delimiter])


def _header(rows: Iterator[list[str]]) -> list[str]:
    try:
        header = next(rows, None)
    except csv.Error as error:
        raise BrokenFileError(f"broken header: {error}") from error
    if not header or not any(name.strip() for name in header):
        raise EmptyDocumentError("the table has no header")
    check_decoded("".join(header))
    return [name.strip() or f"column {i}" for i, name in enumerate(header, 1)]


def _fields(header: list[str], columns: list[str], values: list[str]) -> Mapping[str, object]:
    check_decoded("".join(values))
    if len(values) > len(header):
        raise BrokenFileError(f"row of {len(values)} values under a header of {len(header)} columns")
    own: dict[str, object] = {}
    others: dict[str, str] = {}
    for name, column, value in zip(header, columns, values, strict=False):
        if not value.strip():
            continue
        if column in _OWN and column not in own:
            own[column] = value.strip() if column != "text" else value
        else:
            others[name] = value.strip()
    if "text" in columns:
        return {**own, "text": own.get("text", ""), "metadata": others}
    return {**own, "text": "\n".join(f"{name}: {value}" for name, value in others.items())}
