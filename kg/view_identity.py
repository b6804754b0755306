"""Who is who among the documents that a reader sees: blocks decided again from what is seen of them.

A block is a pure function of its observations. So what a store of the visible documents alone would have
decided follows by leaving out the observations of the others. A name is decided when it is first asked
for; when everything is asked for, the blocks whose observations are all visible are taken as stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ..core.records import Entity
from ..storage.blocks import surest_first
from ..storage.rows import AliasRow, Observation, StoredDecision
from ..storage.store import Store
from .blocks import Outcome, about_entity_id
from .deciding import decide_by_name
from .resolution import FIRST, load_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.records import FloatArray
    from ..storage.rows import StoredDocument

_CHUNK = 2000


class Vectors(Protocol):
    """Where vectors of stored documents are had from; `Store` keeps to it."""

    def sentence_vectors(self, pairs: Sequence[tuple[str, int]]) -> FloatArray:
        """(n, d) float32 of (document id, sentence) pairs; a row without a stored vector is zero."""
        ...

    def first_passage_vectors(self, document_ids: Sequence[str]) -> FloatArray:
        """(n, d) float32 of documents' first passages, likewise."""
        ...


class _Seen:
    """What blocks are made from, of the visible documents only."""

    def __init__(self, store: Store, visible: frozenset[str], vectors: Vectors) -> None:
        self._store, self._visible = store, visible
        self.sentence_vectors = vectors.sentence_vectors
        self.first_passage_vectors = vectors.first_passage_vectors

    def observations(self, names: Sequence[str]) -> list[Observation]:
        return [each for each in self._store.observations(names) if each.document_id in self._visible]

    def load(self, ids: Sequence[str] | None = None, *, vectors: bool = True) -> Iterator[StoredDocument]:
        return self._store.load(ids, vectors=vectors)  # ids come from observations: visible


