"""`StoreView`: a store as a reader sees it who does not see all documents.

It reads as a store of the visible documents alone would: what is read from one document comes from the
store as it is, what several documents make together (who is who) is made of the visible ones.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from ..core.errors import NotFoundError
from ..core.records import Document, Entity, StoredFact
from ..core.text import clean
from ..storage.identity import keys_of
from ..storage.rows import (
    AliasRow,
    Change,
    DecisionKind,
    Evidence,
    FactEnds,
    Feedback,
    MentionLink,
    StoredDecision,
    StoredDocument,
)
from ..storage.store import Store
from .view_identity import Vectors, VisibleIdentity

_CHUNK = 500


class StoreView:
    """The visible documents of a store and what follows from them, at one revision; safe between threads.

    Args:
        visible: ids of the documents that are seen.
        revision: of the store when they were chosen.
        vectors: where vectors are had from; the store when None.
        people: all decisions of persons, where the caller has them: to find them is to look through all.
    """

    def __init__(
        self,
        store: Store,
        visible: frozenset[str],
        revision: int,
        *,
        vectors: Vectors | None = None,
        people: Sequence[StoredDecision] | None = None,
    ) -> None:
        self._store = store
        self.visible = visible
        self._revision = revision
        self._vectors = vectors or store
        self._people = people
        self._lock = threading.RLock()

    @property
    def namespace(self) -> str:
        """Name of the namespace."""
        return self._store.namespace

    def revision(self) -> int:
        """The revision at which the documents were chosen."""
        return self._revision

    def changes(self, since: int) -> list[Change]:
        """What happened to the store after a revision; nothing of it is read here, see `holds`."""
        return self._store.changes(since)

    def check_embedder(self) -> None:
        """As `Store.check_embedder`."""
        self._store.check_embedder()

    def holds(self) -> bool:
        """True while no visible document was changed or deleted since; those that came are not seen."""
        if self._store.revision() == self._revision:
            return True
        return not any(
            change.is_forgotten or change.document_id in self.visible
            for change in self._store.changes(self._revision)
        )

    def documents(self, ids: Sequence[str] | None = None) -> Iterator[Document]:
        """The visible documents, all or those of `ids`, in the order of their ids."""
        return self._store.documents(self._among(ids))

    def load(self, ids: Sequence[str] | None = None, *, vectors: bool = True) -> Iterator[StoredDocument]:
        """What is stored of them."""
        return self._store.load(self._among(ids), vectors=vectors)

    def facts(
        self,
        document_ids: Sequence[str] | None = None,
        *,
        entity_id: str | None = None,
        predicates: Sequence[str] | None = None,
    ) -> Iterator[StoredFact]:
        """Facts of all visible documents, of some (with one of some predicates), or about an entity."""
        wanted = self._among(document_ids)
        if len(wanted) > _CHUNK:
            with self._lock:
                self._identity.everything()
        for start in range(0, len(wanted), _CHUNK):
            said = list(self._store.facts_as_said(wanted[start : start + _CHUNK], predicates=predicates))
            ends = (id for fact in said for id in (fact.subject_mention, fact.object_mention))
            with self._lock:
                self._identity.of_mentions(id for id in ends if id is not None)
                facts = [self._fact(fact) for fact in said]
            for fact in facts:
                if entity_id is None or clean(entity_id) in (fact.subject_entity, fact.object_entity):
                    yield fact

    def fact_ends(self, document_ids: Sequence[str], predicates: Sequence[str]) -> list[FactEnds]:
        """What the facts of some visible documents tie that have one of some predicates."""
        facts = self.facts(document_ids, predicates=predicates)
        return [FactEnds(f.document_id, f.predicate, f.subject_entity, f.object_entity) for f in facts]

    def evidence(self, passages: Sequence[str], stating: Sequence[str], about: Sequence[str]) -> Evidence:
        """What a search shows: visible passages, the facts in some of them, entities."""
        stored = self._store.evidence(passages, stating, (), decided=False)
        stated = [(id, fact) for id, fact in stored.facts if fact.document_id in self.visible]
        ends = (id for _, fact in stated for id in (fact.subject_mention, fact.object_mention))
        with self._lock:
            self._identity.of_mentions(id for id in ends if id is not None)
            facts = tuple((id, self._fact(fact)) for id, fact in stated)
        return Evidence(
            {id: shown for id, shown in stored.passages.items() if shown.document_id in self.visible},
            facts,
            {entity.id: entity for entity in self.entities(about)},
        )

    def links(self, document_ids: Sequence[str] | None = None) -> Iterator[MentionLink]:
        """Every visible mention with the entity it means, by document id and place."""
        wanted = self._among(document_ids)
        if len(wanted) > _CHUNK:
            with self._lock:
                self._identity.everything()
        for start in range(0, len(wanted), _CHUNK):
            links = list(self._store.links(wanted[start : start + _CHUNK]))
            with self._lock:
                self._identity.of_mentions(link.mention_id for link in links if not link.label.is_value)
                meant = [self._identity.meant.get(link.mention_id, (None, 0.0)) for link in links]
            for link, (entity, score) in zip(links, meant, strict=True):
                yield replace(link, entity_id=entity, score=score)

    def entities(self, ids: Sequence[str] | None = None) -> Iterator[Entity]:
        """Entities with aliases, number of mentions and the documents about them, in order of id."""
        with self._lock:
            if ids is None:
                return iter(self._identity.everything())
            return iter(self._identity.entities(clean(id) for id in ids))

    def entity(self, id: str) -> Entity:
        """One entity.

        Raises:
            NotFoundError: no entity of the visible documents has the id.
        """
        for entity in self.entities([id]):
            return entity
        raise NotFoundError(f"there is no entity {id!r}")

    def aliases(
        self, names: Sequence[str] | None = None, *, entity_id: str | None = None
    ) -> Iterator[AliasRow]:
        """Aliases: all, those whose folded text is in `names`, or an entity's; by entity id and weight."""
        keys = None if names is None else set(keys_of(names))
        for entity in self.entities(None if entity_id is None else [entity_id]):
            for alias in self._identity.aliases(entity.id):
                if keys is None or alias.name in keys:
                    yield alias

    def content_hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """Content hashes of those of these documents that are visible: votes on others have no effect."""
        return self._store.content_hashes(self._among(ids))

    def feedback(self) -> list[Feedback]:
        """What people said, oldest first."""
        return self._store.feedback()

    def feedback_mark(self) -> tuple[int, str]:
        """What changes with every word that comes or goes."""
        return self._store.feedback_mark()

    @cached_property
    def _identity(self) -> VisibleIdentity:
        people = self._people
        if people is None:
            people = self._store.decisions(kind=DecisionKind.HUMAN)
        return VisibleIdentity(self._store, self.visible, self._vectors, people)

    def _among(self, ids: Sequence[str] | None) -> list[str]:
        return sorted(self.visible if ids is None else self.visible.intersection(map(clean, ids)))

    def _fact(self, fact: StoredFact) -> StoredFact:
        subject, subject_entity = self._end(fact.subject_mention, fact.subject)
        object_, object_entity = self._end(fact.object_mention, fact.object)
        return replace(
            fact,
            subject=subject,
            object=object_,
            subject_entity=subject_entity,
            object_entity=object_entity,
        )

    def _end(self, mention: str | None, said: str) -> tuple[str, str | None]:
        """What a fact calls an argument, and its entity; without one, the words of the text."""
        if mention is None or mention not in self._identity.meant:
            return said, None
        entity = self._identity.meant[mention][0]
        known = self._identity.known(entity)
        return (known.name if known is not None else said), entity
