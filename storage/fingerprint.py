"""One hash of a namespace's content, whatever the order in which it came.

Every row is read and hashed; no stored digest is trusted. Rows go in by the order of their ids, which are
content, so neither revisions nor keys nor the order of commits can show.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select

from .digests import Digests, stored
from .meta import EMBEDDER, get_meta
from .schema import ABOUTS, ALIASES, DECISIONS, DIRTY, DOCUMENTS, ENTITIES
from .units import Unit, chunks

_PAGE = 500


def fingerprint(unit: Unit, vectors: bool) -> str:
    """The hash, 40 hexadecimal digits; `vectors` takes in every byte of them, otherwise their shapes."""
    digest = hashlib.blake2b(digest_size=20)
    any_vectors = False
    for document in all_digests(unit):
        seen = document.vectors if vectors else document.shapes
        digest.update(repr((document.id, document.content, seen)).encode())
        any_vectors = any_vectors or document.shapes != "[]"
    if any_vectors:
        digest.update(repr(sorted((get_meta(unit, EMBEDDER) or {}).items())).encode())
    for name, rows in _identity(unit):
        digest.update(f"\n{name}".encode())
        for row in rows:
            digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def all_digests(unit: Unit) -> Iterator[Digests]:
    """The digests of all documents, computed from their rows, by id order."""
    query = select(DOCUMENTS.c.key).where(DOCUMENTS.c.namespace == unit.key).order_by(DOCUMENTS.c.id)
    keys = [row[0] for row in unit.rows(query)]
    for some in chunks(keys, _PAGE):
        yield from stored(unit, some)


def _identity(unit: Unit) -> Iterator[tuple[str, Iterable[Any]]]:
    for table in (ENTITIES, ALIASES, DECISIONS):
        columns = [column for column in table.columns if column.name != "namespace"]
        keys = [column for column in table.primary_key.columns if column.name != "namespace"]
        query = select(*columns).where(table.c.namespace == unit.key).order_by(*keys)
        yield table.name, unit.run(query)
    about = (
        select(ABOUTS.c.entity, DOCUMENTS.c.id)
        .join_from(
            ABOUTS,
            DOCUMENTS,
            (DOCUMENTS.c.namespace == ABOUTS.c.namespace) & (DOCUMENTS.c.key == ABOUTS.c.document),
        )
        .where(ABOUTS.c.namespace == unit.key)
        .order_by(ABOUTS.c.entity, DOCUMENTS.c.id)
    )
    yield "abouts", unit.run(about)
    dirty = select(DIRTY.c.name).where(DIRTY.c.namespace == unit.key).order_by(DIRTY.c.name)
    yield "dirty", unit.run(dirty)
