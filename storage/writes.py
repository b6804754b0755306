"""Committing batches: deletions and readings in, one revision out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from sqlalchemy import Table, delete, func, select, union

from ..core.records import DeleteReceipt
from ..core.text import clean
from . import audit, changes, jobs
from .digests import PARTS
from .identity import mark
from .meta import drop_unused_embedder, settle_embedder
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
        jobs.forget_documents(unit, {id: known[id].key for id in gone if id in deletes})
        _remove(unit, keys)
        _insert(unit, fresh, revision, {id: _origin(known.get(id), batch.job) for id in fresh})
        if not fresh:
            drop_unused_embedder(unit)
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
    counts = removed_counts(unit, [row.key])
    revision = commit(unit, Batch(deletes=[document_id]), {}, None)
    receipt = audit.write(unit, "delete", row.id, counts, [row.content_hash])
    passages, mentions, facts = (counts[name] for name in ("passages", "mentions", "facts"))
    return DeleteReceipt(document_id, True, passages, mentions, facts, revision, receipt.id)


def known_documents(unit: Unit, ids: Sequence[str]) -> dict[str, Any]:
    """Key and digests of those of the documents that are stored, by id."""
    columns = DOCUMENTS.c
    query = select(
        columns.key, columns.id, columns.digest, columns.vector_digest, columns.content_hash, columns.job,
        columns.added,
    )  # fmt: skip
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


def _origin(row: Any | None, job: str | None) -> dict[str, Any]:
    """Which job a document comes from, and whether by that job it is new; without a job as it was before."""
    if row is None:
        return {"job": job, "added": True}
    if job is None:
        return {"job": row.job, "added": row.added}
    return {"job": job, "added": row.added and row.job == job}


def _insert(
    unit: Unit, fresh: dict[str, Shelved], revision: int, origins: dict[str, dict[str, Any]]
) -> None:
    common = {"namespace": unit.key, "revision": revision}
    unit.put(DOCUMENTS, [{**item.document, **common, **origins[id]} for id, item in fresh.items()])
    keys = {id: row.key for id, row in known_documents(unit, list(fresh)).items()}
    for name, table in PARTS.items():
        insert_parts(unit, table, ((keys[id], item.parts[name]) for id, item in fresh.items()))
    insert_parts(unit, VECTORS, ((keys[id], item.vectors) for id, item in fresh.items()))


def insert_parts(unit: Unit, table: Table, parts: Iterable[tuple[int, list[dict[str, object]]]]) -> None:
    """Insert rows of documents, given by the key of each."""
    unit.put(
        table, [{**row, "namespace": unit.key, "document": key} for key, rows in parts for row in rows]
    )


def removed_counts(unit: Unit, keys: Sequence[int]) -> dict[str, int]:
    """Documents, and rows that hang on them, for a receipt."""
    counts = {"documents": len(keys)}
    for table in (PASSAGES, MENTIONS, FACTS):
        query = select(func.count()).where(table.c.namespace == unit.key)
        numbers = (unit.run(query.where(table.c.document.in_(some))).scalar() for some in chunks(keys))
        counts[table.name] = sum(int(number or 0) for number in numbers)
    return counts
