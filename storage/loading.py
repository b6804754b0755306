"""Loading content into a namespace: merged with what is there, or in its place."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Table, bindparam, delete, select, update

from ..core.errors import ArchiveError
from ..core.records import Decision
from . import blocks, changes, checks, digests, identity, reads, writes
from .content import COLUMNS, IDENTITY, LEDGER, OWN, Content, Live, Row
from .meta import OF_THIS_STORE, SECRET, VIEW, KnownEmbedder, put_meta
from .rows import DOCUMENT_CHANGES, Batch, DecisionKind
from .schema import ABOUTS, AUDIT, DECISIONS, DIRTY, DOCUMENTS, ENTITIES, META, Base
from .shelving import Shelved
from .units import Unit, chunks

_DOCUMENTS = 200
_CHARACTERS = 2_000_000
_ROWS = 1000


def portions(documents: Iterable[Shelved]) -> Iterator[list[Shelved]]:
    """Documents in portions that bound memory, however many there are."""
    portion: list[Shelved] = []
    characters = 0
    for item in documents:
        portion.append(item)
        characters += len(item.document["text"])
        if len(portion) >= _DOCUMENTS or characters >= _CHARACTERS:
            yield portion
            portion, characters = [], 0
    if portion:
        yield portion


def put(
    unit: Unit, portion: Iterable[Shelved], embedder: KnownEmbedder | None, job: str | None
) -> Counter[str]:
    """Write documents, as an ingestion would: one that is there with the same content is left alone.

    Raises:
        ArchiveError: a document's rows do not agree with its text.
    """
    given = {item.id: item for item in portion}
    stored = reads.content_hashes(unit, list(given))
    fresh = {id: item for id, item in given.items() if stored.get(id) != item.document["content_hash"]}
    _write(unit, fresh, embedder, job)
    updated = len(fresh.keys() & stored.keys())
    return Counter(
        added=len(fresh) - updated,
        updated=updated,
        unchanged=len(given) - len(fresh),
        passages=sum(len(item.parts["passages"]) for item in fresh.values()),
        mentions=sum(len(item.parts["mentions"]) for item in fresh.values()),
        facts=sum(len(item.parts["facts"]) for item in fresh.values()),
        characters=sum(len(item.document["text"]) for item in fresh.values()),
    )


def put_people(unit: Unit, content: Content) -> None:
    """Decisions of people, on mentions that are there and that nobody here decided himself."""
    names = [column.name for column in IDENTITY["decisions"]]
    rows = (dict(zip(names, row, strict=True)) for row in content.rows("decisions"))
    human = (row for row in rows if row["kind"] == DecisionKind.HUMAN.value)
    while some := list(islice(human, _ROWS)):
        ids = [row["mention"] for row in some]
        there = identity.mention_names(unit, ids).keys()
        decided = {d.mention_id for d in identity.decisions(unit, ids, None, None, DecisionKind.HUMAN)}
        given = [_decision(row) for row in some if row["mention"] in there - decided]
        if given:
            identity.override(unit, given)


def put_ledger(unit: Unit, content: Content) -> None:
    """What is kept beside the documents; what has the same id here stays as it is."""
    for name in (*LEDGER, *(OWN if content.complete else ())):
        if name == "origins":
            _put_origins(unit, content)
            continue
        table = _table(name)
        keys = [column for column in table.primary_key.columns if column.name != "namespace"]
        there = {tuple(row) for row in unit.rows(select(*keys).where(table.c.namespace == unit.key))}
        places = [COLUMNS[name].index(key) for key in keys]
        rows = (row for row in content.rows(name) if tuple(row[place] for place in places) not in there)
        _insert(unit, table, name, rows)


def replace_ledger(unit: Unit, content: Content) -> None:
    """The same, in place of what is there; but the audit log only grows."""
    for name in (*LEDGER, *(OWN if content.complete else ())):
        table = _table(name)
        if table is META:
            _remove_meta(unit, content)
        elif table not in (AUDIT, DOCUMENTS):
            unit.run(delete(table).where(table.c.namespace == unit.key))
    put_ledger(unit, content)


def _remove_meta(unit: Unit, content: Content) -> None:
    """All but what means this store, and secrets that the content has none in the place of."""
    place = [column.name for column in COLUMNS["meta"]].index("key")
    known = select(META.c.key).where(META.c.namespace == unit.key)
    keys = {row[0] for row in unit.rows(known)} - {*OF_THIS_STORE}
    gone = {key for key in keys if not key.startswith(SECRET)} | {row[place] for row in content.rows("meta")}
    unit.run(delete(META).where(META.c.namespace == unit.key, META.c.key.in_(gone - {*OF_THIS_STORE})))


def replace_documents(unit: Unit, content: Content) -> int:
    """The documents of the content and no others; returns how many came, went or changed."""
    before = unit.revision()
    kept: set[str] = set()
    for portion in portions(content.documents()):
        kept.update(item.id for item in portion)
        _write(unit, _differing(unit, portion), content.embedder, None)
    gone = [id for id in reads.document_ids(unit) if id not in kept]
    writes.commit(unit, Batch(deletes=gone), {}, None)
    return len(changes.since(unit, before, DOCUMENT_CHANGES))


def replace_identity(unit: Unit, content: Content) -> None:
    """Entities, their aliases and all decisions as the content has them, which has the same documents."""
    old, new = _marks(Live(unit)), _marks(content)
    differing = {id for id in old.keys() | new.keys() if old.get(id) != new.get(id)}
    for table in (DECISIONS, ENTITIES, DIRTY):  # aliases and documents hang on their entity
        unit.run(delete(table).where(table.c.namespace == unit.key))
    for name in IDENTITY:
        _insert(unit, _table(name), name, content.rows(name))
    if differing:
        changes.log_entities(unit, unit.next_revision(), differing)
    # who read blocks before this decides nothing any more
    put_meta(unit, VIEW, unit.revision())


def _differing(unit: Unit, portion: Iterable[Shelved]) -> dict[str, Shelved]:
    """Those that are not there as they are given; rows that were damaged meanwhile are removed."""
    given = {item.id: item for item in portion}
    known = writes.known_documents(unit, list(given))
    there = {item.id: item for item in digests.stored(unit, [row.key for row in known.values()])}
    wanted = {id: (item.document["digest"], item.document["vector_digest"]) for id, item in given.items()}
    same = {id for id, found in there.items() if (found.content, found.vectors) == wanted[id]}
    damaged = [
        row.key
        for id, row in known.items()
        if (row.digest, row.vector_digest) != (there[id].content, there[id].vectors)
    ]
    for some in chunks(damaged):
        unit.run(delete(DOCUMENTS).where(DOCUMENTS.c.namespace == unit.key, DOCUMENTS.c.key.in_(some)))
    damaged_keys = set(damaged)
    return {
        id: item
        for id, item in given.items()
        if id not in same or (id in known and known[id].key in damaged_keys)
    }


def _write(
    unit: Unit, given: dict[str, Shelved], embedder: KnownEmbedder | None, job: str | None
) -> None:
    writes.commit(unit, Batch(job=job), given, embedder)
    rows = writes.known_documents(unit, list(given)).values()
    problems = list(checks.of_documents(unit, [row.key for row in rows]))
    if problems:
        raise ArchiveError(f"the content does not hold together: {problems[0]}")


def _decision(row: dict[str, Any]) -> Decision:
    others = identity.unpack_alternatives(row["alternatives"])
    return Decision(row["mention"], row["entity"], row["score"], row["reason"], others)


def _table(name: str) -> Table:
    return DOCUMENTS if name == "origins" else Base.metadata.tables[name]


def _marks(content: Content) -> dict[str, int]:
    """A sum of hashes for each entity: of itself, its aliases and documents, and the decisions for it."""
    marks: defaultdict[str, int] = defaultdict(int)
    for name in ("entities", "aliases", "abouts", "decisions"):
        columns = [column.name for column in COLUMNS[name]]
        place = columns.index("id" if name == "entities" else "entity")
        for row in content.rows(name):
            digest = hashlib.blake2b(repr((name, row)).encode(), digest_size=8).digest()
            marks[row[place]] += int.from_bytes(digest, "little")
    return marks


def _insert(unit: Unit, table: Table, name: str, rows: Iterator[Row]) -> None:
    columns = [column.name for column in COLUMNS[name]]
    more: dict[str, Any] = {"namespace": unit.key}
    if table is DIRTY:
        more["revision"] = unit.revision()
    while some := list(islice(rows, _ROWS)):
        if table is ABOUTS:
            keys = blocks.document_keys(unit, {id for _, id in some})
            some = [(entity, keys[id]) for entity, id in some if id in keys]
            columns = ["entity", "document"]
        unit.put(table, [{**dict(zip(columns, row, strict=True)), **more} for row in some])


def _put_origins(unit: Unit, content: Content) -> None:
    """Which job each document is of."""
    same = (DOCUMENTS.c.namespace == unit.key) & (DOCUMENTS.c.id == bindparam("at"))
    step = update(DOCUMENTS).where(same).values(job=bindparam("of_job"), added=bindparam("is_added"))
    rows = content.rows("origins")
    while some := list(islice(rows, _ROWS)):
        unit.run(step, [{"at": id, "of_job": job, "is_added": added} for id, job, added in some])
