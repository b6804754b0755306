"""Committing batches: deletions and readings in, one revision out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from sqlalchemy import Table, delete, func, select, union

from ..core.records import DeleteReceipt
from ..core.text import clean
from . import changes, jobs
from .digests import PARTS
from .identity import mark
from .meta import settle_embedder
from .rows import Batch, ChangeKind, EmbedderLike
from .schema import DOCUMENTS, FACTS, MENTIONS, NAMES, PASSAGES, VECTORS
from .shelving import Shapes, Shelved, shelve
from .units import Unit, chunks


def prepare(batch: Batch) -> dict[str, Shelved]:
    """The rows of a batch's readings by document id, the last of an id; done before any lock is taken."""
    shelved = (shelve(reading, vectors) for reading, vectors in batch.readings)
    return {item.id: item for item in shelved}


def commit(unit: Unit, batch: Batch, shelved: dict[str, Shelved], embedder: EmbedderLike | None) -> int:
    """Write a batch; the caller's transaction makes it whole.

    Raises: as `Store.commit`.
    """
    given = reduce(or_, (item.shapes for item in shelved.values()), Shapes())
    if given.embedder:
        settle_embedder(unit, embedder, given)
    deletes = {clean(id) for id in batch.deletes} - shelved.keys()
    known = known_documents(unit, [*shelved, *deletes])
    fresh = {id: item for id, item in shelved.items() if id not in known or _differs(known[id], item)}
    gone = [id for id in known if id in deletes or id in fresh]
    revision = unit.revision()
    if fresh or gone:
        revision = unit.next_revision()
        keys = [known[id].key for id in gone]
        names = folded_names(unit, keys)
        _remove(unit, keys)
        _insert(unit, fresh, revision)
        mark(unit, names.union(*(item.names for item in fresh.values())), revision)
        kinds = {id: ChangeKind.DELETED for id in gone}
        kinds |= {id: ChangeKind.UPDATED if id in known else ChangeKind.ADDED for id in fresh}
        changes.log_documents(unit, revision, sorted(kinds.items()))
    jobs.settle(unit, batch, list(shelved), len(deletes & known.keys()))
    return revision


def remove(unit: Unit, document_id: str) -> DeleteReceipt:
    """Delete one document and say what went."""
    known = known_documents(unit, [clean(document_id)])
    if not known:
        return DeleteReceipt(document_id, False, 0, 0, 0, unit.revision())
    [row] = known.values()
    passages, mentions, facts = (_count(unit, table, row.key) for table in (PASSAGES, MENTIONS, FACTS))
    revision = commit(unit, Batch(deletes=[document_id]), {}, None)
    return DeleteReceipt(document_id, True, passages, mentions, facts, revision)


def known_documents(unit: Unit, ids: Sequence[str]) -> dict[str, Any]:
    """Key and digests of those of the documents that are stored, by id."""
    columns = DOCUMENTS.c
    query = select(columns.key, columns.id, columns.digest, columns.vector_digest, columns.content_hash)
    return {
        row.id: row
        for some in chunks(ids)
        for row in unit.rows(query.where(columns.namespace == unit.key, columns.id.in_(some)))
    }


def _differs(row: Any, item: Shelved) -> bool:
    return (row.digest, row.vector_digest) != (item.document["digest"], item.document["vector_digest"])


def folded_names(unit: Unit, keys: Sequence[int]) -> set[str]:
    """Folded names that these documents' mentions and subjects go by."""
    found: set[str] = set()
    for some in chunks(keys):
        queries = (
            select(table.c.folded).where(
                table.c.namespace == unit.key, table.c.document.in_(some), table.c.folded.is_not(None)
            )
            for table in (MENTIONS, NAMES)
        )
        found.update(row[0] for row in unit.rows(union(*queries)))
    return found


def _remove(unit: Unit, keys: Sequence[int]) -> None:
    for some in chunks(keys):
        # the rest hangs on the document and goes with it
        unit.run(delete(DOCUMENTS).where(DOCUMENTS.c.namespace == unit.key, DOCUMENTS.c.key.in_(some)))


def _insert(unit: Unit, fresh: dict[str, Shelved], revision: int) -> None:
    common = {"namespace": unit.key, "revision": revision}
    unit.put(DOCUMENTS, [{**item.document, **common} for item in fresh.values()])
    keys = {id: row.key for id, row in known_documents(unit, list(fresh)).items()}
    for name, table in PARTS.items():
        insert_parts(unit, table, ((keys[id], item.parts[name]) for id, item in fresh.items()))
    insert_parts(unit, VECTORS, ((keys[id], item.vectors) for id, item in fresh.items()))


def insert_parts(unit: Unit, table: Table, parts: Iterable[tuple[int, list[dict[str, object]]]]) -> None:
    """Insert rows of documents, given by the key of each."""
    unit.put(
        table, [{**row, "namespace": unit.key, "document": key} for key, rows in parts for row in rows]
    )


def _count(unit: Unit, table: Table, key: int) -> int:
    query = select(func.count()).where(table.c.namespace == unit.key, table.c.document == key)
    return int(unit.run(query).scalar() or 0)
