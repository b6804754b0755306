"""Identity: names to decide, what is seen of them, and the decisions of people.

`decide`, which replaces whole blocks, is in `blocks`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, delete, or_, select, text

from ..core.errors import NotFoundError
from ..core.records import Candidate, Decision
from ..core.text import clean
from . import changes
from .reads import LABELS, PARTS
from .rows import KEY_LENGTH, DecisionKind, Observation, StoredDecision
from .schema import DECISIONS, DIRTY, DOCUMENTS, ENTITIES, MENTIONS, NAMES
from .units import Unit, chunks

_MARK = text(
    "INSERT INTO dirty_names (namespace, name, revision) VALUES (:namespace, :name, :revision) "
    "ON CONFLICT (namespace, name) DO UPDATE SET revision = excluded.revision"
)


def keys_of(names: Iterable[str]) -> list[str]:
    """Folded names as the tables hold them, in order, each once."""
    return sorted({clean(name)[:KEY_LENGTH] for name in names})


def dirty_names(unit: Unit, limit: int | None) -> list[str]:
    """Names to decide, in order."""
    query = select(DIRTY.c.name).where(DIRTY.c.namespace == unit.key).order_by(DIRTY.c.name)
    return [row[0] for row in unit.rows(query.limit(limit))]


def block_names(unit: Unit, after: str, limit: int) -> list[str]:
    """Folded names that anything is seen under or that own an entity, in order."""
    columns = (MENTIONS.c.folded, NAMES.c.folded, ENTITIES.c.block)
    found: set[str] = set()
    for column in columns:
        query = select(column).where(column.table.c.namespace == unit.key, column > after)
        found.update(row[0] for row in unit.rows(query.distinct().order_by(column).limit(limit)))
    return sorted(found)[:limit]


def mark(unit: Unit, names: Iterable[str], revision: int) -> None:
    """Mark names dirty as of a revision."""
    rows = [{"namespace": unit.key, "name": name, "revision": revision} for name in keys_of(names)]
    if rows:
        unit.run(_MARK, rows)


def mark_dirty(unit: Unit, names: Iterable[str]) -> None:
    """Mark names dirty from outside: with a revision of its own, which no reader can have seen before."""
    wanted = keys_of(names)
    if wanted:
        mark(unit, wanted, unit.next_revision())


def clear_dirty(unit: Unit, names: Sequence[str], seen: int | None) -> None:
    """Take marks off, those up to revision `seen`."""
    step = delete(DIRTY).where(DIRTY.c.namespace == unit.key)
    if seen is not None:
        step = step.where(DIRTY.c.revision <= seen)
    for some in chunks(keys_of(names)):
        unit.run(step.where(DIRTY.c.name.in_(some)))


def observations(unit: Unit, names: Sequence[str]) -> list[Observation]:
    """Mentions and documents' names under these folded names."""
    wanted = keys_of(names)
    found = [*_seen_mentions(unit, wanted), *_seen_names(unit, wanted)]
    return [observation for _, observation in sorted(found, key=lambda item: item[0])]


_Place = tuple[str, str, bool, bool, int, int]


def _seen_mentions(unit: Unit, names: Sequence[str]) -> Iterator[tuple[_Place, Observation]]:
    of, at = DOCUMENTS.c, MENTIONS.c
    query = (
        select(
            at.folded, at.text, of.id, of.title, of.language, at.label, at.id, at.part,
            at.start, at.end, at.sentence, at.source, at.score, at.ordinal,
        )
        .join_from(MENTIONS, DOCUMENTS, (of.namespace == at.namespace) & (of.key == at.document))
        .where(at.namespace == unit.key)
    )  # fmt: skip
    for some in chunks(names):
        for row in unit.rows(query.where(at.folded.in_(some))):
            name, said, document, title, language, label, id, part, start, end, *rest, ordinal = row
            yield (name, document, False, part != "title", start, ordinal), Observation(
                name, said, document, title, language, LABELS[label], id, PARTS[part], start, end, *rest
            )


def _seen_names(unit: Unit, names: Sequence[str]) -> Iterator[tuple[_Place, Observation]]:
    of, at = DOCUMENTS.c, NAMES.c
    query = (
        select(at.folded, at.text, of.id, of.title, of.language, of.about, at.kind, at.weight, at.ordinal)
        .join_from(NAMES, DOCUMENTS, (of.namespace == at.namespace) & (of.key == at.document))
        .where(at.namespace == unit.key)
    )
    for some in chunks(names):
        for row in unit.rows(query.where(at.folded.in_(some))):
            name, said, document, title, language, about, kind, weight, ordinal = row
            yield (name, document, True, False, 0, ordinal), Observation(
                name, said, document, title, language, LABELS[about], kind=kind, weight=weight
            )


