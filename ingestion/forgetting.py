"""Forgetting a person, or any entity: documents about it go, every other text loses its names.

A name is replaced by a mark, `[redacted-` with eight hexadecimal digits and `]`, the same everywhere in a
namespace for one forgetting. Replaced are

- the mentions that were decided to mean the entity,
- its names wherever they stand, in texts, titles, metadata and ids of documents, and in what the store keeps
  beside them; parts of names, such as a person's last word ("Jobs"), only where the whole name stands too,

but not inside mentions that were decided to mean something else that documents are about: another person of
the same name keeps it, and the receipt counts the places ("kept").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ..core.errors import DocumentError
from ..core.name_finder import NameFinder, Place, mapped, merged, replaced
from ..core.records import Decision, Document, Label, Part, Reading, ReadingVectors, Receipt
from ..core.text import content_id, salted_id
from ..kg.resolution import resolve
from ..models.base import Embedder
from ..storage.audit import new_salt
from ..storage.forgetting import Forgetting
from ..storage.rows import Batch, DecisionKind, StoredDecision, StoredDocument
from ..storage.store import Store
from .work import DocumentReader, Task, Worker

_PARTS = ("part", "initials", "comma")
"""Kinds of aliases that many share, and that mean the entity only beside its whole name."""
_CHUNK = 16

_Pair = tuple[Reading, ReadingVectors]


def forget(store: Store, entity_id: str, *, reader: DocumentReader, embedder: Embedder) -> Receipt:
    """Redact an entity everywhere in the namespace, in one transaction.

    The documents that change are read and embedded before it, all at once in memory.

    Raises:
        NotFoundError: no entity of the namespace has the id.
        DocumentError: a document cannot be read without its names; nothing changed.
        StoreError: documents came or went meanwhile; nothing changed.
    """
    salt, seen = new_salt(), store.revision()
    redaction = _Redaction(store, entity_id, f"[redacted-{salted_id(salt, entity_id)[:8]}]")
    drafts = list(redaction.drafts())
    taken = set(store.document_ids())
    renamed = _renamed(drafts, taken)
    documents = [replace(draft.new, id=renamed.get(draft.new.id, draft.new.id)) for draft in drafts]
    readings = _read(documents, reader, embedder)
    wanted = Forgetting(
        entity_id,
        Batch(readings, deletes=[*redaction.about, *renamed]),
        renamed,
        redaction.decisions(drafts, readings),
        redaction.redact,
        salt,
        seen,
        {"places": sum(len(d.places) for d in drafts), "kept": redaction.kept},
    )
    receipt = store.forget(wanted)
    resolve(store)
    return receipt


@dataclass(frozen=True, slots=True)
class _Draft:
    """A document that names the entity, and what it becomes; `new` has the old id still."""

    new: Document
    id: str
    """The id without the names."""
    places: tuple[tuple[Part, Place], ...]
    moved: Mapping[Part, Callable[[int], int]]
    """From old offsets to new ones."""
    decisions: tuple[tuple[StoredDecision, Part, Place], ...]
    """Decisions of people on other mentions in it."""


class _Redaction:
    def __init__(self, store: Store, entity_id: str, mark: str) -> None:
        self._store, self._mark = store, mark
        entity = store.entity(entity_id)
        self._entity = entity_id
        self.about = entity.documents
        self.kept = 0
        aliases = list(store.aliases(entity_id=entity_id))
        whole = [entity.name, *(a.text for a in aliases if a.kind not in _PARTS)]
        parts = [alias.text for alias in aliases]
        if entity.label is Label.PER:
            parts += [words[-1] for words in map(str.split, whole) if len(words) > 1 and len(words[-1]) > 2]
        self._whole = NameFinder(whole)
        self._any = NameFinder([*whole, *parts])
        self._decided = {d.mention_id: d.document_id for d in store.decisions(entity_id=entity_id)}
        self._human: defaultdict[str, list[StoredDecision]] = defaultdict(list)
        for decision in store.decisions(kind=DecisionKind.HUMAN):
            if decision.entity_id != entity_id:
                self._human[decision.document_id].append(decision)

    def redact(self, text: str) -> str:
        """The text with a mark in place of every name of the entity."""
        if not self._whole.places(text):
            return text
        return replaced(text, self._any.places(text), self._mark)[0]

    def decisions(self, drafts: Sequence[_Draft], readings: Sequence[_Pair]) -> list[Decision]:
        """Decisions of people on other mentions of these documents, where the mentions are now."""
        found = []
        for draft, (reading, _) in zip(drafts, readings, strict=True):
            id = reading.document.id
            there = {mention.id_in(id) for mention in reading.mentions}
            for decision, part, (start, end) in draft.decisions:
                moved = draft.moved[part]
                mention = content_id(id, part.value, str(moved(start)), str(moved(end)))
                if mention in there:
                    others = tuple(replace(c, name=self.redact(c.name)) for c in decision.alternatives)
                    found.append(
                        Decision(mention, decision.entity_id, decision.score, decision.reason, others)
                    )
        return found

    def drafts(self) -> Iterator[_Draft]:
        """The documents that name it and are not about it, by id."""
        decided, about = set(self._decided.values()), set(self.about)
        stream = (d for d in self._store.documents() if d.id not in about)
        named = (d.id for d in stream if d.id in decided or self._names(d))
        while ids := list(islice(named, _CHUNK)):
            yield from self._some(ids)

    def _names(self, document: Document) -> bool:
        parts = (document.text, document.title, document.id)
        metadata = dict(document.metadata)
        return any(map(self._whole.places, parts)) or mapped(metadata, self.redact) != metadata

    def _some(self, ids: Sequence[str]) -> Iterator[_Draft]:
        others: defaultdict[str, list[tuple[Part, Place]]] = defaultdict(list)
        links = [link for link in self._store.links(ids) if link.entity_id not in (None, self._entity)]
        borne = {
            e.id for e in self._store.entities(sorted({str(k.entity_id) for k in links})) if e.documents
        }
        for link in links:
            if link.entity_id in borne:
                others[link.document_id].append((link.part, (link.start, link.end)))
        for stored in self._store.load(ids, vectors=False):
            draft = self._draft(stored, others[stored.document.id])
            if draft.new != stored.document or draft.id != stored.document.id:
                yield draft

    def _draft(self, stored: StoredDocument, others: Sequence[tuple[Part, Place]]) -> _Draft:
        document = stored.document
        spans = {m.id_in(document.id): (m.part, (m.start, m.end)) for m in stored.mentions}
        decided = [place for id, place in spans.items() if id in self._decided]
        texts, moves, places = {}, {}, []
        for part in Part:
            own = [place for at, place in decided if at is part]
            free = [p for p in self._any.places(document.part(part)) if not self._is_kept(p, part, others)]
            found = merged([*own, *free])
            texts[part], moves[part] = replaced(document.part(part), found, self._mark)
            places += [(part, place) for place in found]
        new = replace(
            document,
            title=texts[Part.TITLE],
            text=texts[Part.TEXT],
            metadata=mapped(dict(document.metadata), self.redact),
        )
        decisions = tuple(
            (d, *spans[d.mention_id]) for d in self._human[document.id] if d.mention_id in spans
        )
        return _Draft(new, self.redact(document.id), tuple(places), moves, decisions)

    def _is_kept(self, place: Place, part: Part, others: Sequence[tuple[Part, Place]]) -> bool:
        start, end = place
        kept = any(at is part and start < last and first < end for at, (first, last) in others)
        self.kept += kept
        return kept


def _renamed(drafts: Sequence[_Draft], taken: set[str]) -> dict[str, str]:
    """New ids by old ones, for the documents whose id names the entity; none is given twice."""
    renamed: dict[str, str] = {}
    for draft in drafts:
        if draft.id == draft.new.id:
            continue
        id, number = draft.id, 1
        while id in taken:
            number += 1
            id = f"{draft.id}-{number}"
        taken.add(id)
        renamed[draft.new.id] = id
    return renamed


def _read(documents: Sequence[Document], reader: DocumentReader, embedder: Embedder) -> list[_Pair]:
    worker = Worker(reader, embedder)
    read: list[_Pair] = []
    for number, start in enumerate(range(0, len(documents), _CHUNK)):
        result = worker(Task(number, tuple(documents[start : start + _CHUNK])))
        if result.failures:
            # its id and reason may hold the name
            raise DocumentError(
                f"{len(result.failures)} documents cannot be read without the names "
                f"({result.failures[0].error}): nothing was changed"
            )
        read += result.readings
    return read
