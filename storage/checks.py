"""Counting, and looking for what is not as it should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Table, func, select, text

from .blobs import unpack_offsets
from .digests import stored
from .reads import part
from .schema import (
    ABOUTS,
    ALIASES,
    AUDIT,
    CHANGES,
    DEAD_LETTERS,
    DECISIONS,
    DIRTY,
    DOCUMENTS,
    ENTITIES,
    FACTS,
    FEEDBACK,
    JOBS,
    MENTIONS,
    NAMES,
    PASSAGES,
    SENTENCES,
    VECTORS,
)
from .units import Unit, chunks

_COUNTED = (
    DOCUMENTS, PASSAGES, MENTIONS, NAMES, FACTS, ENTITIES, ALIASES, ABOUTS, DECISIONS, DIRTY, CHANGES, JOBS,
    DEAD_LETTERS, FEEDBACK, AUDIT,
)  # fmt: skip
_PAGE = 500
_WAY_OUT = "delete it and ingest it again, or restore a snapshot"


def stats(unit: Unit) -> dict[str, int]:
    """Rows by table, sentences, characters and revision."""
    counts = {table.name: _number(unit, func.count(), table) for table in _COUNTED}
    counts["sentences"] = _number(unit, func.coalesce(func.sum(SENTENCES.c.count), 0), SENTENCES)
    counts["vectors"] = _number(unit, func.coalesce(func.sum(VECTORS.c.rows), 0), VECTORS)
    characters = func.coalesce(func.sum(func.length(DOCUMENTS.c.text)), 0)
    counts["characters"] = _number(unit, characters, DOCUMENTS)
    counts["revision"] = unit.revision()
    return counts


def _number(unit: Unit, value: Any, table: Table) -> int:
    return int(unit.run(select(value).where(table.c.namespace == unit.key)).scalar() or 0)


def check(unit: Unit) -> list[str]:
    """One sentence for each thing that is wrong."""
    problems = list(_engine(unit))
    columns = DOCUMENTS.c
    rows = unit.rows(select(columns.key).where(columns.namespace == unit.key).order_by(columns.id))
    problems.extend(of_documents(unit, [row[0] for row in rows]))
    problems.extend(_dangling(unit))
    return problems


def of_documents(unit: Unit, keys: Sequence[int]) -> Iterator[str]:
    """What is wrong with the rows of these documents, by their keys."""
    columns = DOCUMENTS.c
    query = select(*(columns[name] for name in ("key", "id", "digest", "vector_digest", "title", "text")))
    for some in chunks(keys, _PAGE):
        page = unit.rows(query.where(columns.namespace == unit.key, columns.key.in_(some)))
        yield from _documents(unit, page)


def _engine(unit: Unit) -> Iterator[str]:
    if not unit.is_sqlite():
        return
    for row in unit.rows(text("PRAGMA integrity_check(20)")):
        if row[0] != "ok":
            yield f"SQLite's own check says: {row[0]}"
    for row in unit.rows(text("PRAGMA foreign_key_check")):
        yield f"a row of {row[0]} hangs on a row of {row[2]} that is not there"


def _documents(unit: Unit, rows: Sequence[Any]) -> Iterator[str]:
    keys = [row.key for row in rows]
    by_key = {row.key: row for row in rows}
    digests = {item.id: item for item in stored(unit, keys)}
    for row in rows:
        if digests[row.id].content != row.digest:
            yield f"document {row.id!r}: its rows are not what was committed; {_WAY_OUT}"
        if digests[row.id].vectors != row.vector_digest:
            yield f"document {row.id!r}: its vectors are not what was committed; {_WAY_OUT}"
    for key, where, start, end, words in part(unit, MENTIONS, ("part", "start", "end", "text"), keys):
        row = by_key[key]
        if (row.title if where == "title" else row.text)[start:end] != words:
            yield f"document {row.id!r}: the mention at {start}:{end} of the {where} does not quote it"
    for table in (PASSAGES, FACTS):
        for key, start, end in part(unit, table, ("start", "end"), keys):
            if not 0 <= start <= end <= len(by_key[key].text):
                yield f"document {by_key[key].id!r}: {table.name} has {start}:{end}, outside of its text"
    counts = {key: len(unpack_offsets(data)) for key, data in part(unit, SENTENCES, ("offsets",), keys)}
    for key, kind, number in part(unit, VECTORS, ("kind", "rows"), keys):
        if kind == "sentences" and number != counts.get(key):
            yield f"document {by_key[key].id!r}: {number} sentence vectors for {counts.get(key)} sentences"


def _dangling(unit: Unit) -> Iterator[str]:
    """References that no foreign key guards; names still to be decided may have them."""
    known = select(ENTITIES.c.id).where(ENTITIES.c.namespace == unit.key)
    pending = select(DIRTY.c.name).where(DIRTY.c.namespace == unit.key)
    lost = (
        select(DECISIONS.c.mention, DECISIONS.c.entity)
        .join_from(
            DECISIONS,
            MENTIONS,
            (MENTIONS.c.namespace == DECISIONS.c.namespace) & (MENTIONS.c.id == DECISIONS.c.mention),
        )
        .where(
            DECISIONS.c.namespace == unit.key,
            DECISIONS.c.entity.not_in(known),
            MENTIONS.c.folded.not_in(pending),
        )
    )
    for mention, entity in unit.rows(lost):
        yield f"mention {mention} is decided to mean {entity!r}, which is no entity"
    mentions = select(MENTIONS.c.id).where(MENTIONS.c.namespace == unit.key)
    for column in (FACTS.c.subject_mention, FACTS.c.object_mention):
        orphans = select(FACTS.c.id).where(
            FACTS.c.namespace == unit.key, column.is_not(None), column.not_in(mentions)
        )
        for row in unit.rows(orphans):
            yield f"fact {row[0]} names a mention that is not there"
    later = select(func.max(CHANGES.c.revision)).where(CHANGES.c.namespace == unit.key)
    newest = unit.run(later).scalar() or 0
    if newest > unit.revision():
        yield f"the change log is at revision {newest}, the namespace at {unit.revision()}"