def decisions(
    unit: Unit,
    mention_ids: Sequence[str] | None,
    entity_id: str | None,
    names: Sequence[str] | None,
    kind: DecisionKind | None,
) -> list[StoredDecision]:
    """Decisions that meet every condition, by mention id."""
    query = _decisions(unit)
    if entity_id is not None:
        query = query.where(DECISIONS.c.entity == clean(entity_id))
    if kind is not None:
        query = query.where(DECISIONS.c.kind == kind.value)
    ids = None if mention_ids is None else set(mention_ids)
    if names is not None:
        named = mentions_named(unit, keys_of(names))
        ids = set(named) if ids is None else ids.intersection(named)
    queries = [query]
    if ids is not None:
        queries = [query.where(DECISIONS.c.mention.in_(some)) for some in chunks(sorted(ids))]
    found = [
        StoredDecision(
            row.mention,
            row.entity,
            row.score,
            row.reason,
            unpack_alternatives(row.alternatives),
            DecisionKind(row.kind),
            row.document_id,
            row.folded or "",
        )
        for query in queries
        for row in unit.rows(query)
    ]
    return sorted(found, key=lambda decision: decision.mention_id)


def _decisions(unit: Unit) -> Select[Any]:
    columns = DECISIONS.c
    return (
        select(
            columns.mention,
            columns.entity,
            columns.score,
            columns.reason,
            columns.alternatives,
            columns.kind,
            DOCUMENTS.c.id.label("document_id"),
            MENTIONS.c.folded,
        )
        .select_from(DECISIONS)
        .join(
            MENTIONS,
            (MENTIONS.c.namespace == columns.namespace) & (MENTIONS.c.id == columns.mention),
        )
        .join(
            DOCUMENTS,
            (DOCUMENTS.c.namespace == MENTIONS.c.namespace) & (DOCUMENTS.c.key == MENTIONS.c.document),
        )
        .where(columns.namespace == unit.key)
    )


def pack_alternatives(candidates: Sequence[Candidate]) -> str:
    """Candidates as JSON."""
    rows = [[item.entity, item.name, float(item.score), item.description] for item in candidates]
    return json.dumps(rows)


def unpack_alternatives(packed: str) -> tuple[Candidate, ...]:
    """The candidates that `pack_alternatives` packed."""
    return tuple(Candidate(*row) for row in json.loads(packed))


def row_of(unit: Unit, decision: Decision, kind: DecisionKind) -> dict[str, Any]:
    """A decision as its row."""
    return {
        "namespace": unit.key,
        "mention": decision.mention_id,
        "entity": clean(decision.entity_id),
        "kind": kind.value,
        "score": float(decision.score),
        "reason": clean(decision.reason),
        "alternatives": pack_alternatives(decision.alternatives),
    }


def override(unit: Unit, given: Sequence[Decision]) -> int:
    """Write decisions of a person."""
    last = {decision.mention_id: decision for decision in given}
    names = mention_names(unit, list(last))
    for id in last:
        if id not in names:
            raise NotFoundError(f"there is no mention {id!r}")
    touched = {clean(decision.entity_id) for decision in last.values()}
    touched |= _drop(unit, list(last), None)
    unit.put(DECISIONS, [row_of(unit, decision, DecisionKind.HUMAN) for decision in last.values()])
    return _news(unit, touched, names.values())


def take_back(unit: Unit, mention_ids: Sequence[str]) -> int:
    """Remove decisions of a person."""
    names = mention_names(unit, mention_ids)
    touched = _drop(unit, list(names), DecisionKind.HUMAN)
    return _news(unit, touched, names.values() if touched else ())


def _news(unit: Unit, touched: set[str], names: Iterable[str | None]) -> int:
    if not touched:
        return unit.revision()
    revision = unit.next_revision()
    mark(unit, (name for name in names if name), revision)
    changes.log_entities(unit, revision, touched)
    return revision


def mention_names(unit: Unit, ids: Sequence[str]) -> dict[str, str | None]:
    """Folded names of the mentions that exist, by id."""
    query = select(MENTIONS.c.id, MENTIONS.c.folded).where(MENTIONS.c.namespace == unit.key)
    return {
        id: folded
        for some in chunks(ids)
        for id, folded in unit.rows(query.where(MENTIONS.c.id.in_(some)))
    }


def mentions_named(unit: Unit, names: Sequence[str]) -> list[str]:
    """Ids of the mentions of these folded names.

    A query of its own: joined to decisions, planners like to walk all of those.
    """
    query = select(MENTIONS.c.id).where(MENTIONS.c.namespace == unit.key)
    return [
        row[0] for some in chunks(names) for row in unit.rows(query.where(MENTIONS.c.folded.in_(some)))
    ]


def _drop(unit: Unit, ids: Sequence[str], kind: DecisionKind | None) -> set[str]:
    """Remove decisions on these mentions; returns the entities that they named."""
    here = or_(DECISIONS.c.kind == kind.value) if kind else DECISIONS.c.namespace == unit.key
    touched: set[str] = set()
    for some in chunks(ids):
        these = (DECISIONS.c.namespace == unit.key) & DECISIONS.c.mention.in_(some) & here
        touched.update(row[0] for row in unit.rows(select(DECISIONS.c.entity).where(these)))
        unit.run(delete(DECISIONS).where(these))
    return touched
