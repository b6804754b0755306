"""Deciding blocks: what resolution found for some names takes the place of what stood there.

Only what differs is written, so that deciding a block again without news makes no revision and no change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, select

from ..core.errors import StoreError
from ..core.records import Decision
from ..core.text import clean
from . import changes
from .identity import clear_dirty, keys_of, mention_names, mentions_named, row_of
from .meta import VIEW, get_meta, put_meta
from .rows import KEY_LENGTH, AliasRow, DecisionKind, EntityRow
from .schema import ABOUTS, ALIASES, DECISIONS, DOCUMENTS, ENTITIES
from .units import Unit, chunks

_Tuple = tuple[Any, ...]
_ENTITY = ("block", "name", "label", "description")
_ALIAS = ("folded", "kind", "weight", "language", "text")
_DECISION = ("entity", "kind", "score", "reason", "alternatives")


def decide(
    unit: Unit,
    names: Sequence[str],
    decisions: Sequence[Decision],
    entities: Sequence[EntityRow],
    aliases: Sequence[AliasRow],
    seen: int | None,
) -> int:
    """Replace the blocks of these names.

    Of two that decide at once the one with the older view writes nothing: the other may have seen documents
    that it has not, and has taken their marks off. What the other left dirty is still dirty.

    Raises:
        StoreError: an alias of an entity that is not given, or an entity twice.
    """
    if seen is not None and not _newest_view(unit, seen):
        return unit.revision()
    wanted = keys_of(names)
    touched = _replace_entities(unit, wanted, entities, aliases)
    touched |= _replace_decisions(unit, wanted, decisions)
    clear_dirty(unit, wanted, seen)
    if not touched:
        return unit.revision()
    revision = unit.next_revision()
    changes.log_entities(unit, revision, touched)
    return revision


def differing(
    unit: Unit,
    names: Sequence[str],
    decisions: Sequence[Decision],
    entities: Sequence[EntityRow],
    aliases: Sequence[AliasRow],
) -> set[str]:
    """Those of these blocks that `decide` would change, by folded name; nothing is written."""
    wanted = keys_of(names)
    new = _given(unit, entities, aliases)
    old = _standing(unit, wanted, list(new))
    pairs = ((old.get(id), new.get(id)) for id in _unequal(old, new))
    touched = {str(entity[0][0]) for pair in pairs for entity in pair if entity is not None}
    rows, automatic = _automatic(unit, wanted, decisions)
    changed = _unequal(automatic, {id: _tuple(row) for id, row in rows.items()})
    touched.update(name for name in mention_names(unit, sorted(changed)).values() if name)
    return touched


def _unequal(old: Mapping[str, object], new: Mapping[str, object]) -> set[str]:
    return {id for id in old.keys() | new.keys() if old.get(id) != new.get(id)}


def _newest_view(unit: Unit, seen: int) -> bool:
    """False when blocks were decided already that were read at a later revision; notes this one otherwise."""
    newest = get_meta(unit, VIEW) or 0
    if seen < newest <= unit.revision():
        return False
    if seen != newest:
        put_meta(unit, VIEW, seen)
    return True


def _replace_entities(
    unit: Unit, names: Sequence[str], entities: Sequence[EntityRow], aliases: Sequence[AliasRow]
) -> set[str]:
    """Write the entities that differ with their aliases and documents; returns their ids."""
    new = _given(unit, entities, aliases)
    old = _standing(unit, names, list(new))
    touched = _unequal(old, new)
    for some in chunks(sorted(touched & old.keys())):
        # aliases and documents hang on the entity and go with it
        unit.run(delete(ENTITIES).where(ENTITIES.c.namespace == unit.key, ENTITIES.c.id.in_(some)))
    rows: dict[Table, list[dict[str, Any]]] = {ENTITIES: [], ALIASES: [], ABOUTS: []}
    for id in sorted(touched & new.keys()):
        fields, names_of, documents = new[id]
        mine = {"namespace": unit.key, "entity": id}
        rows[ENTITIES].append(
            {"namespace": unit.key, "id": id, **dict(zip(_ENTITY, fields, strict=True))}
        )
        for ordinal, alias in enumerate(names_of):
            rows[ALIASES].append({**mine, "ordinal": ordinal, **dict(zip(_ALIAS, alias, strict=True))})
        rows[ABOUTS].extend({**mine, "document": document} for document in documents)
    for table, lines in rows.items():
        unit.put(table, lines)
    return touched


_Entity = tuple[_Tuple, tuple[_Tuple, ...], tuple[int, ...]]


def _given(
    unit: Unit, entities: Sequence[EntityRow], aliases: Sequence[AliasRow]
) -> dict[str, _Entity]:
    keys = document_keys(unit, {clean(id) for entity in entities for id in entity.documents})
    names = {
        id: tuple((each.name, each.kind, each.weight, each.language, each.text) for each in rows)
        for id, rows in surest_first(aliases).items()
    }
    given: dict[str, _Entity] = {}
    for entity in entities:
        id = clean(entity.id)
        if id in given:
            raise StoreError(f"the entity {id!r} is given twice")
        fields = (
            clean(entity.block)[:KEY_LENGTH],
            clean(entity.name),
            entity.label.value,
            clean(entity.description),
        )
        documents = sorted(keys[clean(name)] for name in set(entity.documents) if clean(name) in keys)
        given[id] = (fields, names.get(id, ()), tuple(documents))
    strays = names.keys() - given.keys()
    if strays:
        raise StoreError(f"there are aliases of {min(strays)!r}, which is not among the entities given")
    return given


def surest_first(aliases: Iterable[AliasRow]) -> dict[str, list[AliasRow]]:
    """Aliases by entity as they are kept: the surest first, of one text in one language the surest only."""
    kept: defaultdict[str, dict[tuple[str, str], AliasRow]] = defaultdict(dict)
    for alias in sorted(aliases, key=lambda item: (-item.weight, item.text, item.language, item.kind)):
        entity, text, language = clean(alias.entity_id), clean(alias.text), clean(alias.language)
        row = AliasRow(entity, text, clean(alias.kind), float(alias.weight), language)
        kept[entity].setdefault((text, language), row)
    return {entity: list(rows.values()) for entity, rows in kept.items()}


def _standing(unit: Unit, names: Sequence[str], ids: Sequence[str]) -> dict[str, _Entity]:
    """The entities that these blocks own or that have these ids, as `_given` would give them."""
    columns = ENTITIES.c
    query = select(columns.id, *(columns[name] for name in _ENTITY)).where(columns.namespace == unit.key)
    fields: dict[str, _Tuple] = {}
    for column, values in ((columns.block, names), (columns.id, ids)):
        for some in chunks(values):
            for id, *rest in unit.rows(query.where(column.in_(some))):
                fields[id] = tuple(rest)
    found = sorted(fields)
    aliases = _hanging(unit, ALIASES, _ALIAS, "ordinal", found)
    documents = _hanging(unit, ABOUTS, ("document",), "document", found)
    return {
        id: (fields[id], tuple(aliases[id]), tuple(row[0] for row in documents[id])) for id in found
    }


def _hanging(
    unit: Unit, table: Table, names: Sequence[str], order: str, ids: Sequence[str]
) -> defaultdict[str, list[_Tuple]]:
    query = select(table.c.entity, *(table.c[name] for name in names)).where(
        table.c.namespace == unit.key
    )
    found: defaultdict[str, list[_Tuple]] = defaultdict(list)
    for some in chunks(ids):
        mine = query.where(table.c.entity.in_(some)).order_by(table.c.entity, table.c[order])
        for entity, *rest in unit.rows(mine):
            found[entity].append(tuple(rest))
    return found


def document_keys(unit: Unit, ids: Iterable[str]) -> dict[str, int]:
    """Keys of those of the documents that are stored, by id."""
    query = select(DOCUMENTS.c.id, DOCUMENTS.c.key).where(DOCUMENTS.c.namespace == unit.key)
    return {
        id: key
        for some in chunks(sorted(ids))
        for id, key in unit.rows(query.where(DOCUMENTS.c.id.in_(some)))
    }


def _replace_decisions(unit: Unit, names: Sequence[str], decisions: Sequence[Decision]) -> set[str]:
    """Write the decisions that differ; returns the entities whose mentions changed."""
    rows, automatic = _automatic(unit, names, decisions)
    new = {id: _tuple(row) for id, row in rows.items()}
    unequal = _unequal(automatic, new)
    for some in chunks(sorted(unequal & automatic.keys())):
        unit.run(
            delete(DECISIONS).where(DECISIONS.c.namespace == unit.key, DECISIONS.c.mention.in_(some))
        )
    unit.put(DECISIONS, [rows[id] for id in sorted(unequal & rows.keys())])
    return {row[0] for id in unequal for row in (automatic.get(id), new.get(id)) if row is not None}


def _automatic(
    unit: Unit, names: Sequence[str], decisions: Sequence[Decision]
) -> tuple[dict[str, dict[str, Any]], dict[str, _Tuple]]:
    """Rows of the decisions given, where no person decided, and the automatic ones that stand."""
    given = {decision.mention_id: decision for decision in decisions}
    there = mention_names(unit, list(given))
    old = _standing_decisions(unit, names, list(given))
    rows = {
        id: row_of(unit, decision, DecisionKind.AUTO)
        for id, decision in given.items()
        if id in there and (id not in old or old[id][1] == DecisionKind.AUTO)
    }
    return rows, {id: row for id, row in old.items() if row[1] == DecisionKind.AUTO}


def _tuple(row: Mapping[str, Any]) -> _Tuple:
    return tuple(row[name] for name in _DECISION)


def _standing_decisions(
    unit: Unit, names: Sequence[str], ids: Sequence[str]
) -> dict[str, _Tuple]:
    """Decisions on mentions of these names or with these ids, as tuples of `_DECISION`."""
    columns = DECISIONS.c
    query = select(columns.mention, *(columns[name] for name in _DECISION))
    query = query.where(columns.namespace == unit.key)
    return {
        id: tuple(rest)
        for some in chunks(sorted({*mentions_named(unit, names), *ids}))
        for id, *rest in unit.rows(query.where(columns.mention.in_(some)))
    }
