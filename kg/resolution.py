"""Resolution: dirty blocks are loaded, decided and written, a chunk at a time, until none is left.

What identity is decided by is one function (`blocks.Decide`); this file only brings it what it needs. Each
chunk is one transaction, so a process that is killed goes on where it was.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from ..core.progress import Reporter, Show
from ..core.records import Name
from ..core.text import squeeze
from ..storage.rows import Observation, StoredDocument, name_key
from ..storage.store import Store
from .blocks import Bearer, Block, Decide, Outcome, about_entity_id
from .deciding import decide_by_name

if TYPE_CHECKING:
    from ..core.records import FloatArray

_Key = TypeVar("_Key")
FIRST = ("title", "lead")
"""Kinds of the name under which a document's entity is kept."""
_DESCRIPTION = 300


class Observed(Protocol):
    """What blocks are made from; `Store` keeps to it."""

    def observations(self, names: Sequence[str]) -> list[Observation]:
        """Mentions and documents' names under these folded names."""
        ...

    def load(self, ids: Sequence[str] | None = None, *, vectors: bool = True) -> Iterator[StoredDocument]:
        """What is stored of the documents; of facts, with vectors, where their arguments stand."""
        ...

    def sentence_vectors(self, pairs: Sequence[tuple[str, int]]) -> FloatArray:
        """(n, d) float32 of (document id, sentence) pairs; a row without a stored vector is zero."""
        ...

    def first_passage_vectors(self, document_ids: Sequence[str]) -> FloatArray:
        """(n, d) float32 of documents' first passages, likewise."""
        ...


@dataclass(frozen=True, slots=True)
class ResolutionReport:
    """What a resolution did."""

    blocks: int = 0
    mentions: int = 0
    entities: int = 0
    """Written with these blocks."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Decisions by reason."""
    seconds: float = 0.0
    revision: int = 0


def resolve(
    store: Store, *, decide: Decide = decide_by_name, chunk: int = 2000, progress: Show = None
) -> ResolutionReport:
    """Decide every block whose name is dirty.

    `chunk` blocks are one transaction. The result depends on the documents alone, not on `chunk` or on what
    was decided before.
    """
    start = time.perf_counter()
    blocks = mentions = entities = 0
    reasons: Counter[str] = Counter()
    revision = store.revision()
    with Reporter("resolve", show=progress, total=len(store.dirty_names())) as reporter:
        while names := store.dirty_names(chunk):
            seen = store.revision()
            outcomes = [decide(block) for block in load_blocks(store, names)]
            revision = _write(store, names, outcomes, seen)
            blocks += len(names)
            mentions += sum(len(o.decisions) for o in outcomes)
            entities += sum(len(o.entities) for o in outcomes)
            reasons.update(d.reason for o in outcomes for d in o.decisions)
            reporter.advance(len(names))
    return ResolutionReport(blocks, mentions, entities, dict(reasons), time.perf_counter() - start, revision)


def _write(store: Store, names: Sequence[str], outcomes: Sequence[Outcome], seen: int) -> int:
    return store.decide(
        names,
        [d for o in outcomes for d in o.decisions],
        [e for o in outcomes for e in o.entities],
        [a for o in outcomes for a in o.aliases],
        seen=seen,
    )


def load_blocks(store: Observed, names: Sequence[str]) -> list[Block]:
    """The blocks of these folded names, those without any observation left out, in order of name."""
    seen: dict[str, list[Observation]] = defaultdict(list)
    for observation in store.observations(names):
        seen[observation.name].append(observation)
    owners = {o.document_id for block in seen.values() for o in block if o.is_name and o.kind in FIRST}
    owned = _subjects(store, sorted(owners))
    blocks = [_block(name, found, owned) for name, found in sorted(seen.items())]
    return _with_vectors(store, blocks)


def _subjects(store: Observed, ids: Sequence[str]) -> dict[str, tuple[tuple[Name, ...], str]]:
    """Names and first sentence of each document."""
    found = {}
    for stored in store.load(ids, vectors=False) if ids else ():
        text = stored.document.text
        first = stored.sentences[0] if stored.sentences else None
        description = squeeze(text[first.start : first.end])[:_DESCRIPTION] if first else ""
        found[stored.document.id] = (stored.names, description)
    return found


def _block(
    name: str, observations: Iterable[Observation], owned: Mapping[str, tuple[tuple[Name, ...], str]]
) -> Block:
    mentions: list[Observation] = []
    best: dict[str, Observation] = {}
    for observation in observations:
        if not observation.is_name:
            mentions.append(observation)
            continue
        known = best.get(observation.document_id)
        if known is None or _rank(observation) > _rank(known):
            best[observation.document_id] = observation
    mentions.sort(key=lambda m: (m.document_id, m.mention_id or ""))
    return Block(name, tuple(mentions), tuple(_bearer(name, best[d], owned) for d in sorted(best)))


def _rank(name: Observation) -> tuple[bool, float, str]:
    return name.kind in FIRST, name.weight, name.text


def _bearer(name: str, seen: Observation, owned: Mapping[str, tuple[tuple[Name, ...], str]]) -> Bearer:
    owns = seen.kind in FIRST and name_key(seen.text) == name
    names, description = owned.get(seen.document_id, ((), "")) if owns else ((), "")
    return Bearer(
        seen.document_id,
        about_entity_id(seen.document_id),
        seen.title or seen.text,
        seen.text,
        seen.kind or "",
        seen.weight,
        seen.label,
        seen.language,
        owns,
        names,
        description,
    )


def _with_vectors(store: Observed, blocks: Sequence[Block]) -> list[Block]:
    """The blocks, those with several readings with the vectors that tell them apart."""
    several = [b for b in blocks if len(b.bearers) > 1 and b.mentions]
    places = sorted({(m.document_id, m.sentence) for b in several for m in b.mentions})
    titles = {document for document, sentence in places if sentence < 0}
    documents = sorted({b.document_id for block in several for b in block.bearers} | titles)
    if not documents:
        return list(blocks)
    first = _rows(documents, store.first_passage_vectors(documents))
    inside = [place for place in places if place[1] >= 0]
    sentences = _rows(inside, store.sentence_vectors(inside))
    sentences.update({(d, -1): first[d] for d in titles if d in first})
    return [_given(block, sentences, first) if len(block.bearers) > 1 else block for block in blocks]


def _rows(keys: Sequence[_Key], vectors: FloatArray) -> dict[_Key, FloatArray]:
    """Vectors by key, without those that are not stored (zero rows)."""
    return {key: row for key, row in zip(keys, vectors, strict=True) if row.any()} if keys else {}


def _given(
    block: Block, sentences: Mapping[tuple[str, int], FloatArray], first: Mapping[str, FloatArray]
) -> Block:
    places = {(m.document_id, m.sentence) for m in block.mentions}
    return Block(
        block.name,
        block.mentions,
        block.bearers,
        {place: sentences[place] for place in places if place in sentences},
        {b.document_id: first[b.document_id] for b in block.bearers if b.document_id in first},
    )
