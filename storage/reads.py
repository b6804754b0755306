"""Reading documents back: streams by id order, a few queries a chunk, no connection held in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from sqlalchemy import Column, Table, select

from ..core.errors import NotFoundError
from ..core.records import CO_MENTION, Document, Label, Mention, Name, Part, Passage, Span
from ..core.text import clean
from .blobs import dequantise, unpack_codes, unpack_floats, unpack_offsets
from .meta import EMBEDDER, get_meta
from .rows import Stated, StoredDocument
from .schema import DOCUMENTS, FACTS, MENTIONS, NAMES, PASSAGES, SENTENCES, VECTORS
from .shelving import COMPANION, metadata_of
from .units import Scope, Unit, chunks

if TYPE_CHECKING:
    from ..core.records import FloatArray

_T = TypeVar("_T")

LABELS = {label.value: label for label in Label}
PARTS = {part.value: part for part in Part}

_DOCUMENT = (
    DOCUMENTS.c.key,
    DOCUMENTS.c.id,
    DOCUMENTS.c.text,
    DOCUMENTS.c.title,
    DOCUMENTS.c.details,
    DOCUMENTS.c.declared_language,
    DOCUMENTS.c.date,
    DOCUMENTS.c.language,
    DOCUMENTS.c.pipeline,
    DOCUMENTS.c.revision,
    DOCUMENTS.c.about,
)


def paged(
    scope: Scope,
    ids: Sequence[str] | None,
    size: int,
    columns: Sequence[Column[Any]],
    read: Callable[[Unit, Sequence[Any]], list[_T]],
) -> Iterator[_T]:
    """Pages of documents by id order, each read in a transaction of its own.

    `columns` of the documents' table begin with key and id; `read` makes of a page's rows what is given out.
    """
    query = select(*columns).order_by(DOCUMENTS.c.id)
    if ids is not None:

        def named(unit: Unit, some: Sequence[str]) -> list[_T]:
            mine = query.where(DOCUMENTS.c.namespace == unit.key, DOCUMENTS.c.id.in_(some))
            return read(unit, unit.rows(mine))

        yield from by_ids(scope, ids, size, named)
        return
    last = ""
    while True:
        with scope.read() as unit:
            after = query.where(DOCUMENTS.c.namespace == unit.key, DOCUMENTS.c.id > last)
            rows = unit.rows(after.limit(size))
            page = read(unit, rows)
        yield from page
        if len(rows) < size:
            return
        last = rows[-1][1]


def by_ids(
    scope: Scope, ids: Sequence[str], size: int, read: Callable[[Unit, Sequence[str]], list[_T]]
) -> Iterator[_T]:
    """What `read` makes of some of the ids, in their order, each some in a transaction of its own."""
    for some in chunks(sorted({clean(id) for id in ids}), size):
        with scope.read() as unit:
            page = read(unit, some)
        yield from page


def content_hashes(unit: Unit, ids: Sequence[str]) -> dict[str, str]:
    """Stored content hashes by the id that was asked for."""
    asked = {clean(id): id for id in ids}
    query = select(DOCUMENTS.c.id, DOCUMENTS.c.content_hash).where(DOCUMENTS.c.namespace == unit.key)
    return {
        asked[id]: content_hash
        for some in chunks(list(asked))
        for id, content_hash in unit.rows(query.where(DOCUMENTS.c.id.in_(some)))
    }


def document_ids(unit: Unit) -> list[str]:
    """All ids in order."""
    query = select(DOCUMENTS.c.id).where(DOCUMENTS.c.namespace == unit.key).order_by(DOCUMENTS.c.id)
    return [row[0] for row in unit.rows(query)]


def document(unit: Unit, id: str) -> Document:
    """One document, or NotFoundError."""
    query = select(*_DOCUMENT).where(DOCUMENTS.c.namespace == unit.key, DOCUMENTS.c.id == clean(id))
    row = unit.run(query).first()
    if row is None:
        raise NotFoundError(f"there is no document {id!r}")
    return _document(row)


def documents(scope: Scope, ids: Sequence[str] | None, chunk: int) -> Iterator[Document]:
    """Documents by id order."""
    return paged(scope, ids, chunk, _DOCUMENT, lambda unit, rows: [_document(row) for row in rows])


def load(
    scope: Scope, ids: Sequence[str] | None, vectors: bool, chunk: int
) -> Iterator[StoredDocument]:
    """What is stored of documents, by id order."""
    return paged(scope, ids, chunk, _DOCUMENT, lambda unit, rows: _stored(unit, rows, vectors))


def _document(row: Any) -> Document:
    return Document(
        row.id, row.text, row.title, metadata_of(row.details), row.declared_language, row.date
    )


def _stated(unit: Unit, keys: Sequence[int]) -> defaultdict[int, list[Stated]]:
    """Where arguments of facts stand, by document, in the order of its facts."""
    found: defaultdict[int, list[Stated]] = defaultdict(list)
    facts = FACTS.c
    query = (
        select(
            facts.document,
            facts.sentence,
            facts.predicate,
            facts.subject_start,
            facts.subject_end,
            facts.object_start,
            facts.object_end,
        )
        .where(facts.namespace == unit.key, facts.document.in_(keys))
        .where(facts.rule != CO_MENTION, facts.negated.is_(False))
        .order_by(facts.document, facts.ordinal)
    )
    for key, sentence, predicate, *ends in unit.rows(query):
        for start, end in (ends[:2], ends[2:]):
            found[key].append(Stated(sentence, start, end, predicate))
    return found


class _Vectors(NamedTuple):
    rows: int
    dimension: int
    data: bytes


def _stored(unit: Unit, rows: Sequence[Any], with_vectors: bool) -> list[StoredDocument]:
    keys = [row.key for row in rows]
    passages, passage_ids = _passages(unit, keys)
    mentions, names = _mentions(unit, keys), _names(unit, keys)
    sentences = {key: offsets for key, offsets in part(unit, SENTENCES, ("offsets",), keys)}
    vectors = _vectors(unit, keys) if with_vectors else {}
    stated = _stated(unit, keys) if with_vectors else {}
    return [
        StoredDocument(
            _document(row),
            row.language,
            row.pipeline,
            row.revision,
            tuple(passages[row.key]),
            tuple(passage_ids[row.key]),
            tuple(Span(*span) for span in unpack_offsets(sentences[row.key])),
            tuple(mentions[row.key]),
            tuple(names[row.key]),
            LABELS[row.about],
            *(*_unpacked(vectors, row.key), tuple(stated.get(row.key, ()))),
        )
        for row in rows
    ]


def part(unit: Unit, table: Table, columns: Sequence[str], keys: Sequence[int]) -> Sequence[Any]:
    """Document key and columns of the rows that hang on these documents, in their order."""
    wanted = [table.c[name] for name in columns]
    query = select(table.c.document, *wanted).where(
        table.c.namespace == unit.key, table.c.document.in_(keys)
    )
    if "ordinal" in table.c:
        query = query.order_by(table.c.document, table.c.ordinal)
    return unit.rows(query)


def _passages(
    unit: Unit, keys: Sequence[int]
) -> tuple[defaultdict[int, list[Passage]], defaultdict[int, list[str]]]:
    passages: defaultdict[int, list[Passage]] = defaultdict(list)
    ids: defaultdict[int, list[str]] = defaultdict(list)
    columns = ("id", "ordinal", "start", "end", "first", "last", "language")
    for key, id, *fields in part(unit, PASSAGES, columns, keys):
        passages[key].append(Passage(*fields))
        ids[key].append(id)
    return passages, ids


def _mentions(unit: Unit, keys: Sequence[int]) -> defaultdict[int, list[Mention]]:
    found: defaultdict[int, list[Mention]] = defaultdict(list)
    columns = ("part", "start", "end", "text", "label", "source", "score", "sentence", "value")
    for key, where, start, end, text, label, source, score, sentence, value in part(
        unit, MENTIONS, columns, keys
    ):
        found[key].append(
            Mention(PARTS[where], start, end, text, LABELS[label], source, score, sentence, value)
        )
    return found


def _names(unit: Unit, keys: Sequence[int]) -> defaultdict[int, list[Name]]:
    found: defaultdict[int, list[Name]] = defaultdict(list)
    for key, text, kind, weight in part(unit, NAMES, ("text", "kind", "weight"), keys):
        found[key].append(Name(text, kind, weight))
    return found


def _vectors(unit: Unit, keys: Sequence[int]) -> dict[tuple[int, str], _Vectors]:
    rows = part(unit, VECTORS, ("kind", "rows", "dimension", "data"), keys)
    return {(key, kind): _Vectors(count, dimension, data) for key, kind, count, dimension, data in rows}


def _unpacked(vectors: dict[tuple[int, str], _Vectors], key: int) -> tuple[Any, ...]:
    """The vectors in the order of `StoredDocument`'s last fields."""
    passages, sentences = vectors.get((key, "passages")), vectors.get((key, "sentences"))
    title, companion = vectors.get((key, "title")), vectors.get((key, COMPANION))
    codes, scales = (None, None) if sentences is None else _codes(sentences)
    return (
        None if passages is None else unpack_floats(passages.data, passages.rows, passages.dimension),
        codes,
        scales,
        None if title is None else unpack_floats(title.data, 1, title.dimension)[0],
        *((None, None) if companion is None else _codes(companion)),
    )


