"""A whole namespace as a stream: what archives, snapshots and copies are made of and loaded from.

It comes in documents, each with all that was read from it, and in tables of rows: identity, what people said,
and, where it is `complete`, also what belongs to this one store: jobs, dead letters, which job a document is
of. Revisions and the change log are never part of it; both count on where it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Column, Select, Table, select

from .digests import PARTS, content_columns, grouped, grouped_vectors
from .meta import OF_THIS_STORE, SECRET, KnownEmbedder, known_embedder
from .schema import (
    ABOUTS,
    ALIASES,
    AUDIT,
    DEAD_LETTERS,
    DECISIONS,
    DIRTY,
    DOCUMENTS,
    ENTITIES,
    FEEDBACK,
    JOBS,
    META,
)
from .shelving import Shelved, shapes
from .units import Unit

Row = tuple[Any, ...]

_PAGE = 100


def _but(table: Table, *hidden: str) -> tuple[Column[Any], ...]:
    return tuple(column for column in table.columns if column.name not in ("namespace", *hidden))


IDENTITY: dict[str, tuple[Column[Any], ...]] = {
    "entities": _but(ENTITIES),
    "aliases": _but(ALIASES),
    "abouts": (ABOUTS.c.entity, DOCUMENTS.c.id),
    "decisions": _but(DECISIONS),
    "dirty_names": (DIRTY.c.name,),
}
LEDGER: dict[str, tuple[Column[Any], ...]] = {
    "feedback": _but(FEEDBACK),
    "audit": _but(AUDIT),
    "meta": _but(META),
}
OWN: dict[str, tuple[Column[Any], ...]] = {
    "jobs": _but(JOBS),
    "dead_letters": _but(DEAD_LETTERS),
    "origins": (DOCUMENTS.c.id, DOCUMENTS.c.job, DOCUMENTS.c.added),
}
COLUMNS = IDENTITY | LEDGER | OWN
"""Columns of the tables of rows by their names."""


class Content(Protocol):
    """One state of a namespace."""

    @property
    def complete(self) -> bool:
        """True when the tables of `OWN` are in it."""
        ...

    @property
    def embedder(self) -> KnownEmbedder | None:
        """Who made the vectors."""
        ...

    def documents(self) -> Iterator[Shelved]:
        """The documents by id order, with digests."""
        ...

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table of `COLUMNS`, by key."""
        ...


class Live:
    """The content of a namespace as one transaction sees it."""

    def __init__(self, unit: Unit, *, complete: bool = True, secrets: bool = True) -> None:
        self._unit = unit
        self._secrets = secrets
        self.complete = complete
        self.embedder = known_embedder(unit)

    def documents(self) -> Iterator[Shelved]:
        """The documents by id order, with digests, page by page."""
        columns = DOCUMENTS.c
        query = select(columns.key, columns.id).where(columns.namespace == self._unit.key)
        last = ""
        while page := self._unit.rows(query.where(columns.id > last).order_by(columns.id).limit(_PAGE)):
            yield from shelved(self._unit, [row.key for row in page])
            last = page[-1].id

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table, by key."""
        query = _query(self._unit, name)
        if name == "meta" and not self._secrets:
            query = query.where(META.c.key.not_like(SECRET + "%"))
        result = self._unit.run(query.execution_options(yield_per=1000))
        yield from (tuple(row) for row in result)


def shelved(unit: Unit, keys: Sequence[int]) -> Iterator[Shelved]:
    """Stored documents as they were shelved, by id order."""
    of = DOCUMENTS.c
    columns = [*content_columns(DOCUMENTS), of.digest, of.vector_digest]
    query = select(of.key, *columns).where(of.namespace == unit.key, of.key.in_(keys)).order_by(of.id)
    parts = {name: grouped(unit, table, keys) for name, table in PARTS.items()}
    vectors = grouped_vectors(unit, keys)
    for key, *values in unit.rows(query):
        document = dict(zip((column.name for column in columns), values, strict=True))
        yield reshelved(
            document,
            {name: [named(PARTS[name], row) for row in rows[key]] for name, rows in parts.items()},
            [dict(zip(("kind", "rows", "dimension", "data"), row, strict=True)) for row in vectors[key]],
        )


def reshelved(
    document: dict[str, Any], parts: dict[str, list[dict[str, Any]]], vectors: list[dict[str, Any]]
) -> Shelved:
    """A document of rows that were shelved once."""
    folded = {row["folded"] for name in ("mentions", "names") for row in parts[name]} - {None}
    return Shelved(document["id"], document, parts, vectors, frozenset(folded), shapes(vectors))


def named(table: Table, row: Sequence[Any]) -> dict[str, Any]:
    """A row of content with the names of its columns."""
    return dict(zip((column.name for column in content_columns(table)), row, strict=True))


def _query(unit: Unit, name: str) -> Select[Any]:
    columns = COLUMNS[name]
    query = select(*columns)
    if name == "abouts":
        same = (DOCUMENTS.c.namespace == ABOUTS.c.namespace) & (DOCUMENTS.c.key == ABOUTS.c.document)
        query = query.join_from(ABOUTS, DOCUMENTS, same).where(ABOUTS.c.namespace == unit.key)
        return query.order_by(ABOUTS.c.entity, DOCUMENTS.c.id)
    table = columns[0].table
    assert isinstance(table, Table)
    query = query.where(table.c.namespace == unit.key)
    if name == "meta":
        query = query.where(META.c.key.not_in(OF_THIS_STORE))
    if name == "origins":
        return query.order_by(DOCUMENTS.c.id)
    keys = [column for column in table.primary_key.columns if column.name != "namespace"]
    return query.order_by(*keys)
