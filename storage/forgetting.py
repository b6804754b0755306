"""Forgetting an entity: what was read from its documents, and every word of it in what is kept beside them.

The caller brings the documents as they are to be, read anew; here all of it becomes one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, delete, select, update

from ..core.errors import StoreError
from ..core.name_finder import mapped
from ..core.records import Decision, Receipt
from . import audit, changes, identity, writes
from .rows import Batch, DecisionKind
from .schema import CHANGES, DEAD_LETTERS, DECISIONS, DOCUMENTS, ENTITIES, FEEDBACK, JOBS, META
from .shelving import Shelved
from .units import Unit, chunks

Redact = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What takes the place of everything that names an entity."""

    entity_id: str
    batch: Batch
    """The documents that are to be without it, and as deletions those about it and those under old ids."""
    renamed: Mapping[str, str]
    """New ids of documents whose own id named it."""
    decisions: Sequence[Decision]
    """Decisions of people on other mentions of these documents, at their new places."""
    redact: Redact
    """A text without its names."""
    salt: str
    """Salt of the receipt."""
    seen: int
    """Revision at which the documents were loaded."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """More for the receipt."""


def refuse_late(unit: Unit, wanted: Forgetting) -> None:
    """Refuse what was prepared from documents as they are no more.

    Raises:
        StoreError: something was committed since they were loaded.
    """
    if unit.revision() != wanted.seen:
        raise StoreError(
            f"the documents changed meanwhile (revision {wanted.seen}, now {unit.revision()}): run it again"
        )


def forget(
    unit: Unit, wanted: Forgetting, shelved: dict[str, Shelved], more: Mapping[str, int]
) -> Receipt:
    """Write it; the caller's transaction makes it whole. `more` are counts for the receipt."""
    about = set(wanted.batch.deletes) - wanted.renamed.keys()
    known = writes.known_documents(unit, sorted({*shelved, *wanted.batch.deletes}))
    gone = [known[id] for id in about if id in known]
    counts = writes.removed_counts(unit, [row.key for row in gone])
    writes.commit(unit, wanted.batch, shelved, None)
    for old, new in wanted.renamed.items():
        same = (DOCUMENTS.c.namespace == unit.key) & (DOCUMENTS.c.id == new)
        unit.run(update(DOCUMENTS).where(same).values(job=known[old].job, added=known[old].added))
    _drop_entity(unit, wanted.entity_id)
    identity.override(unit, wanted.decisions)
    counts = {**counts, "rewritten": len(shelved), **wanted.counts, **more}
    counts |= _redact_ledger(unit, wanted.entity_id, wanted.redact)
    removed = [row.content_hash for row in known.values()]
    return audit.write(unit, "forget", wanted.entity_id, counts, removed, salt=wanted.salt)


def _drop_entity(unit: Unit, entity_id: str) -> None:
    """The entity with its aliases, and the decisions for it, which its blocks would bring back otherwise."""
    here = (DECISIONS.c.namespace == unit.key) & (DECISIONS.c.entity == entity_id)
    unit.run(delete(DECISIONS).where(here))
    unit.run(delete(ENTITIES).where(ENTITIES.c.namespace == unit.key, ENTITIES.c.id == entity_id))
    changes.log_entities(unit, unit.next_revision(), [entity_id])


def _redact_ledger(unit: Unit, entity_id: str, redact: Redact) -> dict[str, int]:
    return {
        "dead letters": _redact_dead_letters(unit, redact),
        "feedback": _redact_feedback(unit, entity_id, redact),
        "notes": _redact_jobs(unit, redact) + _redact_meta(unit, redact) + _redact_decisions(unit, redact),
        "ids in the change log": _redact_changes(unit, redact),
    }


def _rows(unit: Unit, table: Table) -> Sequence[Any]:
    return unit.rows(select(table).where(table.c.namespace == unit.key))


def _redact_dead_letters(unit: Unit, redact: Redact) -> int:
    keys = [
        row.key
        for row in _rows(unit, DEAD_LETTERS)
        if any(redact(text) != text for text in (row.source, row.reason, row.job or ""))
    ]
    for some in chunks(keys):
        columns = DEAD_LETTERS.c
        unit.run(delete(DEAD_LETTERS).where(columns.namespace == unit.key, columns.key.in_(some)))
    return len(keys)


def _redact_feedback(unit: Unit, entity_id: str, redact: Redact) -> int:
    """Feedback on the entity goes; other feedback keeps what it says without the names."""
    touched = 0
    for row in _rows(unit, FEEDBACK):
        here = (FEEDBACK.c.namespace == unit.key) & (FEEDBACK.c.id == row.id)
        details = json.dumps(mapped(json.loads(row.details), redact), sort_keys=True)
        new = {"note": redact(row.note), "author": redact(row.author), "details": details}
        if entity_id == row.target or any(redact(id) != id for id in (row.id, row.target)):
            unit.run(delete(FEEDBACK).where(here))
        elif new != {name: getattr(row, name) for name in new}:
            unit.run(update(FEEDBACK).where(here).values(**new))
        else:
            continue
        touched += 1
    return touched


def _redact_jobs(unit: Unit, redact: Redact) -> int:
    touched = 0
    for row in _rows(unit, JOBS):
        checkpoint = json.dumps(mapped(json.loads(row.checkpoint), redact), sort_keys=True)
        new = {"id": redact(row.id), "kind": redact(row.kind), "checkpoint": checkpoint}
        if new == {name: getattr(row, name) for name in new}:
            continue
        here = (JOBS.c.namespace == unit.key) & (JOBS.c.id == row.id)
        unit.run(update(JOBS).where(here).values(**new))
        mine = (DOCUMENTS.c.namespace == unit.key) & (DOCUMENTS.c.job == row.id)
        unit.run(update(DOCUMENTS).where(mine).values(job=new["id"]))
        touched += 1
    return touched


def _redact_meta(unit: Unit, redact: Redact) -> int:
    touched = 0
    for row in _rows(unit, META):
        value = json.dumps(mapped(json.loads(row.value), redact), sort_keys=True)
        if value != row.value:
            here = (META.c.namespace == unit.key) & (META.c.key == row.key)
            unit.run(update(META).where(here).values(value=value))
            touched += 1
    return touched


def _redact_decisions(unit: Unit, redact: Redact) -> int:
    """What people's decisions say; automatic ones are made anew."""
    touched = 0
    human = select(DECISIONS).where(
        DECISIONS.c.namespace == unit.key, DECISIONS.c.kind == DecisionKind.HUMAN.value
    )
    for row in unit.rows(human):
        others = json.dumps(mapped(json.loads(row.alternatives), redact))
        new = {"reason": redact(row.reason), "alternatives": others}
        if new != {name: getattr(row, name) for name in new}:
            here = (DECISIONS.c.namespace == unit.key) & (DECISIONS.c.mention == row.mention)
            unit.run(update(DECISIONS).where(here).values(**new))
            touched += 1
    return touched


def _redact_changes(unit: Unit, redact: Redact) -> int:
    """Ids of documents that name it become None; who follows the log then reads everything anew."""
    columns = CHANGES.c
    ids = unit.rows(
        select(columns.document_id)
        .where(columns.namespace == unit.key, columns.document_id.is_not(None))
        .distinct()
    )
    named = [row[0] for row in ids if redact(row[0]) != row[0]]
    for some in chunks(named):
        here = (columns.namespace == unit.key) & columns.document_id.in_(some)
        unit.run(update(CHANGES).where(here).values(document_id=None))
    return len(named)
