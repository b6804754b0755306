"""A reading as rows: cleaned, checked, hashed, before any lock is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..core.errors import DocumentError, StoreError
from ..core.records import Argument, Document, Mention, Reading, ReadingVectors
from ..core.text import clean, content_id
from . import digests
from .blobs import pack_codes, pack_floats, pack_offsets, quantise
from .rows import StoredDocument, name_key

ID_LENGTH = 500
"""Longest id of a document in characters: databases cannot index longer ones."""

Rows = list[dict[str, Any]]


COMPANION = "companion"
"""Kind of the vectors by the embedder's companion."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Dimensions of the vectors of one or more documents, by whose they are."""

    embedder: frozenset[int] = frozenset()
    companion: frozenset[int] = frozenset()
    """0 stands for passages without vectors of a companion."""

    def __or__(self, other: Shapes) -> Shapes:
        return Shapes(self.embedder | other.embedder, self.companion | other.companion)


@dataclass(frozen=True, slots=True)
class Shelved:
    """The rows of one document, without namespace, document key and revision."""

    id: str
    document: dict[str, Any]
    parts: dict[str, Rows]
    vectors: Rows
    names: frozenset[str]
    """Folded names of its mentions and of what it is about."""
    shapes: Shapes


def cleaned(document: Document) -> Document:
    """The document as the store keeps it: NUL and lone surrogates of its strings replaced; offsets hold.

    Raises:
        DocumentError: the id is empty or longer than 500 characters.
    """
    id = clean(document.id)
    if not 0 < len(id) <= ID_LENGTH:
        raise DocumentError(
            f"a document's id has 1 to {ID_LENGTH} characters, {id[:40]!r}… has {len(id)}"
        )
    return replace(
        document,
        id=id,
        title=clean(document.title),
        text=clean(document.text),
        language=None if document.language is None else clean(document.language),
        date=None if document.date is None else clean(document.date),
    )


def shelve(reading: Reading, vectors: ReadingVectors | None) -> Shelved:
    """The rows of a reading and its vectors.

    Raises:
        DocumentError: the id cannot be kept, a span lies outside of its text or does not quote it.
        StoreError: the vectors are not one for each passage and sentence, or not finite.
    """
    document = cleaned(reading.document)
    ids = [mention.id_in(document.id) for mention in reading.mentions]
    mentions = _mentions(document, reading, ids)
    parts: dict[str, Rows] = {
        "passages": _passages(document, reading),
        "sentences": [_sentences(document, reading)],
        "mentions": mentions,
        "names": _names(reading),
        "facts": _facts(document, reading, ids),
    }
    row = _document(document, reading)
    row["digest"] = digests.of_rows(row, parts)
    stored_vectors = vector_rows(document.id, reading, vectors) if vectors is not None else []
    row["vector_digest"] = digests.of_vectors(stored_vectors)
    folded = {item["folded"] for item in (*mentions, *parts["names"])} - {None}
    return Shelved(document.id, row, parts, stored_vectors, frozenset(folded), shapes(stored_vectors))


def metadata_of(details: str) -> Mapping[str, Any]:
    """The metadata that `_document` wrote."""
    loaded = json.loads(details)
    assert isinstance(loaded, dict)
    return loaded


def _document(document: Document, reading: Reading) -> dict[str, Any]:
    return {
        "id": document.id,
        "content_hash": document.content_hash,
        "declared_language": document.language,
        "date": document.date,
        "language": clean(reading.language),
        "pipeline": clean(reading.pipeline),
        "about": reading.about.value,
        # ASCII escapes carry even NUL and lone surrogates, so that the content hash survives
        "details": json.dumps(dict(document.metadata), sort_keys=True, default=str),
        "title": document.title,
        "text": document.text,
    }


def _check(document: Document, what: str, start: int, end: int, length: int) -> None:
    if not 0 <= start <= end <= length:
        raise DocumentError(f"document {document.id!r}: {what} {start}:{end} lies outside of 0:{length}")


def _passages(document: Document, reading: Reading) -> Rows:
    rows = []
    for passage in reading.passages:
        _check(document, "passage", passage.start, passage.end, len(document.text))
        _check(document, "sentences of a passage", passage.first, passage.last, len(reading.sentences))
        rows.append(
            {
                "ordinal": int(passage.ordinal),
                "id": content_id(document.id, "passage", str(passage.ordinal)),
                "start": int(passage.start),
                "end": int(passage.end),
                "first": int(passage.first),
                "last": int(passage.last),
                "language": passage.language,
            }
        )
    return sorted(rows, key=lambda row: row["ordinal"])


def _sentences(document: Document, reading: Reading) -> dict[str, Any]:
    for sentence in reading.sentences:
        _check(document, "sentence", sentence.start, sentence.end, len(document.text))
    spans = [(sentence.start, sentence.end) for sentence in reading.sentences]
    return {"count": len(spans), "offsets": pack_offsets(spans)}


