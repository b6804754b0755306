"""The change log: what each revision did, for projections and other processes to follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select

from .rows import Change, ChangeKind
from .schema import CHANGES
from .units import Unit, now


def since(unit: Unit, revision: int, kinds: Collection[ChangeKind]) -> list[Change]:
    """The lines after a revision, oldest first."""
    columns = CHANGES.c
    query = (
        select(columns.revision, columns.kind, columns.document_id, columns.entity_id, columns.at)
        .where(columns.namespace == unit.key, columns.revision > revision)
        .where(columns.kind.in_([kind.value for kind in kinds]))
        .order_by(columns.revision, columns.ordinal)
    )
    return [
        Change(number, ChangeKind(kind), document_id, entity_id, at)
        for number, kind, document_id, entity_id, at in unit.rows(query)
    ]


def log_documents(unit: Unit, revision: int, kinds: Sequence[tuple[str, ChangeKind]]) -> None:
    """Write down what a revision did to documents."""
    _log(unit, revision, ((kind, id, None) for id, kind in kinds))


def log_entities(unit: Unit, revision: int, ids: Iterable[str]) -> None:
    """Write down which entities a revision touched."""
    _log(unit, revision, ((ChangeKind.IDENTITY, None, id) for id in sorted(ids)))


def _log(unit: Unit, revision: int, lines: Iterable[tuple[ChangeKind, str | None, str | None]]) -> None:
    at = now()
    unit.put(
        CHANGES,
        [
            {
                "namespace": unit.key,
                "revision": revision,
                "ordinal": ordinal,
                "kind": kind.value,
                "document_id": document_id,
                "entity_id": entity_id,
                "at": at,
            }
            for ordinal, (kind, document_id, entity_id) in enumerate(lines)
        ],
    )
