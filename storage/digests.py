"""What a document's rows hash to: computed when they are written, and again from the tables to compare.

The digest of a document covers every column of every row that was read from it, but for keys and revisions;
the vectors have a digest of their own.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Table, select

from .schema import DOCUMENTS, FACTS, MENTIONS, NAMES, PASSAGES, SENTENCES, VECTORS
from .units import Unit

_HIDDEN = {"namespace", "document", "key", "revision", "digest", "vector_digest", "job", "added"}

PARTS: dict[str, Table] = {
    "passages": PASSAGES,
    "sentences": SENTENCES,
    "mentions": MENTIONS,
    "names": NAMES,
    "facts": FACTS,
}
"""Tables of what was read from a document, vectors apart."""


def content_columns(table: Table) -> list[Column[Any]]:
    """Columns that are content: all but keys, revision, digests and the job that wrote it."""
    return [column for column in table.columns if column.name not in _HIDDEN]


_GETTERS = {name: itemgetter(*(c.name for c in content_columns(table))) for name, table in PARTS.items()}
_DOCUMENT = content_columns(DOCUMENTS)
_DOCUMENT_GETTER = itemgetter(*(c.name for c in _DOCUMENT))


@dataclass(frozen=True, slots=True)
class Digests:
    """The hashes of one document's rows."""

    id: str
    content: str
    vectors: str
    shapes: str
    """Kind, rows and dimension of its vectors."""


def of_rows(document: Mapping[str, Any], parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The digest of rows about to be written, in the order of their ordinals."""
    tuples = {name: map(getter, parts[name]) for name, getter in _GETTERS.items()}
    return _content(_DOCUMENT_GETTER(document), tuples)


def of_vectors(vectors: Iterable[Mapping[str, Any]]) -> str:
    """The digest of vector rows about to be written."""
    return _vectors((row["kind"], row["rows"], row["dimension"], row["data"]) for row in vectors)


def stored(unit: Unit, keys: Sequence[int]) -> list[Digests]:
    """The digests of stored documents, computed from every row, in order of id."""
    documents = unit.rows(
        select(DOCUMENTS.c.key, *_DOCUMENT)
        .where(DOCUMENTS.c.namespace == unit.key, DOCUMENTS.c.key.in_(keys))
        .order_by(DOCUMENTS.c.id)
    )
    parts = {name: grouped(unit, table, keys) for name, table in PARTS.items()}
    vectors = grouped_vectors(unit, keys)
    place = [column.name for column in _DOCUMENT].index("id") + 1
    found = []
    for row in documents:
        key = row[0]
        content = _content(tuple(row[1:]), {name: rows[key] for name, rows in parts.items()})
        shapes = repr(sorted((kind, count, dimension) for kind, count, dimension, _ in vectors[key]))
        found.append(Digests(row[place], content, _vectors(vectors[key]), shapes))
    return found


def grouped(unit: Unit, table: Table, keys: Sequence[int]) -> defaultdict[int, list[tuple[Any, ...]]]:
    """The content of the rows that hang on these documents, by key and in order."""
    query = select(table.c.document, *content_columns(table)).where(
        table.c.namespace == unit.key, table.c.document.in_(keys)
    )
    if "ordinal" in table.c:
        query = query.order_by(table.c.document, table.c.ordinal)
    groups: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in unit.rows(query):
        groups[row[0]].append(tuple(row[1:]))
    return groups


def grouped_vectors(unit: Unit, keys: Sequence[int]) -> defaultdict[int, list[Any]]:
    """Kind, rows, dimension and data of the vectors of these documents, by key."""
    columns = VECTORS.c
    query = select(columns.kind, columns.rows, columns.dimension, columns.data, columns.document)
    groups: defaultdict[int, list[Any]] = defaultdict(list)
    for row in unit.rows(query.where(columns.namespace == unit.key, columns.document.in_(keys))):
        groups[row[4]].append(tuple(row[:4]))
    return groups


def _content(document: tuple[Any, ...], parts: Mapping[str, Iterable[tuple[Any, ...]]]) -> str:
    digest = hashlib.blake2b(repr(document).encode(), digest_size=20)
    for name in PARTS:
        digest.update(f"\n{name}".encode())
        for row in parts[name]:
            digest.update(repr(row).encode())
    return digest.hexdigest()


def _vectors(rows: Iterable[tuple[str, int, int, bytes]]) -> str:
    digest = hashlib.blake2b(digest_size=20)
    for kind, count, dimension, data in sorted(rows, key=itemgetter(0)):
        digest.update(f"{kind} {count} {dimension} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()