def _mentions(document: Document, reading: Reading, ids: list[str]) -> Rows:
    best: dict[str, Mention] = {}
    for id, mention in zip(ids, reading.mentions, strict=True):
        # two that saw the same span are one observation: the surer one, the first among equals
        if id not in best or mention.score > best[id].score:
            best[id] = mention
    rows = []
    for ordinal, (id, mention) in enumerate(best.items()):
        text, start, end = clean(mention.text), int(mention.start), int(mention.end)
        if not 0 <= start <= end or document.part(mention.part)[start:end] != text:
            raise DocumentError(
                f"document {document.id!r}: the mention {text!r} is not what stands at {start}:{end} "
                f"of the {mention.part.value}"
            )
        rows.append(
            {
                "ordinal": ordinal,
                "id": id,
                "folded": None if mention.label.is_value else name_key(text) or None,
                "part": mention.part.value,
                "start": start,
                "end": end,
                "sentence": int(mention.sentence),
                "label": mention.label.value,
                "source": clean(mention.source),
                "score": float(mention.score),
                "value": None if mention.value is None else clean(mention.value),
                "text": text,
            }
        )
    return rows


def _names(reading: Reading) -> Rows:
    return [
        {
            "ordinal": ordinal,
            "folded": name_key(clean(name.text)) or None,
            "kind": clean(name.kind),
            "weight": float(name.weight),
            "text": clean(name.text),
        }
        for ordinal, name in enumerate(reading.names)
    ]


def _facts(document: Document, reading: Reading, ids: list[str]) -> Rows:
    rows: dict[str, dict[str, Any]] = {}
    for fact in reading.facts:
        _check(document, "fact", fact.start, fact.end, len(document.text))
        id = fact.id_in(document.id)
        row = {
            "id": id,
            **_argument("subject", fact.subject, document, ids),
            "predicate": clean(fact.predicate),
            **_argument("object", fact.object, document, ids),
            "start": int(fact.start),
            "end": int(fact.end),
            "sentence": int(fact.sentence),
            "confidence": float(fact.confidence),
            "rule": clean(fact.rule),
            "negated": bool(fact.negated),
            "modality": None if fact.modality is None else clean(fact.modality),
            "time": None if fact.time is None else clean(fact.time),
            "valid_from": fact.valid_from,
            "valid_to": fact.valid_to,
        }
        if id not in rows or row["confidence"] > rows[id]["confidence"]:
            rows[id] = row
    return [{**row, "ordinal": ordinal} for ordinal, row in enumerate(rows.values())]


def _argument(name: str, argument: Argument, document: Document, ids: list[str]) -> dict[str, Any]:
    if argument.mention is not None and not 0 <= argument.mention < len(ids):
        raise DocumentError(
            f"document {document.id!r}: a fact names mention {argument.mention}, there are {len(ids)}"
        )
    return {
        f"{name}_mention": None if argument.mention is None else ids[argument.mention],
        f"{name}_start": int(argument.start),
        f"{name}_end": int(argument.end),
        f"{name}_text": clean(argument.text),
    }


def vector_rows(id: str, reading: Reading | StoredDocument, vectors: ReadingVectors) -> Rows:
    """The rows of a document's vectors.

    Raises:
        StoreError: they are not one for each passage and sentence, or not finite.
    """
    given = {"passages": len(vectors.passages), "sentences": len(vectors.sentences)}
    wanted = {"passages": len(reading.passages), "sentences": len(reading.sentences)}
    if given != wanted:
        raise StoreError(f"document {id!r} has {wanted}, its vectors are for {given}")
    given_arrays = (vectors.passages, vectors.sentences, vectors.title, vectors.companion)
    if not all(np.isfinite(array).all() for array in given_arrays if array is not None):
        raise StoreError(f"document {id!r} has a vector that is not finite")
    rows = [_vector_row("passages", vectors.passages, pack_floats(vectors.passages))]
    rows.append(_vector_row("sentences", vectors.sentences, pack_codes(*quantise(vectors.sentences))))
    if vectors.title is not None:
        rows.append(_vector_row("title", vectors.title[None, :], pack_floats(vectors.title)))
    if vectors.companion is not None:
        if len(vectors.companion) != wanted["passages"]:
            raise StoreError(
                f"document {id!r} has {wanted['passages']} passages, its companion vectors are for "
                f"{len(vectors.companion)}"
            )
        rows.append(_vector_row(COMPANION, vectors.companion, pack_codes(*quantise(vectors.companion))))
    return [row for row in rows if row["rows"]]


def shapes(rows: Rows) -> Shapes:
    """The dimensions in a document's vector rows."""
    kinds = {row["kind"]: row["dimension"] for row in rows}
    own = frozenset(dimension for kind, dimension in kinds.items() if kind != COMPANION)
    return Shapes(own, frozenset({kinds.get(COMPANION, 0)}) if "passages" in kinds else frozenset())


def _vector_row(kind: str, vectors: Any, data: bytes) -> dict[str, Any]:
    return {"kind": kind, "rows": vectors.shape[0], "dimension": vectors.shape[1], "data": data}