class VisibleIdentity:
    """Decisions, entities and aliases of the visible documents; not safe between threads.

    A person's decision holds where its mention is visible and the entity that it names exists among what
    is; otherwise the rule decides.
    """

    def __init__(
        self, store: Store, visible: frozenset[str], vectors: Vectors, people: Iterable[StoredDecision]
    ) -> None:
        self._store = store
        self._visible = visible
        self._seen = _Seen(store, visible, vectors)
        self._about = {about_entity_id(document): document for document in visible}
        self._decided: set[str] = set()
        self._complete = False
        self.meant: dict[str, tuple[str, float]] = {}
        """Entity and score of each mention decided so far."""
        self._entities: dict[str, Entity] = {}
        self._blocks: dict[str, str] = {}
        self._aliases: dict[str, list[AliasRow]] = {}
        self._counts: Counter[str] = Counter()
        self._people = {each.mention_id: each for each in people if each.document_id in visible}
        self._overruled: dict[str, tuple[str, float]] = {}
        """What the rule says where a person decided."""
        self._hear_people()

    def of_mentions(self, mention_ids: Iterable[str]) -> None:
        """Have these mentions decided, and the entities they mean known."""
        asked = set(mention_ids)
        open_ = sorted(asked - self.meant.keys())
        if open_ and not self._complete:
            self._decide(self._store.mention_names(open_).values())
        # a mention may have been decided with its block before anybody asked for its entity
        self._know({self.meant[id][0] for id in asked if id in self.meant})

    def entities(self, ids: Iterable[str]) -> list[Entity]:
        """The entities with these ids that exist, in order of id, with the number of their mentions."""
        asked = sorted(set(ids))
        if not self._complete:
            self._decide(self._names_of(asked))
        return [self._counted(id) for id in asked if id in self._entities]

    def known(self, id: str) -> Entity | None:
        """An entity that a decided mention means; its number of mentions is not counted."""
        return self._entities.get(id)

    def aliases(self, entity_id: str) -> list[AliasRow]:
        """Names of an entity that is known, the surest first."""
        return self._aliases.get(entity_id, [])

    def everything(self) -> list[Entity]:
        """All entities, in order of id, and every visible mention decided."""
        if not self._complete:
            self._take_all()
            self._complete = True
        return [self._counted(id) for id in sorted(self._entities)]

    def _counted(self, id: str) -> Entity:
        return replace(self._entities[id], mentions=self._counts[id])

    def _hear_people(self) -> None:
        if not self._people:
            return
        said = self._people.values()
        self._decide({d.name for d in said if d.name} | self._known_names_of({d.entity_id for d in said})[0])
        for id, decision in self._people.items():
            if decision.entity_id in self._entities:
                self._mean(id, decision.entity_id, decision.score)
            elif id in self._overruled:
                self._mean(id, *self._overruled[id])

    def _names_of(self, ids: Collection[str]) -> set[str]:
        """Folded names of all blocks in which a mention of these entities can be decided."""
        names, unknown = self._known_names_of(ids)
        if unknown:  # an entity may exist here that the store, which sees more, does not have
            names |= {name for name, seen in self._store.observers().items() if seen & self._visible}
        return names

    def _known_names_of(self, ids: Collection[str]) -> tuple[set[str], bool]:
        """Those of entities that the store has; True when there are others."""
        documents = [self._about[id] for id in ids if id in self._about]
        others = [id for id in ids if id not in self._about]
        names = {name for found in self._store.document_names(documents).values() for name, _ in found}
        names |= {self._blocks[id] for id in others if id in self._blocks}
        unknown = [id for id in others if id not in self._blocks]
        stored = self._store.entity_blocks(unknown) if unknown else {}
        return names | set(stored.values()), len(stored) < len(unknown)

    def _know(self, ids: set[str]) -> None:
        """Have the blocks decided that own these entities."""
        documents = [self._about[id] for id in ids if id in self._about and id not in self._entities]
        found = self._store.document_names(documents) if documents else {}
        self._decide(name for names in found.values() for name, kind in names if kind in FIRST)

    def _decide(self, names: Iterable[str]) -> None:
        waiting = sorted(set(names) - self._decided)
        for start in range(0, len(waiting), _CHUNK):
            some = waiting[start : start + _CHUNK]
            for block in load_blocks(self._seen, some):
                self._take(decide_by_name(block))
            self._decided.update(some)

    def _take(self, outcome: Outcome) -> None:
        for decision in outcome.decisions:
            if decision.mention_id in self._people:
                self._overruled[decision.mention_id] = decision.entity_id, float(decision.score)
            else:
                self._mean(decision.mention_id, decision.entity_id, float(decision.score))
        names = surest_first(outcome.aliases)
        for row in outcome.entities:
            own = names.get(row.id, [])
            texts = tuple(dict.fromkeys(alias.text for alias in own))
            self._entities[row.id] = Entity(
                row.id, row.name, row.label, texts, row.description, documents=row.documents
            )
            self._blocks[row.id] = row.block
            self._aliases[row.id] = own

    def _mean(self, mention: str, entity: str, score: float) -> None:
        if mention not in self.meant:
            self.meant[mention] = entity, score
            self._counts[entity] += 1

    def _take_all(self) -> None:
        """Decide the names that others use as well; take the rest as stored, if it stands still meanwhile."""
        revision = self._store.revision()
        observers, dirty = self._store.observers(), set(self._store.dirty_names())
        names = {name for name, documents in observers.items() if documents & self._visible}
        own = {name for name in names - dirty if observers[name] <= self._visible}
        self._decide(names - own)
        own -= self._decided
        blocks = {id: name for id, name in self._store.entity_blocks().items() if name in own}
        entities = [entity for entity in self._store.entities() if entity.id in blocks]
        aliases = [alias for alias in self._store.aliases() if alias.entity_id in blocks]
        links = list(self._store.links(sorted(self._visible)))
        if self._store.revision() != revision:
            self._decide(own)
            return
        for link in links:
            if link.entity_id is not None and link.mention_id not in self._people:
                self._mean(link.mention_id, link.entity_id, link.score)
        for entity in entities:
            self._entities[entity.id] = entity
            self._blocks[entity.id] = blocks[entity.id]
        for alias in aliases:
            self._aliases.setdefault(alias.entity_id, []).append(alias)
        self._decided |= own