def _codes(stored: _Vectors) -> tuple[Any, Any]:
    return unpack_codes(stored.data, stored.rows, stored.dimension)


def sentence_vectors(unit: Unit, pairs: Sequence[tuple[str, int]]) -> FloatArray:
    """(n, d) float32 of (document id, sentence) pairs, zero rows where there is none."""
    places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, (id, ordinal) in enumerate(pairs):
        places[clean(id)].append((place, ordinal))
    result = _zeros(unit, len(pairs))
    for id, stored in _of_kind(unit, "sentences", list(places)):
        codes, scales = _codes(stored)
        wanted = [(place, ordinal) for place, ordinal in places[id] if 0 <= ordinal < stored.rows]
        if wanted:
            rows = np.array([ordinal for _, ordinal in wanted])
            result[[place for place, _ in wanted]] = dequantise(codes[rows], scales[rows])
    return result


def first_passage_vectors(unit: Unit, ids: Sequence[str]) -> FloatArray:
    """(n, d) float32 of documents' first passages, zero rows where there is none."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, id in enumerate(ids):
        places[clean(id)].append(place)
    result = _zeros(unit, len(ids))
    for id, stored in _of_kind(unit, "passages", list(places)):
        if stored.rows:
            result[places[id]] = unpack_floats(stored.data, stored.rows, stored.dimension)[0]
    return result


def _zeros(unit: Unit, rows: int) -> FloatArray:
    embedder = get_meta(unit, EMBEDDER)
    return np.zeros((rows, embedder["dimension"] if embedder else 0), np.float32)


def _of_kind(unit: Unit, kind: str, ids: Sequence[str]) -> Iterator[tuple[str, _Vectors]]:
    query = (
        select(DOCUMENTS.c.id, VECTORS.c.rows, VECTORS.c.dimension, VECTORS.c.data)
        .join_from(
            DOCUMENTS,
            VECTORS,
            (VECTORS.c.namespace == DOCUMENTS.c.namespace) & (VECTORS.c.document == DOCUMENTS.c.key),
        )
        .where(DOCUMENTS.c.namespace == unit.key, VECTORS.c.kind == kind)
    )
    for some in chunks(ids):
        for row in unit.rows(query.where(DOCUMENTS.c.id.in_(some))):
            yield row[0], _Vectors(*row[1:])
