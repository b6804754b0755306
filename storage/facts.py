"""Facts and mentions with the entities that their decisions give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import FromClause, Join, Select, bindparam, func, select

from ..core.records import StoredFact
from ..core.text import clean
from .reads import LABELS, PARTS, by_ids, paged
from .rows import FactEnds, MentionLink
from .schema import DECISIONS, DOCUMENTS, ENTITIES, FACTS, MENTIONS
from .units import Scope, Unit, chunks

_KEYS = (DOCUMENTS.c.key, DOCUMENTS.c.id)
_SAID, _MEANT = DECISIONS.alias("subject_decision"), DECISIONS.alias("object_decision")


def of_documents(
    scope: Scope,
    ids: Sequence[str] | None,
    chunk: int,
    decided: bool = True,
    predicates: Sequence[str] | None = None,
) -> Iterator[StoredFact]:
    """Facts by document id and place; not `decided`, in the words of the text and without entities.

    Args:
        predicates: only facts with one of these; None takes all.
    """

    def read(unit: Unit, some: Sequence[str]) -> list[StoredFact]:
        return _of_some(unit, some, decided, predicates)

    if ids is None:
        return paged(scope, None, chunk, _KEYS, lambda unit, rows: read(unit, [row.id for row in rows]))
    return by_ids(scope, ids, chunk, read)


def _of_some(
    unit: Unit, ids: Sequence[str], decided: bool, predicates: Sequence[str] | None
) -> list[StoredFact]:
    values: dict[str, Any] = {"namespace": unit.key, "documents": list(ids)}
    statement = _OF_DOCUMENTS
    if predicates is not None:
        statement, values = _WITH_PREDICATES, {**values, "predicates": list(predicates)}
    rows = sorted(unit.run(statement, values).all(), key=_place)
    return [made(row) if decided else said(row) for row in rows]


def _place(row: Any) -> tuple[str, int, int]:
    return row.document_id, row.start, row.ordinal


def of_entity(scope: Scope, entity_id: str, ids: Sequence[str] | None) -> Iterator[StoredFact]:
    """Facts that have the entity as subject or object, by document id and place."""
    wanted = None if ids is None else set(ids)
    found: dict[str, Any] = {}
    with scope.read() as unit:
        mentions = select(DECISIONS.c.mention).where(
            DECISIONS.c.namespace == unit.key, DECISIONS.c.entity == clean(entity_id)
        )
        query = _FACTS.where(FACTS.c.namespace == unit.key)
        for some in chunks([row[0] for row in unit.rows(mentions)]):
            # one index each: an OR of both is a walk over all facts to some planners
            for column in (FACTS.c.subject_mention, FACTS.c.object_mention):
                found.update((row.id, row) for row in unit.rows(query.where(column.in_(some))))
    for row in sorted(found.values(), key=_place):
        if wanted is None or row.document_id in wanted:
            yield made(row)


def ends(scope: Scope, ids: Sequence[str], predicates: Sequence[str]) -> list[FactEnds]:
    """What the facts of some documents tie that have one of some predicates."""
    with scope.glimpse() as asks:
        return [
            FactEnds._make(row)
            for some in chunks(sorted({clean(id) for id in ids}))
            for row in asks.fetch(_ENDS, {"documents": list(some), "predicates": list(predicates)})
        ]


def query(source: FromClause) -> Select[Any]:
    """Facts of a source that holds their table and that of documents, with their entities as decided.

    The columns begin as the fields of `StoredFact` do, but for its score, which is none of the store's.
    """
    subject, object = ENTITIES.alias("subject_entity"), ENTITIES.alias("object_entity")
    facts = FACTS.c
    return (
        select(
            facts.id,
            func.coalesce(subject.c.name, facts.subject_text).label("subject"),
            facts.predicate,
            func.coalesce(object.c.name, facts.object_text).label("object"),
            _SAID.c.entity.label("subject_entity"),
            _MEANT.c.entity.label("object_entity"),
            DOCUMENTS.c.id.label("document_id"),
            facts.start,
            facts.end,
            facts.confidence,
            facts.negated,
            facts.modality,
            facts.time,
            facts.sentence,
            facts.rule,
            facts.subject_mention,
            facts.object_mention,
            facts.valid_from,
            facts.valid_to,
            facts.ordinal,
            facts.subject_text,
            facts.object_text,
        )
        .select_from(_decided(source))
        .outerjoin(
            subject, (subject.c.namespace == _SAID.c.namespace) & (subject.c.id == _SAID.c.entity)
        )
        .outerjoin(
            object, (object.c.namespace == _MEANT.c.namespace) & (object.c.id == _MEANT.c.entity)
        )
    )


def _decided(source: FromClause) -> Join:
    """The source with what was decided of both arguments, where anything was."""
    facts = FACTS.c
    return source.outerjoin(
        _SAID, (_SAID.c.namespace == facts.namespace) & (_SAID.c.mention == facts.subject_mention)
    ).outerjoin(_MEANT, (_MEANT.c.namespace == facts.namespace) & (_MEANT.c.mention == facts.object_mention))


_STATED = DOCUMENTS.join(
    FACTS, (FACTS.c.namespace == DOCUMENTS.c.namespace) & (FACTS.c.document == DOCUMENTS.c.key)
)
_FACTS = query(_STATED)
_MINE = (
    DOCUMENTS.c.namespace == bindparam("namespace"),
    DOCUMENTS.c.id.in_(bindparam("documents", expanding=True)),
)
_PREDICATES = FACTS.c.predicate.in_(bindparam("predicates", expanding=True))
_OF_DOCUMENTS = _FACTS.where(*_MINE)
_WITH_PREDICATES = _OF_DOCUMENTS.where(_PREDICATES)
_ENDS = (
    select(DOCUMENTS.c.id, FACTS.c.predicate, _SAID.c.entity, _MEANT.c.entity)
    .select_from(_decided(_STATED))
    .where(*_MINE, _PREDICATES)
)
_BEFORE_SCORE = [each.name for each in fields(StoredFact)].index("score")
_FIELDS = _FACTS.selected_columns.keys().index("ordinal")


def made(row: Sequence[Any]) -> StoredFact:
    """The fact of a row of `query`."""
    values = (*row[:_BEFORE_SCORE], 0.0, *row[_BEFORE_SCORE:_FIELDS])
    return StoredFact(*values)


def said(row: Sequence[Any]) -> StoredFact:
    """The fact of a row of `query` in the words of the text, without entities."""
    words = dict(zip(("subject", "object"), row[_FIELDS + 1 :], strict=False))
    return replace(made(row), **words, subject_entity=None, object_entity=None)


def links(scope: Scope, ids: Sequence[str] | None, chunk: int) -> Iterator[MentionLink]:
    """Mentions with the entity they mean, by document id and place."""
    return paged(scope, ids, chunk, _KEYS, _links)


def _links(unit: Unit, rows: Sequence[Any]) -> list[MentionLink]:
    ids = {key: id for key, id in rows}
    columns = MENTIONS.c
    query = (
        select(
            columns.document,
            columns.ordinal,
            columns.id,
            DECISIONS.c.entity,
            DECISIONS.c.score,
            columns.label,
            columns.part,
            columns.start,
            columns.end,
            columns.sentence,
        )
        .select_from(MENTIONS)
        .outerjoin(
            DECISIONS,
            (DECISIONS.c.namespace == columns.namespace) & (DECISIONS.c.mention == columns.id),
        )
        .where(columns.namespace == unit.key, columns.document.in_(list(ids)))
    )
    found = []
    for document, ordinal, id, entity, score, label, part, start, end, sentence in unit.rows(query):
        link = MentionLink(
            ids[document], id, entity, score or 0.0, LABELS[label], PARTS[part], start, end, sentence
        )
        # the title stands before the text
        found.append(((link.document_id, part != "title", start, ordinal), link))
    return [link for _, link in sorted(found, key=lambda item: item[0])]
