"""Reading entities and their aliases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select, tuple_

from ..core.errors import NotFoundError
from ..core.records import Entity
from ..core.text import clean
from .identity import keys_of
from .prepared import Row
from .reads import LABELS, by_ids
from .rows import AliasRow
from .schema import ABOUTS, ALIASES, DECISIONS, DOCUMENTS, ENTITIES
from .units import Asks, Scope, Unit, chunks

_NAMESPACE: BindParameter[int] = bindparam("namespace")
_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_MENTIONS = (
    select(func.count())
    .where(DECISIONS.c.namespace == ENTITIES.c.namespace, DECISIONS.c.entity == ENTITIES.c.id)
    .scalar_subquery()
)
_PAGE = select(
    ENTITIES.c.id,
    ENTITIES.c.name,
    ENTITIES.c.label,
    ENTITIES.c.description,
    _MENTIONS.label("mentions"),
).order_by(ENTITIES.c.id)
_SOME = _PAGE.where(ENTITIES.c.namespace == _NAMESPACE, ENTITIES.c.id.in_(_IDS))
_ALIASES = (
    select(ALIASES.c.entity, ALIASES.c.text)
    .where(ALIASES.c.namespace == _NAMESPACE, ALIASES.c.entity.in_(_IDS))
    .order_by(ALIASES.c.entity, ALIASES.c.ordinal)
)
_DOCUMENTS = (
    select(ABOUTS.c.entity, DOCUMENTS.c.id)
    .join_from(
        ABOUTS,
        DOCUMENTS,
        (DOCUMENTS.c.namespace == ABOUTS.c.namespace) & (DOCUMENTS.c.key == ABOUTS.c.document),
    )
    .where(ABOUTS.c.namespace == _NAMESPACE, ABOUTS.c.entity.in_(_IDS))
    .order_by(ABOUTS.c.entity, DOCUMENTS.c.id)
)


def one(unit: Unit, id: str) -> Entity:
    """One entity, or NotFoundError."""
    found = some(unit, [id])
    if not found:
        raise NotFoundError(f"there is no entity {id!r}")
    return found[0]


def some(unit: Asks, ids: Sequence[str]) -> list[Entity]:
    """Those of the entities that there are, by id order."""
    wanted = sorted({clean(id) for id in ids})
    return [entity for few in chunks(wanted) for entity in _whole(unit, _of(unit, _SOME, few))]


def stream(scope: Scope, ids: Sequence[str] | None, chunk: int) -> Iterator[Entity]:
    """Entities by id order, page by page."""
    if ids is not None:
        yield from by_ids(scope, ids, chunk, some)
        return
    last = ""
    while True:
        with scope.read() as unit:
            rows = unit.rows(
                _PAGE.where(ENTITIES.c.namespace == unit.key, ENTITIES.c.id > last).limit(chunk)
            )
            page = _whole(unit, rows)
        yield from page
        if len(rows) < chunk:
            return
        last = rows[-1].id


def in_blocks(unit: Unit, names: Sequence[str]) -> list[str]:
    """Ids of the entities that these blocks own."""
    found = [
        row[0]
        for some in chunks(keys_of(names))
        for row in unit.rows(
            select(ENTITIES.c.id).where(ENTITIES.c.namespace == unit.key, ENTITIES.c.block.in_(some))
        )
    ]
    return sorted(found)


def _whole(unit: Asks, rows: Sequence[Any]) -> list[Entity]:
    ids = [row[0] for row in rows]
    names: defaultdict[str, list[str]] = defaultdict(list)
    documents: defaultdict[str, list[str]] = defaultdict(list)
    for some in chunks(ids):
        for entity, text in _of(unit, _ALIASES, some):
            names[entity].append(text)
        for entity, document_id in _of(unit, _DOCUMENTS, some):
            documents[entity].append(document_id)
    return [
        Entity(
            id,
            name,
            LABELS[label],
            # one text may be an alias in two languages
            tuple(dict.fromkeys(names[id])),
            description,
            mentions,
            tuple(documents[id]),
        )
        for id, name, label, description, mentions in rows
    ]


def _of(unit: Asks, statement: Select[Any], ids: Sequence[str]) -> Sequence[Row]:
    return unit.fetch(statement, {"ids": list(ids)})


def aliases(
    scope: Scope, names: Sequence[str] | None, entity_id: str | None, chunk: int
) -> Iterator[AliasRow]:
    """Aliases by entity id and weight."""
    columns = ALIASES.c
    query = select(
        columns.entity, columns.text, columns.kind, columns.weight, columns.language, columns.ordinal
    ).order_by(columns.entity, columns.ordinal)
    if entity_id is not None:
        query = query.where(columns.entity == clean(entity_id))
    if names is not None:
        found: list[Any] = []
        with scope.read() as unit:
            mine = query.where(columns.namespace == unit.key)
            for some in chunks(keys_of(names)):
                found.extend(unit.rows(mine.where(columns.folded.in_(some))))
        found.sort(key=lambda row: (row.entity, row.ordinal))
        yield from (AliasRow(*row[:5]) for row in found)
        return
    last: tuple[str, int] = ("", -1)
    while True:
        with scope.read() as unit:
            mine = query.where(columns.namespace == unit.key)
            rows = unit.rows(
                mine.where(tuple_(columns.entity, columns.ordinal) > tuple_(*last)).limit(chunk)
            )
        yield from (AliasRow(*row[:5]) for row in rows)
        if len(rows) < chunk:
            return
        last = (rows[-1].entity, rows[-1].ordinal)
