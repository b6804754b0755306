"""What search, linking and the graph read: of a whole store, or of the part of it that a reader sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from ..core.records import Document, Entity, StoredFact
from .rows import AliasRow, Change, Evidence, FactEnds, Feedback, MentionLink, StoredDocument


class Readable(Protocol):
    """Documents and what is known from them; `Store` keeps to it, and so does a view of one."""

    @property
    def namespace(self) -> str:
        """Name of the namespace."""
        ...

    def revision(self) -> int:
        """Revision that is read."""
        ...

    def changes(self, since: int) -> list[Change]:
        """What happened after revision `since`, oldest first."""
        ...

    def check_embedder(self) -> None:
        """Make sure that the vectors are still those of the embedder that the store was opened with.

        Raises:
            EmbedderMismatchError: another process embedded the namespace again.
        """
        ...

    def documents(self, ids: Sequence[str] | None = None) -> Iterator[Document]:
        """The documents (all, or those of `ids` that exist) in the order of their ids."""
        ...

    def load(self, ids: Sequence[str] | None = None, *, vectors: bool = True) -> Iterator[StoredDocument]:
        """What is stored of the documents, of facts no more than search needs, in the order of their ids."""
        ...

    def facts(
        self,
        document_ids: Sequence[str] | None = None,
        *,
        entity_id: str | None = None,
        predicates: Sequence[str] | None = None,
    ) -> Iterator[StoredFact]:
        """Facts of all documents, of some (with one of some predicates), or about an entity, by place."""
        ...

    def fact_ends(self, document_ids: Sequence[str], predicates: Sequence[str]) -> list[FactEnds]:
        """What the facts of some documents tie that have one of some predicates, in no order."""
        ...

    def evidence(self, passages: Sequence[str], stating: Sequence[str], about: Sequence[str]) -> Evidence:
        """What a search shows; what is gone is left out.

        Args:
            passages: ids of the passages whose texts are wanted.
            stating: ids of the passages whose facts are wanted.
            about: ids of entities.
        """
        ...

    def links(self, document_ids: Sequence[str] | None = None) -> Iterator[MentionLink]:
        """Every mention with the entity it means, by document id and place."""
        ...

    def entities(self, ids: Sequence[str] | None = None) -> Iterator[Entity]:
        """Entities with aliases, number of mentions and the documents about them, in order of id."""
        ...

    def entity(self, id: str) -> Entity:
        """One entity.

        Raises:
            NotFoundError: there is none with that id.
        """
        ...

    def aliases(
        self, names: Sequence[str] | None = None, *, entity_id: str | None = None
    ) -> Iterator[AliasRow]:
        """Aliases: all, those whose folded text is in `names`, or an entity's; by entity id and weight."""
        ...

    def content_hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """Content hashes of those of these documents that there are."""
        ...

    def feedback(self) -> list[Feedback]:
        """What people said, oldest first."""
        ...

    def feedback_mark(self) -> tuple[int, str]:
        """What changes with every word that comes or goes."""
        ...
