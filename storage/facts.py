"""Facts and mentions with the entities that their decisions give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import FromClause, Select, bindparam, select

from ..core.records import StoredFact
from ..core.text import clean
from .reads import LABELS, PARTS, paged
from .rows import MentionLink
from .schema import DECISIONS, DOCUMENTS, ENTITIES, FACTS, MENTIONS
from .units import Scope, Unit, chunks

_KEYS = (DOCUMENTS.c.key, DOCUMENTS.c.id)


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
    return paged(scope, ids, chunk, _KEYS, lambda unit, rows: _of_page(unit, rows, decided, predicates))


def _of_page(
    unit: Unit, rows: Sequence[Any], decided: bool, predicates: Sequence[str] | None
) -> list[StoredFact]:
    ids = {key: id for key, id in rows}
    fact = made if decided else said
    values: dict[str, Any] = {"namespace": unit.key, "documents": list(ids)}
    statement = _OF_DOCUMENTS
    if predicates is not None:
        statement, values = _WITH_PREDICATES, {**values, "predicates": list(predicates)}
    found = [
        (ids[row.document], row.start, row.ordinal, fact(row, ids[row.document]))
        for row in unit.run(statement, values).all()
    ]
    return [fact for *_, fact in sorted(found, key=lambda item: item[:3])]


def of_entity(scope: Scope, entity_id: str, ids: Sequence[str] | None) -> Iterator[StoredFact]:
    """Facts that have the entity as subject or object, by document id and place."""
    wanted = None if ids is None else set(ids)
    found: dict[str, tuple[tuple[str, int, int], StoredFact]] = {}
    with scope.read() as unit:
        mentions = select(DECISIONS.c.mention).where(
            DECISIONS.c.namespace == unit.key, DECISIONS.c.entity == clean(entity_id)
        )
        query = (
            _FACTS.add_columns(DOCUMENTS.c.id.label("document_id"))
            .join(
                DOCUMENTS,
                (DOCUMENTS.c.namespace == FACTS.c.namespace) & (DOCUMENTS.c.key == FACTS.c.document),
            )
            .where(FACTS.c.namespace == unit.key)
        )
        for some in chunks([row[0] for row in unit.rows(mentions)]):
            # one index each: an OR of both is a walk over all facts to some planners
            for column in (FACTS.c.subject_mention, FACTS.c.object_mention):
                for row in unit.rows(query.where(column.in_(some))):
                    place = (row.document_id, row.start, row.ordinal)
                    found[row.id] = (place, made(row, row.document_id))
    for (document_id, _, _), fact in sorted(found.values(), key=lambda item: item[0]):
        if wanted is None or document_id in wanted:
            yield fact


def query(source: FromClause = FACTS) -> Select[Any]:
    """Facts of a source that holds their table, with their entities as decided."""
    said, meant = DECISIONS.alias("subject_decision"), DECISIONS.alias("object_decision")
    subject, object = ENTITIES.alias("subject_entity"), ENTITIES.alias("object_entity")
    facts = FACTS.c
    return (
        select(
            *(column for column in facts if column.name != "namespace"),
            said.c.entity.label("subject_id"),
            subject.c.name.label("subject_name"),
            meant.c.entity.label("object_id"),
            object.c.name.label("object_name"),
        )
        .select_from(source)
        .outerjoin(
            said, (said.c.namespace == facts.namespace) & (said.c.mention == facts.subject_mention)
        )
        .outerjoin(
            subject, (subject.c.namespace == said.c.namespace) & (subject.c.id == said.c.entity)
        )
        .outerjoin(
            meant, (meant.c.namespace == facts.namespace) & (meant.c.mention == facts.object_mention)
        )
        .outerjoin(object, (object.c.namespace == meant.c.namespace) & (object.c.id == meant.c.entity))
    )


# Putting the statement together anew takes longer than running it.
_FACTS = query()
_OF_DOCUMENTS = _FACTS.where(
    FACTS.c.namespace == bindparam("namespace"),
    FACTS.c.document.in_(bindparam("documents", expanding=True)),
)
_WITH_PREDICATES = _OF_DOCUMENTS.where(FACTS.c.predicate.in_(bindparam("predicates", expanding=True)))


def made(row: Any, document_id: str) -> StoredFact:
    """The fact of a row of `query`."""
    return StoredFact(
        row.id,
        row.subject_name if row.subject_name is not None else row.subject_text,
        row.predicate,
        row.object_name if row.object_name is not None else row.object_text,
        row.subject_id,
        row.object_id,
        document_id,
        row.start,
        row.end,
        row.confidence,
        row.negated,
        row.modality,
        row.time,
        sentence=row.sentence,
        rule=row.rule,
        subject_mention=row.subject_mention,
        object_mention=row.object_mention,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def said(row: Any, document_id: str) -> StoredFact:
    """The fact of a row of `query` in the words of the text, without entities."""
    words = {"subject": row.subject_text, "object": row.object_text}
    return replace(made(row, document_id), **words, subject_entity=None, object_entity=None)


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
