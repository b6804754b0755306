"""Other vectors in place of all stored ones: the same readings, another embedder.

The new vectors are written beside the old ones, some documents at a time, and wait there: whoever is killed
goes on where they end. When none is missing they take the place of the old ones, in one transaction. They
hang on their document, so that one that is deleted or replaced meanwhile takes them along.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import reduce
from operator import or_

from sqlalchemy import ColumnElement, delete, exists, insert, literal, select, update

from ..core.records import ReadingVectors
from ..core.text import content_id
from . import changes, digests
from .identity import mark
from .meta import EMBEDDER, check_shapes, described, put_meta
from .rows import ChangeKind, EmbedderLike, StoredDocument
from .schema import DOCUMENTS, REEMBEDDED, VECTORS, WAITING
from .shelving import Shapes, shapes, vector_rows
from .units import Unit
from .writes import folded_names, known_documents


def maker_of(embedder: EmbedderLike) -> str:
    """What vectors of this embedder wait under."""
    return content_id("embedder", json.dumps(described(embedder), sort_keys=True))


def missing(unit: Unit, embedder: EmbedderLike, limit: int, after: str = "") -> list[str]:
    """Ids of documents, in order, those after `after`, of which no vectors by this embedder wait."""
    query = select(DOCUMENTS.c.id).where(_missing(unit, maker_of(embedder)), DOCUMENTS.c.id > after)
    return [row[0] for row in unit.rows(query.order_by(DOCUMENTS.c.id).limit(limit))]


def _missing(unit: Unit, maker: str) -> ColumnElement[bool]:
    waits = exists().where(
        REEMBEDDED.c.namespace == unit.key,
        REEMBEDDED.c.document == DOCUMENTS.c.key,
        REEMBEDDED.c.maker == maker,
    )
    return (DOCUMENTS.c.namespace == unit.key) & ~waits


def wait(
    unit: Unit, given: Sequence[tuple[StoredDocument, ReadingVectors]], embedder: EmbedderLike
) -> None:
    """Write vectors beside the old ones; documents that changed since they were loaded are passed over.

    Raises: as `Store.reembed`.
    """
    rows = {stored.document.id: vector_rows(stored.document.id, stored, v) for stored, v in given}
    check_shapes(embedder, reduce(or_, map(shapes, rows.values()), Shapes()))
    maker = maker_of(embedder)
    ids = [stored.document.id for stored, _ in given]
    columns = DOCUMENTS.c
    query = select(columns.key, columns.id, columns.revision)
    found = unit.rows(query.where(_missing(unit, maker), columns.id.in_(ids)))
    read = {stored.document.id: stored.revision for stored, _ in given}
    keys = {row.id: row.key for row in found if row.revision == read[row.id]}
    common = {"namespace": unit.key, "maker": maker}
    unit.put(
        REEMBEDDED,
        [{**common, "document": key, "digest": digests.of_vectors(rows[id])} for id, key in keys.items()],
    )
    unit.put(
        WAITING, [{**common, "document": key, **row} for id, key in keys.items() for row in rows[id]]
    )


def drop(unit: Unit, embedder: EmbedderLike | None = None) -> None:
    """Remove what waits, of this embedder or of all."""
    gone = delete(REEMBEDDED).where(REEMBEDDED.c.namespace == unit.key)
    unit.run(gone if embedder is None else gone.where(REEMBEDDED.c.maker == maker_of(embedder)))


def switch(unit: Unit, embedder: EmbedderLike) -> int | None:
    """Put the vectors that wait in the place of the old ones; None where some are still missing.

    The caller's transaction makes it whole. Vectors that wait for another embedder go, too.
    """
    maker = maker_of(embedder)
    if missing(unit, embedder, 1):
        return None
    ids = [row[0] for row in unit.rows(select(DOCUMENTS.c.id).where(DOCUMENTS.c.namespace == unit.key))]
    revision = unit.next_revision()
    unit.run(delete(VECTORS).where(VECTORS.c.namespace == unit.key))
    names = [column.name for column in VECTORS.columns]
    ours = select(*(WAITING.c[name] for name in names)).where(
        WAITING.c.namespace == unit.key, WAITING.c.maker == maker
    )
    unit.run(insert(VECTORS).from_select(names, ours))
    digest = select(REEMBEDDED.c.digest).where(
        REEMBEDDED.c.namespace == literal(unit.key),
        REEMBEDDED.c.document == DOCUMENTS.c.key,
        REEMBEDDED.c.maker == maker,
    )
    changed = update(DOCUMENTS).where(DOCUMENTS.c.namespace == unit.key)
    unit.run(changed.values(vector_digest=digest.scalar_subquery()))
    drop(unit)
    put_meta(unit, EMBEDDER, described(embedder))
    keys = [row.key for row in known_documents(unit, ids).values()]
    mark(unit, folded_names(unit, keys), revision)
    changes.log_documents(unit, revision, [(id, ChangeKind.UPDATED) for id in sorted(ids)])
    return revision
